"""Makes true what the desk's state says: starts, looks after, moves and stops seats.

It works in turns.  In each it looks at every seat, starts those that are ordered, and stops those that are to go; what
takes long goes on beside the turns, a few at a time.  A seat that has missed two looks is asked after at its host: a
host that doesn't answer, or doesn't have it, has lost it; a seat that only is slow has some more time, and one that its
host has started again somewhere is followed.  Where no host answers at all, every seat is kept.

Now and then the hosts are asked for all seats of the workshop: those that the state doesn't know are stopped.  They
were left by a desk that was killed, or come back with a host that was cut off.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import quote

import msgspec

from quarterdeck.seats.desk.records import Condition, Seat
from quarterdeck.seats.desk.state import Seating
from quarterdeck.seats.messages import Resume, decode_status
from quarterdeck.seats.proxy import UnreachableError, ask
from quarterdeck.seats.spawner import NoRoomError, Place, SeatCondition, SeatOrder, SeatState, Spawner, SpawnError
from quarterdeck.show.web.protocol import ProtocolError

TURN_SECONDS = 1.0
LOOK_SECONDS = 1.5
"""How long a seat may take to answer a look."""
MISSED_LOOKS = 2
"""So many in a row, and its host is asked."""
SLOW_LOOKS = 12
"""So many in a row, and a seat whose container runs is given up."""
START_SECONDS = 90.0
"""How long a seat may take from its container's start to its first answer."""
FIRST_LOOKS = 0.1
"""From one look at a seat that starts to the next."""
FIND_AGAIN_SECONDS = 2.0
"""How often a seat that starts is asked after at its host."""
AT_ONCE = 4
"""Seats that are started at the same time."""
STOPS_AT_ONCE = 4
LOOKS_AT_ONCE = 64
SWEEP_SECONDS = 20.0
"""How often the hosts are asked for seats that nobody knows."""
ASK_SECONDS = 4.0
"""How long a host may take to say what has become of a seat."""
END_SECONDS = 60.0
"""How long the end of a workshop waits until its seats are stopped."""
SPARE_SECONDS = 3600.0
"""How much longer than its attendee's time a seat lasts when no desk is there to end it."""


