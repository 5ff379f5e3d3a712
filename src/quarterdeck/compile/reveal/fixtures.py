"""What a company's template shows on every slide: its logo, bars, lines and claims."""

from __future__ import annotations

from typing import assert_never

from quarterdeck.compile.reveal.drawing import Drawing
from quarterdeck.compile.reveal.pictures import draw_image
from quarterdeck.compile.reveal.shapes import draw_shape
from quarterdeck.compile.reveal.text import draw_text
from quarterdeck.model.content import Align, Run
from quarterdeck.model.placed import PlacedImage, PlacedParagraph, PlacedShape, PlacedText
from quarterdeck.model.theme import Decoration, Fixture, LayoutPicture, LayoutText

LEADING = 1.2
"""Line height of a template's own text, as a multiple of its size."""


def draw_fixture(fixture: Fixture, drawing: Drawing) -> str:
    """One of them, for the eye alone: screen readers would meet it on every slide."""
    match fixture:
        case Decoration(shape=shape, box=box, color=color, opacity=opacity, radius=radius):
            return draw_shape(PlacedShape(box, shape, drawing.colors.get(color, color), opacity, radius))
        case LayoutPicture(box=box, asset=asset, crop=crop):
            return draw_image(PlacedImage(box, asset, "", crop), drawing)
        case LayoutText():
            return f'<div aria-hidden="true">{draw_text(_text(fixture), drawing)}</div>'
        case _:
            assert_never(fixture)


def _text(line: LayoutText) -> PlacedText:
    paragraphs = tuple(
        PlacedParagraph(
            inlines=(Run(text),),
            size=line.size,
            line_height=line.size * LEADING,
            color=line.color,
            font=line.font,
            bold=line.bold,
            align=Align(line.align),
        )
        for text in line.text.split("\n")
    )
    return PlacedText(line.box, paragraphs, anchor=line.anchor, role="fixture")
