"""The content of a ``workshop.yaml``: decks, forms, events, and the matrix of variants; and how its events are read."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from quarterdeck.diagnostics import SourceSpan
from quarterdeck.model.options import Break, Selector
from quarterdeck.text.fields import Fields
from quarterdeck.workshop.manifest.seats import Settings

AXES = ("deck", "event", "form", "audience", "role", "language", "theme")
"""The axes of the matrix, in the order in which they appear in a variant's name."""


@dataclass(frozen=True, slots=True)
class Combination:
    """A value for some of the axes, and what an ``include`` adds to it."""

    values: Mapping[str, str]
    variables: Mapping[str, object] = field(default_factory=dict)
    outputs: tuple[str, ...] | None = None
    at: SourceSpan | None = None
    """Where the ``include`` is that added it."""


def expand(
    axes: Mapping[str, Sequence[str]], exclude: Iterable[Mapping[str, str]], include: Iterable[Combination]
) -> tuple[Combination, ...]:
    """The combinations of the axes, without those that match an ``exclude``.

    Each ``include`` is added to all combinations that it doesn't contradict, as in matrices of GitHub Actions; if there
    is none, it becomes a combination itself.
    """
    named = [axis for axis in AXES if axes.get(axis)]
    products = itertools.product(*(axes[axis] for axis in named))
    originals = [dict(zip(named, values, strict=True)) for values in products] if named else []
    refused = list(exclude)
    originals = [one for one in originals if not any(_agrees(one, other) for other in refused)]
    result = [Combination(original) for original in originals]
    added: list[Combination] = []
    for extra in include:
        matching = [n for n, one in enumerate(originals) if all(one.get(k, v) == v for k, v in extra.values.items())]
        for number in matching:
            result[number] = _with(result[number], extra)
        if not matching:
            added.append(extra)
    return (*result, *added)


def _agrees(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    return bool(other) and all(one.get(key) == value for key, value in other.items())


def _with(one: Combination, extra: Combination) -> Combination:
    return Combination(
        {**one.values, **extra.values},
        {**one.variables, **extra.variables},
        one.outputs if extra.outputs is None else extra.outputs,
        one.at,
    )


MANIFEST = "workshop.yaml"
"""The manifest's name in a folder."""


@dataclass(frozen=True, slots=True)
class Event:
    """When and where a talk is given."""

    title: str | None = None
    date: str | None = None
    """ISO 8601."""
    start: int | None = None
    """The time of day, in minutes since midnight."""
    timezone: str | None = None
    """A name of the IANA time zone database; None for local time."""
    place: str | None = None
    breaks: tuple[Break, ...] = ()
    variables: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Form:
    """A talk made from the decks: a lightning talk, a lecture, half a day."""

    name: str
    title: str | None = None
    duration: float | None = None
    """Its time budget in seconds, breaks included."""
    start: int | None = None
    """The time of day, in minutes since midnight; None for the event's."""
    include: tuple[Selector, ...] = ()
    """The only slides that it has; empty for the manifest's selection."""
    exclude: tuple[Selector, ...] = ()
    """Slides that are left out, in addition to the manifest's."""
    breaks: tuple[Break, ...] | None = None
    """None for the event's."""
    outputs: tuple[str, ...] | None = None
    """None for the manifest's."""
    variables: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Manifest:
    """A whole manifest, with its matrix expanded."""

    path: Path
    title: str
    decks: Mapping[str, Path]
    """Paths by the name of the folder or file."""
    events: Mapping[str, Event]
    """Events by name; without ``events:`` there is one, named ''."""
    forms: Mapping[str, Form]
    """Forms by name; without ``forms:`` there is one, named ''."""
    combinations: tuple[Combination, ...]
    include: tuple[Selector, ...] = ()
    exclude: tuple[Selector, ...] = ()
    outputs: tuple[str, ...] | None = None
    folder: str | None = None
    """The pattern of a variant's folder."""
    file: str | None = None
    """The pattern of a variant's files."""
    variables: Mapping[str, object] = field(default_factory=dict)
    matrix_at: SourceSpan | None = None
    audiences: Mapping[str, SourceSpan] = field(default_factory=dict)
    """Where each audience is named first."""
    seats: Settings = field(default_factory=Settings)


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
