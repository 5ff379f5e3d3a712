"""Demos with the pages they opened; exercises with room to work, their hints at the end, their solutions at the last.

Solutions are in the instructor's handout only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from quarterdeck.compile.handout.paper import Sheet
from quarterdeck.compile.html.markup import escape
from quarterdeck.compile.html.pictures import data_uri
from quarterdeck.model.content import Asset, Code
from quarterdeck.model.demo import Command, Demo, ExpectedOutput, Interaction, Key, KeyPress, Keys, Step
from quarterdeck.model.placed import PICTURE_SCALE, page_size, shown_address
from quarterdeck.terminal.screenshot import LONG_ID

ELISION, ANY_LINES = "[..]", "..."
"""Placeholders in expected output: for any text, and for any lines."""
TALL = 24
"""Lines; the end of a page may cut a longer transcript."""


def write_demo(demo: Demo, sheet: Sheet) -> str:
    """A demo as a passage of its slide."""
    return f'<div class="demo">{write_steps(demo, sheet)}</div>'


def write_steps(demo: Demo, sheet: Sheet) -> str:
    """The steps in view, and all narration, including that of hidden steps."""
    pictures = sheet.pictures.get(demo.name, {})
    parts = [
        sheet.writer.blocks(s.narration) + (_step(s, sheet) + _page(s, pictures) if s.in_view else "")
        for s in demo.steps
    ]
    return "".join(parts) + sheet.writer.blocks(demo.closing)


def _step(step: Step, sheet: Sheet) -> str:
    if step.runner is not None:
        return "".join(
            sheet.writer.block(Code(i.text, step.runner, title=step.runner))
            for i in step.interactions
            if isinstance(i, Command)
        )
    lines = [line for interaction in step.interactions for line in _lines(interaction)]
    tall = " tall" if len(lines) > TALL else ""
    shown = "\n".join(lines)
    return f'<pre class="console{tall}"><code>{shown}</code></pre>'


def _page(step: Step, pictures: Mapping[str, Asset]) -> str:
    """The picture of the page that a step opens, as wide as it was in the slide."""
    picture = pictures.get(step.id)
    if picture is None or step.open_url is None:
        return ""
    share = min(1.0, picture.width / PICTURE_SCALE / page_size(1)[0])
    address = escape(shown_address(step.open_url))
    return (
        f'<figure class="page" style="width:{share:.0%}"><figcaption>{address}</figcaption>'
        f'<img src="{data_uri(picture)}" alt="{address}"></figure>'
    )


def _lines(interaction: Interaction) -> Iterator[str]:
    match interaction:
        case Command(prompt=prompt, lines=typed):
            yield f"{_prompt(prompt)}<b>{escape(typed[0], quote=False)}</b>"
            yield from (f"{_prompt('>')}<b>{escape(line, quote=False)}</b>" for line in typed[1:])
        case KeyPress(key=key):
            yield f"<b>Ctrl-{escape(key)}</b>"
        case Keys(keys=keys):
            yield "".join(map(_key, keys))
    yield from _output(interaction.expected)


def _key(key: Key) -> str:
    tag = "kbd" if key.name else "b"
    return f"<{tag}>{escape(key.label, quote=False)}</{tag}>"


def _prompt(prompt: str) -> str:
    return f"<i>{escape(prompt, quote=False)} </i>" if prompt else ""


def _output(expected: ExpectedOutput) -> Iterator[str]:
    for line in expected.lines:
        if line.strip() == ANY_LINES:
            yield "<u>⋮</u>"
        else:
            yield "<u>…</u>".join(_with_small_ids(part) for part in line.split(ELISION))


def _with_small_ids(text: str) -> str:
    """Output, with the ids that nobody reads set small."""
    return LONG_ID.sub(lambda match: f"<s>{match[0]}</s>", escape(text, quote=False))


SPACE = 6
"""Ruled lines below each task."""


class NumberedExercise(Struct, frozen=True):
    """An exercise of the deck with its number."""

    number: int
    """From 1, in the order of the slides."""
    title: str
    """That of its slide."""
    demo: Demo
    minutes: int
    """The planned minutes, 0 for none."""

    @property
    def id(self) -> str:
        """Its anchor in the document."""
        return f"exercise-{self.number}"


def write_exercise(exercise: NumberedExercise, sheet: Sheet) -> str:
    """The task, where to begin, and space for notes."""
    words = sheet.words
    minutes = f" · {exercise.minutes} {words.minutes}" if exercise.minutes else ""
    place = f"demos/{exercise.demo.name}" + ("" if exercise.demo.files else ".md")
    hints = f' · <a href="#{exercise.id}-hints">{words.hints}</a>' if exercise.demo.hints else ""
    lines = "<i></i>" * SPACE
    return (
        f'<section class="exercise" id="{exercise.id}">'
        f'<p class="kind">{words.exercise} {exercise.number}{minutes}</p>'
        f"{sheet.writer.blocks(exercise.demo.task)}"
        f'<p class="how"><code>quarterdeck run {escape(place)}</code>{hints}</p>'
        f'<div class="ruled" aria-hidden="true"><p>{words.yours}</p>{lines}</div></section>'
    )


def write_hints(exercises: Sequence[NumberedExercise], sheet: Sheet) -> str:
    """All hints, exercise by exercise; empty if there are none."""
    parts = []
    for exercise in exercises:
        if exercise.demo.hints:
            items = "".join(f"<li>{sheet.writer.blocks(hint)}</li>" for hint in exercise.demo.hints)
            parts.append(
                f'<div id="{exercise.id}-hints">{_heading(exercise, sheet)}<ol class="hints">{items}</ol></div>'
            )
    return _chapter("hints", sheet.words.hints, parts)


def write_solutions(exercises: Sequence[NumberedExercise], sheet: Sheet) -> str:
    """A chapter with all solutions, for instructors."""
    parts = [
        f'<div id="{exercise.id}-solution">{_heading(exercise, sheet)}{write_steps(exercise.demo, sheet)}</div>'
        for exercise in exercises
        if exercise.demo.shown_steps
    ]
    return _chapter("solutions", sheet.words.solutions, parts)


def _heading(exercise: NumberedExercise, sheet: Sheet) -> str:
    title = escape(exercise.title, quote=False)
    return f'<h3><a href="#{exercise.id}">{sheet.words.exercise} {exercise.number}</a> · {title}</h3>'


def _chapter(anchor: str, title: str, parts: Sequence[str]) -> str:
    if not parts:
        return ""
    return f'<section class="chapter" id="{anchor}"><h2>{title}</h2>{"".join(parts)}</section>'
