"""Who sits where: the attendees, their seats, and who waits for one.  Nothing here does input or output.

What the state says is what shall be; the keeper makes it so, and reports what it sees.  So a desk that was killed goes
on from what it has stored: a seat that is ``ORDERED`` is started, one that the state doesn't know is stopped.

An attendee stays known for as long as the workshop lasts, and keeps what was done.  A seat lasts from its order until
its attendee's time is up, nobody has used it for long, or it is lost.  Seats that belong to nobody are warm: the next
attendee gets one at once.
"""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from quarterdeck.seats.desk.records import Attendee, Condition, Help, Records, Seat
from quarterdeck.seats.messages import Ending, Progress, Status
from quarterdeck.seats.spawner import new_seat_id

RETRY_SECONDS = 5.0
"""How long the desk orders no seats after all hosts were full or failed."""
LATE_SECONDS = 10.0
"""How late a seat's status may be when it is taken for the present."""
AVOID_SECONDS = 20.0
"""How long a host gets no new seats after it has failed."""
DEVICES = 5
"""Browsers of one attendee; a further one takes the place of the first."""
PASS_SECONDS = 600.0
"""How long a code for another device is good for."""
PASSES = 2000
"""Codes for other devices at once, of all attendees."""
TOLD_SECONDS = 600.0
"""How long a fault that lasts is not told again."""
FAULTS = 5
"""Faults of hosts that the organiser is shown, the newest."""


class FullError(Exception):
    """There are so many attendees that no more are let in."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How many seats there may be, and for how long."""

    count: int
    warm: int
    expires: float
    """Seconds from joining."""
    idle: float
    """Seconds in which nothing is done."""

    @property
    def attendees(self) -> int:
        """How many are let in, those that wait and those that have ended included."""
        return 4 * self.count + 100


@dataclass(slots=True)
class View:
    """What an attendee's pages show of the desk."""

    seat: Seat | None
    """The seat, once it has answered and knows what was done."""
    position: int
    """How many get a seat before; 0 while one is being made ready."""
    moved: int
    ended: Ending | None
    notice: str
    expires: float
    stuck: bool
    warned: bool
    help: Help | None


