"""What a variant can be made into."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from quarterdeck.model.options import Role
from quarterdeck.project.outputs.formats import PRINTED, WRITERS
from quarterdeck.workshop.manifest import Event

CALENDAR = "calendar"


@dataclass(frozen=True, slots=True)
class OutputKind:
    """One kind of file."""

    suffix: str
    """What follows the name of the variant's files."""
    label: str
    """What the index calls it."""


_LABELS = {
    "pptx": "PowerPoint",
    "html": "Web page",
    "pdf": "PDF",
    "pdf-fragments": "PDF, step by step",
    "handout": "Handout",
    "handout-pdf": "Handout, PDF",
    "kit": "Kit",
}
OUTPUTS: Mapping[str, OutputKind] = {
    **{name: OutputKind(suffix, _LABELS.get(name, name)) for name, (suffix, _) in WRITERS.items()},
    CALENDAR: OutputKind(".ics", "Calendar"),
}
"""Every output, by the name that a manifest has for it."""


def usual_outputs(event: Event, role: Role | None) -> tuple[str, ...]:
    """The outputs of a manifest that names none: all that need no other program to print them."""
    dated = event.date is not None and event.start is not None
    left_out = {*PRINTED, *(() if dated else (CALENDAR,)), *(("kit",) if role is None else ())}
    return tuple(name for name in OUTPUTS if name not in left_out)
