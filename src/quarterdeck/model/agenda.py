"""When each part of a talk begins: summed from the durations of slides, with breaks between them."""

from __future__ import annotations

from msgspec import Struct

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
