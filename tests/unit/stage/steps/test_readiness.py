"""Waiting until something answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from quarterdeck.diagnostics import Diagnostic
from quarterdeck.model.demo import Ready
from quarterdeck.stage.steps.readiness import wait_if_begun, wait_ready

Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], object]


@asynccontextmanager
async def server(answer: bytes | None, *, hold: bool = True) -> AsyncIterator[int]:
    """A port that answers each connection; None says nothing, and without ``hold`` closes at once."""
    done = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if answer is not None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer)
            await writer.drain()
        elif hold:
            await done.wait()
        writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield listening.sockets[0].getsockname()[1]
    finally:
        done.set()
        listening.close()
        await listening.wait_closed()
        await asyncio.sleep(0)


async def waited(kind: str, value: str, lines: tuple[str, ...] = (), seconds: float = 0.7) -> Diagnostic | None:
    """The fault, when it wasn't ready."""
    return await wait_ready(Ready(kind, value), lambda: lines, asyncio.get_running_loop().time() + seconds)


async def test_a_page_that_answers_is_ready() -> None:
    """``ready=URL`` goes on with the first good answer."""
    async with server(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n") as port:
        assert await waited("url", f"http://127.0.0.1:{port}/") is None


@pytest.mark.slow
async def test_a_page_that_fails_is_not_ready() -> None:
    """An error page is no page; the message says which status came."""
    async with server(b"HTTP/1.1 503 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n") as port:
        fault = await waited("url", f"http://127.0.0.1:{port}/")
    assert fault is not None
    assert "status 503" in fault.message


async def test_an_open_port_is_ready() -> None:
    """A server that waits for its client to speak is ready."""
    async with server(None) as port:
        assert await waited("port", f"127.0.0.1:{port}") is None


@pytest.mark.slow
async def test_a_port_that_closes_at_once_is_not_ready() -> None:
    """Docker's proxy takes connections for a container where nothing listens, and drops them: not ready."""
    async with server(None, hold=False) as port:
        fault = await waited("port", f"127.0.0.1:{port}")
    assert fault is not None
    assert "closes the connection" in fault.message


@pytest.mark.parametrize(("kind", "value"), [("url", "http://127.0.0.1:1/"), ("port", "127.0.0.1:1")])
async def test_a_closed_port_says_so(kind: str, value: str) -> None:
    """The message tells what is wrong."""
    fault = await waited(kind, value, seconds=0.3)
    assert fault is not None
    assert "refused" in fault.message


async def test_a_line_of_output_is_waited_for() -> None:
    """``ready=/regex/`` looks at what the step prints."""
    assert await waited("output", "/ready .* connections/", ("LOG: ready to accept connections",)) is None
    assert await waited("output", "/ready/", ("starting",), seconds=0.15) is not None


@pytest.mark.slow
async def test_what_a_step_before_has_started_is_waited_for() -> None:
    """A command that asks a server which is still coming up isn't typed until it answers."""
    begun = asyncio.get_running_loop().time()
    answers = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal answers
        if asyncio.get_running_loop().time() - begun > 0.5:
            answers += bool(await reader.readline())
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        await wait_if_begun(Ready("url", f"http://127.0.0.1:{port}/"), 10.0)
    assert answers == 1


async def test_what_nobody_has_started_is_not_waited_for() -> None:
    """The step itself starts it: it begins at once."""
    async with server(None) as port:
        pass
    async with asyncio.timeout(60):
        await wait_if_begun(Ready("url", f"http://127.0.0.1:{port}/"), 600.0)
        await wait_if_begun(Ready("port", f"127.0.0.1:{port}"), 600.0)
        await wait_if_begun(Ready("output", "/never/"), 600.0)
