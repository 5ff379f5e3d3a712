"""Passes requests and WebSockets on: from the desk to a seat, and in a seat to its containers (HTTP/1.1).

A seat answers nobody who doesn't know its secret, which only the desk does; so it is added here, and what a browser
sends under that name is dropped.  Hop-by-hop headers end here (RFC 9110, 7.6.1), the desk's cookies too.  Bodies are
passed on as they come, in both directions; what is slow on one side slows the other.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Subprotocol

from quarterdeck.exchange import CONNECT_SECONDS, Answer, Exchange, ExchangeError
from quarterdeck.exchange import ask as ask_server
from quarterdeck.seats.messages import OUTPUT_LIMIT, REPORT_LIMIT

SECRET_HEADER = "Quarterdeck-Seat"
COOKIE = "quarterdeck-seat"
"""The cookie by which the desk knows a browser; with TLS its name also says that no other host has set it."""
PAGE_COOKIE = "quarterdeck-page"
"""The cookie by which a browser may see the pages of a seat's containers."""
UPLOAD_SECONDS = 600.0
ANSWER_SECONDS = 60.0
"""How long a container may take to begin its answer."""
TOO_LARGE = "This is too large to be passed on.\n"
UPLOAD_LIMIT = 64 * 1024 * 1024
"""Bytes of a request's body that is passed on."""
FRAME_LIMIT = 1024 * 1024
"""Bytes of a WebSocket message that is passed on between a page and its container."""
TERMINAL_LIMIT = 6 * OUTPUT_LIMIT + 64 * 1024
"""Bytes of a message of a seat: the terminal's whole output, each character as JSON writes the longest."""
CONNECTIONS_EACH = 32
"""Connections to one server at once."""
PING_SECONDS = 5.0
"""How often a terminal's connection is tried, and how long its answer may take."""

HOP_BY_HOP = frozenset(
    {
        *("connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection"),
        *("te", "trailer", "transfer-encoding", "upgrade"),
    }
)
_OF_HANDSHAKE = frozenset(
    f"sec-websocket-{name}" for name in ("key", "version", "extensions", "protocol")
)  # the next hop has its own


class UnreachableError(Exception):
    """A server doesn't answer, or what it says can't be understood."""


class TooLargeError(Exception):
    """The body of a request is larger than what is passed on."""


