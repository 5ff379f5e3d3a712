"""The server of a seat: its terminal for pages, its state and tasks for the desk, its containers' pages for both."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import signal
import socket
import sys
from collections.abc import MutableMapping, Sequence
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.seats.messages import (
    EXERCISE_VARIABLE,
    ID_VARIABLE,
    REPORT_LIMIT,
    SEAT_PORT,
    SECRET_VARIABLE,
    Begin,
    ForDesk,
    Input,
    Printed,
    Size,
    Word,
    decode,
    decode_resume,
    encode,
)
from quarterdeck.seats.proxy import FRAME_LIMIT, SECRET_HEADER
from quarterdeck.seats.room.engine import SeatEngine
from quarterdeck.seats.room.exercises import Exercises, MakeStage
from quarterdeck.seats.room.kit import Kit
from quarterdeck.seats.room.pages import Pages
from quarterdeck.seats.room.transcript import Transcript
from quarterdeck.show.web.protocol import ProtocolError
from quarterdeck.show.web.server import bind, serving
from quarterdeck.terminal.buffer import Grid

BAD_MESSAGE = 4400
TOO_MANY = 4429
VIEWERS_LIMIT = 16
"""Pages that see one terminal at once."""
SEND_SECONDS = 20.0
"""How long a page may take nothing until it is dropped."""
_SECRET = SECRET_HEADER.lower().encode()


class Viewer:
    """A page that sees the terminal."""

    def __init__(self) -> None:
        self.place: int | None = None
        """How far it has read the transcript."""
        self.told = -1
        """The number of the status that it has."""
        self.grid: Grid | None = None
        """The terminal that it has room for."""
        self.wake = asyncio.Event()
        self.wake.set()


class SeatRoom:
    """A seat with the pages that see it.  Everything happens in one asyncio loop."""

    def __init__(self, kit: Kit, stage: MakeStage) -> None:
        self._transcript = Transcript()
        self.exercises = Exercises(kit, stage, self._transcript, self._printed, self._new_status)
        self._viewers: list[Viewer] = []
        """The one in use last is the last."""
        self._status = 0
        """How often the status has changed."""
        self.closed = asyncio.Event()
        """Set when somebody has asked for the seat to end."""

    def _printed(self) -> None:
        for viewer in self._viewers:
            viewer.wake.set()

    def _new_status(self) -> None:
        self._status += 1
        self._printed()

    # Pages

    async def serve(self, socket: WebSocket) -> None:
        """Serve one page until it goes."""
        await socket.accept()
        if len(self._viewers) >= VIEWERS_LIMIT:
            await socket.close(TOO_MANY, "too many pages see this terminal")
            return
        viewer = Viewer()
        self._viewers.insert(0, viewer)
        delivering = asyncio.create_task(self._deliver(viewer, socket))
        listening = asyncio.create_task(self._listen(viewer, socket))
        try:
            await asyncio.wait({delivering, listening}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (delivering, listening):
                task.cancel()
            results = await asyncio.gather(delivering, listening, return_exceptions=True)
            self._leave(viewer)
        if _is_in(results, TimeoutError):
            return  # a goodbye would wait for it, too
        code, reason = (BAD_MESSAGE, "that is no message") if _is_in(results, ProtocolError) else (1000, "")
        with contextlib.suppress(RuntimeError, WebSocketDisconnect):  # the page was quicker
            await socket.close(code, reason)

    async def _deliver(self, viewer: Viewer, socket: WebSocket) -> None:
        """Send what is new; raises TimeoutError for a page that takes nothing."""
        while True:
            await viewer.wake.wait()
            viewer.wake.clear()
            while viewer.place is None or viewer.place != self._transcript.end or viewer.told != self._status:
                messages: list[str] = []
                if viewer.told != self._status:  # first, since the terminal's size decides how its output is drawn
                    viewer.told = self._status
                    messages.append(encode(self.exercises.status()))
                text, viewer.place = self._transcript.since(viewer.place)
                if text:
                    messages.append(encode(Printed(text)))
                for message in messages:
                    async with asyncio.timeout(SEND_SECONDS):
                        await socket.send_text(message)

    async def _listen(self, viewer: Viewer, socket: WebSocket) -> None:
        """Do what a page asks for; raises ProtocolError for what is no message."""
        while (message := await socket.receive())["type"] == "websocket.receive":
            text = message.get("text")
            if not isinstance(text, str):
                raise ProtocolError("the message is not text")
            match decode(text):
                case Input(data):
                    self._use(viewer)
                    self.exercises.press(data)
                case Size(columns, rows):
                    viewer.grid = Grid(columns, rows)
                    self._use(viewer)
                case Begin(exercise):
                    if not self.exercises.begin(exercise):
                        raise ProtocolError("there is no such exercise")
                case Word(word):
                    self.exercises.ask(word)
                case other:
                    _for_desk(other)

    def _use(self, viewer: Viewer) -> None:
        """The terminal has the size that the page in use has room for."""
        if viewer in self._viewers:
            self._viewers.remove(viewer)
            self._viewers.append(viewer)
            self._fit()

    def _leave(self, viewer: Viewer) -> None:
        self._viewers.remove(viewer)
        self._fit()

    def _fit(self) -> None:
        sized = [viewer.grid for viewer in self._viewers if viewer.grid is not None]
        if sized:
            self.exercises.resize(sized[-1])

    # The desk

    async def status(self, request: Request) -> Response:
        """How the seat is, as JSON."""
        del request
        return Response(encode(self.exercises.status()), media_type="application/json")

    async def task(self, request: Request) -> Response:
        """A task as HTML."""
        html = self.exercises.task(request.path_params["name"])
        return _missing() if html is None else HTMLResponse(html)

    async def begin(self, request: Request) -> Response:
        """Begin an exercise, perhaps with what was done in a seat that is gone."""
        body = bytearray()
        async for part in request.stream():
            body += part
            if len(body) > REPORT_LIMIT:
                return PlainTextResponse("too large\n", 413)
        try:
            resume = decode_resume(bytes(body))
        except ProtocolError as error:
            return PlainTextResponse(f"{error}\n", 400)
        self.exercises.resume(resume.progress)
        return Response(status_code=204) if self.exercises.begin(request.path_params["name"]) else _missing()

    async def stop(self, request: Request) -> Response:
        """End the seat."""
        del request
        self.closed.set()
        return Response(status_code=204)


def _is_in(results: Sequence[BaseException | None], kind: type[BaseException]) -> bool:
    return any(isinstance(result, kind) for result in results)


def _for_desk(message: ForDesk) -> None:
    raise ProtocolError(f"{type(message).__name__} is for the desk")


def _missing() -> Response:
    return PlainTextResponse("There is no such exercise.\n", 404)


KIT_VARIABLE = "QUARTERDECK_SEAT_KIT"
"""Where the kit is, if it isn't where the image has it."""
ADDRESS_VARIABLE = "QUARTERDECK_SEAT_ADDRESS"
"""The address and port to listen at, if not all addresses of the container: ``127.0.0.1:7000``."""
KIT = "/kit"
STOP_SECONDS = 8.0
"""How long an exercise may take to be tidied up when the seat ends; its container is removed anyway."""


