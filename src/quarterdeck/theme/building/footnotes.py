"""Footnotes, at the foot of their slot under a short rule."""

from __future__ import annotations

from quarterdeck.model.content import Footnotes, Run
from quarterdeck.model.placed import Element, PlacedShape
from quarterdeck.model.theme import Box
from quarterdeck.theme.building.setting import Piece, Setting
from quarterdeck.theme.building.text import TextPlan, TextSpec, text_piece

RULE = (96.0, 1.0)
"""px of the rule's width and height."""
RULE_GAP = 10.0


def footnotes_piece(footnotes: Footnotes, setting: Setting) -> Piece:
    """The notes of a slide, numbered from 1."""
    specs = [
        TextSpec((Run(f"{number}", superscript=True), Run(" "), *inlines), "small", tag="footnote", span=footnotes.span)
        for number, inlines in enumerate(footnotes.notes, start=1)
    ]
    text = text_piece(specs, setting, TextPlan(role="footnotes"))
    above = RULE[1] + RULE_GAP

    def draw(box: Box) -> tuple[Element, ...]:
        rule = PlacedShape(Box(box.x, box.y, *RULE), "rectangle", setting.colors["rule"])
        return (rule, *text.draw(Box(box.x, box.y + above, box.width, box.height - above)))

    height = text.height + above
    return Piece(height, draw, height, 0.0, text.faults, ((height, footnotes.span),))