@dataclass(frozen=True, slots=True)
class Upstream:
    """A server that requests are passed on to."""

    address: str
    port: int
    secret: str = field(default="", repr=False)
    """What a seat's server wants to hear in each request; empty for others."""

    @property
    def authority(self) -> str:
        """Address and port as in a URL."""
        return f"{f'[{self.address}]' if ':' in self.address else self.address}:{self.port}"

    @property
    def place(self) -> tuple[str, int]:
        """Address and port."""
        return self.address, self.port

    def headers(self, others: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        """Headers of a request to it."""
        return [*others, (SECRET_HEADER, self.secret)] if self.secret else list(others)


_FAULTS = (OSError, ExchangeError)


async def ask(upstream: Upstream, method: str, target: str, *, body: bytes = b"", seconds: float) -> Answer:
    """Ask a server for something.

    Raises:
        UnreachableError: when it doesn't answer in time, or answers with too much.

    """
    try:
        async with asyncio.timeout(seconds):
            headers = upstream.headers([("Host", "seat")])
            return await ask_server(upstream.place, method, target, headers, body=body, limit=REPORT_LIMIT)
    except _FAULTS as error:
        raise UnreachableError(str(error) or type(error).__name__) from None


def terminal(seat: Upstream) -> connect:
    """A connection to a seat's terminal; to be entered as a context.  Raises OSError or WebSocketException."""
    return connect(
        f"ws://{seat.authority}/terminal",
        additional_headers=seat.headers(()),
        compression=None,  # a key's echo is shorter than what compression adds
        max_size=TERMINAL_LIMIT,
        open_timeout=CONNECT_SECONDS,
        close_timeout=1,
        ping_interval=PING_SECONDS,
        ping_timeout=PING_SECONDS,
        user_agent_header=None,
        proxy=None,
    )


class Proxy:
    """Passes what servers serve on to browsers, over a bounded number of connections to each."""

    def __init__(self) -> None:
        self._open: Counter[Upstream] = Counter()

    @contextlib.contextmanager
    def _one_more(self, upstream: Upstream) -> Iterator[bool]:
        allowed = self._open[upstream] < CONNECTIONS_EACH
        self._open[upstream] += allowed
        try:
            yield allowed
        finally:
            self._open[upstream] -= allowed
            self._open += Counter()  # drops those at zero

    async def http(self, upstream: Upstream, target: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, as one for ``target`` (path and query), and its answer back."""
        request = Request(scope, receive)
        with self._one_more(upstream) as allowed:
            if not allowed:
                response: Response = PlainTextResponse("Too many connections to this seat; try again.\n", 503)
                await response(scope, receive, send)
                return
            async with contextlib.AsyncExitStack() as stack:
                try:
                    response = await self._passed(upstream, target, request, stack)
                except ClientDisconnect:
                    return
                except TooLargeError:
                    response = PlainTextResponse(TOO_LARGE, 413)
                except _FAULTS:
                    response = PlainTextResponse("Nothing answers at this port of your seat yet.\n", 502)
                with contextlib.suppress(*_FAULTS):  # an answer that breaks off does so for the browser, too
                    await response(scope, receive, send)

    async def _passed(
        self, upstream: Upstream, target: str, request: Request, stack: contextlib.AsyncExitStack
    ) -> Response:
        length = request.headers.get("content-length", "")
        if length.isdigit() and int(length) > UPLOAD_LIMIT:
            raise TooLargeError
        exchange = await stack.enter_async_context(Exchange.to(upstream.place))
        headers = [(name, value) for name, value in _forwarded(request.headers.raw) if name != "content-length"]
        has_body = length.isdigit() or "transfer-encoding" in request.headers
        if has_body:
            headers.append(("content-length", length) if length.isdigit() else ("transfer-encoding", "chunked"))
        headers.append(("connection", "close"))
        await exchange.begin(request.method, target, upstream.headers(headers))
        uploading = asyncio.create_task(_upload(request.stream() if has_body else None, exchange))
        answering = asyncio.create_task(exchange.head())
        stack.push_async_callback(_cancelled, uploading, answering)
        async with asyncio.timeout(UPLOAD_SECONDS):
            await asyncio.wait((uploading, answering), return_when=asyncio.FIRST_COMPLETED)
            if not answering.done() and not isinstance(uploading.exception(), OSError):
                uploading.result()  # a server that takes no more of the body may answer all the same
        async with asyncio.timeout(ANSWER_SECONDS):
            answer = await answering
        response = StreamingResponse(exchange.body(), answer.status)
        response.raw_headers = [(name.lower(), value) for name, value in answer.headers if _comes_back(name, value)]
        return response

    async def websocket(self, upstream: Upstream, target: str, socket: WebSocket) -> None:
        """Pass a WebSocket on, as one for ``target``, until either side ends it."""
        headers = [(name, value) for name, value in _forwarded(socket.headers.raw) if name not in _OF_HANDSHAKE]
        host = next((value for name, value in headers if name == "host"), upstream.authority)
        with self._one_more(upstream) as allowed:
            if not allowed:
                await socket.close(1013)
                return
            try:
                async with connect(
                    f"ws://{host}{target}",
                    host=upstream.address,
                    port=upstream.port,
                    additional_headers=upstream.headers([pair for pair in headers if pair[0] != "host"]),
                    subprotocols=[Subprotocol(each) for each in socket.scope.get("subprotocols", ())] or None,
                    compression=None,
                    max_size=FRAME_LIMIT,
                    open_timeout=CONNECT_SECONDS,
                    close_timeout=1,
                    user_agent_header=None,
                    proxy=None,
                ) as up:
                    await socket.accept(up.subprotocol)
                    await _both_ways(socket, up)
            except (OSError, TimeoutError, WebSocketException):
                pass  # the container doesn't take it, or has gone
            with contextlib.suppress(RuntimeError, WebSocketDisconnect):
                await socket.close(1011)


async def _upload(parts: AsyncIterator[bytes] | None, exchange: Exchange) -> None:
    """Send a request's body, if it has one, and its end.

    Raises:
        TooLargeError: when it is.

    """
    sent = 0
    if parts is not None:
        async for part in parts:
            sent += len(part)
            if sent > UPLOAD_LIMIT:
                raise TooLargeError
            await exchange.send(part)
    await exchange.finish()


async def _both_ways(socket: WebSocket, up: ClientConnection) -> None:
    async def down() -> None:
        with contextlib.suppress(ConnectionClosed):
            async for message in up:
                await deliver(socket, message)
        with contextlib.suppress(RuntimeError, WebSocketDisconnect):
            await socket.close(_code(up.close_code), up.close_reason)

    async def upward() -> None:
        while (message := await socket.receive())["type"] == "websocket.receive":
            text = message.get("text")
            await up.send(text if text is not None else message.get("bytes") or b"")
        await up.close(_code(message.get("code")), message.get("reason") or "")

    await ended([asyncio.create_task(down()), asyncio.create_task(upward())])


async def deliver(socket: WebSocket, message: str | bytes) -> None:
    """Send a page a message.

    Raises:
        WebSocketDisconnect: when it has gone.

    """
    try:
        await (socket.send_text(message) if isinstance(message, str) else socket.send_bytes(message))
    except RuntimeError:  # we have closed it already
        raise WebSocketDisconnect(1006) from None


def _code(code: int | None) -> int:
    """A close code that may be sent: some only say that none came (RFC 6455, 7.4.1)."""
    return code if code is not None and (code in range(3000, 5000) or code in (1000, 1001, 1003, 1008, 1011)) else 1000


async def _cancelled(*tasks: asyncio.Task[Any]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def ended(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Wait until one of the tasks has ended, and end the others; what it raised, unless its connection has gone."""
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    for result in results:
        if isinstance(result, Exception) and not isinstance(result, (*_GONE, asyncio.CancelledError)):
            raise result


_GONE = (OSError, TimeoutError, WebSocketException, WebSocketDisconnect)


def _forwarded(raw: Sequence[tuple[bytes, bytes]]) -> Iterator[tuple[str, str]]:
    """A browser's headers without those that end at the desk."""
    named = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in raw]
    dropped = HOP_BY_HOP | {
        each.strip().lower() for name, value in named if name == "connection" for each in value.split(",")
    }
    for name, value in named:
        if name in dropped or name == SECRET_HEADER.lower():
            continue
        if name == "cookie":
            if kept := other_cookies(value):
                yield name, kept
        else:
            yield name, value


def _comes_back(name: bytes, value: bytes) -> bool:
    plain = name.decode("latin-1").lower()
    return plain not in HOP_BY_HOP and not (plain == "set-cookie" and sets_ours(value.decode("latin-1")))


def target_of(scope: Scope) -> str:
    """The path and query of a request, as they came."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    query: bytes = scope.get("query_string", b"")
    return (raw.partition(b"?")[0] + (b"?" + query if query else b"")).decode("latin-1")


def other_cookies(line: str) -> str:
    """A browser's cookies without those of the desk, which are none of a container's business."""
    return "; ".join(pair for each in line.split(";") if (pair := each.strip()) and not _ours(pair.partition("=")[0]))


def sets_ours(line: str) -> bool:
    """Whether a ``Set-Cookie`` of a container's page would take the place of a cookie of the desk."""
    return _ours(line.partition(";")[0].partition("=")[0])


def _ours(name: str) -> bool:
    plain = name.strip().lower().removeprefix("__host-").removeprefix("__secure-")
    return plain.startswith((COOKIE, PAGE_COOKIE))
