"""Stand-ins for seats and for what spawns them: small servers in this process, on hosts that can be cut off."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from quarterdeck.seats.messages import Begin, Exercise, Input, Printed, Progress, Status, Word, decode, encode
from quarterdeck.seats.messages import decode_resume as resumed
from quarterdeck.seats.spawner import NoRoomError, Place, SeatCondition, SeatOrder, SeatState, SpawnError
from quarterdeck.show.web.server import bind, serving

EXERCISES = (Exercise("try-first", "A first container", 2, 2, 5), Exercise("try-second", "A second one", 1, 1))


@dataclass
class StandInSeat:
    """A seat's server: its terminal echoes what is typed, ``verify`` passes once ``solve`` was typed."""

    order: SeatOrder
    host: str
    exercise: str | None = None
    progress: dict[str, Progress] = field(default_factory=dict)
    begun: list[tuple[str, dict[str, Progress]]] = field(default_factory=list)
    """What ``POST /begin`` was asked for."""
    typed: str = ""
    place: Place | None = None
    started: float = field(default_factory=time.monotonic)
    pages: set[WebSocket] = field(default_factory=set)
    asked: list[Request] = field(default_factory=list)
    """What was asked of its containers."""
    silent: bool = False
    """Whether it answers nothing, though it runs."""
    _stopping: asyncio.Task[None] | None = None
    _closing: contextlib.AsyncExitStack = field(default_factory=contextlib.AsyncExitStack)

    async def start(self) -> None:
        """Serve on a port of the loopback address."""
        listener = bind("127.0.0.1", 0)
        self._closing.callback(listener.close)
        await self._closing.enter_async_context(serving(self.app(), listener))
        self.exercise = self.order.exercise or EXERCISES[0].name
        self.place = Place("127.0.0.1", listener.getsockname()[1])

    async def stop(self) -> None:
        """Be gone, with all connections; whole, even if the one who waits for it doesn't any more."""
        if self._stopping is None:
            self._stopping = asyncio.create_task(self._stop())
        await asyncio.shield(self._stopping)

    async def _stop(self) -> None:
        for page in list(self.pages):
            with contextlib.suppress(RuntimeError, WebSocketDisconnect):
                await page.close(1001)
        await self._closing.aclose()

    def status(self) -> Status:
        """What it says of itself."""
        return Status(time.monotonic() - self.started, self.exercise, EXERCISES, dict(self.progress), ports=(8080,))

    def app(self) -> ASGIApp:
        """Its server, which nobody gets to who doesn't know the secret."""
        inner = Starlette(
            routes=[
                Route("/status", self._status),
                Route("/task/{name}", self._task),
                Route("/begin/{name}", self._begin, methods=["POST"]),
                Route("/page/{port:int}/{path:path}", self._page, methods=["GET", "POST", "PUT"]),
                WebSocketRoute("/terminal", self._terminal),
                WebSocketRoute("/page/{port:int}/{path:path}", self._page_socket),
            ]
        )

        async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
            given = dict(scope["headers"]).get(b"quarterdeck-seat", b"")
            if self.silent:
                await asyncio.sleep(3600)
            if hmac.compare_digest(given, self.order.secret.encode()):
                await inner(scope, receive, send)
            elif scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 4403})
            else:
                await PlainTextResponse("", 403)(scope, receive, send)

        return guarded

    async def _status(self, request: Request) -> Response:
        return JSONResponse(json.loads(encode(self.status())))

    async def _task(self, request: Request) -> Response:
        return HTMLResponse(f"<h1>{request.path_params['name']}</h1>")

    async def _begin(self, request: Request) -> Response:
        before = resumed(await request.body()).progress
        self.begun.append((request.path_params["name"], before))
        self.exercise, self.progress = request.path_params["name"], dict(before)
        await self.tell(encode(self.status()))
        return Response(status_code=204)

    async def tell(self, text: str) -> None:
        """Send a message to every page."""
        for page in list(self.pages):
            await page.send_text(text)

    async def _terminal(self, socket: WebSocket) -> None:
        await socket.accept()
        self.pages.add(socket)
        try:
            await socket.send_text(encode(Printed(f"\x1bc{self.typed}")))
            await socket.send_text(encode(self.status()))
            while True:
                await self._hear(decode(await socket.receive_text()))
        except WebSocketDisconnect:
            self.pages.discard(socket)

    async def _hear(self, message: Any) -> None:
        match message:
            case Input(data):
                self.typed += data
                await self.tell(encode(Printed(data)))
            case Word("verify"):
                done = "solve" in self.typed
                self.progress[self.exercise or ""] = Progress(2 * done, 2, 0, done, () if done else ("solve it",))
                await self.tell(encode(self.status()))
            case Begin(exercise):
                self.exercise = exercise
                await self.tell(encode(self.status()))

    async def _page(self, request: Request) -> Response:
        self.asked.append(request)
        path = request.path_params["path"]
        if path == "endless":
            return StreamingResponse(_endless())
        if path == "echo":
            return Response(await request.body(), headers={"X-Was": request.method})
        if path == "cookies":
            response = PlainTextResponse(request.headers.get("cookie", ""))
            response.set_cookie("session", "1")
            response.set_cookie("quarterdeck-seat", "evil")
            return response
        if path == "away":
            return Response(status_code=302, headers={"Location": "/hello"})
        host = request.headers["host"]
        return HTMLResponse(f"<h1>Hello from {request.path_params['port']}</h1>{host} {request.url.query}")

    async def _page_socket(self, socket: WebSocket) -> None:
        await socket.accept("chat" if "chat" in socket.scope["subprotocols"] else None)
        with contextlib.suppress(WebSocketDisconnect):
            while True:
                message = await socket.receive()
                if message.get("text") == "end":
                    await socket.close(4321, "as you like")
                    return
                if message.get("text") is not None:
                    await socket.send_text(f"you said {message['text']}")
                elif message.get("bytes") is not None:
                    await socket.send_bytes(message["bytes"][::-1])
                else:
                    return


