"""Displayed formulas: a text box that holds nothing else, with a picture for programs that know no formulas."""

from __future__ import annotations

from quarterdeck.compile.pptx.canvas import Canvas
from quarterdeck.compile.pptx.drawing import either, text_box
from quarterdeck.compile.pptx.formulas import office_math
from quarterdeck.compile.pptx.markup import attribute, centipoints
from quarterdeck.compile.pptx.ooxml import MATH, MATH_FONT, MATH_PREFIX
from quarterdeck.compile.pptx.pictures import blip_fill
from quarterdeck.compile.pptx.timing import Build
from quarterdeck.model.content import Asset
from quarterdeck.model.placed import PlacedMath
from quarterdeck.theme.measure.formulas import formula_svg


def add_math(canvas: Canvas, math: PlacedMath) -> None:
    """Write a displayed formula."""
    number = canvas.new_id()
    fill = canvas.production.palette.fill(math.color)
    look = (
        f'<a:rPr lang="{attribute(canvas.production.deck.lang)}" sz="{centipoints(math.size)}" i="1">{fill}'
        f'<a:latin typeface="{MATH_FONT}"/></a:rPr>'
    )
    native = (
        f'<a:p><a:pPr algn="ctr"/><{MATH_PREFIX}:m><m:oMathPara xmlns:m="{MATH}"><m:oMathParaPr><m:jc m:val="center"/>'
        f"</m:oMathParaPr>{office_math(math.tex, look)}</m:oMathPara></{MATH_PREFIX}:m></a:p>"
    )
    svg = formula_svg(math.tex, math.size, math.color, inline=False).encode()
    asset = Asset(f"the formula {math.tex}", "image/svg+xml", svg, math.box.width, math.box.height)
    picture = f"<a:blipFill>{blip_fill(canvas.relationships, canvas.production.files.picture(asset))}</a:blipFill>"
    name = f"Formula {number}"
    canvas.shapes.append(
        either(
            text_box(number, name, math.box, native, anchor="ctr", alt=math.tex),
            text_box(number, name, math.box, "<a:p/>", alt=math.tex, fill=picture),
        )
    )
    canvas.timeline.appear(math.fragment, number, Build.TEXT)
