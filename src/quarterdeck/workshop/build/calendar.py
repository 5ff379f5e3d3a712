"""Writes a talk as a calendar entry: iCalendar (RFC 5545)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.model.deck import Deck
from quarterdeck.model.options import Agenda
from quarterdeck.workshop.manifest.manifest import Event

PRODUCT = "-//Quarterdeck//Workshop//EN"
_NAMESPACE = uuid.UUID("6f1c1f0c-6f3c-4b0e-9d52-6c0d3a7f8c11")
_LINE_OCTETS = 75
"""RFC 5545, 3.1: longer lines are folded."""


def calendar(deck: Deck, event: Event, variant: str, title: str) -> bytes:
    """The talk as one event whose description is its agenda.

    Times are in UTC if the event has a time zone, otherwise local times (RFC 5545, 3.3.5, forms 2 and 1).  The same
    variant gives the same bytes: the stamp is the day of the event.

    Raises:
        QuarterdeckError: if the event has no date or no start.

    """
    if event.date is None or event.start is None:
        raise QuarterdeckError.of(
            "a calendar file needs a date and a start time",
            hint="add 'date:' and 'start:' under 'event:' in the manifest",
            code="no-date",
        )
    day = date.fromisoformat(event.date)
    begin = datetime.combine(day, time(event.start // 60, event.start % 60))
    end = begin + timedelta(minutes=_minutes(deck))
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "BEGIN:VEVENT",
        f"UID:{uuid.uuid5(_NAMESPACE, f'{deck.name}/{variant}/{event.date}')}@quarterdeck",
        f"DTSTAMP:{day:%Y%m%d}T000000Z",
        f"DTSTART:{_moment(begin, event.timezone)}",
        f"DTEND:{_moment(end, event.timezone)}",
        f"SUMMARY:{_text(title)}",
        *([f"LOCATION:{_text(event.place)}"] if event.place else []),
        f"DESCRIPTION:{_text(chr(10).join(described(deck.agenda)))}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line)).encode()


def described(agenda: Agenda) -> Iterator[str]:
    """The lines of the agenda, without parts shorter than a minute."""
    for part in agenda.parts:
        if part.minutes > 0:
            yield f"{agenda.clock(part.begin)} {part.title}"


def _minutes(deck: Deck) -> int:
    """The length of the agenda; the deck's duration if no slide has one."""
    seconds = deck.agenda.seconds or deck.duration or 0.0
    return max(1, int(seconds / 60 + 0.5))


def _moment(local: datetime, timezone: str | None) -> str:
    if timezone is None:
        return f"{local:%Y%m%dT%H%M%S}"
    from zoneinfo import ZoneInfo

    return f"{local.replace(tzinfo=ZoneInfo(timezone)).astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    """A value of the type TEXT (RFC 5545, 3.3.11)."""
    for character, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        value = value.replace(character, escaped)
    return value


def _folded(line: str) -> Iterator[str]:
    """The line in parts of at most 75 octets, cut between characters; later parts begin with a blank."""
    part, octets = "", 0
    for character in line:
        size = len(character.encode())
        if octets + size > _LINE_OCTETS:
            yield part
            part, octets = " ", 1
        part += character
        octets += size
    yield part
