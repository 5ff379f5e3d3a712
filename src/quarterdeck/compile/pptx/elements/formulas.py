"""Displayed formulas: a text box that holds nothing else, with a picture for programs that know no formulas."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from quarterdeck.compile.pptx.animation import Build
from quarterdeck.compile.pptx.canvas import Canvas
from quarterdeck.compile.pptx.elements.omml import office_math
from quarterdeck.compile.pptx.elements.pictures import blip_fill
from quarterdeck.compile.pptx.package.ooxml import MATH, MATH_FONT, MATH_PREFIX, attribute, centipoints
from quarterdeck.compile.pptx.shape import either, text_box
from quarterdeck.model.content import Asset
from quarterdeck.model.placed import PlacedMath
from quarterdeck.theme.measure.formulas import formula_svg, formula_tree

if TYPE_CHECKING:
    from xml.etree import ElementTree


def add_math(canvas: Canvas, math: PlacedMath) -> None:
    """Add a displayed formula that PowerPoint can edit, with a picture for other programs."""
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


class LinearRun(Struct, frozen=True):
    """Characters of a formula that look the same."""

    text: str
    italic: bool = False
    rise: int = 0
    """1 for a superscript, -1 for a subscript, 0 on the line."""


@lru_cache(maxsize=1024)
def linear_runs(tex: str) -> tuple[LinearRun, ...]:
    """A formula that the theme has measured, as runs of text."""
    runs: list[LinearRun] = []
    for run in _element(formula_tree(tex)):
        if runs and (runs[-1].italic, runs[-1].rise) == (run.italic, run.rise):
            runs[-1] = replace(runs[-1], text=runs[-1].text + run.text)
        elif run.text:
            runs.append(run)
    return tuple(runs)


def _element(element: ElementTree.Element) -> Iterator[LinearRun]:
    children = list(element)
    match element.tag.rpartition("}")[2]:
        case "mi":
            content = element.text or ""
            yield LinearRun(content, italic=len(content) == 1 and content.isalpha())
        case "mo":
            yield LinearRun(_spaced(element.text or ""))
        case "mn" | "mtext" | "ms":
            yield LinearRun(element.text or "")
        case "mspace":
            yield LinearRun(" ")
        case "mfrac":
            yield from _grouped(children[0])
            yield LinearRun("/")
            yield from _grouped(children[1])
        case "msqrt":
            yield LinearRun("√(")
            yield from _all(children)
            yield LinearRun(")")
        case "mroot":
            yield from _raised(children[1], 1)
            yield LinearRun("√(")
            yield from _element(children[0])
            yield LinearRun(")")
        case "msup" | "mover":
            yield from _element(children[0])
            yield from _raised(children[1], 1)
        case "msub" | "munder":
            yield from _element(children[0])
            yield from _raised(children[1], -1)
        case "msubsup" | "munderover":
            yield from _element(children[0])
            yield from _raised(children[1], -1)
            yield from _raised(children[2], 1)
        case "mtable":
            yield LinearRun("■(")
            for place, row in enumerate(children):
                yield from (LinearRun("@"),) if place else ()
                for column, cell in enumerate(row):
                    yield from (LinearRun("&"),) if column else ()
                    yield from _all(list(cell))
            yield LinearRun(")")
        case _:
            yield from _all(children)


def _all(elements: list[ElementTree.Element]) -> Iterator[LinearRun]:
    for element in elements:
        yield from _element(element)


def _grouped(element: ElementTree.Element) -> Iterator[LinearRun]:
    """An element, in brackets if it is more than a single character or number."""
    runs = list(_element(element))
    alone = len(runs) == 1 and (len(runs[0].text) == 1 or runs[0].text.isalnum())
    yield from runs if alone else (LinearRun("("), *runs, LinearRun(")"))


def _raised(element: ElementTree.Element, rise: int) -> Iterator[LinearRun]:
    for run in _element(element):
        yield replace(run, text=run.text.strip(), rise=run.rise or rise)


def _spaced(operator: str) -> str:
    """Relations and sums have room around them, as in a set formula."""
    return f" {operator} " if operator in _SPACED else operator


_SPACED = frozenset("=<>≤≥≠≈≡∼+−-×·→⇒⇔∈∉⊂⊆∪∩")
