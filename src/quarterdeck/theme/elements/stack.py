"""Pieces one under the other."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from quarterdeck.diagnostics import Diagnostic, SourceSpan
from quarterdeck.model.content import Group
from quarterdeck.model.placed import Element, PlacedShape
from quarterdeck.model.theme import Box
from quarterdeck.theme.elements.context import Piece, Setting

FOOT_GAP = 16.0
"""px between the last piece and what stands at the foot of a slot."""

PIECE_GAP = 20.0
"""px between a piece that isn't text and the next one, at least."""


class Stack(Struct, frozen=True):
    """Pieces that share a box."""

    pieces: tuple[Piece, ...]
    indents: tuple[float, ...]
    """px that each piece stands further right."""
    foot: Piece | None = None
    """What stands at the lower edge: the footnotes."""

    @property
    def least(self) -> float:
        """The px of height that it can do with."""
        return sum(piece.least for piece in self.pieces) + self._gaps()

    @property
    def height(self) -> float:
        """The px of height that it would like."""
        return sum(piece.height for piece in self.pieces) + self._gaps()

    @property
    def lines(self) -> int:
        """How many lines its text takes."""
        return sum(piece.lines for piece in self.pieces)

    @property
    def faults(self) -> tuple[Diagnostic, ...]:
        """What doesn't fit by width."""
        feet = self.foot.faults if self.foot else ()
        return (*(fault for piece in self.pieces for fault in piece.faults), *feet)

    @property
    def marks(self) -> tuple[tuple[float, SourceSpan | None], ...]:
        """Where each part ends when every piece has its least height, and where it was written."""
        found: list[tuple[float, SourceSpan | None]] = []
        top = 0.0
        for index, piece in enumerate(self.pieces):
            top += self._gap(index)
            found += ((top + bottom, span) for bottom, span in piece.marks)
            top += piece.least
        return tuple(found)

    @property
    def only_pictures(self) -> bool:
        """Whether it holds nothing but pictures and charts."""
        return bool(self.pieces) and self.foot is None and all(piece.is_picture for piece in self.pieces)

    @property
    def has_pictures(self) -> bool:
        """Whether it holds any."""
        return any(piece.is_picture for piece in self.pieces)

    def _gap(self, index: int) -> float:
        """Free px above a piece: what it asks for, and at least ``PIECE_GAP`` below what isn't text."""
        if index == 0:
            return 0.0
        before = self.pieces[index].before
        return before if self.pieces[index - 1].is_text else max(before, PIECE_GAP)

    def _gaps(self) -> float:
        between = sum(map(self._gap, range(len(self.pieces))))
        if self.foot is None:
            return between
        return between + self.foot.height + (FOOT_GAP if self.pieces else 0.0)

    def heights(self, room: float) -> tuple[float, ...]:
        """The px of height that each piece gets: what is left over goes to those that want more."""
        spare = max(0.0, room - self.least)
        wished = sum(piece.height - piece.least for piece in self.pieces)
        share = min(1.0, spare / wished) if wished else 0.0
        return tuple(piece.least + (piece.height - piece.least) * share for piece in self.pieces)

    def draw(self, box: Box) -> tuple[Element, ...]:
        """The elements, from the top of the box down."""
        return tuple(element for _, elements in self.drawn(box) for element in elements)

    def drawn(self, box: Box) -> Iterator[tuple[Piece, tuple[Element, ...]]]:
        """Each piece with its elements."""
        top = box.y
        for index, (piece, height) in enumerate(zip(self.pieces, self.heights(box.height), strict=True)):
            top += self._gap(index)
            indent = self.indents[index]
            yield piece, piece.draw(Box(box.x + indent, top, box.width - indent, height))
            top += height
        if self.foot is not None:
            height = self.foot.height
            yield self.foot, self.foot.draw(Box(box.x, box.bottom - height, box.width, height))


THICKNESS = 2.0
"""px of the line."""
BEFORE = 20.0
"""px above it; the stack leaves as much below."""


def is_rule(block: Group) -> bool:
    """Whether a group stands for a rule: the source marks one with a class, and nothing is in it."""
    return not block.blocks and "rule" in block.classes


def rule_piece(rule: Group, setting: Setting) -> Piece:
    """A line across the slot."""

    def draw(box: Box) -> tuple[Element, ...]:
        line = Box(box.x, box.y, box.width, THICKNESS)
        return (PlacedShape(line, "rectangle", setting.colors["rule"], fragment=rule.fragment),)

    return Piece(THICKNESS, draw, THICKNESS, BEFORE, marks=((THICKNESS, rule.span),))
