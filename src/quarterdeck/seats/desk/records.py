"""What a desk knows of attendees and their seats, as :class:`Records` that are stored whole."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct, field

from quarterdeck.seats.messages import Ending, Exercise, Progress
from quarterdeck.seats.proxy import Upstream


class Condition(StrEnum):
    """How far a seat is."""

    ORDERED = "ordered"
    """Nothing is done yet."""
    STARTING = "starting"
    """Its container was started, and doesn't answer yet."""
    READY = "ready"
    """It answers."""


class Help(StrEnum):
    """Whether the organiser may use an attendee's terminal."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    """Not, or no longer."""


class Seat(Struct):
    """A seat: one container."""

    id: str
    secret: str
    """What the desk says to it in each request."""
    since: float
    """When its condition began."""
    condition: Condition = Condition.ORDERED
    attendee: str | None = None
    """Whose it is; None for a warm one."""
    exercise: str | None = None
    """Where it shall begin; None for the first exercise."""
    resume: bool = False
    """Whether it is still to be told the exercise and what was done before."""
    host: str = ""
    address: str = ""
    port: int = 0
    """Where its server answers; 0 while that is unknown."""
    missed: int = 0
    """Looks in a row that it didn't answer."""
    began: float | None = None
    """When its server was started, as it says: later than before is a server that was started again."""

    @property
    def upstream(self) -> Upstream:
        """Its server."""
        return Upstream(self.address, self.port, self.secret)


class Attendee(Struct):
    """Somebody who was let in."""

    id: str
    name: str
    devices: list[str]
    """The digests of the tokens in their browsers' cookies, the newest last."""
    turn: int
    """Their place in the queue, among those who have no seat."""
    joined: float
    active: float
    """When they did something last."""
    expires: float
    seat: str | None = None
    ended: Ending | None = None
    """Why they have no seat any more; None for those who have one or wait."""
    exercise: str | None = None
    progress: dict[str, Progress] = field(default_factory=dict)
    ports: tuple[int, ...] = ()
    fault: str = ""
    busy: bool = False
    stuck: float | None = None
    """Since when they ask for help."""
    moved: int = 0
    """How often their seat was lost."""
    warned: bool = False
    """Whether they were told that they lose the seat unless they do something."""

    @property
    def done(self) -> int:
        """How many exercises they have solved."""
        return sum(progress.done for progress in self.progress.values())


class Records(Struct):
    """What is stored: all that a desk needs to go on after it was killed."""

    code: str
    token: str
    """The organiser's."""
    attendees: dict[str, Attendee] = field(default_factory=dict)
    seats: dict[str, Seat] = field(default_factory=dict)
    leaving: dict[str, str] = field(default_factory=dict)
    """Seats that are to be stopped, by id, with their host."""
    notice: str = ""
    """What the organiser tells everybody."""
    turns: int = 0
    exercises: tuple[Exercise, ...] = ()
    """Those of the workshop, as a seat has told."""
