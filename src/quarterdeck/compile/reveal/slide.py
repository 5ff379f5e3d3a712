"""One slide as a ``section`` of reveal.js."""

from __future__ import annotations

from typing import assert_never

from quarterdeck.compile.html.blocks import write_notes
from quarterdeck.compile.html.markup import classes, draw_decoration, draw_shape, escape, place, px
from quarterdeck.compile.html.pictures import DrawingContext, draw_image, draw_math, draw_media
from quarterdeck.compile.reveal.terminal import draw_steps, draw_terminal
from quarterdeck.compile.reveal.text import draw_table, draw_text
from quarterdeck.model.content import Align, LineSet, Run
from quarterdeck.model.deck import MORPH
from quarterdeck.model.placed import (
    CODE_CORNER,
    CODE_TITLE,
    CodeToken,
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
from quarterdeck.model.theme import SLIDE_DATE, SLIDE_NUMBER, Artwork, Decoration, LayoutPicture, LayoutText

LEADING = 1.2
"""Line height of a template's own text, as a multiple of its size."""


def draw_artwork(item: Artwork, drawing: DrawingContext, number: int) -> str:
    """A piece of a template's artwork on a slide, hidden from screen readers: they would meet it on every one."""
    match item:
        case Decoration():
            return draw_decoration(item, drawing.colors)
        case LayoutPicture(box=box, asset=asset, crop=crop):
            return draw_image(PlacedImage(box, asset, "", crop), drawing)
        case LayoutText():
            return f'<div aria-hidden="true">{draw_text(_text(item, number, drawing.deck.date or ""), drawing)}</div>'
        case _:
            assert_never(item)


def _text(line: LayoutText, number: int, date: str) -> PlacedText:
    shown = line.text.replace(SLIDE_NUMBER, str(number)).replace(SLIDE_DATE, date)
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
        for text in shown.split("\n")
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
    if placed.leads or slide.transition == MORPH:
        attributes.append("data-auto-animate")
        if slide.transition != MORPH:
            attributes.append("data-auto-animate-restart")
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
        parts.append(draw_artwork(layout.backdrop, drawing, placed.number))
    parts += [draw_artwork(item, drawing, placed.number) for item in layout.decorations]
    if layout.artwork:
        drawn = "".join(draw_artwork(item, drawing, placed.number) for item in layout.artwork)
        parts.append(f'<div style="position:absolute;inset:0;overflow:hidden">{drawn}</div>')
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


def draw_code(code: PlacedCode, drawing: DrawingContext) -> str:
    """A code panel in its box: bands behind the highlighted lines, a column of line numbers, coloured tokens.

    Each set of highlighted lines is a layer of bands.  A layer that has appeared hides those before it (``deck.css``),
    so layers can be ordinary fragments.
    """
    style = (
        f"{place(code.box)};border-radius:{px(CODE_CORNER)};background:{code.background};color:{code.color};"
        f"font:{px(code.size)}/{px(code.line_height)} {drawing.family('mono')};"
        f"--pad:{_summand(code.padding)};--numbers:{_summand(code.number_width)};"
        f"--shift:{_summand(code.line_height / 2)};"
        f"--title:{_summand(code.title_height)};--number-color:{code.number_color or code.color}"
    )
    if code.tab:
        style += f";tab-size:{px(code.tab)}"
    parts = [_bands(code)]
    if code.title:
        bar = (
            f"top:0;left:0;right:0;height:{px(code.title_height)};padding:0 {px(code.padding)};background:{code.bar};"
            f"font-size:{px(CODE_TITLE)};line-height:{px(code.title_height + 4)};font-weight:400;color:{code.color}"
        )
        parts.append(f'<div class="qd-code-title" style="{bar}">{escape(code.title, quote=False)}</div>')
    if code.number_width:
        numbers = "\n".join(str(code.first_number + i) for i in range(len(code.lines)))
        parts.append(f'<div class="qd-numbers" aria-hidden="true">{numbers}</div>')
    language = f' data-language="{escape(code.language)}"' if code.language else ""
    lines = "\n".join("".join(map(_token, line)) for line in code.lines)
    parts.append(f"<pre{language}><code>{lines}</code></pre>")
    label = escape(code.title or (f"{code.language} code" if code.language else "Code"))
    attributes = classes("qd-code", fragment=code.fragment)
    return f'<div{attributes} role="group" aria-label="{label}" style="{style}">{"".join(parts)}</div>'


def _summand(length: float) -> str:
    """A length that ``calc()`` can add: it takes no 0 without a unit."""
    return f"{length:g}px"


def _token(token: CodeToken) -> str:
    style = f"color:{token.color}"
    if token.bold:
        style += ";font-weight:700"
    if token.italic:
        style += ";font-style:italic"
    return f'<span style="{style}">{escape(token.text, quote=False)}</span>'


def _bands(code: PlacedCode) -> str:
    layers = []
    for index, lines in enumerate(code.highlights):
        fragment = code.highlight_fragments[index - 1] if index else None
        bands = "".join(_band(first, last, code) for first, last in _ranges(lines, len(code.lines)))
        layers.append(f'<div{classes("qd-bands", "custom", fragment=fragment)} aria-hidden="true">{bands}</div>')
    return "".join(layers)


def _ranges(lines: LineSet, count: int) -> list[tuple[int, int]]:
    """The lines to mark, 1-based and inclusive, within the code; all lines need no mark."""
    return [(max(1, first), min(last, count)) for first, last in lines.ranges if first <= count]


def _band(first: int, last: int, code: PlacedCode) -> str:
    top, height = code.band(first, last)
    style = f"top:{px(top)};height:{px(height)};background:{code.highlight_color}"
    return f'<div class="qd-band" style="{style}"></div>'
