"""One exchange: a request's way to the engine, and the answer's way back to the demo.

``Client`` is the demo's end.  A ``Reply`` says what becomes of the engine's answer: it goes back as it
is, or changed, or the connection becomes a tunnel.  An error (status 400 and above) always goes back
with plain names, whatever the reply.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, TypeAlias

from msgspec import Struct

from quarterdeck.stage.cleanroom.connection import ConnectionEndedError, Tap, Wire, tunnel
from quarterdeck.stage.cleanroom.http import (
    BODY_LIMIT,
    BadMessageError,
    Chunked,
    Framing,
    NoBody,
    RequestHead,
    ResponseHead,
    Sized,
    UntilClose,
    dumps,
    loads_answer,
    parse_response,
    response_framing,
    serialise,
)
from quarterdeck.stage.cleanroom.names import Names
from quarterdeck.stage.cleanroom.policy import RefusedError
from quarterdeck.stage.cleanroom.request import spoken
from quarterdeck.stage.cleanup.labels import NAMESPACE, hide

ANSWER_LIMIT = 64 << 20
"""Bytes of an answer that is changed."""
HEARING_SECONDS = 5.0
"""How long the engine may take to end a build whose demo is gone, and to say what it has made."""
LINGER_SECONDS = 1.0
"""How long a client that is refused in the middle of an upload may keep sending, so that it reads the refusal."""
MARK = NAMESPACE.encode()
"""Bytes found in every answer that has labels of ours in it."""
HOP_BY_HOP = frozenset(
    {
        *("connection", "keep-alive", "proxy-connection", "proxy-authorization", "te", "trailer", "upgrade", "host"),
        *("transfer-encoding", "content-length", "expect", "accept-encoding", "http2-settings"),
    }
)
"""Headers that concern one connection only (RFC 9110, 7.6.1), and those that the clean room sets itself."""


class Unchanged(Struct, frozen=True):
    """The answer goes back as it is."""


class Changed(Struct, frozen=True):
    """The answer is one JSON value, which the demo gets changed."""

    change: Callable[[Any], Any]


class ChangedLines(Struct, frozen=True):
    """The answer is a stream of JSON, one value a line."""

    change: Callable[[bytes], bytes | None]
    """Returns a line as the demo gets it; None drops the line."""
    finish: Callable[[], Awaitable[None]] | None = None
    """Awaited after the last line; the demo sees the end of the stream only then.

    With it the stream is read to its end, even if the demo goes away: the engine is only asked to end it.
    """


class Tunnelled(Struct, frozen=True):
    """After the answer's head the connection carries bytes both ways."""

    tap: Tap | None = None
    """Reads what passes through."""
    until: asyncio.Event | None = None
    """Ends the tunnel when it is set."""


Reply: TypeAlias = Unchanged | Changed | ChangedLines | Tunnelled
UNCHANGED = Unchanged()
PLAIN_NAMES = Changed(lambda answer: answer)
"""Only the stage's prefix and labels are taken out of the answer."""


