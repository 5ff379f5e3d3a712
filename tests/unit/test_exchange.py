"""What is sent to a server, and what is taken from it: over real sockets."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from quarterdeck import exchange
from quarterdeck.exchange import Exchange, ExchangeError, ask

HEADERS = (("Host", "here"), ("X-Secret", "s"))


@dataclass
class Server:
    """Answers every request the same, and keeps what was sent."""

    address: tuple[str, int] = ("127.0.0.1", 0)
    heard: bytes = b""
    gone: asyncio.Event = field(default_factory=asyncio.Event)


@asynccontextmanager
async def answering(answer: bytes) -> AsyncIterator[Server]:
    """A server that closes the connection after its answer, once the request is whole."""
    server = Server()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
            server.heard = head + await reader.readexactly(int(length or b"0"))
        writer.write(answer)
        writer.close()
        server.gone.set()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as listening:
        server.address = listening.sockets[0].getsockname()
        yield server


async def test_a_question_and_its_answer() -> None:
    """Head and body arrive whole; what comes back has the server's status, an error's as well."""
    async with answering(b"HTTP/1.1 404 No\r\nContent-Length: 2\r\n\r\nno") as server:
        answer = await ask(server.address, "POST", "/begin/a%20b", HEADERS, body=b"{}", limit=10)
    assert (answer.status, answer.body) == (404, b"no")
    head, _, body = server.heard.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /begin/a%20b HTTP/1.1"
    assert {"X-Secret: s", "Content-Length: 2", "Connection: close"} <= set(lines)
    assert body == b"{}"


async def test_an_answer_until_the_end_of_the_connection() -> None:
    """A server of old says no length."""
    async with answering(b"HTTP/1.0 200 OK\r\n\r\nall that comes") as server:
        assert (await ask(server.address, "GET", "/", HEADERS, limit=100)).body == b"all that comes"


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200",
        b"what?\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000,
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello there",
    ],
)
async def test_what_is_no_answer_is_refused(answer: bytes) -> None:
    """Nothing, nonsense, heads without end, half of it, and more than the caller takes."""
    async with answering(answer) as server:
        with pytest.raises(ExchangeError):
            await ask(server.address, "GET", "/", HEADERS, limit=10)


async def test_a_request_that_would_be_two_is_not_sent() -> None:
    """A line break in a header can't begin another request."""
    async with answering(b"") as server:
        with pytest.raises(ExchangeError):
            await ask(server.address, "GET", "/", (("Host", "here\r\nX: y"),), limit=10)
        await server.gone.wait()
    assert server.heard == b""


async def test_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    """A port that is closed is told at once, a server that accepts nothing after some seconds."""
    async with answering(b"") as server:
        pass
    with pytest.raises(OSError):
        await ask(server.address, "GET", "/", HEADERS, limit=10)

    async def silent(*_: object, **__: object) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(exchange, "CONNECT_SECONDS", 0.01)
    monkeypatch.setattr(asyncio, "open_connection", silent)
    with pytest.raises(TimeoutError):
        await ask(server.address, "GET", "/", HEADERS, limit=10)


async def test_with_tls_nothing_is_said_to_a_stranger() -> None:
    """The head, which may have a token, is sent to a server with a certificate alone."""
    heard = b""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal heard
        heard = await reader.read(4096)
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        address = server.sockets[0].getsockname()
        with pytest.raises(ssl.SSLError):
            await ask(address, "GET", "/", HEADERS, limit=10, context=ssl.create_default_context())
    assert heard
    assert b"X-Secret" not in heard


async def test_a_body_is_sent_in_parts_and_comes_in_parts() -> None:
    """What is too large to be kept passes through; leaving ends the connection in the middle."""
    async with answering(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\nX-Is: y\r\n\r\nsome of it") as server:
        async with Exchange.to(server.address) as passing:
            await passing.begin("PUT", "/echo", [*HEADERS, ("Content-Length", "6")])
            for part in (b"abc", b"", b"def"):
                await passing.send(part)
            await passing.finish()
            head = await passing.head()
            assert (head.status, dict(head.headers)[b"x-is"]) == (200, b"y")
            parts = passing.body()
            assert await anext(parts) == b"some of it"
        await server.gone.wait()
    assert server.heard.endswith(b"abcdef")
