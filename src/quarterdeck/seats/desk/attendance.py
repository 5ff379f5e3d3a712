"""An attendee's connection: what the page is told of the desk, and its link to the seat.

The page has one WebSocket, which stays while seats come and go behind it.  What it is told follows from the state:
each time something has changed, the page gets what is different from what it knows.  What it says to the seat, and
hears from it, passes through; several pages of one attendee (tabs, devices) share the seat's one terminal.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace

from starlette.websockets import WebSocket
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import WebSocketException

from quarterdeck.seats.desk.keeper import Keeper
from quarterdeck.seats.desk.records import Attendee, Help, Seat
from quarterdeck.seats.desk.state import Seating, View
from quarterdeck.seats.messages import (
    Away,
    Beat,
    Begin,
    Called,
    Consent,
    Ended,
    Ending,
    Expires,
    HelpAsked,
    Helping,
    Input,
    Moved,
    Notice,
    Open,
    PageAt,
    SeatMessage,
    Size,
    Stuck,
    Waiting,
    Welcome,
    Word,
    decode,
    decode_status,
    encode,
)
from quarterdeck.seats.proxy import deliver, ended, terminal
from quarterdeck.show.web.protocol import ProtocolError
from quarterdeck.show.web.websocket import BAD_MESSAGE, TOO_MANY, WRONG_TOKEN, Allowance, close, received

BEAT_SECONDS = 1.0
PAGES_EACH = 8
"""Pages of one attendee at once: tabs and devices."""
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0
"""Seconds from one try to reach a seat's terminal to the next."""
STATUS = '{"type":"status",'
"""How a message with a seat's status begins."""
AWAY_SECONDS = 1.0
"""A break of the link that is shorter is not worth a word."""


class News:
    """Wakes everybody who waits when something has changed."""

    def __init__(self) -> None:
        self.event = asyncio.Event()
        """Set at the next change; to be taken before looking at what has changed."""

    def tell(self) -> None:
        """Something has changed."""
        event, self.event = self.event, asyncio.Event()
        event.set()


PageAddress = Callable[[Seat, int, str], Awaitable[str]]
"""Makes the address of a page at a port of a seat, for a browser that knows the desk by a host; empty for none."""


@dataclass(slots=True)
class Front:
    """What all connections of a desk share."""

    seating: Seating
    keeper: Keeper
    title: str
    """The workshop's."""
    page_address: PageAddress
    slides: bool = False
    kit: bool = False
    clock: Callable[[], float] = time.time
    news: News = field(default_factory=News)
    pages: Counter[str] = field(default_factory=Counter)
    """How many pages each attendee has open."""
    helpers: Counter[str] = field(default_factory=Counter)
    """How many of the organiser's pages use each attendee's terminal."""

    @contextlib.contextmanager
    def counted(self, counter: Counter[str], attendee: Attendee) -> Iterator[int]:
        """Count a page, or a helper, while the context is open; yields how many there are."""
        counter[attendee.id] += 1
        self.news.tell()
        try:
            yield counter[attendee.id]
        finally:
            counter[attendee.id] -= 1
            if not counter[attendee.id]:
                del counter[attendee.id]
            self.news.tell()


async def attend(socket: WebSocket, front: Front, attendee: Attendee | None) -> None:
    """Serve an attendee's page until it goes; None is nobody's page."""
    await socket.accept()
    try:
        if attendee is None:
            await close(socket, WRONG_TOKEN, "this browser has no seat here")
            return
        with front.counted(front.pages, attendee) as count:
            if count > PAGES_EACH:
                await close(socket, TOO_MANY, "too many pages of one attendee")
                return
            await _Page(socket, front, attendee).serve()
    except ProtocolError as error:
        await close(socket, BAD_MESSAGE, str(error))
    except FloodError:
        await close(socket, TOO_MANY, "too many messages")


class FloodError(Exception):
    """A page sends too many messages."""


