"""Requests of the Docker SDK, over our own connections: answers however they are framed, limits, errors."""

from __future__ import annotations

import json
import socket
import stat
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from quarterdeck.stage.docker.address import EngineAddress, parse_address
from quarterdeck.stage.docker.connection import EngineError
from quarterdeck.stage.docker.transport import SdkClient, Transport


@pytest.fixture
def answering(tmp_path: Path) -> Iterator[Callable[..., EngineAddress]]:
    """An engine that gives these pieces, a moment apart."""
    threads: list[threading.Thread] = []
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(tmp_path / "e.sock"))
    listener.listen()

    def make(*pieces: bytes, pause: float = 0.0) -> EngineAddress:
        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(4096)
                for piece in pieces:
                    try:
                        connection.sendall(piece)
                    except BrokenPipeError:
                        return
                    time.sleep(pause)

        threads.append(threading.Thread(target=serve))
        threads[-1].start()
        return parse_address(f"unix://{tmp_path}/e.sock")

    yield make
    for thread in threads:
        thread.join()
    listener.close()


HEAD = b"HTTP/1.1 200 OK\r\n"


def version(address: EngineAddress, timeout: float = 10.0) -> object:
    """The engine's answer to ``/version``."""
    with SdkClient(Transport(address), timeout) as client:
        return client.version(api_version=False)


@pytest.mark.parametrize(
    "pieces",
    [
        (HEAD + b"Content-Length: 5\r\n\r\n[1", b",2]"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n[1\r\n", b"3\r\n,2]\r\n0\r\n\r\n"),
        (HEAD + b"\r\n[1,2]",),
    ],
)
def test_framings(pieces: tuple[bytes, ...], answering: Callable[..., EngineAddress]) -> None:
    """A length, chunks, or all until the end."""
    assert version(answering(*pieces)) == [1, 2]


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"hello\r\n\r\n",
        HEAD + b"Content-Length: 9\r\n\r\n[1]",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n[1",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n",
        HEAD + b"Content-Length: 3\r\n\r\n[1,",
    ],
)
def test_broken_answers(answer: bytes, answering: Callable[..., EngineAddress]) -> None:
    """What ends too early, isn't HTTP or isn't JSON is an error in plain words, not half an answer."""
    with pytest.raises(EngineError, match=r"^the engine"):
        version(answering(answer))


@pytest.mark.parametrize("start", [b"", HEAD + b"Content-Length: 1000\r\n\r\n"])
def test_slow_answer(start: bytes, answering: Callable[..., EngineAddress]) -> None:
    """The time limit is for the whole answer, its head and its body, not for each piece."""
    begun = time.monotonic()
    with pytest.raises(TimeoutError):
        version(answering(start, *[b"H"] * 600, pause=0.1), timeout=0.3)
    assert time.monotonic() - begun < 30


@pytest.mark.slow
def test_stalled_stream(answering: Callable[..., EngineAddress]) -> None:
    """A streamed answer may take longer than the limit as a whole; the SDK asks for some without any limit."""
    address = answering(HEAD + b"\r\n", *[b"x"] * 6, pause=0.4)
    with SdkClient(Transport(address), 1.8) as client:
        pieces = client.get(f"{client.base_url}/x", stream=True, timeout=None).iter_content(1)
        assert b"".join(pieces) == b"x" * 6
    silent = answering(HEAD + b"\r\n", pause=3.0)
    with SdkClient(Transport(silent), 0.2) as client, pytest.raises(OSError, match="timed out"):
        list(client.get(f"{client.base_url}/x", stream=True, timeout=None).iter_content(1))


@pytest.mark.parametrize(
    ("body", "reason"),
    [(b'{"message":"no such image: x"}', "no such image: x"), (b"<html>", "<html>"), (b"[]", "[]"), (b"", "")],
)
def test_refusals(body: bytes, reason: str, answering: Callable[..., EngineAddress]) -> None:
    """A status of 400 or more is an error with the engine's own words, whatever their form."""
    head = b"HTTP/1.1 404 Not Found\r\nContent-Length: %d\r\n\r\n" % len(body)
    with SdkClient(Transport(answering(head + body)), 10.0) as client, pytest.raises(EngineError) as caught:
        client.inspect_image("x")
    assert (caught.value.status, caught.value.reason) == (404, reason)
    assert str(caught.value) == f"the engine answers 404 to /v1.24/images/x/json: {reason}"


def test_no_engine(tmp_path: Path) -> None:
    """The system's own error comes through, which says what is wrong."""
    with pytest.raises(FileNotFoundError):
        version(parse_address(f"unix://{tmp_path}/none.sock"))


def test_requests_share_a_connection(tmp_path: Path) -> None:
    """Over ssh, each connection is a process with a login."""
    path = tmp_path / "e.sock"
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen()
    accepted = []

    def serve() -> None:
        connection, _ = listener.accept()
        accepted.append(connection)
        with connection:
            while connection.recv(4096):
                connection.sendall(HEAD + b"Content-Length: 2\r\n\r\n[]")

    thread = threading.Thread(target=serve)
    thread.start()
    with SdkClient(Transport(parse_address(f"unix://{path}")), 10.0) as client:
        assert [client.images(all=True) for _ in range(3)] == [[], [], []]
        assert client.with_timeout(5.0).networks() == []
    thread.join()
    listener.close()
    assert len(accepted) == 1


def test_connection_that_the_engine_closes(tmp_path: Path) -> None:
    """An engine may close a connection after any answer, without saying so: the next request takes a new one."""
    path = tmp_path / "e.sock"
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen()

    def serve() -> None:
        for _ in range(2):
            connection, _ = listener.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(HEAD + b"Content-Length: 2\r\n\r\n[]")
                connection.recv(4096)  # the next request, which is not answered

    thread = threading.Thread(target=serve)
    thread.start()
    with SdkClient(Transport(parse_address(f"unix://{path}")), 10.0) as client:
        assert client.images() == []
        assert client.images() == []
    thread.join()
    listener.close()


def test_answer_that_is_given_up(tmp_path: Path) -> None:
    """Leaving the client ends what is under way, so that an engine stops a pull that was interrupted."""
    path = tmp_path / "e.sock"
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen()
    ended = threading.Event()

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(4096)
            connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n")
            if connection.recv(4096) == b"":
                ended.set()

    thread = threading.Thread(target=serve)
    thread.start()
    with SdkClient(Transport(parse_address(f"unix://{path}")), 10.0) as client:
        events = client.pull_image("web:1", {})
        assert next(events) == {}
    assert ended.wait(10.0)
    thread.join()
    listener.close()


def test_ssh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK's requests go through the ssh process, without paramiko."""
    ssh = tmp_path / "ssh"
    answer = "HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\n{}"
    until_blank = "while read -r line; do [ ${#line} -gt 1 ] || break; done"
    ssh.write_text(f"#!/bin/sh\n{until_blank}\nprintf '{answer}'\n")
    ssh.chmod(ssh.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert version(parse_address("ssh://lab")) == {}


@pytest.mark.parametrize(
    "settings",
    [{"auths": {"r": {"auth": "!"}}}, {"auths": {"r": 1}}, {"proxies": []}, ["x"], {"proxies": {"default": 1}}],
)
def test_broken_settings(settings: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK reads config.json and trusts it; what can't be used in there is named, without a traceback."""
    (tmp_path / "config.json").write_text(json.dumps(settings))
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    with pytest.raises(EngineError, match=r"config\.json"):
        version(parse_address("unix:///nowhere"))
