"""Reads the parts of a manifest that say when and where: events, breaks, times of day."""

from __future__ import annotations

import re
from datetime import date

from quarterdeck.model.options import Break
from quarterdeck.text.fields import Fields
from quarterdeck.workshop.manifest.manifest import Event

EVENT_KEYS = ("title", "date", "start", "timezone", "place", "breaks", "vars")
BREAK_KEYS = ("title", "duration", "after", "at")
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\Z")


def read_events(front: Fields) -> dict[str, Event]:
    """The named events of a manifest; each takes from ``event:`` what it doesn't say itself."""
    shared = read_event(front.section("event", EVENT_KEYS), Event()) if "events" in front else Event()
    named = front.sections("events", EVENT_KEYS)
    return {name: read_event(keys, shared) for name, keys in named.items()}


def read_event(keys: Fields, shared: Event) -> Event:
    """Read one event; ``shared`` supplies the keys that it leaves out."""
    return Event(
        keys.text("title") or shared.title,
        _date(keys) or shared.date,
        _or(read_time(keys, "start"), shared.start),
        _timezone(keys) or shared.timezone,
        keys.text("place") or shared.place,
        read_breaks(keys) if "breaks" in keys else shared.breaks,
        {**shared.variables, **keys.values("vars")},
    )


def read_breaks(front: Fields) -> tuple[Break, ...]:
    """The breaks of an event or a form."""
    breaks: list[Break] = []
    for keys in front.items("breaks", BREAK_KEYS):
        seconds, after, at = keys.seconds("duration"), keys.text("after"), read_time(keys, "at")
        if (after is None) == ("at" not in keys):
            front.found.error(
                "a break is either 'after' a section or 'at' a time",
                keys.at,
                hint="after: running-containers, or at: 10:30",
                code="bad-break",
            )
        elif seconds is None and "duration" not in keys:
            front.found.error("a break needs a duration", keys.at, hint="duration: 15m", code="bad-break")
        breaks.append(Break(keys.text("title"), seconds or 0.0, after, at, keys.span("after") or keys.at))
    return tuple(breaks)


def read_time(front: Fields, key: str) -> int | None:
    """A time of day, in minutes since midnight."""
    text = front.text(key)
    if text is None:
        return None
    match = _TIME.match(text)
    if match is None:
        hint = 'such as 9:00 or "14:30"'
        front.found.error(f"'{text}' is not a time of day", front.span(key), hint=hint, code="wrong-type")
        return None
    return int(match[1]) * 60 + int(match[2])


def _date(front: Fields) -> str | None:
    text = front.text("date")
    try:
        return date.fromisoformat(text).isoformat() if text else None
    except ValueError:
        front.found.error(f"'{text}' is not a date", front.span("date"), hint="such as 2026-05-12", code="wrong-type")
        return None


def _timezone(front: Fields) -> str | None:
    name = front.text("timezone")
    if name is None:
        return None
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        front.found.error(
            f"unknown time zone '{name}'",
            front.span("timezone"),
            hint="such as Europe/Berlin",
            code="wrong-type",
        )
        return None
    return name


def _or(first: int | None, second: int | None) -> int | None:
    return second if first is None else first
