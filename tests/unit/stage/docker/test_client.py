"""Whether an engine is there is found out in time, and its absence comes with a remedy."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.stage.docker.address import parse_address
from quarterdeck.stage.docker.client import engine_client, ping, probe, sees_folder
from quarterdeck.stage.docker.connection import EngineError
from support.fake_engine import FakeEngine, Said


@contextmanager
def engine(path: Path, answer: bytes, wait: float = 0.0) -> Iterator[str]:
    """A unix socket that gives one answer; its URL."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(4096)
                time.sleep(wait)
                with suppress(BrokenPipeError):
                    connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"unix://{path}"
        thread.join()


def version(**fields: Any) -> bytes:
    """An answer to ``/version``."""
    body = json.dumps({"Version": "27.1", "ApiVersion": "1.46", "Os": "linux", **fields}).encode()
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


async def test_probe(tmp_path: Path) -> None:
    """Versions and the kind of engine."""
    with engine(tmp_path / "e.sock", version(Components=[{"Name": "Podman Engine"}])) as url:
        info = await probe(parse_address(url), timeout=60.0)
    assert (info.version, info.api_version, info.operating_system, info.name) == ("27.1", "1.46", "linux", "Podman")


async def test_ping(tmp_path: Path) -> None:
    """A sign of life; anything else is a fault with its remedy."""
    answers = {
        b"HTTP/1.0 200 OK\r\n\r\nOK": None,
        b"HTTP/1.0 500 Oops\r\n\r\n": "answers with status 500",
        b"+PONG\r\n": "does not answer in HTTP",
        b"": "without an answer",
    }
    for number, (answer, fault) in enumerate(answers.items()):
        with engine(tmp_path / f"{number}.sock", answer) as url:
            if fault is None:
                await ping(parse_address(url), 60.0)
            else:
                with pytest.raises(QuarterdeckError, match=fault):
                    await ping(parse_address(url), 60.0)


async def test_an_engine_that_is_frozen_gives_no_sign_of_life(tmp_path: Path) -> None:
    """Its socket takes connections, and nothing comes back."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "e.sock"))
        listener.listen()
        with pytest.raises(QuarterdeckError, match=r"does not answer within 0\.1 s"):
            await ping(parse_address(f"unix://{tmp_path}/e.sock"), 0.1)


async def failing(url: str, timeout: float = 60.0) -> tuple[str, str]:
    """The message and the hint of a probe that fails."""
    with pytest.raises(QuarterdeckError) as caught:
        await probe(parse_address(url), timeout=timeout)
    (fault,) = caught.value.diagnostics
    assert fault.code == "engine-down"
    return fault.message, fault.hint or ""


async def test_engine_that_is_not_there(tmp_path: Path) -> None:
    """No socket: is it installed and running?"""
    message, hint = await failing(f"unix://{tmp_path}/none.sock")
    assert "is not there" in message
    assert "systemctl start docker" in hint


async def test_engine_that_is_not_running(tmp_path: Path) -> None:
    """A socket that nobody listens on."""
    path = tmp_path / "dead.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
    message, _ = await failing(f"unix://{path}")
    assert "is not running" in message


async def test_engine_that_may_not_be_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No permission: the group to join."""

    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr("quarterdeck.stage.docker.transport.dial", refuse)
    _, hint = await failing(f"unix://{tmp_path}/x.sock")
    assert "group 'docker'" in hint


async def test_engine_that_hangs(tmp_path: Path) -> None:
    """One that doesn't answer in time, within that time."""
    with engine(tmp_path / "e.sock", version(), wait=0.6) as url:
        message, _ = await failing(url, timeout=0.2)
    assert "within 0.2 s" in message


@pytest.mark.parametrize("answer", [b"SSH-2.0-x\r\n\r\n", b"", b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"])
async def test_something_else(answer: bytes, tmp_path: Path) -> None:
    """Something that is no Docker engine."""
    with engine(tmp_path / "e.sock", answer) as url:
        message, _ = await failing(url)
    assert url in message


async def test_host_that_does_not_exist() -> None:
    """A name that doesn't resolve."""
    message, _ = await failing("tcp://no-such-host.invalid:2375")
    assert "no such host" in message


@pytest.mark.parametrize(
    ("fields", "version"),
    [
        ({"ApiVersion": "1.41", "MinAPIVersion": "1.12"}, "1.41"),
        ({"ApiVersion": "1.51", "MinAPIVersion": "1.24"}, "1.44"),
        ({"ApiVersion": "1.60", "MinAPIVersion": "1.50"}, "1.50"),
        ({"ApiVersion": "1.40"}, "1.40"),
    ],
)
def test_version_of_the_api(fields: dict[str, str], version: str, tmp_path: Path) -> None:
    """An older engine is asked in its own version, a newer one in the newest whose answers we know."""
    body = json.dumps(fields).encode()
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    with engine(tmp_path / "e.sock", answer) as url, engine_client(parse_address(url)) as client:
        assert client.api_version == version


@pytest.mark.parametrize("fields", [{}, {"ApiVersion": "new"}])
def test_engine_without_a_version(fields: dict[str, str], tmp_path: Path) -> None:
    """What doesn't say which API it speaks can't be used."""
    body = json.dumps(fields).encode()
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    with engine(tmp_path / "e.sock", answer) as url, pytest.raises(EngineError, match="version"):
        engine_client(parse_address(url))


@pytest.mark.parametrize("module", ["cli", "project.outputs.formats", "project.engines", "stage.live", "cli.preflight"])
def test_the_sdk_is_imported_only_when_an_engine_is_used(module: str) -> None:
    """``--help``, a build and a show of recordings do without it: it takes a tenth of a second."""
    code = f"import sys, quarterdeck.{module}; print(sorted({{'docker', 'requests', 'urllib3'}} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout == "[]\n"


@pytest.mark.parametrize("turns", range(6))
async def test_a_cancelled_probe_stays_cancelled(turns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A show that ends just when the engine answers does end: the watch of its engine is cancelled once."""
    answered = asyncio.get_running_loop().create_future()

    async def answer(work: Callable[..., Any], *arguments: Any) -> Any:
        return await answered if arguments else work()

    monkeypatch.setattr(asyncio, "to_thread", answer)
    probing = asyncio.create_task(probe(parse_address("unix:///nowhere.sock"), timeout=60.0))
    for _ in range(10):
        await asyncio.sleep(0)
    answered.set_result({"Version": "27.1"})
    for _ in range(turns):
        await asyncio.sleep(0)
    if probing.cancel():
        await asyncio.wait({probing})
        assert probing.cancelled()


async def test_folders_that_an_engine_sees(tmp_path: Path) -> None:
    """It is asked to mount one, for an image that it lacks: it says which of both is missing, and makes nothing."""
    fake = FakeEngine(tmp_path / "e.sock")
    answers = {
        "No such image: quarterdeck.invalid/none:none": (404, True),
        'invalid mount config for type "bind": bind source path does not exist: /x': (400, False),
        "Mounts denied: the path /x is not shared from the host": (500, False),
    }
    try:
        for message, (status, seen) in answers.items():
            fake.answer("POST", "/containers/create", Said({"message": message}, status))
            assert await sees_folder(fake.address, tmp_path, 60.0) is seen, message
        asked = [each.json for each in fake.requests if each.method == "POST"]
    finally:
        fake.close()
    assert {mount["Source"] for each in asked for mount in each["HostConfig"]["Mounts"]} == {str(tmp_path)}
    assert not [each for each in fake.requests if "/start" in each.path]
