"""What the desk's state says becomes so, whatever hosts and seats do: over real sockets."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

import pytest

from quarterdeck.seats.desk import keeper as keeper_module
from quarterdeck.seats.desk.keeper import Keeper
from quarterdeck.seats.desk.records import Attendee, Condition, Records
from quarterdeck.seats.desk.state import Limits, Seating
from quarterdeck.seats.messages import Progress
from quarterdeck.seats.spawner import SeatOrder, SeatState, SpawnError
from support.seats import StandInSeat, StandInSpawner, taken

pytestmark = pytest.mark.slow

HOUR = 3600.0


class Clock:
    """Time, which goes on as it is told."""

    now = 1_000_000.0

    def __call__(self) -> float:
        """Seconds since 1970."""
        return self.now


class Desk:
    """A keeper at work on stand-ins."""

    def __init__(self, spawner: StandInSpawner, count: int, warm: int, records: Records | None = None) -> None:
        self.clock = Clock()
        self.spawner = spawner
        limits = Limits(count, warm, 4 * HOUR, HOUR)
        self.seating = Seating(records or Records("TIDE-42", "token"), limits)
        self.keeper = Keeper(self.seating, spawner, "w", clock=self.clock)

    async def until(self, what: Callable[[], object]) -> None:
        """Take turns until something is so."""
        async with asyncio.timeout(60):
            while not what():
                await self.keeper.turn()
                await asyncio.sleep(0.01)

    def join(self, name: str) -> Attendee:
        """Somebody joins."""
        return self.seating.join(name, name, self.clock.now)

    def ready(self, attendee: Attendee) -> bool:
        """Whether somebody has a seat that answers."""
        return self.seating.view(attendee).seat is not None

    def seat(self, attendee: Attendee) -> StandInSeat:
        """The stand-in on which somebody sits."""
        return self.spawner.seats[attendee.seat or ""]


@asynccontextmanager
async def opened(
    count: int = 4, warm: int = 0, spawner: StandInSpawner | None = None, records: Records | None = None
) -> AsyncIterator[Desk]:
    """A desk with two hosts, and the end of all it has started."""
    desk = Desk(spawner or StandInSpawner(), count, warm, records)
    try:
        yield desk
    finally:
        await desk.keeper._cancel()
        await desk.spawner.end()


async def test_warm_seats_are_there_before_anybody_comes() -> None:
    """An attendee's seat has started before the code was typed."""
    async with opened(warm=2) as desk:
        await desk.until(lambda: len(list(desk.seating._free())) == 2 and all_ready(desk))
        ada = desk.join("Ada")
        assert desk.ready(ada)
        await desk.until(lambda: len(desk.spawner.seats) == 3)


def all_ready(desk: Desk) -> bool:
    """Whether every seat answers."""
    return all(seat.condition is Condition.READY for seat in desk.seating.records.seats.values())


async def test_a_seat_on_a_dead_host_comes_back_elsewhere() -> None:
    """At its exercise, with what was done; the seat of the other host isn't touched, and the old one goes at last."""
    async with opened() as desk:
        ada, ben = desk.join("Ada"), desk.join("Ben")
        await desk.until(lambda: desk.ready(ada) and desk.ready(ben))
        old, bens = desk.seat(ada), desk.seat(ben)
        assert old.host != bens.host
        old.exercise, old.progress = "try-second", {"try-first": Progress(2, 2, 1, done=True)}
        await desk.until(lambda: ada.exercise == "try-second")
        await desk.spawner.cut(old.host)
        await desk.until(lambda: ada.moved == 1 and desk.ready(ada))
        new = desk.seat(ada)
        assert new.host == bens.host
        assert new.begun == [("try-second", {"try-first": Progress(2, 2, 1, done=True)})]
        assert (desk.seat(ben), ben.moved) == (bens, 0)
        assert (old.host, "doesn't answer: its seats are moved") in [fault[1:] for fault in desk.seating.faults]
        desk.spawner.cut_off.clear()
        desk.clock.now += keeper_module.SWEEP_SECONDS
        await desk.until(lambda: taken(desk.spawner) == [bens, new] or taken(desk.spawner) == [new, bens])


