"""What a command or a manifest says about the form of a deck: for whom, by whom, in which language."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from quarterdeck.lazy import dataclass, field


class Role(StrEnum):
    """Whose copy of a deck it is.  Without a role it is the speaker's own, with everything in it."""

    INSTRUCTOR = "instructor"
    """For those who teach with it: notes and solutions stay."""
    ATTENDEE = "attendee"
    """To be handed out: no notes, no solutions, no slides for instructors."""


class Solutions(StrEnum):
    """What becomes of the slides with the solutions of exercises."""

    LEFT_OUT = "left-out"
    HIDDEN = "hidden"
    """They are there, and passed over unless someone looks for them."""
    SHOWN = "shown"


@dataclass(frozen=True, slots=True)
class Choices:
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


PLAIN = Choices()
"""The deck as it is written."""
