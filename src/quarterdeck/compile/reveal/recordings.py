"""Recordings, embedded in the page so that demos play without a server."""

from __future__ import annotations

import json

from quarterdeck.compile.reveal.markup import escape
from quarterdeck.lazy import dataclass, field
from quarterdeck.model.cast import Cast
from quarterdeck.model.demo import Demo


@dataclass(slots=True)
class RecordedStep:
    """What one shown step printed."""

    id: str
    outcome: str = ""
    events: list[tuple[float, int, str]] = field(default_factory=list)
    """Seconds since the step began, the terminal from 1, and output."""


@dataclass(slots=True)
class Recording:
    """A cast as the page plays it."""

    columns: int
    rows: int
    before: list[tuple[int, str]] = field(default_factory=list)
    """What stands in the terminals before the first step, their prompts: the terminal, and output."""
    steps: list[RecordedStep] = field(default_factory=list)


def recording(demo: Demo, cast: Cast) -> Recording:
    """Sort a cast's output by the steps of its demo that are shown.

    What is printed after a step ended, the next prompt, belongs to it.  Steps out of view are left out
    with what follows them, and so are steps that the demo no longer has.
    """
    shown = {step.id for step in demo.shown_steps}
    result = Recording(cast.columns, cast.rows)
    current: RecordedStep | None = None
    began = 0.0
    hidden = False
    for event in cast.events:
        if event.code == "m" and event.data.startswith("step:"):
            step = event.data.removeprefix("step:")
            hidden = step not in shown
            if not hidden:
                current, began = RecordedStep(step), event.time
                result.steps.append(current)
        elif event.code == "m" and event.data.startswith("end:"):
            if current is not None and not hidden:
                current.outcome = event.data.rpartition(":")[2]
        elif (terminal := _terminal(event.code)) is not None and not hidden:
            if current is None:
                result.before.append((terminal, event.data))
            else:
                current.events.append((round(event.time - began, 3), terminal, event.data))
    return result


def _terminal(code: str) -> int | None:
    """The terminal that an event's output goes to: ``o`` is the first, ``o2`` the second; None for other events."""
    number = code.removeprefix("o")
    if number == code or not (number == "" or number.isdecimal()):
        return None
    return int(number or 1)


def embed_recording(demo: Demo, cast: Cast) -> str:
    """A recording as data of the page."""
    recorded = recording(demo, cast)
    data = {
        "demo": demo.name,
        "columns": recorded.columns,
        "rows": recorded.rows,
        "before": recorded.before,
        "steps": [{"id": s.id, "outcome": s.outcome, "events": s.events} for s in recorded.steps],
    }
    return (
        f'<script type="application/json" class="qd-cast" data-demo="{escape(demo.name)}">{script_json(data)}</script>'
    )


def script_json(data: object) -> str:
    """JSON that can stand in a ``script`` element: nothing in it ends the element or opens a comment."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