@dataclass(slots=True)
class Seating:
    """The attendees and seats, and the rules by which they change.  All times are in seconds since 1970."""

    records: Records
    limits: Limits
    changed: Callable[[], None] = lambda: None
    """Called after each change that is to be stored and shown."""
    reported: Callable[[str, str], None] = lambda host, reason: None
    """Called with what goes wrong with a host; an empty one for all of them, or the desk itself."""
    _resting_until: float = 0.0
    """No seat is ordered before: the hosts are full."""
    _avoided: dict[str, float] = dataclasses.field(default_factory=dict)
    """Hosts that have failed, and until when they get no seats."""
    _passes: dict[str, tuple[str, float]] = dataclasses.field(default_factory=dict)
    """Codes for other devices: whose, and until when."""
    help: dict[str, Help] = dataclasses.field(default_factory=dict)
    """By attendee, where the organiser has asked; consent doesn't outlive the desk."""
    _told: dict[tuple[str, str], float] = dataclasses.field(default_factory=dict)
    """Faults of hosts, and when they were told."""
    faults: list[tuple[float, str, str]] = dataclasses.field(default_factory=list)
    """What went wrong with hosts: when, which, and what; the newest last."""

    # Joining

    def join(self, name: str, token: str, now: float) -> Attendee:
        """Let somebody in, whose browser keeps ``token``.

        Raises:
            FullError: when there are too many attendees.

        """
        records = self.records
        if len(records.attendees) >= self.limits.attendees:
            raise FullError
        records.turns += 1
        attendee = Attendee(
            id=secrets.token_hex(6),
            name=_unlike(name, {other.name for other in records.attendees.values()}),
            devices=[digest(token)],
            turn=records.turns,
            joined=now,
            active=now,
            expires=now + self.limits.expires,
        )
        records.attendees[attendee.id] = attendee
        self.arrange(now)
        self.changed()
        return attendee

    def whose(self, token: str) -> Attendee | None:
        """The attendee whose browser has this token."""
        wanted = digest(token)
        for attendee in self.records.attendees.values():
            if any(hmac.compare_digest(wanted, known) for known in attendee.devices):
                return attendee
        return None

    def come_back(self, attendee: Attendee, now: float) -> None:
        """Give somebody who had done nothing for long a seat again, at the same exercise; nobody whose time is up."""
        attendee.active = now
        attendee.warned = False
        if attendee.ended == "idle" and now < attendee.expires:
            attendee.ended = None
            self._queue(attendee)
            self.changed()
            self.arrange(now)

    def new_pass(self, attendee: Attendee, now: float) -> str:
        """A code by which another device of an attendee's finds the same seat, once."""
        self._passes = {code: (who, until) for code, (who, until) in self._passes.items() if until > now}
        mine = [code for code, (who, _) in self._passes.items() if who == attendee.id]
        for code in mine if mine else list(self._passes)[: len(self._passes) - PASSES + 1]:
            del self._passes[code]
        code = new_code(8)
        self._passes[code] = (attendee.id, now + PASS_SECONDS)
        return code

    def use_pass(self, code: str, token: str, now: float) -> Attendee | None:
        """Let another device in, whose browser keeps ``token``; None for a code that isn't good, or not any more."""
        who, until = self._passes.pop(code, ("", 0.0))
        attendee = self.records.attendees.get(who)
        if attendee is None or until <= now:
            return None
        attendee.devices = [*attendee.devices, digest(token)][-DEVICES:]
        self.come_back(attendee, now)
        self.changed()
        return attendee

    # What the keeper reports

    def started(self, seat_id: str, host: str, now: float) -> None:
        """A seat's container was started."""
        seat = self.records.seats.get(seat_id)
        if seat is not None:
            seat.condition, seat.host, seat.since = Condition.STARTING, host, now
            self.changed()

    def placed(self, seat_id: str, host: str, address: str, port: int) -> None:
        """A seat's server is to be found there."""
        seat = self.records.seats.get(seat_id)
        if seat is not None and (seat.host, seat.address, seat.port) != (host, address, port):
            seat.host, seat.address, seat.port = host, address, port
            self.changed()

    def refused(self, seat_id: str, host: str, reason: str, now: float) -> None:
        """A seat couldn't be started at a host, or at any where ``host`` is empty: it is ordered again, later."""
        if host or not self.avoided(now):  # those that are left alone have said why
            self.report(host, reason, now)
        if host:
            self._avoided[host] = now + AVOID_SECONDS
        else:
            self._resting_until = now + RETRY_SECONDS
        seat = self.records.seats.pop(seat_id, None)
        self.changed()
        if seat is not None and (attendee := self._of(seat)) is not None:
            attendee.seat = None  # the turn is kept
        self.arrange(now)

    def answered(self, seat_id: str, status: Status, now: float) -> None:
        """A seat has answered a look."""
        seat = self.records.seats.get(seat_id)
        if seat is None:
            return
        before = (seat.condition, seat.resume, self._shown(seat))
        if seat.condition is not Condition.READY:
            seat.condition, seat.since = Condition.READY, now
            self._avoided.pop(seat.host, None)
        attendee = self._of(seat)
        began = now - status.up
        if seat.began is not None and began > seat.began + LATE_SECONDS:
            seat.began = began  # it was started again, and has forgotten everything
            if attendee is not None:
                seat.exercise, seat.resume = attendee.exercise, True
        seat.began, seat.missed = began if seat.began is None else seat.began, 0
        if status.exercises:
            self.records.exercises = status.exercises
        if attendee is not None and not seat.resume:
            attendee.exercise = status.exercise or attendee.exercise
            attendee.ports, attendee.fault, attendee.busy = status.ports, status.fault, status.busy
            attendee.progress = merged(attendee.progress, status.progress)
        if before != (seat.condition, seat.resume, self._shown(seat)):
            self.changed()

    def resumed(self, seat_id: str) -> None:
        """A seat was told where to begin, and what was done before."""
        seat = self.records.seats.get(seat_id)
        if seat is not None and seat.resume:
            seat.resume = False
            self.changed()

    def missed(self, seat_id: str) -> int:
        """A seat didn't answer a look; how many it has missed in a row."""
        seat = self.records.seats.get(seat_id)
        if seat is None:
            return 0
        seat.missed += 1
        if seat.missed == 2:
            self.changed()
        return seat.missed

    def lost(self, seat_id: str, now: float, *, host: bool) -> None:
        """A seat is gone: its attendee gets another one, before all who wait; elsewhere, if the host is gone."""
        seat = self.records.seats.get(seat_id)
        if seat is None:
            return
        if host and seat.host:
            self._avoided[seat.host] = now + AVOID_SECONDS
            self.report(seat.host, "doesn't answer: its seats are moved", now)
        self._leave(seat)
        if (attendee := self._of(seat)) is not None:
            attendee.seat = None
            attendee.moved += seat.condition is Condition.READY
            attendee.turn = -1
        self.arrange(now)

    def stopped(self, seat_id: str) -> None:
        """A seat that was to go is gone."""
        if self.records.leaving.pop(seat_id, None) is not None:
            self.changed()

    def report(self, host: str, reason: str, now: float) -> None:
        """Something is wrong with a host, which the organiser should know."""
        self._told = {fault: at for fault, at in self._told.items() if now - at < TOLD_SECONDS}
        if (host, reason) not in self._told:
            self._told[host, reason] = now
            self.faults = [*self.faults, (now, host, reason)][-FAULTS:]
            self.reported(host, reason)

    def avoided(self, now: float) -> frozenset[str]:
        """The hosts that get no new seats now."""
        self._avoided = {host: until for host, until in self._avoided.items() if until > now}
        return frozenset(self._avoided)

    # Time and the organiser

    def wake(self, now: float) -> None:
        """The desk goes on after it was away: nobody could do anything in that time.

        A seat that was ordered may have been started just before.
        """
        for attendee in self.records.attendees.values():
            attendee.active = now
        for seat in self.records.seats.values():
            seat.missed = 0
            if seat.condition is Condition.ORDERED:
                seat.condition, seat.since = Condition.STARTING, now
        self.arrange(now)

    def tick(self, now: float) -> None:
        """Close what has expired or is not used, warn before, and order what can be ordered again."""
        for seat in list(self._free()):
            if now - seat.since >= self.limits.expires:
                self._leave(seat)  # a fresh one takes its place
        for attendee in self.records.attendees.values():
            if attendee.ended is not None:
                continue
            idle = now - attendee.active
            if now >= attendee.expires:
                self._end(attendee, "expired")
            elif idle >= self.limits.idle and attendee.seat is not None:
                self._end(attendee, "idle")
            elif idle >= self.limits.idle * 0.9 and attendee.seat is not None and not attendee.warned:
                attendee.warned = True
                self.changed()
        self.arrange(now)

    def touched(self, attendee: Attendee, now: float) -> None:
        """An attendee does something."""
        attendee.active = now
        if attendee.warned:
            attendee.warned = False
            self.changed()

    def call(self, attendee: Attendee, now: float, *, on: bool) -> None:
        """An attendee asks for help, or no longer."""
        if on != (attendee.stuck is not None):
            attendee.stuck = now if on else None
            self.changed()

    def ask_to_help(self, attendee: Attendee) -> None:
        """The organiser would like to use an attendee's terminal."""
        if self.help.get(attendee.id) is not Help.GRANTED:
            self.help[attendee.id] = Help.ASKED
            self.changed()

    def consent(self, attendee: Attendee, *, yes: bool) -> None:
        """An attendee answers that, or takes it back; nobody consents to what wasn't asked."""
        if attendee.id in self.help:
            self.help[attendee.id] = Help.GRANTED if yes else Help.REFUSED
            self.changed()

    def leave(self, attendee: Attendee) -> None:
        """The organiser doesn't need the terminal any more."""
        if self.help.pop(attendee.id, None) is not None:
            self.changed()

    def announce(self, text: str) -> None:
        """Tell everybody; empty takes it back."""
        self.records.notice = text
        self.changed()

    def extend(self, attendee: Attendee, seconds: float, now: float) -> None:
        """Give an attendee more time; somebody whose time was up gets a seat again."""
        attendee.expires = max(attendee.expires, now) + seconds
        if attendee.ended == "expired":
            attendee.ended, attendee.active = None, now
            self._queue(attendee)
            self.arrange(now)
        self.changed()

    def end(self, attendee: Attendee, now: float) -> None:
        """Close an attendee's seat for good."""
        self._end(attendee, "closed")
        self.arrange(now)

    def reset(self, attendee: Attendee) -> None:
        """Begin the attendee's exercise again, with a clean room."""
        seat = self.records.seats.get(attendee.seat or "")
        if seat is not None and seat.condition is Condition.READY:
            seat.exercise, seat.resume = attendee.exercise, True
            self.changed()

    def end_all(self) -> None:
        """Close all seats: the workshop is over."""
        for attendee in self.records.attendees.values():
            if attendee.ended is None:
                self._end(attendee, "closed")
        for seat in list(self.records.seats.values()):
            self._leave(seat)
        self.changed()

    # What is shown

    def view(self, attendee: Attendee) -> View:
        """What an attendee's pages show now."""
        seat = self.records.seats.get(attendee.seat or "")
        ready = seat is not None and seat.condition is Condition.READY and not seat.resume
        return View(
            seat if ready else None,
            0 if seat is not None else self._ahead(attendee),
            attendee.moved,
            attendee.ended,
            self.records.notice,
            attendee.expires,
            attendee.stuck is not None,
            attendee.warned,
            self.help.get(attendee.id),
        )

    def waiting(self) -> list[Attendee]:
        """Those who have no seat and want one, in their turn."""
        return sorted(
            (each for each in self.records.attendees.values() if each.seat is None and each.ended is None),
            key=lambda each: (each.turn, each.joined),
        )

    def _ahead(self, attendee: Attendee) -> int:
        return 1 + next((n for n, each in enumerate(self.waiting()) if each is attendee), 0)

    # The rules

    def arrange(self, now: float) -> None:
        """Give free seats to those who wait, and order what is missing."""
        free = sorted(self._free(), key=lambda seat: (seat.condition is not Condition.READY, seat.since))
        for attendee in self.waiting():
            if not free and not self._may_order(now):
                return
            self._assign(free.pop(0) if free else self._order(now), attendee)
        while len(free) < self.limits.warm and self._may_order(now):
            free.append(self._order(now))

    def _may_order(self, now: float) -> bool:
        return len(self.records.seats) < self.limits.count and now >= self._resting_until

    def _order(self, now: float) -> Seat:
        seat = Seat(new_seat_id(), secrets.token_urlsafe(24), now)
        self.records.seats[seat.id] = seat
        self.changed()
        return seat

    def _assign(self, seat: Seat, attendee: Attendee) -> None:
        seat.attendee, attendee.seat = attendee.id, seat.id
        if attendee.exercise is not None or attendee.progress:
            seat.exercise, seat.resume = attendee.exercise, True
        self.changed()

    def _free(self) -> Iterator[Seat]:
        return (seat for seat in self.records.seats.values() if seat.attendee is None and seat.missed < 2)

    def _queue(self, attendee: Attendee) -> None:
        self.records.turns += 1
        attendee.turn = self.records.turns

    def _end(self, attendee: Attendee, reason: Ending) -> None:
        attendee.ended, attendee.stuck, attendee.warned = reason, None, False
        self.help.pop(attendee.id, None)
        seat = self.records.seats.get(attendee.seat or "")
        attendee.seat = None
        if seat is not None:
            self._leave(seat)
        self.changed()

    def _leave(self, seat: Seat) -> None:
        del self.records.seats[seat.id]
        self.records.leaving[seat.id] = seat.host
        self.changed()

    def _of(self, seat: Seat) -> Attendee | None:
        return self.records.attendees.get(seat.attendee or "")

    def _shown(self, seat: Seat) -> tuple[object, ...]:
        attendee = self._of(seat)
        if attendee is None:
            return ()
        return attendee.exercise, attendee.progress, attendee.ports, attendee.fault, attendee.busy


def merged(before: Mapping[str, Progress], now: Mapping[str, Progress]) -> dict[str, Progress]:
    """What was done in an earlier seat and in this one: what was solved once is solved."""
    result = dict(before)
    for name, progress in now.items():
        earlier = before.get(name)
        if earlier is not None:
            progress = Progress(  # noqa: PLW2901 - the same, with what was before
                progress.passed,
                progress.checks,
                max(progress.hints, earlier.hints),
                progress.done or earlier.done,
                progress.missing,
            )
        result[name] = progress
    return result


def digest(token: str) -> str:
    """What is stored of a browser's token: who reads the file can't sit down as somebody else."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Of codes that people type: nothing that looks like something else."""


def new_code(length: int) -> str:
    """A random code for people to type."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def _unlike(name: str, others: set[str]) -> str:
    """The name, with a number if somebody else has it."""
    number, wanted = 1, name
    while wanted in others:
        number += 1
        wanted = f"{name} {number}"
    return wanted