async def test_a_seat_that_was_removed_is_replaced_on_any_host() -> None:
    """Somebody removed a container by hand: its host is still used."""
    async with opened(spawner=StandInSpawner({"one": 5})) as desk:
        ada = desk.join("Ada")
        await desk.until(lambda: desk.ready(ada))
        old = desk.seat(ada)
        await old.stop()
        del desk.spawner.seats[old.order.id]
        await desk.until(lambda: ada.moved == 1 and desk.ready(ada))
        assert desk.seat(ada).host == "one"


async def test_a_slow_seat_is_not_moved_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A seat whose machine is busy keeps its containers, as long as its host says that it runs; not for ever."""
    monkeypatch.setattr(keeper_module, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(keeper_module, "SLOW_LOOKS", 5)
    async with opened() as desk:
        ada = desk.join("Ada")
        await desk.until(lambda: desk.ready(ada))
        slow = desk.seat(ada)
        slow.silent = True
        await desk.until(lambda: desk.seating.records.seats[ada.seat or ""].missed >= 3)
        assert ada.moved == 0
        await desk.until(lambda: ada.moved == 1 and desk.ready(ada))


async def test_a_desk_that_reaches_no_host_keeps_all_seats(monkeypatch: pytest.MonkeyPatch) -> None:
    """The organiser reads why; with the network back, everybody has the seat and the containers from before."""
    monkeypatch.setattr(keeper_module, "LOOK_SECONDS", 0.05)
    async with opened() as desk:
        ada, ben = desk.join("Ada"), desk.join("Ben")
        await desk.until(lambda: desk.ready(ada) and desk.ready(ben))
        before = [desk.seat(ada), desk.seat(ben)]
        desk.spawner.cut_off = set(desk.spawner.room)
        for seat in before:
            seat.silent = True
        await desk.until(lambda: all(seat.missed >= 4 for seat in desk.seating.records.seats.values()))
        assert desk.seating.faults[-1][1:] == ("one", "can't be reached")
        desk.spawner.cut_off = set()
        for seat in before:
            seat.silent = False
        await desk.until(lambda: all(seat.missed == 0 for seat in desk.seating.records.seats.values()))
        assert ([desk.seat(ada), desk.seat(ben)], ada.moved + ben.moved) == (before, 0)
        assert len(desk.spawner.orders) == 2


class StandInSwarm(StandInSpawner):
    """A manager answers for all nodes: it finds seats on a lost one unreachable, and can stop them."""

    async def find(self, seat: str) -> SeatState | None:
        """Where a node takes no connection, the seat isn't believed to run."""
        found = self.seats.get(seat)
        if found is not None and found.host in self.cut_off:
            raise SpawnError(found.host, "doesn't answer")
        return None if found is None else self._state(found)

    async def stop(self, seat: str) -> None:
        """Its node removes it when it is back."""
        found = self.seats.pop(seat, None)
        if found is not None:
            await found.stop()

    async def capacity(self) -> Mapping[str, int]:
        """The Swarm doesn't know yet that a node is lost."""
        return dict(self.room)


async def test_a_seat_of_a_swarm_is_not_started_twice() -> None:
    """It goes to a node that lives, long before the Swarm knows of the loss; and the old one is no longer wanted."""
    async with opened(spawner=StandInSwarm()) as desk:
        ada = desk.join("Ada")
        await desk.until(lambda: desk.ready(ada))
        old = desk.seat(ada)
        await desk.spawner.cut(old.host)
        await desk.until(lambda: ada.moved == 1 and desk.ready(ada))
        assert desk.spawner.orders[-1].avoid == {old.host}
        await desk.until(lambda: taken(desk.spawner) == [desk.seat(ada)])


async def test_a_seat_that_its_swarm_moves_is_followed() -> None:
    """The Swarm was faster: the same seat is found elsewhere, and told where to begin; none is ordered."""
    async with opened(spawner=StandInSwarm()) as desk:
        ada = desk.join("Ada")
        await desk.until(lambda: desk.ready(ada))
        old = desk.seat(ada)
        old.exercise, old.progress = "try-second", {"try-first": Progress(2, 2, done=True)}
        await desk.until(lambda: ada.exercise == "try-second")
        new = desk.spawner.seats[old.order.id] = StandInSeat(old.order, "two" if old.host == "one" else "one")
        desk.spawner._all.append(new)
        await old.stop()
        desk.clock.now += 60
        await new.start()
        await desk.until(lambda: new.begun and desk.ready(ada))
        assert new.begun == [("try-second", {"try-first": Progress(2, 2, done=True)})]
        assert (len(desk.spawner.orders), ada.moved) == (1, 0)
        assert desk.seating.records.seats[old.order.id].host == new.host


