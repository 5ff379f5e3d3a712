"""A slide's part (``p:sld``, ECMA-376 part 1, 19.3.1.38): its elements, background, transition, timeline."""

from __future__ import annotations

from typing import assert_never

from quarterdeck.compile.pptx.animation import transition_xml
from quarterdeck.compile.pptx.canvas import Canvas
from quarterdeck.compile.pptx.elements.code import add_code
from quarterdeck.compile.pptx.elements.formulas import add_math
from quarterdeck.compile.pptx.elements.pictures import add_image, add_media, add_shape, background_fill
from quarterdeck.compile.pptx.elements.tables import add_table
from quarterdeck.compile.pptx.elements.terminal import add_terminal
from quarterdeck.compile.pptx.elements.text import add_text
from quarterdeck.compile.pptx.layouts import tree
from quarterdeck.compile.pptx.package.ooxml import NAMESPACES
from quarterdeck.compile.pptx.package.xml import DECLARATION
from quarterdeck.model.placed import (
    Element,
    PlacedChart,
    PlacedCode,
    PlacedImage,
    PlacedMath,
    PlacedMedia,
    PlacedShape,
    PlacedSlide,
    PlacedTable,
    PlacedTerminal,
    PlacedText,
)


def slide_xml(placed: PlacedSlide, canvas: Canvas) -> str:
    """The part of a slide, drawn on its canvas."""
    for element in (*placed.foreground, *placed.foot):
        _add(canvas, element)
    hidden = ' show="0"' if placed.slide.hidden else ""
    return (
        f"{DECLARATION}<p:sld {NAMESPACES}{hidden}><p:cSld>{_background(placed, canvas)}"
        f"{tree(''.join(canvas.shapes))}</p:cSld><p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr>"
        f"{transition_xml(placed.slide)}{canvas.timeline.xml()}</p:sld>"
    )


def _add(canvas: Canvas, element: Element) -> None:
    match element:
        case PlacedText():
            add_text(canvas, element)
        case PlacedCode():
            add_code(canvas, element)
        case PlacedTable():
            add_table(canvas, element)
        case PlacedImage():
            add_image(canvas, element)
        case PlacedMath():
            add_math(canvas, element)
        case PlacedChart():
            from quarterdeck.compile.pptx.elements.charts import add_chart

            add_chart(canvas, element)
        case PlacedMedia():
            add_media(canvas, element)
        case PlacedShape():
            add_shape(canvas, element)
        case PlacedTerminal():
            add_terminal(canvas, element)
        case _:
            assert_never(element)


def _background(placed: PlacedSlide, canvas: Canvas) -> str:
    """The background, if it differs from the layout's."""
    if (picture := placed.backdrop) is not None:
        file = canvas.production.files.picture(picture.asset)
        blip = background_fill(canvas.relationships, file, picture.crop)
        fill = f"<a:blipFill>{blip}</a:blipFill>"
    elif placed.background != canvas.layout.background:
        fill = canvas.production.palette.fill(placed.background)
    else:
        return ""
    return f"<p:bg><p:bgPr>{fill}<a:effectLst/></p:bgPr></p:bg>"
