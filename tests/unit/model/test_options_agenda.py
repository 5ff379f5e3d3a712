"""Times of an agenda."""

from __future__ import annotations

import pytest

from quarterdeck.model.options import Agenda, Part


@pytest.mark.parametrize(
    ("start", "seconds", "shown"),
    [(None, 0, "0:00"), (None, 125, "0:02"), (540, 5430, "10:31"), (23 * 60 + 50, 900, "0:05"), (0, 29.9, "0:00")],
)
def test_the_clock(start: int | None, seconds: float, shown: str) -> None:
    """Whole minutes, rounded; a night's clock goes on at 0:00."""
    assert Agenda(start=start).clock(seconds) == shown


def test_minutes_add_up() -> None:
    """Each part's are those between its rounded ends, so that none is lost or invented."""
    parts = tuple(Part("p", begin, 40) for begin in range(0, 1200, 40))
    agenda = Agenda(parts)
    assert agenda.seconds == 1200
    assert sum(part.minutes for part in parts) == 20


def test_an_empty_agenda_takes_no_time() -> None:
    """A deck without durations has one."""
    assert Agenda().seconds == 0
