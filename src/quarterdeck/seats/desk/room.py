"""The organiser's room: who is at which exercise, who asks for help, and what the organiser may do about it.

Its page shows the token with its first message, as the presenter's does; it gets the whole room after each change, a
few times a second at most.  An attendee's terminal is another connection, which is open as long as the attendee
consents.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import time
from collections.abc import Callable, Sequence

from starlette.websockets import WebSocket
from websockets.exceptions import WebSocketException

from quarterdeck.seats.desk.attendance import BEAT_SECONDS, FloodError, Front
from quarterdeck.seats.desk.records import Attendee, Condition, Help
from quarterdeck.seats.desk.roommessages import (
    Announce,
    AskHelp,
    End,
    Extend,
    FaultLine,
    HostLine,
    LeaveHelp,
    Person,
    Reset,
    Room,
    RoomBeat,
    RoomHello,
    RoomPageMessage,
    RoomSummary,
    Seen,
    Standing,
    Where,
    decode_order,
    encode_for_room,
)
from quarterdeck.seats.messages import Input, decode
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
ROOM_PAGES = 20
"""Pages of the organiser's at once."""


class OrganisersRoom:
    """What the organiser's pages share."""

    def __init__(
        self,
        front: Front,
        address: str,
        rows: tuple[str, ...],
        wrong: Callable[[], int] = lambda: 0,
        hosts: Sequence[str] = (),
    ) -> None:
        """``address`` is where attendees go, ``rows`` its QR code; ``wrong`` returns how many codes were wrong.

        ``hosts`` are those that are known beforehand: one that never answers is shown as well.
        """
        self.front = front
        self._known_hosts = hosts
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
        known = self._known_hosts if capacity else ()  # before the first answer nobody knows who is silent
        names = sorted({*known, *capacity, *(seat.host for seat in seats)})
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
            hello = decode_order(await received(socket))
        if not isinstance(hello, RoomHello):
            raise RefusedError(BAD_MESSAGE, "the first message must say hello")
        if not self.admits(hello.token):
            raise RefusedError(WRONG_TOKEN, "the token is not this desk's")
        return hello

    async def _tell(self, socket: WebSocket) -> None:
        while True:
            event = self.front.news.event
            await deliver(socket, encode_for_room(self.state()))
            await asyncio.sleep(ROOM_SECONDS)
            until = time.monotonic() + 10 * BEAT_SECONDS
            while not event.is_set() and time.monotonic() < until:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(BEAT_SECONDS):
                        await event.wait()
                        break
                await deliver(socket, encode_for_room(RoomBeat(self.front.clock())))

    async def _listen(self, socket: WebSocket) -> None:
        allowance = Allowance(since=time.monotonic())
        while True:
            message = decode_order(await received(socket))
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