class Client:
    """The demo's end of one request: its body is read from here, and one answer is written to it."""

    def __init__(self, wire: Wire, head: RequestHead, framing: Framing) -> None:
        self.wire = wire
        self.framing = framing
        self.closing = "close" in head.tokens("connection")
        """Whether the connection ends after the answer."""
        self.answered = False
        self.unread = not isinstance(framing, NoBody)
        """Whether the request has a body that hasn't been read to its end."""
        self._bodiless = head.method == "HEAD"
        self._waits = "100-continue" in head.tokens("expect")

    async def read(self) -> bytes:
        """The request's whole body; raises BadMessageError if it is longer than a JSON body may be."""
        await self.invite()
        body = await self.wire.body(self.framing, BODY_LIMIT)
        self.unread = False
        return body

    async def invite(self) -> None:
        """Ask a client that sent ``Expect: 100-continue`` for its body (RFC 9110, 10.1.1)."""
        if self._waits:
            await self.wire.send(b"HTTP/1.1 100 Continue\r\n\r\n")

    async def upload(self, engine: Wire, on_gone: Callable[[], None]) -> None:
        """Send the request's body on to the engine, which may be answering already; then watch for the demo's end."""
        try:
            await self.wire.relay(engine, self.framing)
        except (BadMessageError, ConnectionEndedError):
            engine.shut_down()
            raise
        self.unread = False
        self.wire.watch(on_gone)

    async def begin(self, line: str, headers: list[tuple[str, str]], body: bytes = b"") -> None:
        """Send the head of the answer, and perhaps all of its body."""
        self.closing = self.closing or self.unread
        if self.closing:
            headers = [*headers, ("Connection", "close")]
        self.answered = True
        await self.wire.send(serialise(line, headers) + (b"" if self._bodiless else body))

    async def answer(self, status: int, value: object = None) -> None:
        """Answer without the engine."""
        body = b"" if value is None else dumps(value)
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        await self.begin(f"HTTP/1.1 {status} {_REASONS.get(status, 'Error')}", headers, body)

    async def refuse(self, fault: RefusedError | BadMessageError) -> None:
        """Answer with an error in the engine's form, which every client shows.

        Once an answer has begun, only the end of the connection can say that it failed.
        """
        if self.answered:
            self.closing = True
            return
        await self.answer(fault.status, {"message": f"quarterdeck: {fault}"})
        if self.closing:
            self.wire.end_sending()
            with suppress(TimeoutError):
                async with asyncio.timeout(LINGER_SECONDS):
                    while await self.wire.receive():
                        pass


async def receive_head(engine: Wire) -> ResponseHead:
    """The head of the engine's answer, without interim ones (1xx other than 101)."""
    while True:
        received = await engine.head()
        if received is None:
            raise ConnectionEndedError
        head = parse_response(received)
        if head.status >= 200 or head.status == 101:
            return head


