"""Exercises as attendees get them: without the solution."""

from __future__ import annotations

from quarterdeck.lazy import replace
from quarterdeck.model.demo import Demo, StepKind
from quarterdeck.source.demos.hash import script_hash

_ATTENDEES = (StepKind.SETUP, StepKind.VERIFY, StepKind.CLEANUP)


def without_solution(exercise: Demo) -> Demo:
    """What runs while an attendee works: preparing, checking, tidying up, each without the author's words on it."""
    steps = tuple(replace(step, narration=()) for step in exercise.steps if step.kind in _ATTENDEES)
    kept = replace(exercise, steps=steps, closing=())
    return replace(kept, script_hash=script_hash(kept))
