"""The slides of a form of a deck: their ids and sections, and which are shown to an audience and role."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from quarterdeck.diagnostics import Diagnostics, suggestion
from quarterdeck.model.deck import Layout, Slide
from quarterdeck.model.options import Choices, Selector
from quarterdeck.source.slides.slide import DraftSlide

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
    """The slides, each with the section slide that it belongs to."""
    result: list[DraftSlide] = []
    section: Slide | None = None
    for draft in drafts:
        if draft.slide.layout is Layout.SECTION:
            section = draft.slide
        if section is not None:
            slide = replace(draft.slide, section=section.title_text, section_id=section.id)
            result.append(replace(draft, slide=slide))
        else:
            result.append(draft)
    return result


def select(drafts: Sequence[DraftSlide], choices: Choices, found: Diagnostics) -> list[DraftSlide]:
    """The slides that this form of the deck has; selectors that mean nothing are faults."""
    _check_selectors(drafts, choices, found)
    return [draft for draft in drafts if _is_shown(draft.slide, choices)]


def _is_shown(slide: Slide, choices: Choices) -> bool:
    if choices.audience is not None and slide.audience and choices.audience not in slide.audience:
        return False
    if choices.role is not None and slide.role not in (None, choices.role):
        return False
    if choices.include and not any(_means(selector, slide) for selector in choices.include):
        return False
    return not any(_means(selector, slide) for selector in choices.exclude)


def _means(selector: Selector, slide: Slide) -> bool:
    if selector.is_class:
        return selector.name in slide.classes
    return selector.name in (slide.id, slide.section_id)


def _check_selectors(drafts: Sequence[DraftSlide], choices: Choices, found: Diagnostics) -> None:
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
