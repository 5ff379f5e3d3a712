"""The variants of a manifest as a table, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from quarterdeck.workshop.matrix import AXES
from quarterdeck.workshop.variants import Variant

Listed = Sequence[tuple[Variant, bool]]
"""Each variant, and whether it is built as it would be now."""


def as_table(listed: Listed) -> str:
    """A line for each variant: its name, its values on the axes that differ, its time, what it is made into."""
    axes = [axis for axis in AXES if len({variant.values.get(axis) for variant, _ in listed}) > 1]
    rows = [("variant", *axes, "minutes", "outputs", "")]
    for variant, fresh in listed:
        minutes = f"{variant.choices.duration / 60:.0f}" if variant.choices.duration else ""
        values = [variant.values.get(axis, "") for axis in axes]
        rows.append((variant.name, *values, minutes, " ".join(variant.outputs), "up to date" if fresh else "to build"))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    count = len(listed)
    return "\n".join((*(line.rstrip() for line in lines), f"\n{count} variant{'s' * (count != 1)}"))


def as_json(listed: Listed) -> str:
    """An array with an object for each variant."""
    return json.dumps(list(_objects(listed)), ensure_ascii=False, indent=2)


def _objects(listed: Listed) -> Iterable[dict[str, object]]:
    for variant, fresh in listed:
        yield {
            "name": variant.name,
            "values": dict(variant.values),
            "deck": str(variant.deck),
            "seconds": variant.choices.duration,
            "files": {output: str(variant.path_of(output)) for output in variant.outputs},
            "fresh": fresh,
        }