def outgoing_headers(head: RequestHead, client: Client, *, body: bytes | None, upgrade: bool) -> list[tuple[str, str]]:
    """The headers for the engine: the request's own, for ``body`` in place of its body, with its ``Upgrade`` or not."""
    headers = [("Host", "docker")]
    headers += [(k, v) for k, v in head.headers if k.lower() not in HOP_BY_HOP]
    if upgrade and (protocol := head.get("upgrade")):
        headers += [("Connection", "Upgrade"), ("Upgrade", protocol)]
    if body is not None:
        headers = [h for h in headers if h[0].lower() != "content-type"]
        return [*headers, ("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    if client.unread:
        match client.framing:
            case Sized(length):
                return [*headers, ("Content-Length", str(length))]
            case Chunked():
                return [*headers, ("Transfer-Encoding", "chunked")]
    return [*headers, ("Content-Length", "0")] if head.method in ("POST", "PUT") else headers


class Exchange:
    """One request that was sent to the engine, and is answered by it."""

    def __init__(self, request: RequestHead, client: Client, engine: Wire, reply: Reply, names: Names) -> None:
        self._request = request
        self._client = client
        self._engine = engine
        self._reply = reply
        self._names = names

    async def run(self, *, to_the_end: bool) -> int:
        """Send the body, return the answer to the demo; its status.

        ``to_the_end`` waits for the engine even if the demo's command goes away.
        """
        client, engine = self._client, self._engine
        heard_out = isinstance(self._reply, ChangedLines) and self._reply.finish is not None
        # a reader of the engine is woken up, at once or by the engine: Go's servers cancel a request at a half-close
        on_gone = engine.end_sending if heard_out else engine.shut_down
        if not client.unread:
            if not to_the_end:
                client.wire.watch(on_gone)
            try:
                return await self._return()
            finally:
                client.wire.unwatch()
        await client.invite()
        upload = asyncio.ensure_future(client.upload(engine, on_gone))
        try:
            return await self._return()
        except (ConnectionEndedError, OSError):
            if upload.done() and (fault := upload.exception()):
                raise fault from None
            raise
        finally:
            client.wire.unwatch()
            if not upload.done():
                client.closing = True
                upload.cancel()
            with suppress(asyncio.CancelledError, ConnectionEndedError, OSError, BadMessageError):
                await upload

    async def _return(self) -> int:
        head = await receive_head(self._engine)
        framing = response_framing(head, self._request.method)
        headers = [(k, _told(k, v)) for k, v in head.headers if k.lower() not in HOP_BY_HOP]
        line = f"HTTP/1.1 {head.status} {head.reason}"
        match self._reply:
            case _ if head.status == 101:
                await self._tunnel(head)
            case Tunnelled() if head.status == 200 and isinstance(framing, UntilClose):
                await self._tunnel(head)
            case _ if isinstance(framing, NoBody):
                if self._request.method == "HEAD":
                    headers += [(k, v) for k, v in head.headers if k.lower() == "content-length"]
                await self._client.begin(line, headers)
            case _ if head.status >= 400:
                body = self._names.outward_error(await self._engine.body(framing, ANSWER_LIMIT))
                await self._client.begin(line, [*headers, ("Content-Length", str(len(body)))], body)
            case Changed(change):
                body = self._changed(await self._engine.body(framing, ANSWER_LIMIT), change)
                await self._client.begin(line, [*headers, ("Content-Length", str(len(body)))], body)
            case ChangedLines():
                await self._client.begin(line, [*headers, ("Transfer-Encoding", "chunked")])
                await self._stream(framing, self._reply)
            case Unchanged() | Tunnelled():
                await self._relay(framing, line, headers)
        if isinstance(framing, UntilClose) or "close" in head.tokens("connection"):
            self._engine.close()
        return head.status

    def _changed(self, received: bytes, change: Callable[[Any], Any]) -> bytes:
        body = self._names.outward(received)
        if not body.strip():
            return body
        answer = change(loads_answer(body))
        return dumps(hide(answer) if MARK in body else answer)

    async def _tunnel(self, head: ResponseHead) -> None:
        if head.status == 101 and not self._request.get("upgrade"):
            raise BadMessageError("the engine wants to change the protocol", 502)
        client = self._client
        client.wire.unwatch()
        client.answered = client.closing = True
        await client.wire.send(serialise(f"HTTP/1.1 {head.status} {head.reason}", head.headers))
        tap, until = (self._reply.tap, self._reply.until) if isinstance(self._reply, Tunnelled) else (None, None)
        await tunnel(client.wire, self._engine, tap, until)

    async def _relay(self, framing: Framing, line: str, headers: list[tuple[str, str]]) -> None:
        match framing:
            case Sized(length):
                headers = [*headers, ("Content-Length", str(length))]
            case Chunked():
                headers = [*headers, ("Transfer-Encoding", "chunked")]
            case UntilClose():
                self._client.closing = True
        await self._client.begin(line, headers)
        await self._engine.relay(self._client.wire, framing)

    async def _stream(self, framing: Framing, reply: ChangedLines) -> None:
        passing = asyncio.ensure_future(self._pass_lines(framing, reply))
        try:
            await asyncio.shield(passing)
        finally:
            if reply.finish is not None and not passing.done():
                self._engine.end_sending()
                await asyncio.wait([passing], timeout=HEARING_SECONDS)
            passing.cancel()
            await asyncio.gather(passing, return_exceptions=True)

    async def _pass_lines(self, framing: Framing, reply: ChangedLines) -> None:
        waiting, gone = b"", None
        async for piece in self._engine.pieces(framing):
            *whole, waiting = (waiting + piece).split(b"\n")
            gone = await self._send_lines(whole, reply.change) or gone
            if gone and reply.finish is None:
                raise gone
        gone = await self._send_lines([waiting], reply.change) or gone
        if reply.finish is not None:
            await reply.finish()
        if gone:
            raise gone
        await self._client.wire.send(b"0\r\n\r\n")

    async def _send_lines(self, whole: list[bytes], change: Callable[[bytes], bytes | None]) -> OSError | None:
        """Send changed lines to the demo; an error if it is gone."""
        kept = [changed for line in whole if line.strip() and (changed := change(line)) is not None]
        if kept:
            data = b"\n".join(kept) + b"\n"
            try:
                await self._client.wire.send(b"%x\r\n%s\r\n" % (len(data), data))
            except OSError as error:
                return error
        return None


def _told(name: str, value: str) -> str:
    return spoken(value) if name.lower() == "api-version" else value


_REASONS = {
    200: "OK",
    201: "Created",
    204: "No Content",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    413: "Content Too Large",
    431: "Request Header Fields Too Large",
    501: "Not Implemented",
    502: "Bad Gateway",
    503: "Service Unavailable",
}
