"""Shapes as slides, layouts and masters write them (``p:sp``, ``p:grpSp``; ECMA-376 part 1, 19.3.1)."""

from __future__ import annotations

import re

from quarterdeck.compile.pptx.package.ooxml import (
    COMPATIBILITY,
    DECORATIVE,
    DECORATIVE_EXTENSION,
    DRAWING_2010,
    MATH_PREFIX,
    attribute,
    emu,
    extent,
)
from quarterdeck.model.theme import QUOTE_MARK, Box

RECTANGLE = '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
ELLIPSE = '<a:prstGeom prst="ellipse"><a:avLst/></a:prstGeom>'


def geometry(shape: str, box: Box, radius: float) -> str:
    """The geometry of a shape that a theme may have (:class:`Decoration`); raises ValueError for any other."""
    match shape:
        case "rectangle":
            return RECTANGLE
        case "ellipse" | "glow":
            return ELLIPSE
        case "quote":
            paths = "".join(f'<a:path w="98" h="100">{_path(stroke)}</a:path>' for stroke in QUOTE_MARK)
            lists = "<a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/>"
            return f'<a:custGeom>{lists}<a:rect l="0" t="0" r="r" b="b"/><a:pathLst>{paths}</a:pathLst></a:custGeom>'
        case "rounded":
            return f'<a:prstGeom prst="roundRect"><a:avLst>{_guide("adj", box, radius)}</a:avLst></a:prstGeom>'
        case _:
            raise ValueError(f"unknown shape: {shape}")


_STEPS = {"M": "moveTo", "L": "lnTo", "C": "cubicBezTo"}


def _path(drawn: str) -> str:
    """A path of moves, lines and curves as DrawingML has it (20.1.9.15)."""
    parts = []
    for step, numbers in re.findall(r"([MLC])([-\d. ]+)", drawn):
        places = numbers.split()
        points = "".join(f'<a:pt x="{x}" y="{y}"/>' for x, y in zip(places[::2], places[1::2], strict=True))
        parts.append(f"<a:{_STEPS[step]}>{points}</a:{_STEPS[step]}>")
    return f"{''.join(parts)}<a:close/>"


def rounded_top(box: Box, radius: float) -> str:
    """A rectangle whose upper two corners are round."""
    guides = _guide("adj1", box, radius) + '<a:gd name="adj2" fmla="val 0"/>'
    return f'<a:prstGeom prst="round2SameRect"><a:avLst>{guides}</a:avLst></a:prstGeom>'


def _guide(name: str, box: Box, radius: float) -> str:
    """A corner's radius, as a share of the shorter side in 1/100000; half of it at most."""
    shorter = min(box.width, box.height)
    share = min(0.5, radius / shorter) if shorter > 0 else 0
    return f'<a:gd name="{name}" fmla="val {round(share * 100000)}"/>'


def properties(shape: int, name: str, alt: str | None = None, inside: str = "") -> str:
    """The ``p:cNvPr`` of a shape.

    ``alt`` is its alternative text: None if its own text is enough, "" if it is decorative and
    a screen reader should skip it ([MS-ODRAWXML] 2.27.2).
    """
    start = f'<p:cNvPr id="{shape}" name="{attribute(name)}"'
    match alt:
        case None:
            extension = ""
        case "":
            extension = (
                f'<a:extLst><a:ext uri="{DECORATIVE_EXTENSION}">'
                f'<adec:decorative xmlns:adec="{DECORATIVE}" val="1"/></a:ext></a:extLst>'
            )
        case _:
            start += f' descr="{attribute(alt)}"'
            extension = ""
    return f"{start}>{inside}{extension}</p:cNvPr>" if inside or extension else f"{start}/>"


def drawn(number: int, name: str, box: Box, shape: str, fill: str) -> str:
    """A filled shape without an outline and without text."""
    return (
        f"<p:sp><p:nvSpPr>{properties(number, f'{name} {number}', '')}<p:cNvSpPr/><p:nvPr/></p:nvSpPr>"
        f"<p:spPr>{extent(box)}{shape}{fill}<a:ln><a:noFill/></a:ln></p:spPr></p:sp>"
    )


def text_box(
    number: int,
    name: str,
    box: Box,
    content: str,
    *,
    anchor: str = "t",
    alt: str | None = None,
    fill: str = "<a:noFill/>",
    right: float = 0.0,
) -> str:
    """A box of text whose lines never wrap; ``right`` is px of free space at its right."""
    return (
        f'<p:sp><p:nvSpPr>{properties(number, name, alt)}<p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr>'
        f"<p:spPr>{extent(box)}{RECTANGLE}{fill}</p:spPr><p:txBody>"
        f'<a:bodyPr wrap="none" lIns="0" tIns="0" rIns="{emu(right)}" bIns="0" rtlCol="0" anchor="{anchor}">'
        f"<a:noAutofit/></a:bodyPr><a:lstStyle/>{content}</p:txBody></p:sp>"
    )


def group(number: int, name: str, alt: str | None, box: Box, members: str) -> str:
    """Shapes that move together; their coordinates stay those of the slide."""
    frame = extent(box)
    inner = frame.replace("<a:off", "<a:chOff").replace("<a:ext", "<a:chExt")
    outer, inner = frame.removesuffix("</a:xfrm>"), inner.removeprefix("<a:xfrm>")
    return (
        f"<p:grpSp><p:nvGrpSpPr>{properties(number, name, alt)}<p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr>"
        f"<p:grpSpPr>{outer}{inner}</p:grpSpPr>{members}</p:grpSp>"
    )


def either(choice: str, fallback: str) -> str:
    """A shape with formulas, and its fallback for programs without them (part 3, 7.6).

    ``Requires`` names ``m14``, though the namespace is that of ``a14``: PowerPoint resolves the namespace, LibreOffice
    goes by the prefix and draws ``a14`` formulas black.
    """
    return (
        f'<mc:AlternateContent xmlns:mc="{COMPATIBILITY}">'
        f'<mc:Choice xmlns:{MATH_PREFIX}="{DRAWING_2010}" Requires="{MATH_PREFIX}">'
        f"{choice}</mc:Choice><mc:Fallback>{fallback}</mc:Fallback></mc:AlternateContent>"
    )
