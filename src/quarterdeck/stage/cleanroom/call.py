"""One request on its way to the engine, and the answer on its way back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import quote, urlencode

from quarterdeck.stage.cleanroom.connection import ConnectionEndedError, Overhear, Wire, tunnel
from quarterdeck.stage.cleanroom.http import (
    BadMessageError,
    Chunked,
    Framing,
    NoBody,
    RequestHead,
    ResponseHead,
    Sized,
    UntilClose,
    parse_response,
    request_framing,
    response_framing,
    serialise,
)
from quarterdeck.stage.cleanroom.json import BODY_LIMIT, dumps, loads_object
from quarterdeck.stage.cleanroom.policy import RefusedError
from quarterdeck.stage.cleanroom.room import Room
from quarterdeck.stage.cleanroom.versions import spoken
from quarterdeck.stage.cleanup.labels import NAMESPACE, hide
from quarterdeck.stage.docker.client import Answer

ANSWER_LIMIT = 64 << 20
"""Bytes of an answer that is rewritten."""
MARK = NAMESPACE.encode()
"""What an answer with labels of ours in it has in it."""
HOP_BY_HOP = frozenset(
    {
        *("connection", "keep-alive", "proxy-connection", "proxy-authorization", "te", "trailer", "upgrade", "host"),
        *("transfer-encoding", "content-length", "expect", "accept-encoding", "http2-settings"),
    }
)
"""Headers that concern one connection only (RFC 9110, 7.6.1), and those that the clean room sets itself."""
Change: TypeAlias = Callable[[Any], Any]
"""Turns a JSON answer into what the demo sees."""
LineChange: TypeAlias = Callable[[bytes], bytes | None]
"""Turns one line of a JSON stream into what the demo sees; None drops it."""
Finish: TypeAlias = Callable[[], Awaitable[None]]
"""What is done between the last line of a stream and its end, which the demo waits for."""
Lender: TypeAlias = Callable[[], AbstractAsyncContextManager[Wire]]
"""Lends a connection to the engine, which nothing else uses meanwhile."""
Query: TypeAlias = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Returning:
    """How the engine's answer goes back; see :meth:`Call.pass_on`."""

    change: Change | None
    lines: LineChange | None
    finish: Finish | None
    tunnelled: bool
    overhear: Overhear | None
    until: asyncio.Event | None


