"""Charts and displayed formulas."""

from __future__ import annotations

from quarterdeck.diagnostics import Diagnostic
from quarterdeck.model.content import Chart, Diagram, Image, Math
from quarterdeck.model.placed import Element, PlacedMath
from quarterdeck.model.theme import Box
from quarterdeck.theme.charts.layout import Ink, placed_chart
from quarterdeck.theme.charts.lettering import Lettering
from quarterdeck.theme.charts.parts import TITLE_FACTOR, chart_parts
from quarterdeck.theme.diagrams.diagram import picture_of
from quarterdeck.theme.diagrams.style import diagram_look
from quarterdeck.theme.elements.context import LEAST_SIZE, POINT, Piece, Setting, whole_points
from quarterdeck.theme.elements.pictures import BEFORE, image_piece
from quarterdeck.theme.measure.formulas import formula_size

LEAST_CHART = 200.0
"""px; the least height at which a chart can be read."""
FORMULA_FACTOR = 1.2
"""Size of a displayed formula, as a share of the slot's text."""
SERIES_COLORS = ("accent-2", "accent", "accent-3", "accent-4", "accent-5", "accent-6")


def chart_piece(chart: Chart, setting: Setting) -> Piece:
    """A chart that takes all the height there is, its labels in the largest type with which they fit."""
    style = setting.theme.styles["caption"]
    size = setting.size(style)
    parts = chart_parts(chart, _lettering(size, setting), setting.width)
    while parts.faults and size > LEAST_SIZE + POINT / 2:
        size -= POINT
        parts = chart_parts(chart, _lettering(size, setting), setting.width)
    least = max(LEAST_CHART, parts.least)

    def draw(box: Box) -> tuple[Element, ...]:
        colors = setting.colors
        series = tuple(colors[name] for name in SERIES_COLORS)
        ink = Ink(series, colors["text"], colors["rule"], colors["background"])
        return (placed_chart(parts, box, ink),)

    faults = tuple(
        Diagnostic(
            f"{what}, even at {size / POINT:.0f} pt",
            chart.span,
            hint="shorten it, give the chart more width, or lay its bars with type=bar",
            code="chart-overflow",
        )
        for what in parts.faults[:1]
    )
    height = max(least, setting.width / 1.2)
    return Piece(height, draw, least, BEFORE, faults, ((least, chart.span),), is_picture=True)


def _lettering(size: float, setting: Setting) -> Lettering:
    return Lettering(setting.face("body"), size, whole_points(size * TITLE_FACTOR))


def math_piece(math: Math, setting: Setting) -> Piece:
    """A formula in the middle of its line, shrunk until it fits by width."""
    measured = formula_size(math.tex, inline=False)
    if measured.fault is not None:
        fault = Diagnostic(f"can't read the formula: {measured.fault}", math.span, code="bad-formula")
        return Piece(0.0, lambda _: (), 0.0, BEFORE, (fault,))
    style = setting.body
    size = setting.size(style, FORMULA_FACTOR)
    while size > style.minimum + POINT / 2 and measured.width * size > setting.width:
        size -= POINT
    width, height = measured.width * size, measured.height * size
    faults: tuple[Diagnostic, ...] = ()
    if width > setting.width:
        message = f"this formula is {width - setting.width:.0f} px too wide, even at {size / POINT:.0f} pt"
        hint = "break it in two, or put it on a slide with one column"
        faults = (Diagnostic(message, math.span, hint=hint, code="formula-overflow"),)

    def draw(box: Box) -> tuple[Element, ...]:
        place = Box(box.x + (box.width - width) / 2, box.y, width, height)
        return (PlacedMath(place, math.tex, size, setting.colors["text"], math.fragment),)

    return Piece(height, draw, height, BEFORE, faults, ((height, math.span),))


def diagram_piece(diagram: Diagram, setting: Setting) -> Piece:
    """A diagram, drawn by its tool in the colours that hold here."""
    drawn = picture_of(diagram, diagram_look(setting.theme, setting.colors))
    if isinstance(drawn, Diagnostic):
        return Piece(0.0, lambda _: (), 0.0, BEFORE, (drawn,))
    picture = Image(
        asset=drawn,
        alt=diagram.alt,
        width=diagram.width,
        fragment=diagram.fragment,
        classes=("center",),
        span=diagram.span,
    )
    return image_piece(picture, setting)