class _Page:
    def __init__(self, socket: WebSocket, front: Front, attendee: Attendee) -> None:
        self._socket = socket
        self._front = front
        self._attendee = attendee
        self._up: ClientConnection | None = None
        """The link to the seat's terminal."""
        self._size: str | None = None
        """The last message about the page's size, for the next seat."""
        self._beat_at = 0.0
        """When the page must hear from the desk again, if nothing else is said before."""

    async def serve(self) -> None:
        await ended([asyncio.create_task(what) for what in (self._tell(), self._listen(), self._link())])
        await close(self._socket, 1000)

    async def _send(self, message: SeatMessage) -> None:
        self._beat_at = time.monotonic() + BEAT_SECONDS
        await deliver(self._socket, encode(message))

    # What the desk says

    async def _tell(self) -> None:
        """Tell the page what has changed, and that the desk is there; ends with the seat.

        An attendee whose time is up may be given more: their page stays.
        """
        while await self._tell_of_seat() == "expired":
            while self._attendee.ended == "expired":
                await self._changed(self._front.news.event)

    async def _tell_of_seat(self) -> Ending:
        """Tell the page all about its seat until that has ended; returns why."""
        front, attendee = self._front, self._attendee
        told = front.seating.view(attendee)
        welcome = Welcome(front.clock(), front.title, attendee.name, told.expires, told.stuck, front.slides, front.kit)
        await self._send(welcome)
        told = replace(told, notice="", warned=False, help=None)
        position: int | None = None
        away = helping = False
        while True:
            event = front.news.event
            now = front.seating.view(attendee)
            if now.ended is not None:
                await self._send(Ended(now.ended))
                return now.ended
            if now.seat is not None:
                if now.moved != told.moved:
                    await self._send(Moved())
                away, position = False, None
            else:
                if now.moved != told.moved and not away:
                    away = True
                    await self._send(Away())
                    position = 0
                if now.position != position:
                    position = now.position
                    await self._send(Waiting(position))
                now.moved = told.moved  # it has moved when the next seat is there
            await self._tell_news(told, now)
            if helping != (attendee.id in front.helpers):
                helping = not helping
                await self._send(Helping(helping))
            told = now
            await self._changed(event)

    async def _changed(self, event: asyncio.Event) -> None:
        """Wait for an event, or until a sign of life is due, and give it then: also where one event follows another."""
        left = self._beat_at - time.monotonic()
        if left > 0:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await event.wait()
                    return
        await self._send(Beat(self._front.clock()))

    async def _tell_news(self, told: View, now: View) -> None:
        """What has changed besides the seat itself."""
        if now.notice != told.notice:
            await self._send(Notice(now.notice))
        if now.expires != told.expires or now.warned != told.warned:
            idle_until = self._attendee.active + self._front.seating.limits.idle
            await self._send(Expires(min(now.expires, idle_until) if now.warned else now.expires))
        if now.stuck != told.stuck:
            await self._send(Called(now.stuck))
        if now.help is Help.ASKED and told.help is not Help.ASKED:
            await self._send(HelpAsked(""))

    # What the page says

    async def _listen(self) -> None:
        allowance = Allowance(since=time.monotonic())
        while True:
            text = await received(self._socket)
            message = decode(text)
            if not allowance.spend():
                raise FloodError
            seating, attendee = self._front.seating, self._attendee
            match message:
                case Input() | Begin() | Word():
                    seating.touched(attendee, self._front.clock())
                    await self._pass_on(text)
                case Size():
                    self._size = text
                    await self._pass_on(text)
                case Open(port):
                    seat = seating.view(attendee).seat
                    host = self._socket.headers.get("host", "")
                    await self._send(PageAt(port, await self._front.page_address(seat, port, host) if seat else ""))
                case Stuck(on):
                    seating.call(attendee, self._front.clock(), on=on)
                case Consent(yes):
                    seating.consent(attendee, yes=yes)

    async def _pass_on(self, text: str) -> None:
        if self._up is not None:
            with contextlib.suppress(WebSocketException, OSError):
                await self._up.send(text)

    # The link to the seat

    async def _link(self) -> None:
        """Pass on what the seat says, from one seat after the other."""
        pause = FIRST_PAUSE
        while True:
            event = self._front.news.event
            seat = self._front.seating.view(self._attendee).seat
            if seat is None:
                await event.wait()
                continue
            began = time.monotonic()
            try:
                async with terminal(seat.upstream) as up:
                    self._up = up
                    if self._size is not None:
                        await up.send(self._size)
                    pause = FIRST_PAUSE
                    await ended(
                        [asyncio.create_task(self._pass_back(up, seat)), asyncio.create_task(self._while_there(seat))]
                    )
            except (OSError, TimeoutError, WebSocketException):
                pass  # the keeper looks after it, and moves it if it is gone
            finally:
                self._up = None
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
            if time.monotonic() - began > AWAY_SECONDS and self._front.seating.view(self._attendee).seat is seat:
                await self._send(Away())

    async def _pass_back(self, up: ClientConnection, seat: Seat) -> None:
        async for message in up:
            if isinstance(message, str):
                if message.startswith(STATUS):
                    self._keep(message, seat)
                await deliver(self._socket, message)

    def _keep(self, message: str, seat: Seat) -> None:
        """Take what a seat says of itself into the state at once: its host may die before the next look."""
        with contextlib.suppress(ProtocolError):
            self._front.seating.answered(seat.id, decode_status(message.encode()), self._front.clock())
            self._front.keeper.save()

    async def _while_there(self, seat: Seat) -> None:
        """Until the attendee has another seat."""
        while True:
            event = self._front.news.event
            if self._front.seating.view(self._attendee).seat is not seat:
                return
            await event.wait()
