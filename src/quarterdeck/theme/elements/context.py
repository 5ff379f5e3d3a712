"""What a block is measured in, and the result: ``Context`` and ``MeasuredBlock``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from math import floor

from msgspec import Struct
from msgspec.structs import replace

from quarterdeck.diagnostics import Diagnostic, SourceSpan
from quarterdeck.model.content import Align
from quarterdeck.model.placed import Element
from quarterdeck.model.theme import Box, TextStyle, Theme
from quarterdeck.theme.measure.fonts import Face

POINT = 4 / 3
"""px in a point."""
LEAST_SIZE = 11 * POINT
"""px; no type is smaller."""
LEAST_WIDTH = 1.0
"""px that remain for blocks nested too deeply."""


class Context(Struct, frozen=True):
    """The theme as it holds in one slot of one slide."""

    theme: Theme
    colors: Mapping[str, str]
    """The colour tokens that hold on this slide."""
    style: str
    """The name of the slot's text style."""
    align: Align
    width: float
    """px that blocks may take."""
    scale: float = 1.0
    """Every size is this share of the theme's, in whole points, and never under its minimum."""
    air: float = 1.0
    """The room between paragraphs is this share of the theme's."""

    @property
    def body(self) -> TextStyle:
        """The text style that the slot's paragraphs have."""
        return self.theme.styles[self.style]

    @property
    def em(self) -> float:
        """Px of an em of indentations: a template's stay as they are when type shrinks."""
        return self.body.size if self.body.lists else self.size(self.body)

    def narrowed(self, by: float) -> Context:
        """The same context with less width, at least ``LEAST_WIDTH``; content that doesn't fit is reported."""
        return replace(self, width=max(LEAST_WIDTH, self.width - by))

    def size(self, style: TextStyle, factor: float = 1.0) -> float:
        """The size in px of a text style, or of a share of it."""
        if self.scale == factor == 1.0 and style.lists:
            return style.size
        return _scaled(style.size, style.minimum, factor, self.scale)

    def face(self, font: str, bold: bool = False, italic: bool = False) -> Face:
        """The face to measure ``heading``, ``body`` or ``mono`` with."""
        return Face(self.theme.font(font).twin, bold, italic)


class MeasuredBlock(Struct, frozen=True):
    """A block that has been measured, but not yet placed."""

    height: float
    """The height in px that it takes if there is room."""
    draw: Callable[[Box], tuple[Element, ...]]
    """Returns its elements in a box, which is as wide as the context and between ``least`` and ``height`` high."""
    least: float
    """The least height in px; equal to ``height`` if it can't shrink."""
    before: float
    """px of free space above it, unless it is the first."""
    faults: tuple[Diagnostic, ...] = ()
    """The parts that are too wide."""
    marks: tuple[tuple[float, SourceSpan | None], ...] = ()
    """Where its parts end, in px from its top, and where the author wrote them."""
    lines: int = 0
    """How many lines its text takes."""
    torn: int = 0
    """How many sentences of a title end within a line."""
    is_text: bool = False
    """Whether it is a single text box that may fill a placeholder."""
    in_flow: bool = False
    """Whether it is running text though not a single text box: what follows is as near as after text."""
    is_picture: bool = False
    """Whether it is centred when it is alone in its slot."""


@lru_cache(maxsize=1024)
def _scaled(size: float, minimum: float, factor: float, scale: float) -> float:
    """A size in px at a share and a scale: whole points, and not less than the share of its minimum."""
    least = max(min(LEAST_SIZE, size), whole_points(minimum * factor))
    return max(least, whole_points(size * factor * scale))


def whole_points(size: float) -> float:
    """The next lower whole number of points, in px."""
    return floor(size / POINT + 1e-6) * POINT


def line_height(size: float, leading: float) -> float:
    """Whole px from baseline to baseline."""
    return float(round(size * leading))
