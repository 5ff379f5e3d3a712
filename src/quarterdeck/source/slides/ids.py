"""Ids of slides: those that authors give, and others made from titles."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from msgspec.structs import replace

from quarterdeck.diagnostics import Diagnostics
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
                f"'{identifier}' is no id", draft.id_at, hint="letters, digits, '-', '_' and '.'", code="bad-id"
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