def serve(environ: MutableMapping[str, str], archives: Sequence[Path] = ()) -> int:
    """Serve a seat until it is told to end; returns the exit status.  ``archives``: images that its engine must load.

    What is in the environment for it alone is taken out, so that the attendee's shell doesn't have it.
    """
    secret, first = environ.pop(SECRET_VARIABLE, ""), environ.pop(EXERCISE_VARIABLE, "")
    kit, address = environ.pop(KIT_VARIABLE, KIT), environ.pop(ADDRESS_VARIABLE, f"0.0.0.0:{SEAT_PORT}")
    environ.pop(ID_VARIABLE, None)
    host, _, port = address.rpartition(":")
    try:
        room = SeatRoom(Kit.read(Path(kit)), SeatEngine(archives))
        app = seat_app(room, secret)
        with bind(host, int(port)) as listener:
            asyncio.run(_serve(room, app, listener, first))
    except (QuarterdeckError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


async def _serve(room: SeatRoom, app: ASGIApp, listener: socket.socket, first: str) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, room.closed.set)
    exercises = room.exercises
    if not exercises.begin(first):
        exercises.begin(exercises.kit.exercises[0].name)
    giving = asyncio.create_task(exercises.run())
    async with serving(app, listener, message_limit=FRAME_LIMIT):
        await room.closed.wait()
        exercises.stop()
        await asyncio.wait({giving}, timeout=STOP_SECONDS)
    giving.cancel()
    await asyncio.gather(giving, return_exceptions=True)


class Secret:
    """Answers nobody who doesn't know the seat's secret: neighbours on the host's network reach its port, too."""

    def __init__(self, app: ASGIApp, secret: str) -> None:
        self._app = app
        self._secret = secret.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or WebSocket (ASGI)."""
        given = [value for name, value in scope.get("headers", ()) if name == _SECRET]
        if len(given) == 1 and hmac.compare_digest(given[0], self._secret):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await Response(status_code=403)(scope, receive, send)


def seat_app(room: SeatRoom, secret: str) -> Starlette:
    """The application of one seat."""
    if not secret:
        raise ValueError("a seat without a secret would answer its neighbours")
    return Starlette(
        routes=[
            Route("/status", room.status),
            Route("/task/{name}", room.task),
            Route("/begin/{name}", room.begin, methods=["POST"]),
            Route("/stop", room.stop, methods=["POST"]),
            WebSocketRoute("/terminal", room.serve),
            Mount("/page", Pages()),
        ],
        middleware=[Middleware(Secret, secret=secret)],
    )
