"""The slides of one form of a deck, with the demos and exercises that they attach."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from quarterdeck.model.content import EXERCISE, Admonition, Block, Footnotes, Paragraph, Run
from quarterdeck.model.deck import Layout, Slide
from quarterdeck.model.demo import Demo
from quarterdeck.model.options import Choices, Role, Solutions
from quarterdeck.model.phrases import Words
from quarterdeck.source.demos.catalog import Catalog
from quarterdeck.source.demos.script import slide_demo
from quarterdeck.source.slides.slide import DraftSlide
from quarterdeck.terminal.buffer import Grid

SOLUTION = "-solution"
"""How the id of a solution's slide ends."""
WITH_TASK = (Layout.CONTENT, Layout.DEMO)
"""The layouts that have a place for a task."""
_QUIET = ("muted", "small")


def task_slide(slide: Slide, demo: Demo, words: Words) -> Slide:
    """The slide with the task in the place of a demo's terminal, and without a demo to run."""
    minutes = f" · {slide.duration / 60:.0f} {words.minutes}" if slide.duration else ""
    body = (*slide.slots.get("body", ()), *slide.slots.get("beside", ()))
    feet = tuple(block for block in body if isinstance(block, Footnotes))
    text = tuple(block for block in body if not isinstance(block, Footnotes))
    box = Admonition(EXERCISE, (Run(f"{words.exercise}{minutes}"),), (*demo.task, _how(demo)), span=demo.span)
    return replace(slide, layout=Layout.CONTENT, slots={"body": (*text, box, *feet)}, demo=None, exercise=demo.name)


def _how(demo: Demo) -> Block:
    """The command that an attendee begins with."""
    place = f"demos/{demo.name}" + ("" if demo.files else ".md")
    return Paragraph((Run(f"quarterdeck run {place}", code=True, classes=_QUIET),), span=demo.span)


def solution_slide(slide: Slide, demo: Demo, words: Words, solutions: Solutions) -> Slide:
    """A slide of its own, after that of the task, whose demo is the solution; hidden unless it is asked for.

    So both outputs and the show treat a solution like any demo, and attendees' copies simply lack that slide.
    """
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


class Attached(Struct):
    """The slides of a deck with the demos that they attach."""

    slides: list[Slide] = field(default_factory=list)
    demos: dict[str, Demo] = field(default_factory=dict)
    exercises: dict[str, Demo] = field(default_factory=dict)

    def set_task(self, slide: Slide, chain: Sequence[Demo], solutions: Solutions, own_words: Words) -> None:
        """Add the slides of an exercise, which comes after the demos that it continues."""
        *before, exercise = chain
        self.demos.update({each.name: each for each in before})
        self.exercises[exercise.name] = exercise
        self.slides.append(task_slide(slide, exercise, own_words))
        if solutions is not Solutions.LEFT_OUT and exercise.shown_steps:
            self.demos[exercise.name] = exercise
            self.slides.append(solution_slide(slide, exercise, own_words, solutions))

    def set_grid(self, grid: Grid | None) -> None:
        """Give the demos that ask for no size of their own the deck's."""
        if grid is not None:
            for demos in (self.demos, self.exercises):
                demos.update({name: replace(demo, terminal=demo.terminal or grid) for name, demo in demos.items()})


def attach(drafts: Sequence[DraftSlide], catalog: Catalog, deck: Path, choices: Choices, own_words: Words) -> Attached:
    """The slides as this form has them, and their demos; ``deck`` is the file of those that hold steps themselves."""
    attached = Attached()
    is_attendees = choices.role is Role.ATTENDEE
    solutions = Solutions.LEFT_OUT if is_attendees else choices.solutions
    for draft in drafts:
        slide = replace(draft.slide, notes=()) if is_attendees else draft.slide
        if slide.demo:
            demo = catalog.attach(slide.demo, draft.demo_at)
            if demo is not None and demo.is_exercise:
                if slide.layout not in WITH_TASK:
                    catalog.found.error(
                        f"the layout '{slide.layout}' has no place for the task of an exercise",
                        draft.demo_at,
                        hint="leave 'layout:' out, or set the task on a slide of its own",
                        code="no-slot",
                    )
                attached.set_task(slide, catalog.chain(demo), solutions, own_words)
                continue
            if demo is not None:
                attached.demos.update({each.name: each for each in catalog.chain(demo)})
        elif draft.steps:
            demo = slide_demo(slide.id, slide.title_text, draft.steps, deck, slide.span)
            attached.demos[demo.name] = demo
            slide = replace(slide, demo=demo.name)
        attached.slides.append(slide)
    return attached
