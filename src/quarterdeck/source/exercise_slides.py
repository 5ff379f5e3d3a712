"""The slides of an exercise: its task for everyone, and after it its solution, for those who may see it."""

from __future__ import annotations

from quarterdeck.lazy import replace
from quarterdeck.model.options import Solutions
from quarterdeck.model.content import EXERCISE, Admonition, Block, Footnotes, Paragraph, Run
from quarterdeck.model.deck import Layout, Slide
from quarterdeck.model.demo import Demo
from quarterdeck.model.phrases import Words

SOLUTION = "-solution"
"""How the id of a solution's slide ends."""
WITH_TASK = (Layout.CONTENT, Layout.DEMO)
"""The layouts that have a place for a task."""
_QUIET = ("muted", "small")


def task_slide(slide: Slide, demo: Demo, words: Words) -> Slide:
    """The slide with the task in the place of a demo's terminal, and without a demo to run."""
    minutes = f" · {slide.duration / 60:.0f} {words.minutes}" if slide.duration else ""
    body = slide.slots.get("body", ())
    feet = tuple(block for block in body if isinstance(block, Footnotes))
    text = tuple(block for block in body if not isinstance(block, Footnotes))
    box = Admonition(EXERCISE, (Run(f"{words.exercise}{minutes}"),), (*demo.task, _how(demo)), span=demo.span)
    return replace(slide, layout=Layout.CONTENT, slots={"body": (*text, box, *feet)}, demo=None, exercise=demo.name)


def _how(demo: Demo) -> Block:
    """The command that an attendee begins with."""
    place = f"demos/{demo.name}" + ("" if demo.files else ".md")
    return Paragraph((Run(f"quarterdeck run {place}", code=True, classes=_QUIET),), span=demo.span)


def solution_slide(slide: Slide, demo: Demo, words: Words, solutions: Solutions) -> Slide:
    """A slide whose demo is the solution."""
    return Slide(
        id=f"{slide.id}{SOLUTION}",
        layout=Layout.DEMO,
        title=(Run(f"{words.solution}: "), *slide.title),
        demo=demo.name,
        exercise=demo.name,
        audience=slide.audience,
        role=slide.role,
        classes=slide.classes,
        hidden=slide.hidden or solutions is Solutions.HIDDEN,
        section=slide.section,
        section_id=slide.section_id,
        span=slide.span,
        title_span=slide.title_span,
    )
