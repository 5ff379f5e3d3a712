"""Every combination of some axes, with ``include`` and ``exclude`` as GitHub Actions has them.

https://docs.github.com/actions/how-tos/write-workflows/choose-what-workflows-do/run-job-variations
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from quarterdeck.diagnostics import SourceSpan

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
