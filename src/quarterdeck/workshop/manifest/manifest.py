"""The content of a ``workshop.yaml``: decks, forms, events, and the matrix of variants."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from quarterdeck.diagnostics import SourceSpan
from quarterdeck.model.options import Break, Selector

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
