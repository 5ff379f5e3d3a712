"""What a command or a manifest asks of a deck: for whom, by whom, in which language; and when its parts begin.

The agenda is summed from the durations of slides, with the breaks of the schedule between them.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct, field

from quarterdeck.diagnostics import SourceSpan

DAY = 24 * 60
"""Minutes of a day."""


class Break(Struct, frozen=True):
    """A break that the organiser wants."""

    title: str | None
    """None for the word that the deck's language has for it."""
    seconds: float
    after: str | None = None
    """The id of the section or slide that it follows."""
    at: int | None = None
    """The time of day, in minutes since midnight: it is taken at the first end of a section from then on."""
    span: SourceSpan | None = None


class Schedule(Struct, frozen=True):
    """What the organiser has fixed."""

    start: int | None = None
    """The time of day, in minutes since midnight; None counts from 0:00."""
    breaks: tuple[Break, ...] = ()


class Part(Struct, frozen=True):
    """A section of the talk, or a break."""

    title: str
    begin: float
    """Seconds since the talk began."""
    seconds: float
    is_break: bool = False
    slides: tuple[str, ...] = ()
    """The ids of its slides; none for a break."""

    @property
    def minutes(self) -> int:
        """Whole minutes, such that those of all parts add up to the agenda's."""
        return _minutes(self.begin + self.seconds) - _minutes(self.begin)


class Agenda(Struct, frozen=True):
    """The parts of a talk in their order."""

    parts: tuple[Part, ...] = ()
    start: int | None = None
    """The time of day at which it begins, in minutes since midnight."""
    unplanned: tuple[str, ...] = ()
    """The ids of slides without a duration."""
    share: float = 0.0
    """The seconds that each of these gets: an equal share of what the deck's duration leaves; 0 without one."""

    @property
    def seconds(self) -> float:
        """From the beginning of the first part to the end of the last."""
        return self.parts[-1].begin + self.parts[-1].seconds if self.parts else 0.0

    def clock(self, seconds: float) -> str:
        """The time of day, or the time since the beginning, as ``9:05``."""
        minutes = ((self.start or 0) + _minutes(seconds)) % DAY
        return f"{minutes // 60}:{minutes % 60:02}"


def _minutes(seconds: float) -> int:
    return int(seconds / 60 + 0.5)


SPOKEN = 160
"""Words per minute of a fluent speaker who reads the notes aloud."""
SHOW_PORT = 7777
"""Where a show is, and where links of a PPTX to its demos lead, unless another port is said.

Links hold the port that ``build`` was told, and a show listens at its own port alone: one that listened here too would
be in the way of a demo or of another show.
"""
DESK_PORT = 7700
"""Where the front desk of a workshop's seats is, unless another port is said."""


class Role(StrEnum):
    """Who a copy of the deck is for.  Without a role it is the speaker's own, with everything in it."""

    INSTRUCTOR = "instructor"
    """For those who teach with it: notes and solutions stay."""
    ATTENDEE = "attendee"
    """To be handed out: no notes, no solutions, no slides for instructors."""


class Solutions(StrEnum):
    """What to do with the slides that show solutions of exercises."""

    LEFT_OUT = "left-out"
    HIDDEN = "hidden"
    """They are there, and passed over unless someone looks for them."""
    SHOWN = "shown"


class Selector(Struct, frozen=True):
    """Slides meant by a name: ``volumes`` is that slide, and a section's whole section; ``.advanced`` is a class."""

    text: str
    span: SourceSpan | None = None

    @property
    def is_class(self) -> bool:
        """Whether it names a class."""
        return self.text.startswith(".")

    @property
    def name(self) -> str:
        """The id or the class."""
        return self.text.removeprefix(".")


class Choices(Struct, frozen=True):
    """One form of a deck."""

    variables: Mapping[str, object] = field(default_factory=dict)
    """They win over the deck's own ``vars``."""
    audience: str | None = None
    """Slides for others are left out."""
    role: Role | None = None
    language: str | None = None
    """The language tag (BCP 47) of a translation; None takes the deck as it is written."""
    solutions: Solutions = Solutions.HIDDEN
    """An attendee's copy has none, whatever is said here."""
    event: Mapping[str, object] = field(default_factory=dict)
    """What is known about the event; keys win over those of the deck's own ``vars: {event: …}``."""
    form: str | None = None
    """The name of the form in the manifest, for templates."""
    include: tuple[Selector, ...] = ()
    """The only slides to be shown; none given takes all."""
    exclude: tuple[Selector, ...] = ()
    """Slides to be left out; they win over ``include``."""
    theme: str | None = None
    """The theme instead of the deck's: the name of one, or a file."""
    duration: float | None = None
    """Planned seconds, instead of the deck's."""
    schedule: Schedule = field(default_factory=Schedule)
    """When it begins, and its breaks."""
    show_port: int = SHOW_PORT
    """The port of the show that links of the PPTX lead to."""
    draft: bool = False
    """Whether content that doesn't fit is placed all the same, and its slide marked."""
    audience_span: SourceSpan | None = None
    """Where a manifest names the audience."""


PLAIN = Choices()
"""The deck as it is written."""
