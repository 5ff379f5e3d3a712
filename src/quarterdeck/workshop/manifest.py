"""What a ``workshop.yaml`` says: decks, forms, the event, and the matrix of variants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from quarterdeck.diagnostics import SourceSpan
from quarterdeck.model.agenda import Break
from quarterdeck.model.options import Selector
from quarterdeck.workshop.matrix import Combination

MANIFEST = "workshop.yaml"
"""The manifest's name in a folder."""


@dataclass(frozen=True, slots=True)
class Event:
    """When and where it is."""

    title: str | None = None
    date: str | None = None
    """ISO 8601."""
    start: int | None = None
    """The time of day, in minutes since midnight."""
    timezone: str | None = None
    """A name of the IANA time zone database; None for the time of the place, whatever it is."""
    place: str | None = None
    breaks: tuple[Break, ...] = ()
    variables: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Form:
    """A talk that can be given from the decks: a lightning talk, a lecture, half a day."""

    name: str
    title: str | None = None
    duration: float | None = None
    """Its time budget in seconds, breaks included."""
    start: int | None = None
    """The time of day, in minutes since midnight; None takes the event's."""
    include: tuple[Selector, ...] = ()
    """The only slides of it; none given takes the manifest's."""
    exclude: tuple[Selector, ...] = ()
    """Slides left out, besides the manifest's."""
    breaks: tuple[Break, ...] | None = None
    """None takes the event's."""
    outputs: tuple[str, ...] | None = None
    """None takes the manifest's."""
    variables: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Manifest:
    """A whole manifest, with its matrix expanded."""

    path: Path
    title: str
    decks: Mapping[str, Path]
    """By name: the folder's or the file's."""
    events: Mapping[str, Event]
    """By name; the only one of a manifest without ``events:`` is called ''."""
    forms: Mapping[str, Form]
    """By name; the only one of a manifest without ``forms:`` is called ''."""
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
