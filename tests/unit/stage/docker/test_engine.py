"""The engine is found as the docker CLI finds it, and its absence comes with a remedy."""

from __future__ import annotations

import hashlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.stage.docker.address import AddressKind, parse_address
from quarterdeck.stage.docker.engine import find_engine, probe


def context(home: Path, name: str, endpoint: dict[str, Any], *, current: bool = False) -> None:
    """Write a docker context as the CLI does."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    meta = home / ".docker" / "contexts" / "meta" / digest
    meta.mkdir(parents=True)
    (meta / "meta.json").write_text(json.dumps({"Name": name, "Endpoints": {"docker": endpoint}}))
    if current:
        (home / ".docker" / "config.json").write_text(json.dumps({"currentContext": name}))


def test_docker_host_comes_first(tmp_path: Path) -> None:
    """It wins over contexts."""
    context(tmp_path, "lab", {"Host": "tcp://lab:1"}, current=True)
    assert find_engine({"HOME": str(tmp_path), "DOCKER_HOST": "tcp://other:2"}).host == "other"


def test_context_of_the_environment(tmp_path: Path) -> None:
    """``DOCKER_CONTEXT`` wins over the current one."""
    context(tmp_path, "lab", {"Host": "tcp://lab:1"}, current=True)
    context(tmp_path, "farm", {"Host": "ssh://me@farm"})
    address = find_engine({"HOME": str(tmp_path), "DOCKER_CONTEXT": "farm"})
    assert (address.kind, address.user, address.host) == (AddressKind.SSH, "me", "farm")


def test_current_context_with_certificates(tmp_path: Path) -> None:
    """The current context's host, with its TLS files."""
    context(tmp_path, "lab", {"Host": "tcp://lab:2376"}, current=True)
    digest = hashlib.sha256(b"lab").hexdigest()
    certificates = tmp_path / ".docker" / "contexts" / "tls" / digest / "docker"
    certificates.mkdir(parents=True)
    (certificates / "ca.pem").touch()
    address = find_engine({"HOME": str(tmp_path)})
    assert address.host == "lab"
    assert address.tls is not None
    assert address.tls.ca == str(certificates / "ca.pem")
    assert address.source == "docker context 'lab'"


@pytest.mark.parametrize("verify", ["1", ""])
def test_tls_of_the_environment(verify: str, tmp_path: Path) -> None:
    """``DOCKER_TLS_VERIFY`` and ``DOCKER_CERT_PATH``."""
    (tmp_path / "ca.pem").touch()
    environ = {"DOCKER_HOST": "tcp://lab", "DOCKER_TLS_VERIFY": verify, "DOCKER_CERT_PATH": str(tmp_path)}
    address = find_engine(environ)
    assert (address.tls is not None) == bool(verify)
    assert address.port == (2376 if verify else 2375)


def test_usual_sockets(tmp_path: Path) -> None:
    """Docker's rootless and Podman's sockets are found."""
    path = tmp_path / "podman" / "podman.sock"
    path.parent.mkdir()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        address = find_engine({"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)})
    assert address.path in (str(path), "/var/run/docker.sock")


def test_unknown_context(tmp_path: Path) -> None:
    """A context that isn't there is an error with a way out."""
    with pytest.raises(QuarterdeckError, match="'lost'") as caught:
        find_engine({"HOME": str(tmp_path), "DOCKER_CONTEXT": "lost"})
    assert "docker context use" in (caught.value.diagnostics[0].hint or "")


def test_broken_settings(tmp_path: Path) -> None:
    """So are settings that aren't JSON."""
    (tmp_path / ".docker").mkdir()
    (tmp_path / ".docker" / "config.json").write_text("{")
    with pytest.raises(QuarterdeckError, match=r"config\.json"):
        find_engine({"HOME": str(tmp_path)})


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

    monkeypatch.setattr("quarterdeck.stage.docker.client.dial", refuse)
    _, hint = await failing(f"unix://{tmp_path}/x.sock")
    assert "group 'docker'" in hint


@pytest.mark.slow
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
