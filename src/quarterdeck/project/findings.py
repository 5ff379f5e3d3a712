"""What was found on a machine, before a show or by ``doctor``."""

from __future__ import annotations

from enum import StrEnum

from quarterdeck.lazy import dataclass


class Grade(StrEnum):
    """What a finding means."""

    GOOD = "good"
    CURED = "cured"
    """Something is wrong or missing, and work goes on without it: recordings take over, or few decks need it."""
    LOST = "lost"
    """Nothing makes up for it: a demo can neither run nor be played, or no deck can be built."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    """In a word: ``engine``, ``ports``, ``browser``."""
    grade: Grade
    detail: str
    remedy: str | None = None
    """What mends it."""
