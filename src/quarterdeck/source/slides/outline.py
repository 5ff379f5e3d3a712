"""The slides of a form of a deck: their ids, sections and demos, and which are shown to an audience and role.

Who sees a slide is settled before anything is derived from slides: titles of sections, agenda, the deck's title, demos.
So a title that is not for attendees can't reach them by way of what is made from it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from quarterdeck.diagnostics import Diagnostics, suggestion
from quarterdeck.model.content import EXERCISE, Admonition, Block, Footnotes, Paragraph, Run
from quarterdeck.model.deck import Layout, Slide
from quarterdeck.model.demo import Demo
from quarterdeck.model.options import Break, Choices, Role, Schedule, Selector, Solutions
from quarterdeck.model.phrases import Words
from quarterdeck.source.demos.catalog import Catalog
from quarterdeck.source.demos.script import slide_demo
from quarterdeck.source.slides.slide import DraftSlide
from quarterdeck.terminal.buffer import Grid

_VALID = re.compile(r"[\w][\w.-]*\Z")
_LENGTH = 60
"""Characters of an id made from a title: it names files too."""


def slug(title: str) -> str:
    """A title as an id: lower case, with hyphens; empty when nothing of it can be used."""
    plain = unicodedata.normalize("NFKC", title).lower()
    return re.sub(r"[^\w]+|_+", "-", plain).strip("-")[:_LENGTH].strip("-")


def with_ids(drafts: Sequence[DraftSlide], found: Diagnostics) -> list[DraftSlide]:
    """All slides with ids, each of its own; those that authors gave stay as they are."""
    taken: set[str] = set()
    for draft in drafts:
        identifier = draft.slide.id
        if not identifier:
            continue
        if not _VALID.match(identifier):
            found.error(
                f"'{identifier}' is not a valid id",
                draft.id_at,
                hint="letters, digits, '-', '_' and '.'",
                code="bad-id",
            )
        elif identifier in taken:
            found.error(
                f"two slides have the id '{identifier}'", draft.id_at, hint="ids are unique", code="duplicate-id"
            )
        taken.add(identifier)
    result: list[DraftSlide] = []
    for number, draft in enumerate(drafts, start=1):
        if draft.slide.id:
            result.append(draft)
            continue
        base = slug(draft.slide.title_text) or f"slide-{number}"
        identifier, count = base, 1
        while identifier in taken:
            count += 1
            identifier = f"{base}-{count}"
        taken.add(identifier)
        result.append(replace(draft, slide=replace(draft.slide, id=identifier)))
    return result


def with_sections(drafts: Iterable[DraftSlide]) -> list[DraftSlide]:
    """The slides, each with the section slide among them that it belongs to."""
    result: list[DraftSlide] = []
    title: str | None = None
    identifier: str | None = None
    for draft in drafts:
        if draft.slide.layout is Layout.SECTION:
            title, identifier = draft.slide.title_text, draft.slide.id
        result.append(replace(draft, slide=replace(draft.slide, section=title, section_id=identifier)))
    return result


def select(drafts: Sequence[DraftSlide], choices: Choices, found: Diagnostics) -> list[DraftSlide]:
    """The slides that this form of the deck has, with their sections; selectors that mean nothing are faults.

    A selector means a section as the author wrote it.  What sections are called is derived from the slides for this
    audience and role alone: where a section's title slide is for others, its slides belong to the section before.
    """
    _check_selectors(drafts, choices, found)
    written = with_sections(drafts)
    chosen = {draft.slide.id for draft in written if _is_chosen(draft.slide, choices)}
    theirs = with_sections(draft for draft in drafts if _is_for(draft.slide, choices))
    return [draft for draft in theirs if draft.slide.id in chosen]


def planned(schedule: Schedule, shown: Sequence[DraftSlide], drafts: Sequence[DraftSlide]) -> Schedule:
    """The schedule of a form that shows some of the slides.

    A break after a slide that isn't shown, or a section whose title slide isn't, follows the last slide up to there.
    """
    ends = {draft.slide.section_id: n for n, draft in enumerate(with_sections(drafts))}
    places = {draft.slide.id: n for n, draft in enumerate(drafts)}
    told = [draft.slide.id for draft in shown if not draft.slide.hidden]

    def placed(each: Break) -> Break:
        if each.after is None or each.after in told or each.after not in places:
            return each
        end = ends.get(each.after, places[each.after])
        return replace(each, after=next((name for name in reversed(told) if places[name] <= end), each.after))

    return replace(schedule, breaks=tuple(placed(each) for each in schedule.breaks))


def _is_for(slide: Slide, choices: Choices) -> bool:
    """Whether this audience and role may see it at all; a hidden slide stays with those who teach."""
    if choices.audience is not None and slide.audience and choices.audience not in slide.audience:
        return False
    if choices.role is Role.ATTENDEE and slide.hidden:
        return False
    return choices.role is None or slide.role in (None, choices.role)


def _is_chosen(slide: Slide, choices: Choices) -> bool:
    if choices.include and not any(_means(selector, slide) for selector in choices.include):
        return False
    return not any(_means(selector, slide) for selector in choices.exclude)


def _means(selector: Selector, slide: Slide) -> bool:
    if selector.is_class:
        return selector.name in slide.classes
    return selector.name in (slide.id, slide.section_id)


def _check_selectors(drafts: Sequence[DraftSlide], choices: Choices, found: Diagnostics) -> None:
    audiences = {name for draft in drafts for name in draft.slide.audience}
    if choices.audience is not None and choices.audience not in audiences:
        hint = suggestion(choices.audience, audiences)
        if hint is not None and hint.startswith("did you mean"):  # others may be right: this deck has nothing for them
            message = f"no slide is for the audience '{choices.audience}'"
            found.warning(message, choices.audience_span, hint=hint, code="unknown-audience")
    ids = {draft.slide.id for draft in drafts}
    classes = {name for draft in drafts for name in draft.slide.classes}
    for selector in (*choices.include, *choices.exclude):
        if selector.is_class and selector.name not in classes:
            hint = suggestion(selector.name, classes) or "no slide of this deck has a class"
            found.warning(f"no slide has the class '{selector.name}'", selector.span, hint=hint, code="unknown-slide")
        elif not selector.is_class and selector.name not in ids:
            found.error(
                f"there is no slide or section '{selector.name}'",
                selector.span,
                hint=suggestion(selector.name, ids),
                code="unknown-slide",
            )
    for each in choices.schedule.breaks:
        if each.after is not None and each.after not in ids:
            found.error(
                f"there is no slide or section '{each.after}' to take a break after",
                each.span,
                hint=suggestion(each.after, ids),
                code="unknown-slide",
            )


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
