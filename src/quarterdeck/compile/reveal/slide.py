"""One slide as a ``section`` of reveal.js."""

from __future__ import annotations

from typing import assert_never

from quarterdeck.compile.html.blocks import write_notes
from quarterdeck.compile.html.markup import classes, draw_decoration, draw_shape, escape
from quarterdeck.compile.html.pictures import DrawingContext, draw_image, draw_math, draw_media
from quarterdeck.compile.reveal.code import draw_code
from quarterdeck.compile.reveal.terminal import draw_steps, draw_terminal
from quarterdeck.compile.reveal.text import draw_table, draw_text
from quarterdeck.model.content import Align, Run
from quarterdeck.model.placed import (
    Element,
    PlacedChart,
    PlacedCode,
    PlacedImage,
    PlacedMath,
    PlacedMedia,
    PlacedParagraph,
    PlacedShape,
    PlacedSlide,
    PlacedTable,
    PlacedTerminal,
    PlacedText,
)
from quarterdeck.model.theme import Artwork, Decoration, LayoutPicture, LayoutText

LEADING = 1.2
"""Line height of a template's own text, as a multiple of its size."""


def draw_artwork(item: Artwork, drawing: DrawingContext) -> str:
    """A piece of a template's artwork, hidden from screen readers: they would meet it on every slide."""
    match item:
        case Decoration():
            return draw_decoration(item, drawing.colors)
        case LayoutPicture(box=box, asset=asset, crop=crop):
            return draw_image(PlacedImage(box, asset, "", crop), drawing)
        case LayoutText():
            return f'<div aria-hidden="true">{draw_text(_text(item), drawing)}</div>'
        case _:
            assert_never(item)


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
    return PlacedText(line.box, paragraphs, anchor=line.anchor, role="artwork")


TRANSITIONS = {"none": "none", "fade": "fade", "push": "slide", "wipe": "fade", "zoom": "zoom", "slide": "slide"}
"""reveal.js' transitions by PowerPoint's names; any other one fades."""


def draw_slide(placed: PlacedSlide, drawing: DrawingContext, *, notes: bool) -> str:
    """A slide with everything on it, and its speaker notes if ``notes`` says so."""
    slide = placed.slide
    layout = drawing.theme.layouts[slide.layout]
    attributes = [
        f'id="{escape(slide.id)}"',
        f'aria-label="{escape(slide.title_text or f"Slide {placed.number}")}"',
        f'data-background-color="{placed.background}"',
        f'style="background:{placed.background}"',
    ]
    if slide.transition:
        attributes.append(f'data-transition="{TRANSITIONS.get(slide.transition, "fade")}"')
    if slide.hidden:
        attributes.append('data-visibility="hidden"')
    if slide.demo is not None:
        attributes.append(f'data-demo="{escape(slide.demo)}"')
    parts = []
    if placed.backdrop is not None:
        parts.append(draw_image(placed.backdrop, drawing))
    elif layout.backdrop is not None and slide.background is None:
        parts.append(draw_artwork(layout.backdrop, drawing))
    parts += [draw_artwork(item, drawing) for item in (*layout.decorations, *layout.artwork)]
    parts += [draw_element(element, drawing) for element in (*placed.foreground, *placed.foot)]
    if slide.demo is not None:
        parts.append(draw_steps(drawing.deck.demos[slide.demo], drawing.casts.get(slide.demo), slide.fragments))
    if notes and slide.notes:
        parts.append(f'<aside class="notes">{write_notes(slide.notes)}</aside>')
    names = classes("qd-slide", f"qd-layout-{slide.layout}", *slide.classes)
    return f"<section{names} {' '.join(attributes)}>{''.join(parts)}</section>"


def draw_element(element: Element, drawing: DrawingContext) -> str:
    """Any placed element as HTML."""
    match element:
        case PlacedText():
            return draw_text(element, drawing)
        case PlacedCode():
            return draw_code(element, drawing)
        case PlacedTable():
            return draw_table(element, drawing)
        case PlacedImage():
            return draw_image(element, drawing)
        case PlacedMath():
            return draw_math(element)
        case PlacedChart():
            from quarterdeck.compile.html.charts import draw_chart

            return draw_chart(element, drawing.family("body"))
        case PlacedMedia():
            return draw_media(element)
        case PlacedShape():
            return draw_shape(element)
        case PlacedTerminal():
            return draw_terminal(element, drawing)
        case _:
            assert_never(element)