async def _endless() -> AsyncIterator[bytes]:
    while True:
        yield b"data: tick\n\n"
        await asyncio.sleep(0.01)


@dataclass
class StandInSpawner:
    """Starts stand-ins on hosts that have room for some, may be cut off, and may lack the image."""

    room: dict[str, int] = field(default_factory=lambda: {"one": 10, "two": 10})
    seats: dict[str, StandInSeat] = field(default_factory=dict)
    cut_off: set[str] = field(default_factory=set)
    broken: dict[str, str] = field(default_factory=dict)
    """Hosts that can't start seats, and why."""
    orders: list[SeatOrder] = field(default_factory=list)
    closed: bool = False
    _all: list[StandInSeat] = field(default_factory=list)

    @property
    def names(self) -> Sequence[str]:
        """All hosts, also those that are cut off."""
        return list(self.room)

    async def start(self, order: SeatOrder) -> SeatState:
        """On the host with most room."""
        self.orders.append(order)
        room = await self.capacity()
        free = sorted((-count, host) for host, count in room.items() if count > 0 and host not in order.avoid)
        if not free:
            raise NoRoomError("", "no host has room for another seat")
        host = free[0][1]
        if host in self.broken:
            raise SpawnError(host, self.broken[host])
        seat = self.seats[order.id] = StandInSeat(order, host)
        self._all.append(seat)
        await seat.start()
        return self._state(seat)

    async def find(self, seat: str) -> SeatState | None:
        """Unless its host is cut off."""
        found = self.seats.get(seat)
        if self.cut_off >= set(self.room):
            raise SpawnError("one", "can't be reached")
        return None if found is None or found.host in self.cut_off else self._state(found)

    async def list(self) -> Sequence[SeatState]:
        """Those on hosts that aren't cut off."""
        return [self._state(seat) for seat in self.seats.values() if seat.host not in self.cut_off]

    async def stop(self, seat: str) -> None:
        """Also fine if it is gone."""
        found = self.seats.get(seat)
        if found is not None:
            if found.host in self.cut_off:
                raise SpawnError(found.host, "doesn't answer")
            del self.seats[seat]
            await found.stop()

    async def capacity(self) -> Mapping[str, int]:
        """What is left."""
        taken = [seat.host for seat in self.seats.values()]
        return {host: count - taken.count(host) for host, count in self.room.items() if host not in self.cut_off}

    async def close(self) -> None:
        """Nothing more is asked."""
        self.closed = True

    async def cut(self, host: str) -> None:
        """Cut a host off: its seats go on, and nobody reaches them."""
        self.cut_off.add(host)
        for seat in taken(self):
            if seat.host == host:
                await seat.stop()

    async def end(self) -> None:
        """Stop what is left, and wait for all that was stopped."""
        for seat in self._all:
            await seat.stop()

    def _state(self, seat: StandInSeat) -> SeatState:
        return SeatState(seat.order.id, seat.host, SeatCondition.RUNNING, seat.place, seat.order.expires)


def taken(spawner: StandInSpawner) -> list[StandInSeat]:
    """The stand-ins, in the order in which they were started."""
    return list(spawner.seats.values())
