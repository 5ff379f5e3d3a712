"""One HTTP/1.1 request and its answer, over a connection of its own (RFC 9112).

It is small and asynchronous, passes bodies on as they come, and follows no redirection.  The caller says how long an
answer may take: a server that sends a little now and then is never silent.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import h11

CONNECT_SECONDS = 3.0
"""How long a server may take to accept a connection."""
_CHUNK = 64 * 1024

Headers = Sequence[tuple[str, str]]


class ExchangeError(Exception):
    """The request is not valid HTTP, or the answer is not, breaks off, or is too long."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class AnswerHead:
    """Status and headers of an answer, whose body may follow."""

    status: int
    headers: Sequence[tuple[bytes, bytes]]


async def ask(
    address: tuple[str, int],
    method: str,
    target: str,
    headers: Headers,
    *,
    limit: int,
    body: bytes = b"",
    context: ssl.SSLContext | None = None,
) -> Answer:
    """Send a request to a server, by address and port, and return its answer; ``headers`` begin with ``Host``.

    Raises:
        OSError: when the server can't be reached; an ``ssl.SSLError`` with a ``context`` that doesn't trust it.
        ExchangeError: when the request or the answer is not valid HTTP, or the body has more than ``limit`` bytes.

    """
    sent = [*headers, ("Content-Length", str(len(body)))] if body or method != "GET" else headers
    async with Exchange.to(address, context) as exchange:
        await exchange.begin(method, target, [*sent, ("Connection", "close")])
        await exchange.send(body)
        await exchange.finish()
        head = await exchange.head()
        received = b""
        async for part in exchange.body():
            received += part
            if len(received) > limit:
                raise ExchangeError("it answers with too much")
        return Answer(head.status, received)


class Exchange:
    """A connection for one request, whose parts are sent and received one after the other.

    All methods raise OSError when the connection breaks, and ExchangeError when what is sent or received is not
    valid HTTP.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Use a connection that is open; see :meth:`to`."""
        self._reader, self._writer = reader, writer
        self._h11 = h11.Connection(h11.CLIENT)

    @classmethod
    @contextlib.asynccontextmanager
    async def to(cls, address: tuple[str, int], context: ssl.SSLContext | None = None) -> AsyncIterator[Exchange]:
        """Connect to a server, with TLS if ``context`` is given; the connection is closed at the end of the block."""
        async with asyncio.timeout(CONNECT_SECONDS):
            reader, writer = await asyncio.open_connection(*address, limit=_CHUNK, ssl=context)
        try:
            yield cls(reader, writer)
        finally:
            writer.transport.abort()

    async def begin(self, method: str, target: str, headers: Headers) -> None:
        """Send the head of the request."""
        with _understood():
            request = h11.Request(method=method, target=target, headers=list(headers))
        await self._send(request)

    async def send(self, part: bytes) -> None:
        """Send a part of the request's body; it may be empty."""
        if part:
            await self._send(h11.Data(data=part))

    async def finish(self) -> None:
        """End the request."""
        await self._send(h11.EndOfMessage())

    async def head(self) -> AnswerHead:
        """Wait for the head of the answer, and return it."""
        while not isinstance(event := await self._next(), h11.Response):
            if isinstance(event, h11.ConnectionClosed):
                raise ExchangeError("it has closed the connection")
        return AnswerHead(event.status_code, list(event.headers))

    async def body(self) -> AsyncIterator[bytes]:
        """Yield the parts of the answer's body as they come."""
        while not isinstance(event := await self._next(), (h11.EndOfMessage, h11.ConnectionClosed)):
            if isinstance(event, h11.Data):
                yield bytes(event.data)

    async def _send(self, event: Any) -> None:
        with _understood():
            data = self._h11.send(event)
        if data:
            self._writer.write(data)
            await self._writer.drain()

    async def _next(self) -> Any:
        with _understood():
            while (event := self._h11.next_event()) is h11.NEED_DATA:
                self._h11.receive_data(await self._reader.read(_CHUNK))
        return event


@contextlib.contextmanager
def _understood() -> Iterator[None]:
    try:
        yield
    except h11.ProtocolError as error:
        raise ExchangeError(str(error)) from None
