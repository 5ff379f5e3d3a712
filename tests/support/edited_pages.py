"""Slides as they are read from a PPTX, without one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from quarterdeck.compile.pptx.base import BaseShape, BaseSlide, checksum
from quarterdeck.workshop.edits.changes import Comparison
from quarterdeck.workshop.edits.pages import Page, PageParagraph, PageShape


class NoElement:
    """Stands for a shape's XML."""

    tag = "{x}sp"

    def xpath(self, path: str) -> Sequence[Any]:
        """Nothing is in it."""
        return []


class NoSlide:
    """Stands for python-pptx's slide without a title."""

    class shapes:  # noqa: N801
        """Its shapes."""

        title = None

    _element: ClassVar[dict[str, str]] = {}


def page(name: str, number: int, *shapes: tuple[str, Sequence[str]]) -> Page:
    """A slide of shapes with ids and texts."""
    made = [
        PageShape(id_, id_, "", [PageParagraph(text, [], owner=None) for text in texts], NoElement())
        for id_, texts in shapes
    ]
    return Page(name, number, made, NoSlide())


def base(*pages: Page) -> list[BaseSlide]:
    """Slides as a file keeps them."""
    return [
        BaseSlide(p.name, tuple(BaseShape(s.id, "", tuple(checksum(x.text) for x in s.paragraphs)) for s in p.shapes))
        for p in pages
    ]


def edits(found: Comparison) -> list[tuple[str, str]]:
    """What became what."""
    return [(edit.old, edit.added[0].text if edit.added else edit.new) for edit in found.edits]
