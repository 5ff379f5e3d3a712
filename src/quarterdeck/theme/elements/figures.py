"""Charts, displayed formulas and diagrams.

This module is imported only when a deck has one of them: what it needs takes longest to import.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from quarterdeck.diagnostics import Diagnostic
from quarterdeck.model.content import Chart, Diagram, Image, Math
from quarterdeck.model.placed import Element, PlacedMath
from quarterdeck.model.theme import Box
from quarterdeck.theme.charts.layout import ChartColors, placed_chart
from quarterdeck.theme.charts.lettering import Lettering
from quarterdeck.theme.charts.parts import TITLE_FACTOR, chart_parts
from quarterdeck.theme.colors import AA_LARGE, mixed, ratio
from quarterdeck.theme.diagrams import diagram_look, label_size, picture_of
from quarterdeck.theme.elements.context import LEAST_SIZE, POINT, Context, MeasuredBlock, whole_points
from quarterdeck.theme.elements.pictures import BEFORE, measured_image
from quarterdeck.theme.measure.formulas import formula_size

LEAST_CHART = 200.0
"""px; the least height at which a chart can be read."""
FORMULA_FACTOR = 1.2
"""Size of a displayed formula, as a share of the slot's text."""
LABEL_FACTOR = 1.25
"""Size of a chart's labels, as a share of a caption's."""
GREYS = tuple(share / 20 for share in range(10, 20))
"""How strong the colour of what isn't emphasised is: the first of these that can be told from the ground."""
SERIES_COLORS = ("accent-2", "accent", "accent-3", "accent-4", "accent-5", "accent-6")


def measured_chart(chart: Chart, context: Context) -> MeasuredBlock:
    """A chart that takes all the height there is, its labels in the largest type with which they fit."""
    style = context.theme.styles["caption"]
    size = context.size(style, LABEL_FACTOR)
    parts = chart_parts(chart, _lettering(size, context), context.width)
    while parts.faults and size > LEAST_SIZE + POINT / 2:
        size -= POINT
        parts = chart_parts(chart, _lettering(size, context), context.width)
    least = max(LEAST_CHART, parts.least)

    def draw(box: Box) -> tuple[Element, ...]:
        colors = context.colors
        series = series_colors(chart, colors)
        used = ChartColors(series, colors["text"], colors["rule"], colors["background"])
        return (placed_chart(parts, box, used),)

    faults = tuple(
        Diagnostic(
            f"{what}, even at {size / POINT:.0f} pt",
            chart.span,
            hint="shorten it, give the chart more width, or use horizontal bars: type=bar",
            code="chart-overflow",
        )
        for what in parts.faults[:1]
    )
    height = max(least, context.width / 1.2)
    return MeasuredBlock(height, draw, least, BEFORE, faults, ((least, chart.span),), is_picture=True)


def series_colors(chart: Chart, colors: Mapping[str, str]) -> tuple[str, ...]:
    """A colour for each series or piece; where one is emphasised, all others are grey."""
    if chart.emphasis is None:
        return tuple(colors[name] for name in SERIES_COLORS)
    ground = colors["background"]
    greys = (mixed(colors["muted"], ground, share) for share in GREYS)
    grey = next((each for each in greys if ratio(each, ground) >= AA_LARGE), colors["muted"])
    return tuple(colors["accent"] if name == chart.emphasis else grey for name in chart.names)


def _lettering(size: float, context: Context) -> Lettering:
    return Lettering(context.face("body"), size, whole_points(size * TITLE_FACTOR))


def measured_math(math: Math, context: Context) -> MeasuredBlock:
    """A formula in the middle of its line, shrunk until it fits by width."""
    measured = formula_size(math.tex, inline=False)
    if measured.fault is not None:
        fault = Diagnostic(f"can't read the formula: {measured.fault}", math.span, code="bad-formula")
        return MeasuredBlock(0.0, lambda _: (), 0.0, BEFORE, (fault,))
    style = context.body
    size = context.size(style, FORMULA_FACTOR)
    while size > style.minimum + POINT / 2 and measured.width * size > context.width:
        size -= POINT
    width, height = measured.width * size, measured.height * size
    faults: tuple[Diagnostic, ...] = ()
    if width > context.width:
        message = f"this formula is {width - context.width:.0f} px too wide, even at {size / POINT:.0f} pt"
        hint = "break it in two, or put it on a slide with one column"
        faults = (Diagnostic(message, math.span, hint=hint, code="formula-overflow"),)

    def draw(box: Box) -> tuple[Element, ...]:
        place = Box(box.x + (box.width - width) / 2, box.y, width, height)
        return (PlacedMath(place, math.tex, size, context.colors["text"], math.fragment),)

    return MeasuredBlock(height, draw, height, BEFORE, faults, ((height, math.span),))


def measured_diagram(diagram: Diagram, context: Context) -> MeasuredBlock:
    """A diagram, drawn by its tool in the colours that hold here; its labels are no larger than text may grow."""
    drawn = picture_of(diagram, diagram_look(context.theme, context.colors))
    if isinstance(drawn, Diagnostic):
        return MeasuredBlock(0.0, lambda _: (), 0.0, BEFORE, (drawn,))
    picture = Image(
        asset=drawn,
        alt=diagram.alt,
        width=diagram.width,
        fragment=diagram.fragment,
        classes=("center",),
        span=diagram.span,
    )
    label = label_size(drawn)
    if not label or diagram.width is not None:
        return measured_image(picture, context)
    largest = context.body.size * (1 + context.body.growth)
    return measured_image(picture, replace(context, width=min(context.width, drawn.width * largest / label)))
