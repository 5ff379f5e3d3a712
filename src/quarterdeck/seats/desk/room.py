"""The organiser's room: who is at which exercise, who asks for help, and what the organiser may do about it.

Its page shows the token with its first message, as the presenter's does; it gets the whole room after each change, a
few times a second at most.  An attendee's terminal is another connection, which is open as long as the attendee
consents.  ``src/web/generate.py`` writes the page's messages from the classes here, with their docstrings.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import time
from collections.abc import Callable
from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta, Struct
from starlette.websockets import WebSocket
from websockets.exceptions import WebSocketException

from quarterdeck.seats.desk.attendance import BEAT_SECONDS, FloodError, Front
from quarterdeck.seats.desk.state import Attendee, Condition, Help
from quarterdeck.seats.messages import Ending, Exercise, Input, Name, Part, Progress, decode
from quarterdeck.seats.proxy import deliver, ended, terminal
from quarterdeck.show.web.protocol import ProtocolError
from quarterdeck.show.web.websocket import (
    BAD_MESSAGE,
    HELLO_SECONDS,
    READ_ONLY,
    TOO_MANY,
    WRONG_TOKEN,
    Allowance,
    RefusedError,
    close,
    received,
)

ROOM_SECONDS = 0.4
"""From one state of the room to the next."""
NOTICE_LIMIT = 500
"""Characters of what the organiser tells everybody."""
MESSAGE_LIMIT = 16 * 1024
ROOM_PAGES = 20
"""Pages of the organiser's at once."""

Where: TypeAlias = Literal["waiting", "starting", "ready", "silent", "ended"]
"""What has become of an attendee's seat; ``silent``: it has missed looks."""


