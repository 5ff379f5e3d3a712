"""Plain questions to an engine."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from quarterdeck.stage.docker.address import EngineAddress, parse_address
from quarterdeck.stage.docker.client import EngineError, ask


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


@pytest.mark.parametrize(
    "pieces",
    [
        (HEAD + b"Content-Length: 4\r\n\r\n[1,2"[:-2], b",2"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n[1\r\n", b"3\r\n,2]\r\n0\r\n\r\n"),
        (HEAD + b"\r\n[1,2]",),
    ],
)
def test_framings(pieces: tuple[bytes, ...], answering: Callable[..., EngineAddress]) -> None:
    """A length, chunks, or all until the end."""
    answer = ask(answering(*pieces), "GET", "/x")
    assert answer.status == 200
    assert answer.body.startswith(b"[1,2")


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"hello\r\n\r\n",
        HEAD + b"Content-Length: 9\r\n\r\n[1]",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n[1",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n",
    ],
)
def test_broken_answers(answer: bytes, answering: Callable[..., EngineAddress]) -> None:
    """What ends too early or isn't HTTP is an error, not half an answer."""
    with pytest.raises(EngineError):
        ask(answering(answer), "GET", "/x")


def test_slow_answer(answering: Callable[..., EngineAddress]) -> None:
    """The time limit is for the whole answer, not for each piece."""
    begun = time.monotonic()
    with pytest.raises(TimeoutError):
        ask(answering(*[b"H"] * 600, pause=0.1), "GET", "/x", timeout=0.3)
    assert time.monotonic() - begun < 30
