"""A calendar takes the talk in: what, when, where, and its agenda."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import pytest

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.model.deck import Deck
from quarterdeck.model.options import Agenda, Part
from quarterdeck.workshop.build.calendar import calendar
from quarterdeck.workshop.manifest.manifest import Event

AGENDA = Agenda((Part("Häfen; auf, \\ zu", 0, 1800), Part("Tea", 1800, 900, is_break=True), Part("End", 2700, 20)), 540)
EVENT = Event("Days", "2026-05-12", 540, place="Bremen, Halle 5")
TITLE = "Ports & doors: " + "Türen und Häfen, " * 12


def deck() -> Deck:
    """A deck with an agenda."""
    return Deck("ports", Path(), "Ports", (), agenda=AGENDA)


def read(data: bytes) -> icalendar.Event:
    """The only event of a calendar."""
    whole = icalendar.Calendar.from_ical(data.decode())
    assert whole.errors == []
    (event,) = whole.walk("VEVENT")
    assert isinstance(event, icalendar.Event)
    assert event.errors == []
    return event


def test_what_a_calendar_shows() -> None:
    """Another program reads the title, the place, the times of the clock on the wall and the agenda."""
    event = read(calendar(deck(), EVENT, "lecture", TITLE))
    assert (str(event["SUMMARY"]), str(event["LOCATION"])) == (TITLE, "Bremen, Halle 5")
    assert (event.start, event.end) == (datetime(2026, 5, 12, 9, 0), datetime(2026, 5, 12, 9, 45))
    assert str(event["DESCRIPTION"]).split("\n") == ["9:00 Häfen; auf, \\ zu", "9:30 Tea"]


def test_time_zone() -> None:
    """With a time zone, people elsewhere see their own time."""
    event = read(calendar(deck(), Event(date="2026-05-12", start=540, timezone="Europe/Berlin"), "lecture", "T"))
    assert event.start == datetime(2026, 5, 12, 7, 0, tzinfo=UTC)
    assert isinstance(event.start, datetime)
    assert event.start.astimezone(ZoneInfo("Europe/Berlin")).hour == 9


def test_form_of_the_file() -> None:
    """Lines end with CR LF and have 75 octets at most (RFC 5545, 3.1), and letters are not cut in two."""
    data = calendar(deck(), EVENT, "lecture", TITLE)
    lines = data.split(b"\r\n")
    assert lines[-1] == b""
    assert max(map(len, lines)) <= 75
    assert all(line.decode() is not None and b"\n" not in line for line in lines)


def test_same_bytes_and_own_names() -> None:
    """The same variant is the same entry at every build; another variant is another entry."""
    assert calendar(deck(), EVENT, "lecture", "T") == calendar(deck(), EVENT, "lecture", "T")
    assert read(calendar(deck(), EVENT, "a", "T"))["UID"] != read(calendar(deck(), EVENT, "b", "T"))["UID"]


@pytest.mark.parametrize("event", [Event(date="2026-05-12"), Event(start=540)])
def test_no_date(event: Event) -> None:
    """Without a day or a time to begin there is no entry to make."""
    with pytest.raises(QuarterdeckError, match="a date and a start time"):
        calendar(deck(), event, "a", "T")
