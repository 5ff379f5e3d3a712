"""One request of the demo's, with the means to pass it on and to answer it: what an endpoint's handler is given.

``Request`` is what was asked, ``Client`` the demo's end, ``Engine`` the engine's, ``Room`` what all
requests of the demo share.  A handler rewrites path, query and body, and says by a ``Reply`` what the
demo gets of the answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

from msgspec import Struct

from quarterdeck.stage.cleanroom.connection import Wire
from quarterdeck.stage.cleanroom.http import UntilClose, dumps, loads_answer, loads_object, response_framing, serialise
from quarterdeck.stage.cleanroom.names import encode, parse, translate
from quarterdeck.stage.cleanroom.relay import (
    ANSWER_LIMIT,
    UNCHANGED,
    Client,
    Exchange,
    Reply,
    Tunnelled,
    outgoing_headers,
    receive_head,
)
from quarterdeck.stage.cleanroom.request import Query, Request, target
from quarterdeck.stage.cleanroom.room import Room
from quarterdeck.stage.docker.address import EngineAddress
from quarterdeck.stage.docker.connection import EngineError, connect


@dataclass(frozen=True, slots=True)
class Answer:
    """An engine's whole answer."""

    status: int
    body: bytes

    def json(self) -> Any:
        """The body's value; raises BadMessageError."""
        return loads_answer(self.body)


class Engine:
    """The engine's end: connections that one client of the room uses one after the other."""

    def __init__(self, address: EngineAddress) -> None:
        self._address = address
        self._idle: list[Wire] = []

    @asynccontextmanager
    async def lend(self) -> AsyncIterator[Wire]:
        """A connection that nothing else uses meanwhile; raises EngineError."""
        wire = await self._open()
        try:
            yield wire
        except BaseException:
            wire.close()
            raise
        self._idle.append(wire)

    async def _open(self) -> Wire:
        while self._idle:
            wire = self._idle.pop()
            if wire.sock.fileno() >= 0 and not wire.stale():
                return wire
            wire.close()
        try:
            return Wire(await connect(self._address))
        except OSError as error:
            raise EngineError(f"the engine at {self._address.url} can't be reached: {error}") from None

    def close(self) -> None:
        """Close all connections."""
        for wire in self._idle:
            wire.close()


class Call(Struct, frozen=True):
    """One request of the demo's on its way through the room."""

    room: Room
    request: Request
    params: Mapping[str, str]
    """The parts of the path that the endpoint names: ``{"id": "web"}``."""
    client: Client
    engine: Engine

    def own_filter(self) -> Query:
        """The query with its filters translated, and one for this demo's own objects."""
        filters = translate(self.room.names, parse(self.request.first("filters")))
        filters["label"] = [*filters.get("label", []), *self.room.stamp.selectors()]
        return self.request.with_query(filters=encode(filters))

    async def json(self) -> dict[str, Any]:
        """The request's body as an object; raises BadMessageError."""
        return loads_object(await self.client.read())

    async def ask(self, method: str, path: str, query: Iterable[tuple[str, str]] = (), body: object = None) -> Answer:
        """The engine's whole answer to a question of the room's own, in the version the demo speaks."""
        content = b"" if body is None else dumps(body)
        headers = [("Host", "docker"), ("Content-Length", str(len(content)))]
        if content:
            headers.append(("Content-Type", "application/json"))
        line = f"{method} {target(self.request.version, path, query)} HTTP/1.1"
        async with self.engine.lend() as engine:
            await engine.send(serialise(line, headers) + content)
            head = await receive_head(engine)
            framing = response_framing(head, method)
            answer = Answer(head.status, await engine.body(framing, ANSWER_LIMIT))
            if isinstance(framing, UntilClose) or "close" in head.tokens("connection"):
                engine.close()
        return answer

    async def answer(self, status: int, value: object = None) -> None:
        """Answer the demo with a JSON value, without the engine."""
        await self.client.answer(status, value)

    async def pass_on(
        self,
        *,
        path: str | None = None,
        query: Query | None = None,
        body: object = None,
        reply: Reply = UNCHANGED,
        upload: bool = False,
        to_the_end: bool = False,
        overheard: bool = False,
    ) -> int:
        """Send the request to the engine and the engine's answer to the demo; returns the answer's status.

        ``path``, ``query`` and ``body`` replace the request's own, ``reply`` says what becomes of the answer.
        The request's own body is sent only as an ``upload``; of others' the engine needs nothing, and gets nothing.
        ``to_the_end`` waits for the engine even if the demo's command goes away.  ``overheard``: if the show is killed,
        another process reads what of the answer hasn't been.
        """
        request = self.request
        if not upload and self.client.unread:
            await self.client.read()
        where = target(request.version, path or request.path, request.query if query is None else query)
        content = None if body is None else dumps(body)
        upgrade = isinstance(reply, Tunnelled)
        headers = outgoing_headers(request.head, self.client, body=content, upgrade=upgrade)
        async with self.engine.lend() as engine:
            with self._overheard(engine) if overheard else nullcontext():
                await engine.send(serialise(f"{request.head.method} {where} HTTP/1.1", headers) + (content or b""))
                exchange = Exchange(request.head, self.client, engine, reply, self.room.names)
                return await exchange.run(to_the_end=to_the_end)

    @contextmanager
    def _overheard(self, engine: Wire) -> Iterator[None]:
        if self.room.hear is None:
            yield
        else:
            with self.room.hear(engine.sock, self.room.images.file), engine.leaving():
                yield


async def at_once(*questions: Coroutine[Any, Any, Any]) -> list[Any]:
    """Ask several questions at the same time; if one fails, the others are cancelled."""
    asked = [asyncio.ensure_future(question) for question in questions]
    try:
        return await asyncio.gather(*asked)
    except BaseException:
        for question in asked:
            question.cancel()
        await asyncio.gather(*asked, return_exceptions=True)
        raise