async def test_full_hosts_make_a_queue_that_moves() -> None:
    """The one who waits gets the seat of the one who goes."""
    async with opened(spawner=StandInSpawner({"one": 1})) as desk:
        ada, ben = desk.join("Ada"), desk.join("Ben")
        await desk.until(lambda: desk.ready(ada) and not ben.seat)
        assert desk.seating.view(ben).position == 1
        desk.seating.end(ada, desk.clock.now)
        await desk.until(lambda: len(desk.spawner.seats) == 0)
        desk.clock.now += 10
        await desk.until(lambda: desk.ready(ben))


async def test_an_image_that_is_missing_on_one_host_is_told() -> None:
    """The seat starts on the other host, and the organiser reads which one lacks it."""
    spawner = StandInSpawner({"one": 10, "two": 5}, broken={"one": "no such image: quarterdeck-seat"})
    async with opened(spawner=spawner) as desk:
        ada = desk.join("Ada")
        await desk.until(lambda: desk.ready(ada))
        assert desk.seat(ada).host == "two"
        assert [fault[1:] for fault in desk.seating.faults] == [("one", "no such image: quarterdeck-seat")]


async def test_expired_and_idle_seats_end() -> None:
    """Their containers go."""
    async with opened() as desk:
        ada, ben = desk.join("Ada"), desk.join("Ben")
        await desk.until(lambda: desk.ready(ada) and desk.ready(ben))
        desk.clock.now += 2 * HOUR
        ben.active = desk.clock.now
        await desk.until(lambda: len(desk.spawner.seats) == 1)
        assert (ada.ended, ben.ended) == ("idle", None)
        desk.clock.now += 3 * HOUR
        await desk.until(lambda: not desk.spawner.seats)
        assert ben.ended == "expired"


async def test_a_desk_that_was_killed_goes_on() -> None:
    """The next one finds the seats, takes up one that was just ordered, and stops those that it doesn't know."""
    spawner = StandInSpawner()
    async with opened(spawner=spawner) as desk:
        ada = desk.join("Ada")
        await desk.until(lambda: desk.ready(ada))
        ben = desk.join("Ben")
        await desk.keeper._cancel()
        stranger = await spawner.start(SeatOrder("abandoned1", "w", "s", 0))
        before = desk.seat(ada)
        records = desk.seating.records
        async with opened(spawner=spawner, records=records) as next_desk:
            next_desk.seating.wake(next_desk.clock.now)
            await next_desk.until(lambda: next_desk.ready(ada) and next_desk.ready(ben))
            assert next_desk.seat(ada) is before
            assert (ada.moved, ben.moved) == (0, 0)
            await next_desk.until(lambda: stranger.id not in spawner.seats)


async def test_the_end_of_the_workshop_stops_every_seat() -> None:
    """Those that nobody has taken too, and one that is still starting."""
    async with opened(warm=2) as desk:
        ada = desk.join("Ada")
        await desk.until(lambda: desk.ready(ada))
        desk.join("Ben")
        assert await desk.keeper.finish() == []
        assert not desk.spawner.seats
        assert not desk.seating.records.leaving


async def test_the_end_names_a_host_that_is_cut_off() -> None:
    """Its seats go on, so the organiser must know."""
    async with opened() as desk:
        ada, ben = desk.join("Ada"), desk.join("Ben")
        await desk.until(lambda: desk.ready(ada) and desk.ready(ben))
        host = desk.seat(ada).host
        await desk.spawner.cut(host)
        assert f"anything on {host}" in await desk.keeper.finish()
        assert {seat.host for seat in taken(desk.spawner)} == {host}


async def test_it_runs_until_it_is_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Turns follow each other, and a poke has the next one come at once."""
    monkeypatch.setattr(keeper_module, "TURN_SECONDS", 600)
    async with opened(warm=1) as desk:
        running = asyncio.create_task(desk.keeper.run())
        async with asyncio.timeout(60):
            while not (desk.seating.records.seats and all_ready(desk)):
                await asyncio.sleep(0.01)
            ada = desk.join("Ada")
            desk.keeper.poke()
            while len(desk.spawner.seats) < 2:
                await asyncio.sleep(0.01)
        assert desk.ready(ada)
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
