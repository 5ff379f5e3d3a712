"""Rules: the lines that ``***`` draws between blocks."""

from __future__ import annotations

from quarterdeck.model.content import Group
from quarterdeck.model.placed import Element, PlacedShape
from quarterdeck.model.theme import Box
from quarterdeck.theme.building.setting import Piece, Setting

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