class FromRoom(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type"):
    """A message of the organiser's page."""


class RoomHello(FromRoom, frozen=True, tag="hello"):
    """The first message of a page, or of a connection to an attendee's terminal."""

    token: Name
    attendee: Name | None = None
    """Whose terminal it is about; null for the room."""


class Announce(FromRoom, frozen=True, tag="announce"):
    """Tell everybody; an empty text takes it back."""

    text: Annotated[str, Meta(max_length=NOTICE_LIMIT)]


class AskHelp(FromRoom, frozen=True, tag="ask"):
    """Ask an attendee whether the organiser may use the terminal."""

    attendee: Name


class LeaveHelp(FromRoom, frozen=True, tag="leave"):
    """The terminal isn't needed any more."""

    attendee: Name


class Seen(FromRoom, frozen=True, tag="seen"):
    """The organiser has seen to an attendee who asked for help."""

    attendee: Name


class Reset(FromRoom, frozen=True, tag="reset"):
    """Begin an attendee's exercise again."""

    attendee: Name


class Extend(FromRoom, frozen=True, tag="extend"):
    """Give more time."""

    attendee: Name | None
    """Null for everybody."""
    minutes: Annotated[int, Meta(ge=1, le=1440)]


class End(FromRoom, frozen=True, tag="end"):
    """Close a seat."""

    attendee: Name | None
    """Null for all."""


RoomPageMessage: TypeAlias = RoomHello | Announce | AskHelp | LeaveHelp | Seen | Reset | Extend | End
_DECODER = msgspec.json.Decoder(RoomPageMessage)


class ForRoom(Part, frozen=True, tag_field="type"):
    """A message to the organiser's page."""


class Person(Part, frozen=True):
    """An attendee."""

    id: str
    name: str
    exercise: str | None
    progress: dict[str, Progress]
    stuck: float | None
    """Since when help is asked for, by the desk's clock."""
    where: Where
    position: int
    """How many get a seat before."""
    host: str
    moved: int
    """How often the seat was lost with its host."""
    ended: Ending | None
    expires: float
    active: float
    """When something was done last."""
    pages: int
    """How many pages are open."""
    help: str | None
    """``asked``, ``granted`` or ``refused`` where the organiser has asked for the terminal."""
    fault: str
    """Why there is no exercise under way."""


class HostLine(Part, frozen=True):
    """A host."""

    name: str
    seats: int
    warm: int
    """Those of them that nobody has."""
    room: int | None
    """How many more it can take; null for one that doesn't answer."""


class FaultLine(Part, frozen=True):
    """What went wrong with a host."""

    at: float
    host: str
    text: str


class Room(ForRoom, frozen=True, tag="room"):
    """The whole room."""

    at: float
    """The desk's clock, in seconds since 1970."""
    title: str
    code: str
    address: str
    """Where attendees go."""
    rows: tuple[str, ...]
    """Its QR code, ``1`` for a dark module."""
    count: int
    """The most seats at a time."""
    exercises: tuple[Exercise, ...]
    people: tuple[Person, ...]
    hosts: tuple[HostLine, ...]
    notice: str
    faults: tuple[FaultLine, ...]
    wrong: int
    """Wrong codes so far."""


class RoomBeat(ForRoom, frozen=True, tag="beat"):
    """A sign of life, about every second."""

    at: float


class Standing(Struct, frozen=True):
    """How far the room is with an exercise, for a slide."""

    at: int
    """How many are at it."""
    done: int
    """How many have solved it."""


class RoomSummary(Struct, frozen=True):
    """How far the room is, for the slides of a show."""

    address: str
    code: str
    people: int
    exercises: dict[str, Standing]


class OrganisersRoom:
    """What the organiser's pages share."""

    def __init__(self, front: Front, address: str, rows: tuple[str, ...], wrong: Callable[[], int] = lambda: 0) -> None:
        """``address`` is where attendees go, ``rows`` its QR code; ``wrong`` returns how many codes were wrong."""
        self.front = front
        self._address = address
        self._rows = rows
        self._wrong = wrong
        self._open = 0

    def admits(self, token: str) -> bool:
        """Whether this is the organiser's token."""
        return hmac.compare_digest(token.encode("utf-8", "replace"), self.front.seating.records.token.encode())

    def state(self) -> Room:
        """The room as it is now."""
        front, records = self.front, self.front.seating.records
        return Room(
            front.clock(),
            front.title,
            records.code,
            self._address,
            self._rows,
            front.seating.limits.count,
            records.exercises,
            tuple(self._person(each) for each in records.attendees.values()),
            tuple(self._hosts()),
            records.notice,
            tuple(FaultLine(*fault) for fault in reversed(front.seating.faults)),
            self._wrong(),
        )

    def summary(self) -> RoomSummary:
        """How far the room is."""
        records = self.front.seating.records
        present = [each for each in records.attendees.values() if each.ended is None]
        names = [exercise.name for exercise in records.exercises]
        standings = {
            name: Standing(
                sum(each.exercise == name for each in present),
                sum(name in each.progress and each.progress[name].done for each in records.attendees.values()),
            )
            for name in names
        }
        return RoomSummary(self._address, records.code, len(present), standings)

    def _person(self, attendee: Attendee) -> Person:
        front = self.front
        seat = front.seating.records.seats.get(attendee.seat or "")
        view = front.seating.view(attendee)
        where: Where = "ended" if attendee.ended else "waiting"
        if seat is not None:
            where = "silent" if seat.missed > 1 else "ready" if seat.condition is Condition.READY else "starting"
        return Person(
            attendee.id,
            attendee.name,
            attendee.exercise,
            attendee.progress,
            attendee.stuck,
            where,
            view.position,
            seat.host if seat else "",
            attendee.moved,
            attendee.ended,
            attendee.expires,
            attendee.active,
            front.pages[attendee.id],
            view.help.value if view.help else None,
            attendee.fault,
        )

    def _hosts(self) -> list[HostLine]:
        seats = [seat for seat in self.front.seating.records.seats.values() if seat.host]
        capacity = self.front.keeper.capacity
        names = sorted({*capacity, *(seat.host for seat in seats)})
        return [
            HostLine(
                name,
                sum(seat.host == name for seat in seats),
                sum(seat.host == name and seat.attendee is None for seat in seats),
                capacity.get(name),
            )
            for name in names
        ]

    async def serve(self, socket: WebSocket) -> None:
        """Serve a page of the organiser's, until it goes."""
        await socket.accept()
        try:
            await self._admit(socket)
            if self._open >= ROOM_PAGES:
                raise RefusedError(TOO_MANY, "too many pages of the room")
            self._open += 1
            try:
                await ended([asyncio.create_task(what) for what in (self._tell(socket), self._listen(socket))])
            finally:
                self._open -= 1
        except ProtocolError as error:
            await close(socket, BAD_MESSAGE, str(error))
        except RefusedError as refusal:
            await close(socket, refusal.code, str(refusal))
        except FloodError:
            await close(socket, TOO_MANY, "too many messages")
        except TimeoutError:
            await close(socket, 1008, "too slow")

    async def serve_terminal(self, socket: WebSocket) -> None:
        """Give the organiser an attendee's terminal, as long as the attendee consents."""
        await socket.accept()
        try:
            hello = await self._admit(socket)
            attendee = self.front.seating.records.attendees.get(hello.attendee or "")
            if attendee is None or self.front.seating.help.get(attendee.id) is not Help.GRANTED:
                raise RefusedError(READ_ONLY, "the attendee has not agreed")
            with self.front.counted(self.front.helpers, attendee):
                await self._help(socket, attendee)
            await close(socket, READ_ONLY, "the attendee's terminal is closed")
        except ProtocolError as error:
            await close(socket, BAD_MESSAGE, str(error))
        except RefusedError as refusal:
            await close(socket, refusal.code, str(refusal))
        except TimeoutError:
            await close(socket, 1008, "too slow")

    async def _admit(self, socket: WebSocket) -> RoomHello:
        async with asyncio.timeout(HELLO_SECONDS):
            hello = _read(await received(socket))
        if not isinstance(hello, RoomHello):
            raise RefusedError(BAD_MESSAGE, "the first message must say hello")
        if not self.admits(hello.token):
            raise RefusedError(WRONG_TOKEN, "the token is not this desk's")
        return hello

    async def _tell(self, socket: WebSocket) -> None:
        while True:
            event = self.front.news.event
            await deliver(socket, _encode(self.state()))
            await asyncio.sleep(ROOM_SECONDS)
            until = time.monotonic() + 10 * BEAT_SECONDS
            while not event.is_set() and time.monotonic() < until:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(BEAT_SECONDS):
                        await event.wait()
                        break
                await deliver(socket, _encode(RoomBeat(self.front.clock())))

    async def _listen(self, socket: WebSocket) -> None:
        allowance = Allowance(since=time.monotonic())
        while True:
            message = _read(await received(socket))
            if not allowance.spend():
                raise FloodError
            self._obey(message)
            self.front.keeper.poke()

    def _obey(self, message: RoomPageMessage) -> None:
        seating, now = self.front.seating, self.front.clock()
        people = seating.records.attendees
        match message:
            case RoomHello():
                raise RefusedError(BAD_MESSAGE, "the page has said hello already")
            case Announce(text):
                seating.announce(" ".join(text.split()))
            case Extend(None, minutes):
                for each in people.values():
                    if each.ended in (None, "expired"):
                        seating.extend(each, minutes * 60.0, now)
            case End(None):
                for each in people.values():
                    if each.ended is None:
                        seating.end(each, now)
            case _ if attendee := people.get(message.attendee or ""):
                self._obey_about(message, attendee, now)

    def _obey_about(self, message: RoomPageMessage, attendee: Attendee, now: float) -> None:
        seating = self.front.seating
        match message:
            case AskHelp():
                seating.ask_to_help(attendee)
            case LeaveHelp():
                seating.leave(attendee)
            case Seen():
                seating.call(attendee, now, on=False)
            case Reset():
                seating.reset(attendee)
            case Extend(_, minutes):
                seating.extend(attendee, minutes * 60.0, now)
            case End():
                seating.end(attendee, now)

    async def _help(self, socket: WebSocket, attendee: Attendee) -> None:
        """Pass an attendee's terminal through, until either side ends it."""
        seating = self.front.seating
        seat = seating.view(attendee).seat
        if seat is None:
            raise RefusedError(READ_ONLY, "the attendee has no seat now")

        async def consent() -> None:
            while True:
                event = self.front.news.event
                if seating.help.get(attendee.id) is not Help.GRANTED or seating.view(attendee).seat is not seat:
                    return
                await event.wait()

        with contextlib.suppress(OSError, WebSocketException):
            async with terminal(seat.upstream) as up:

                async def back() -> None:
                    async for message in up:
                        if isinstance(message, str):
                            await deliver(socket, message)

                async def typed() -> None:
                    while True:
                        text = await received(socket)
                        if isinstance(decode(text), Input):  # its size is that of the attendee's page
                            seating.touched(attendee, self.front.clock())
                            await up.send(text)

                await ended([asyncio.create_task(what) for what in (back(), typed(), consent())])


def _read(text: str) -> RoomPageMessage:
    if len(text) > MESSAGE_LIMIT:
        raise ProtocolError("the message is too long")
    try:
        return _DECODER.decode(text)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise ProtocolError(str(error)) from None


def _encode(message: ForRoom) -> str:
    return msgspec.json.encode(message).decode()
