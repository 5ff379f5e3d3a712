"""Measured blocks in one box, from top to bottom."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from quarterdeck.diagnostics import Diagnostic, SourceSpan
from quarterdeck.model.content import Group
from quarterdeck.model.placed import Element, PlacedShape
from quarterdeck.model.theme import Box
from quarterdeck.theme.elements.context import Context, MeasuredBlock

FOOT_GAP = 16.0
"""px between the last block and the footnotes of a slot."""

BLOCK_GAP = 20.0
"""px between a block that isn't text and the next one, at least."""


class Stack(Struct, frozen=True):
    """Measured blocks that share a box, one below the other."""

    blocks: tuple[MeasuredBlock, ...]
    indents: tuple[float, ...]
    """px by which each block is indented."""
    foot: MeasuredBlock | None = None
    """The footnotes, at the lower edge of the box."""

    @property
    def least(self) -> float:
        """The least height in px that it can be squeezed into."""
        return sum(block.least for block in self.blocks) + self._gaps()

    @property
    def height(self) -> float:
        """The height in px that it takes if there is room."""
        return sum(block.height for block in self.blocks) + self._gaps()

    @property
    def lines(self) -> int:
        """How many lines its text takes."""
        return sum(block.lines for block in self.blocks)

    @property
    def torn(self) -> int:
        """How many sentences of its titles end within a line."""
        return sum(block.torn for block in self.blocks)

    @property
    def faults(self) -> tuple[Diagnostic, ...]:
        """The parts that are too wide."""
        feet = self.foot.faults if self.foot else ()
        return (*(fault for block in self.blocks for fault in block.faults), *feet)

    @property
    def marks(self) -> tuple[tuple[float, SourceSpan | None], ...]:
        """For each part the px from the top at which it ends, at the least height, and its place in the source."""
        found: list[tuple[float, SourceSpan | None]] = []
        top = 0.0
        for index, block in enumerate(self.blocks):
            top += self._gap(index)
            found += ((top + bottom, span) for bottom, span in block.marks)
            top += block.least
        return tuple(found)

    @property
    def only_pictures(self) -> bool:
        """Whether it holds nothing but pictures and charts."""
        return bool(self.blocks) and self.foot is None and all(block.is_picture for block in self.blocks)

    @property
    def has_pictures(self) -> bool:
        """Whether it holds a picture or chart."""
        return any(block.is_picture for block in self.blocks)

    def _gap(self, index: int) -> float:
        """Free px above a block: its own distance, and at least ``BLOCK_GAP`` below a block that isn't text."""
        if index == 0:
            return 0.0
        before, above = self.blocks[index].before, self.blocks[index - 1]
        return before if above.is_text or above.in_flow else max(before, BLOCK_GAP)

    def _gaps(self) -> float:
        between = sum(map(self._gap, range(len(self.blocks))))
        if self.foot is None:
            return between
        return between + self.foot.height + (FOOT_GAP if self.blocks else 0.0)

    def heights(self, room: float) -> tuple[float, ...]:
        """The height in px of each block: spare room goes to those that want more."""
        spare = max(0.0, room - self.least)
        wished = sum(block.height - block.least for block in self.blocks)
        share = min(1.0, spare / wished) if wished else 0.0
        return tuple(block.least + (block.height - block.least) * share for block in self.blocks)

    def draw(self, box: Box) -> tuple[Element, ...]:
        """The elements, from the top of the box down."""
        return tuple(element for _, elements in self.drawn(box) for element in elements)

    def drawn(self, box: Box) -> Iterator[tuple[MeasuredBlock, tuple[Element, ...]]]:
        """Each block with its placed elements, from the top of the box down."""
        top = box.y
        for index, (block, height) in enumerate(zip(self.blocks, self.heights(box.height), strict=True)):
            top += self._gap(index)
            indent = self.indents[index]
            yield block, block.draw(Box(box.x + indent, top, box.width - indent, height))
            top += height
        if self.foot is not None:
            height = self.foot.height
            yield self.foot, self.foot.draw(Box(box.x, box.bottom - height, box.width, height))


THICKNESS = 2.0
"""px of the line."""
BEFORE = 20.0
"""px above it; the stack leaves as much below."""


def is_rule(block: Group) -> bool:
    """Whether a group is a horizontal rule: the source writes one as an empty group with the class ``rule``."""
    return not block.blocks and "rule" in block.classes


def measured_rule(rule: Group, context: Context) -> MeasuredBlock:
    """A horizontal rule across the slot."""

    def draw(box: Box) -> tuple[Element, ...]:
        line = Box(box.x, box.y, box.width, THICKNESS)
        return (PlacedShape(line, "rectangle", context.colors["rule"], fragment=rule.fragment),)

    return MeasuredBlock(THICKNESS, draw, THICKNESS, BEFORE, marks=((THICKNESS, rule.span),))