class Keeper:
    """Keeps the seats of one workshop as its state says."""

    def __init__(
        self,
        seating: Seating,
        spawner: Spawner,
        workshop: str,
        save: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """``save`` stores the state; it is called before something is done that follows from it."""
        self._seating = seating
        self._spawner = spawner
        self._workshop = workshop
        self.save = save
        self._clock = clock
        self._starting: dict[str, asyncio.Task[None]] = {}
        self._stopping: dict[str, asyncio.Task[None]] = {}
        self._asking: dict[str, asyncio.Task[SeatState | None]] = {}
        """What hosts are asked about seats that have missed a look."""
        self._starts = asyncio.Semaphore(AT_ONCE)
        self._stops = asyncio.Semaphore(STOPS_AT_ONCE)
        self._looks = asyncio.Semaphore(LOOKS_AT_ONCE)
        self._poke = asyncio.Event()
        self._swept = float("-inf")
        self._sweeping: asyncio.Task[None] | None = None
        self.capacity: dict[str, int] = {}
        """How many more seats each host can take, as it said last; hosts that don't answer are missing."""

    def poke(self) -> None:
        """Have the next turn begin at once."""
        self._poke.set()

    async def run(self) -> None:
        """Take one turn after the other, until cancelled."""
        try:
            while True:
                await self.turn()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(TURN_SECONDS):
                        await self._poke.wait()
                self._poke.clear()
        finally:
            await self._cancel()

    async def turn(self) -> None:
        """Look at every seat, and begin what is to be done."""
        self._seating.tick(self._clock())
        self.save()
        self._begin()
        seats = self._seating.records.seats.values()
        await asyncio.gather(*(self._look(seat) for seat in seats if seat.condition is Condition.READY))
        if self._sweeping is None and self._clock() - self._swept >= SWEEP_SECONDS:
            self._swept = self._clock()
            self._sweeping = asyncio.create_task(self._sweep())
        self.save()
        self._begin()

    def _begin(self) -> None:
        """Start and stop what is to be started and stopped, beside the turns."""
        records = self._seating.records
        for seat in records.seats.values():
            if seat.condition is not Condition.READY and seat.id not in self._starting:
                self._do(self._starting, seat.id, self._start(seat))
        for seat_id in records.leaving:
            if seat_id not in self._stopping and seat_id not in self._starting:
                self._do(self._stopping, seat_id, self._stop(seat_id))

    @staticmethod
    def _do(tasks: dict[str, asyncio.Task[None]], seat_id: str, what: Coroutine[Any, Any, None]) -> None:
        tasks[seat_id] = task = asyncio.create_task(what)
        task.add_done_callback(lambda done: tasks.pop(seat_id, None))

    # Starting

    async def _start(self, seat: Seat) -> None:
        """Start a seat, or go on with what a desk before may have started, until it answers."""
        async with self._starts:
            if self._seating.records.seats.get(seat.id) is not seat:
                return
            now = self._clock()
            try:
                if seat.condition is Condition.STARTING:
                    found = await self._find(seat)
                    if found is None or found.state is SeatCondition.GONE:
                        self._lost(seat, host=False)
                        return
                else:
                    expires = now + 2 * self._seating.limits.expires + SPARE_SECONDS
                    avoid = self._seating.avoided(now)
                    order = SeatOrder(seat.id, self._workshop, seat.secret, expires, seat.exercise, avoid)
                    found = await self._spawner.start(order)
            except NoRoomError as error:
                self._seating.refused(seat.id, "", error.reason, self._clock())
            except SpawnError as error:
                self._seating.refused(seat.id, error.host, error.reason, self._clock())
                self._begin()
            else:
                self._seating.started(seat.id, found.host, self._clock())
                await self._first_answer(seat, found.place)

    async def _first_answer(self, seat: Seat, place: Place | None) -> None:
        """Wait until a seat that was started answers."""
        until, asked = self._clock() + START_SECONDS, self._clock()
        while self._seating.records.seats.get(seat.id) is seat:
            now = self._clock()
            if now > until:
                self._seating.report(seat.host, "a seat did not answer after its start", now)
                self._lost(seat, host=False)
                return
            if place is None or now - asked > FIND_AGAIN_SECONDS:  # it may be published elsewhere, or have ended
                asked = now
                with contextlib.suppress(SpawnError):
                    found = await self._find(seat)
                    if found is None or found.state is SeatCondition.GONE:
                        self._seating.report(seat.host, "a seat ended at its start", now)
                        self._lost(seat, host=False)
                        return
                    place = found.place
            if place is not None:
                self._seating.placed(seat.id, seat.host, place.address, place.port)
                if await self._answers(seat):
                    return
            await asyncio.sleep(FIRST_LOOKS)

    # Looking

    async def _look(self, seat: Seat) -> None:
        async with self._looks:
            there = await self._answers(seat)
            asking = self._asking.pop(seat.id, None)
            if there or self._seating.records.seats.get(seat.id) is not seat:
                if asking is not None:
                    asking.cancel()
                return
            missed = self._seating.missed(seat.id)
            if missed < MISSED_LOOKS:
                # Asking its host takes as long as the next look; nobody may need the answer.
                self._asking[seat.id] = asking = asyncio.create_task(self._find(seat))
                asking.add_done_callback(lambda done: done.cancelled() or done.exception())
                self.poke()
                return
            try:
                found = await (asking or self._find(seat))
            except SpawnError as error:
                if await self._capacities():
                    self._lost(seat, host=True)
                else:  # nobody could have a seat elsewhere, and this one may go on when its host is back
                    self._seating.report(error.host, error.reason, self._clock())
                return
            if found is None:
                self._lost(seat, host=seat.host not in await self._capacities())
            elif found.state is SeatCondition.GONE:
                self._lost(seat, host=False)
            elif found.place is not None and (found.place.address, found.place.port) != (seat.address, seat.port):
                self._seating.placed(seat.id, found.host, found.place.address, found.place.port)
            elif missed >= SLOW_LOOKS:
                self._lost(seat, host=False)

    def _lost(self, seat: Seat, *, host: bool) -> None:
        self._seating.lost(seat.id, self._clock(), host=host)
        self._begin()

    async def _find(self, seat: Seat) -> SeatState | None:
        """What its host says of a seat; raises SpawnError, also where a host takes too long."""
        try:
            async with asyncio.timeout(ASK_SECONDS):
                return await self._spawner.find(seat.id)
        except TimeoutError:
            raise SpawnError(seat.host, "doesn't answer") from None

    async def _capacities(self) -> dict[str, int]:
        """How many more seats each host can take; those that don't answer are missing."""
        with contextlib.suppress(SpawnError, TimeoutError):
            async with asyncio.timeout(ASK_SECONDS):
                self.capacity = dict(await self._spawner.capacity())
                return self.capacity
        return {}

    async def _answers(self, seat: Seat) -> bool:
        """Whether a seat answers; what it says goes into the state, and what it must know is told."""
        try:
            answer = await ask(seat.upstream, "GET", "/status", seconds=LOOK_SECONDS)
            if answer.status != 200:
                return False
            status = decode_status(answer.body)
            self._seating.answered(seat.id, status, self._clock())
            if seat.resume:
                await self._resume(seat, status.exercises[0].name if status.exercises else None)
        except (UnreachableError, ProtocolError):
            return False
        return True

    async def _resume(self, seat: Seat, first: str | None) -> None:
        """Tell a seat where to begin, and what its attendee has done before."""
        attendee = self._seating.records.attendees.get(seat.attendee or "")
        exercise = seat.exercise or first
        if attendee is None or exercise is None:
            self._seating.resumed(seat.id)
            return
        body = msgspec.json.encode(Resume(attendee.progress))
        answer = await ask(seat.upstream, "POST", f"/begin/{quote(exercise, safe='')}", body=body, seconds=ASK_SECONDS)
        if answer.status < 300 or answer.status == 404:  # an exercise that is no more: the attendee begins elsewhere
            self._seating.resumed(seat.id)

    # Stopping

    async def _stop(self, seat_id: str) -> None:
        async with self._stops:
            try:
                await self._spawner.stop(seat_id)
            except SpawnError as error:
                if error.host not in self.capacity and self.capacity:
                    self._seating.stopped(seat_id)  # when the host is back, the sweep finds it
                    return
                self._seating.report(error.host, f"a seat can't be stopped: {error.reason}", self._clock())
                await asyncio.sleep(TURN_SECONDS)
                return
            self._seating.stopped(seat_id)

    async def _sweep(self) -> None:
        """Stop the seats that the state doesn't know, and learn which hosts answer."""
        try:
            await self._capacities()
            seats = await self._spawner.list()
            records = self._seating.records
            for seat in seats:
                if not (seat.id in records.seats or seat.id in records.leaving or seat.id in self._starting):
                    records.leaving[seat.id] = seat.host
        except SpawnError as error:
            self._seating.report(error.host, error.reason, self._clock())
        finally:
            self._sweeping = None

    async def finish(self) -> list[str]:
        """Stop all seats; returns what may be left, in words.

        These are the ids of seats that could not be stopped, and "anything on HOST" for each host that doesn't answer.
        """
        await self._cancel()
        self._seating.end_all()
        self.save()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(END_SECONDS):
                await self._sweep()
                self._begin()
                while self._stopping:
                    await asyncio.wait(self._stopping.values())
        await self._cancel()
        self.save()
        silent = sorted(set(self._spawner.names) - set(await self._capacities()))
        return [*sorted(self._seating.records.leaving), *(f"anything on {host}" for host in silent)]

    async def _cancel(self) -> None:
        sweeping = [self._sweeping] if self._sweeping else []
        tasks = [*self._starting.values(), *self._stopping.values(), *self._asking.values(), *sweeping]
        self._asking.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._sweeping = None
