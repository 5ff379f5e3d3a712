"""Exercises with room to work, their hints at the end, and their solutions in the instructor's handout."""

from __future__ import annotations

from collections.abc import Sequence

from quarterdeck.compile.handout.blocks import Sheet, write_blocks
from quarterdeck.compile.handout.transcripts import write_steps
from quarterdeck.compile.reveal.markup import escape
from quarterdeck.lazy import dataclass
from quarterdeck.model.demo import Demo

SPACE = 6
"""Ruled lines below each task."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """An exercise of the deck."""

    number: int
    """From 1, in the order of the slides."""
    title: str
    """That of its slide."""
    demo: Demo
    minutes: int
    """0 where nobody planned."""

    @property
    def id(self) -> str:
        """Its anchor in the document."""
        return f"exercise-{self.number}"


def write_exercise(exercise: Numbered, sheet: Sheet) -> str:
    """The task, where to begin, and space for notes."""
    words = sheet.words
    minutes = f" · {exercise.minutes} {words.minutes}" if exercise.minutes else ""
    place = f"demos/{exercise.demo.name}" + ("" if exercise.demo.files else ".md")
    hints = f' · <a href="#{exercise.id}-hints">{words.hints}</a>' if exercise.demo.hints else ""
    lines = "<i></i>" * SPACE
    return (
        f'<section class="exercise" id="{exercise.id}">'
        f'<p class="kind">{words.exercise} {exercise.number}{minutes}</p>'
        f"{write_blocks(exercise.demo.task, sheet)}"
        f'<p class="how"><code>quarterdeck run {escape(place)}</code>{hints}</p>'
        f'<div class="ruled" aria-hidden="true"><p>{words.yours}</p>{lines}</div></section>'
    )


def write_hints(exercises: Sequence[Numbered], sheet: Sheet) -> str:
    """All hints, exercise by exercise; nothing where there are none."""
    parts = []
    for exercise in exercises:
        if exercise.demo.hints:
            items = "".join(f"<li>{write_blocks(hint, sheet)}</li>" for hint in exercise.demo.hints)
            parts.append(
                f'<div id="{exercise.id}-hints">{_heading(exercise, sheet)}<ol class="hints">{items}</ol></div>'
            )
    return _chapter("hints", sheet.words.hints, parts)


def write_solutions(exercises: Sequence[Numbered], sheet: Sheet) -> str:
    """All solutions, for instructors."""
    parts = [
        f'<div id="{exercise.id}-solution">{_heading(exercise, sheet)}{write_steps(exercise.demo, sheet)}</div>'
        for exercise in exercises
        if exercise.demo.shown_steps
    ]
    return _chapter("solutions", sheet.words.solutions, parts)


def _heading(exercise: Numbered, sheet: Sheet) -> str:
    title = escape(exercise.title, quote=False)
    return f'<h3><a href="#{exercise.id}">{sheet.words.exercise} {exercise.number}</a> · {title}</h3>'


def _chapter(anchor: str, title: str, parts: Sequence[str]) -> str:
    if not parts:
        return ""
    return f'<section class="chapter" id="{anchor}"><h2>{title}</h2>{"".join(parts)}</section>'
