"""What a ``workshop.yaml`` says: decks, forms, the event, and the matrix of variants."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from quarterdeck.diagnostics import SourceSpan
from quarterdeck.model.agenda import Break
from quarterdeck.model.options import Selector

AXES = ("deck", "event", "form", "audience", "role", "language", "theme")
"""In the order of a variant's name."""


@dataclass(frozen=True, slots=True)
class Combination:
    """One value for some of the axes, and what an ``include`` adds to it."""

    values: Mapping[str, str]
    variables: Mapping[str, object] = field(default_factory=dict)
    outputs: tuple[str, ...] | None = None
    at: SourceSpan | None = None
    """The ``include`` that made it."""


def expand(
    axes: Mapping[str, Sequence[str]], exclude: Iterable[Mapping[str, str]], include: Iterable[Combination]
) -> tuple[Combination, ...]:
    """The combinations of the axes, without those that an ``exclude`` agrees with.

    Each ``include`` is added to all combinations whose values of the axes it doesn't contradict; where there is
    none it is a combination of its own.
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
