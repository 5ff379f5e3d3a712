"""A company's PowerPoint template: its parts, which the PPTX keeps, and how our layouts fit on its own.

All parts are scaled to a slide of 1280 × 720 px when they are read, so that nothing else has to know
how large the template's slides were.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from quarterdeck.diagnostics import Diagnostic
from quarterdeck.model.deck import Layout


class TemplatePart(Struct, frozen=True):
    """A part of the package that is copied: a master, a layout, their themes and media, or relationships."""

    name: str
    """Without a slash at the start: ``ppt/slideMasters/slideMaster1.xml``."""
    content_type: str
    data: bytes


class TemplatePlaceholder(Struct, frozen=True):
    """The identity of a placeholder of a layout (``p:ph``, ECMA-376 part 1, 19.3.1.36)."""

    kind: str
    """Its ``type``; "" for one that takes any content."""
    index: int | None
    """Its ``idx``, if it has one."""


class TemplateLayout(Struct, frozen=True):
    """The layout of the template that one of our layouts uses."""

    part: str
    name: str
    """As PowerPoint shows it."""
    placeholders: Mapping[str, TemplatePlaceholder]
    """By our slots; a slot that isn't here becomes a text box."""
    substitute: bool = False
    """Whether the template lacks such a layout, and another one with a title replaces it."""


class Template(Struct, frozen=True):
    """A template, read."""

    file: str
    """As shown to the author."""
    parts: tuple[TemplatePart, ...]
    masters: tuple[tuple[int, str], ...]
    """Id and part of each slide master, in the template's order."""
    theme: str
    """The theme part of the first master, which is the presentation's too."""
    scheme: Mapping[str, str]
    """``#rrggbb`` by the names that slides use, ``tx1``, ``accent1``, …: the first master's, through its colour map."""
    layouts: Mapping[Layout, TemplateLayout]
    diagnostics: tuple[Diagnostic, ...] = ()
    """Warnings: fonts without a twin, shapes that the HTML can't draw, proportions that were changed."""
