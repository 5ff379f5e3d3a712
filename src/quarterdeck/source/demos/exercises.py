"""Exercises: demos with a task, whose steps are the solution that is held back and the checks of its result."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from quarterdeck.diagnostics import Diagnostics
from quarterdeck.model.content import Block
from quarterdeck.model.demo import BACKSTAGE, Step, StepKind
from quarterdeck.source.markdown.blocks import BlockReader
from quarterdeck.source.markdown.context import Fragments, Surroundings
from quarterdeck.source.markdown.parser import parse
from quarterdeck.source.markdown.separators import without_comments
from quarterdeck.text.fields import Fields
from quarterdeck.text.passage import Passage

TASK, HINTS = "task", "hints"


class Exercise(Struct, frozen=True):
    """What the front matter says of an exercise."""

    task: tuple[Block, ...]
    hints: tuple[tuple[Block, ...], ...]


def read_exercise(front: Fields, stage: Fields, surroundings: Surroundings) -> Exercise | None:
    """The task and the hints; None for a demo that is not an exercise.  ``stage``: the mapping under that key."""
    found = front.found
    tasks, hints = front.passages(TASK), front.passages(HINTS)
    if not tasks:
        if TASK in front:
            found.error("the task says nothing", front.span(TASK), hint="say what is to be achieved", code="no-task")
        elif HINTS in front:
            found.error("these hints belong to no task", front.span(HINTS), hint="write 'task:' too", code="no-task")
        return None
    if "image" in stage:
        found.error(
            "an exercise is done in a shell on this machine, not in a container's",
            stage.span("image"),
            hint="let the task begin with 'docker run -it' or 'docker exec -it'",
            code="exercise-stage",
        )
    task = tuple(block for passage in tasks for block in _markdown(passage, surroundings))
    return Exercise(task, tuple(_markdown(hint, surroundings) for hint in hints))


def _markdown(passage: Passage, surroundings: Surroundings) -> tuple[Block, ...]:
    text = without_comments(passage, surroundings.found).text
    reader = BlockReader(text, surroundings, Fragments(enabled=False))
    return reader.blocks(parse(text.text, surroundings.references))


def steps_of_exercise(steps: Sequence[Step], front: Fields) -> tuple[Step, ...]:
    """The steps of an exercise, its checks backstage; reports what is wrong with them.

    A check runs in a shell of its own, beside that in which the attendee works.
    """
    found = front.found
    for step, following in zip(steps, (*steps[1:], None), strict=True):
        if step.kind is StepKind.SHOWN:
            found.error(
                "this step of an exercise has no part in it",
                step.span,
                hint="'.setup' prepares, '.solution' is the way to do it, '.verify' says whether it is done",
                code="exercise-step",
            )
        elif step.kind is StepKind.HIDDEN and (following is None or following.kind not in _SOLVES):
            found.error(
                "no step of the solution follows this hidden one, so it would never run",
                step.span,
                hint="let a '.verify' step do the waiting",
                code="exercise-step",
            )
    kinds = {step.kind for step in steps}
    if StepKind.VERIFY not in kinds:
        found.error(
            "nothing says whether this exercise is done",
            front.span(TASK),
            hint='add a step: ```console {.verify missing="what is still to do"}',
            code="no-check",
        )
    if StepKind.SOLUTION not in kinds:
        found.warning(
            "this exercise has no solution, so no rehearsal proves that it can be done",
            front.span(TASK),
            hint="add it: ```console {.solution}",
            code="no-solution",
        )
    return tuple(replace(step, terminal=BACKSTAGE) if step.kind is StepKind.VERIFY else step for step in steps)


_SOLVES = (StepKind.HIDDEN, StepKind.SOLUTION)


def refuse_solutions(steps: Sequence[Step], found: Diagnostics) -> None:
    """Tell of each solution in a demo that sets no task."""
    for step in steps:
        if step.kind is StepKind.SOLUTION:
            found.error(
                "this is the solution of no task",
                step.span,
                hint="an exercise says 'task:' in its front matter",
                code="no-task",
            )
