"""Keeping the recordings that rehearsals make, without noise in version control."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.lazy import replace
from quarterdeck.model.cast import Cast, CastEvent, decode, encode
from quarterdeck.model.demo import Demo
from quarterdeck.terminal.screenshot import text_lines
from quarterdeck.files.atomic import Output, write
from quarterdeck.project.rehearsing import DemoResult
from quarterdeck.project.volatile import elided


def save_casts(results: Iterable[DemoResult]) -> list[Path]:
    """Put new recordings beside their scripts; gives the files written.

    A recording of the same script that shows the same is left as it is: what differs from rehearsal
    to rehearsal, times, ids, and what the transcript elides, is no news.  Of several rounds the
    first good one is kept.
    """
    outputs: dict[Path, Output] = {}
    for result in results:
        path = result.demo.cast_path
        if result.cast is None or not result.passed or path in outputs:
            continue
        kept = _kept(path)
        if kept is None or not shows_the_same(kept, result.cast, result.demo):
            outputs[path] = Output(path, encode(result.cast).encode())
    write(outputs.values())
    return list(outputs)


def shows_the_same(kept: Cast, new: Cast, demo: Demo) -> bool:
    """Whether a new recording of a demo that passed shows what the kept one does.

    A step whose whole output is in the transcript has been compared with it, in both; of another
    one the screen is compared, ids and times aside.
    """
    if replace(kept, events=()) != replace(new, events=()):
        return False
    before, after = dict(kept.steps()), dict(new.steps())
    if list(before) != list(after) or _outcomes(kept) != _outcomes(new):
        return False
    compared = {step.id for step in demo.steps if all(i.expected.given for i in step.interactions)}
    return all(name in compared or _screens(before[name]) == _screens(after[name]) for name in after)


def _kept(path: Path) -> Cast | None:
    """The recording that there is; None where there is none, or a broken one."""
    try:
        return decode(path.read_text("utf-8"), str(path))
    except (OSError, UnicodeDecodeError, QuarterdeckError):
        return None


def _outcomes(cast: Cast) -> list[str]:
    return [event.data for event in cast.events if event.code == "m"]


def _screens(events: Iterable[CastEvent]) -> dict[str, list[str]]:
    """What a step leaves on each terminal, ids and times elided."""
    printed: dict[str, str] = {}
    for event in events:
        if event.code.startswith("o"):
            printed[event.code] = printed.get(event.code, "") + event.data
    return {terminal: [elided(line) for line in text_lines(data)] for terminal, data in printed.items()}