class Call:
    """One request of the demo's, with the means to pass it on and to answer it."""

    def __init__(self, room: Room, client: Wire, engine: Lender, request: RequestHead) -> None:
        self.room = room
        self.request = request
        self.path = ""
        """Decoded, without the version."""
        self.version = room.version
        """``/v1.41``, or nothing."""
        self.params: Mapping[str, str] = {}
        self.query: list[tuple[str, str]] = []
        self.framing: Framing = request_framing(request)
        self.closing = "close" in request.tokens("connection")
        """Whether the connection ends after the answer."""
        self.answered = False
        self._client = client
        self._engine = engine
        self._unread = not isinstance(self.framing, NoBody)

    def first(self, name: str, default: str = "") -> str:
        """The value of a query parameter."""
        return next((value for key, value in self.query if key == name), default)

    def flag(self, name: str) -> bool:
        """A boolean parameter, as the engine reads it."""
        return self.first(name).strip().lower() not in ("", "0", "no", "false", "none")

    def with_query(self, **values: str) -> list[tuple[str, str]]:
        """The query with these parameters set; empty ones are left out (Podman reads an empty filter as a fault)."""
        return [(k, v) for k, v in self.query if k not in values] + [(k, v) for k, v in values.items() if v]

    @property
    def command(self) -> int:
        """The process that asks."""
        return self._client.peer()

    async def json(self) -> dict[str, Any]:
        """The request's body as an object; raises BadMessageError."""
        await self._continue()
        body = await self._client.body(self.framing, BODY_LIMIT)
        self._unread = False
        return loads_object(body)

    async def _continue(self) -> None:
        if "100-continue" in self.request.tokens("expect"):
            await self._client.send(b"HTTP/1.1 100 Continue\r\n\r\n")

    async def ask(self, method: str, path: str, query: Query = (), body: object = None) -> Answer:
        """A question of our own to the engine, in the version the demo speaks."""
        content = b"" if body is None else dumps(body)
        headers = [("Host", "docker"), ("Content-Length", str(len(content)))]
        if content:
            headers.append(("Content-Type", "application/json"))
        async with self._engine() as engine:
            await engine.send(serialise(f"{method} {self._target(path, query)} HTTP/1.1", headers) + content)
            head = await _response(engine)
            framing = response_framing(head, method)
            answer = Answer(head.status, await engine.body(framing, ANSWER_LIMIT))
            if isinstance(framing, UntilClose) or "close" in head.tokens("connection"):
                engine.close()
        return answer

    def _target(self, path: str, query: Query) -> str:
        target = self.version + quote(path, safe="/:@!$&'()*+,;=-._~")
        return f"{target}?{urlencode(query)}" if query else target

    async def answer(self, status: int, value: object = None) -> None:
        """Answer without the engine."""
        body = b"" if value is None else dumps(value)
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        await self._answer_head(f"HTTP/1.1 {status} {_REASONS.get(status, 'Error')}", headers, body)

    async def _answer_head(self, line: str, headers: list[tuple[str, str]], body: bytes = b"") -> None:
        self.closing = self.closing or self._unread
        if self.closing:
            headers = [*headers, ("Connection", "close")]
        self.answered = True
        await self._client.send(serialise(line, headers) + body)

    async def pass_on(
        self,
        *,
        path: str | None = None,
        query: Query | None = None,
        body: object = None,
        change: Change | None = None,
        lines: LineChange | None = None,
        finish: Finish | None = None,
        tunnelled: bool = False,
        overhear: Overhear | None = None,
        until: asyncio.Event | None = None,
        to_the_end: bool = False,
    ) -> int:
        """Send the request to the engine and its answer to the demo; the answer's status.

        ``body`` replaces the request's own.  ``change`` is for answers that are one JSON value,
        ``lines`` for streams of them, at the end of which ``finish`` is awaited; without either the
        answer goes through as it is.  ``tunnelled`` lets the connection be taken over after the
        answer's head; ``overhear`` is told what then goes either way, and ``until`` ends it.
        ``to_the_end`` waits for the engine even if the demo's command goes away.
        """
        head = self._head(path or self.path, self.query if query is None else query, body, tunnelled)
        returning = Returning(change, lines, finish, tunnelled, overhear, until)
        async with self._engine() as engine:
            await engine.send(head)
            return await self._exchange(engine, returning, to_the_end=to_the_end)

    async def _exchange(self, engine: Wire, returning: Returning, *, to_the_end: bool) -> int:
        if not self._unread:
            if not to_the_end:
                self._client.watch(engine)
            try:
                return await self._return(engine, returning)
            finally:
                self._client.unwatch()
        await self._continue()
        upload = asyncio.ensure_future(self._upload(engine))
        try:
            return await self._return(engine, returning)
        except (ConnectionEndedError, OSError):
            if upload.done() and (fault := upload.exception()):
                raise fault from None
            raise
        finally:
            self._client.unwatch()
            if not upload.done():
                self.closing = True
                upload.cancel()
            with suppress(asyncio.CancelledError, ConnectionEndedError, OSError, BadMessageError):
                await upload

    def _head(self, path: str, query: Query, body: object, tunnelled: bool) -> bytes:
        headers = [("Host", "docker")]
        headers += [(k, v) for k, v in self.request.headers if k.lower() not in HOP_BY_HOP]
        if tunnelled and (protocol := self.request.get("upgrade")):
            headers += [("Connection", "Upgrade"), ("Upgrade", protocol)]
        content = b""
        if body is not None:
            content = dumps(body)
            headers = [h for h in headers if h[0].lower() != "content-type"]
            headers += [("Content-Type", "application/json"), ("Content-Length", str(len(content)))]
        elif self._unread:
            match self.framing:
                case Sized(length):
                    headers.append(("Content-Length", str(length)))
                case Chunked():
                    headers.append(("Transfer-Encoding", "chunked"))
        elif self.request.method in ("POST", "PUT"):
            headers.append(("Content-Length", "0"))
        return serialise(f"{self.request.method} {self._target(path, query)} HTTP/1.1", headers) + content

    async def _upload(self, engine: Wire) -> None:
        """The request's body, while the answer may be coming already."""
        try:
            await self._client.relay(engine, self.framing)
        except (BadMessageError, ConnectionEndedError):
            engine.shut_down()
            raise
        self._unread = False
        self._client.watch(engine)

    async def _return(self, engine: Wire, how: Returning) -> int:
        head = await _response(engine)
        framing = response_framing(head, self.request.method)
        headers = [(k, _told(k, v)) for k, v in head.headers if k.lower() not in HOP_BY_HOP]
        line = f"HTTP/1.1 {head.status} {head.reason}"
        if head.status == 101 or (how.tunnelled and head.status == 200 and isinstance(framing, UntilClose)):
            await self._tunnel(engine, head, how)
        elif isinstance(framing, NoBody):
            if self.request.method == "HEAD":
                headers += [(k, v) for k, v in head.headers if k.lower() == "content-length"]
            await self._answer_head(line, headers)
        elif head.status >= 400 or how.change is not None:
            body = self.room.names.outward(await engine.body(framing, ANSWER_LIMIT))
            if head.status < 400 and how.change is not None and body.strip():
                answer = how.change(json.loads(body))
                body = dumps(hide(answer) if MARK in body else answer)
            await self._answer_head(line, [*headers, ("Content-Length", str(len(body)))], body)
        elif how.lines is not None:
            await self._answer_head(line, [*headers, ("Transfer-Encoding", "chunked")])
            await self._stream(engine, framing, how.lines, how.finish)
        else:
            await self._relay(engine, framing, line, headers)
        if isinstance(framing, UntilClose) or "close" in head.tokens("connection"):
            engine.close()
        return head.status

    async def _tunnel(self, engine: Wire, head: ResponseHead, how: Returning) -> None:
        if head.status == 101 and not self.request.get("upgrade"):
            raise BadMessageError("the engine wants to change the protocol", 502)
        self._client.unwatch()
        self.answered = self.closing = True
        await self._client.send(serialise(f"HTTP/1.1 {head.status} {head.reason}", head.headers))
        await tunnel(self._client, engine, how.overhear, how.until)

    async def _relay(self, engine: Wire, framing: Framing, line: str, headers: list[tuple[str, str]]) -> None:
        match framing:
            case Sized(length):
                headers = [*headers, ("Content-Length", str(length))]
            case Chunked():
                headers = [*headers, ("Transfer-Encoding", "chunked")]
            case UntilClose():
                self.closing = True
        await self._answer_head(line, headers)
        await engine.relay(self._client, framing)

    async def _stream(self, engine: Wire, framing: Framing, lines: LineChange, finish: Finish | None) -> None:
        waiting = b""
        async for piece in engine.pieces(framing):
            *whole, waiting = (waiting + piece).split(b"\n")
            await self._send_lines(whole, lines)
        await self._send_lines([waiting], lines)
        if finish is not None:
            await finish()
        await self._client.send(b"0\r\n\r\n")

    async def _send_lines(self, whole: list[bytes], lines: LineChange) -> None:
        kept = [changed for line in whole if line.strip() and (changed := lines(line)) is not None]
        if kept:
            data = b"\n".join(kept) + b"\n"
            await self._client.send(b"%x\r\n%s\r\n" % (len(data), data))

    async def refuse(self, fault: RefusedError | BadMessageError) -> None:
        """Answer with an error as the engine would word it, so that every client shows it."""
        await self.answer(fault.status, {"message": f"quarterdeck: {fault}"})


def _told(name: str, value: str) -> str:
    return spoken(value) if name.lower() == "api-version" else value


async def at_once(*questions: Coroutine[Any, Any, Any]) -> list[Any]:
    """Ask several questions at the same time; where one fails, the others are given up."""
    asked = [asyncio.ensure_future(question) for question in questions]
    try:
        return await asyncio.gather(*asked)
    except BaseException:
        for question in asked:
            question.cancel()
        await asyncio.gather(*asked, return_exceptions=True)
        raise


async def _response(engine: Wire) -> ResponseHead:
    """The engine's answer, interim ones (1xx but 101) left out."""
    while True:
        received = await engine.head()
        if received is None:
            raise ConnectionEndedError
        head = parse_response(received)
        if head.status >= 200 or head.status == 101:
            return head


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
