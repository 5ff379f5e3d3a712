"""Charts and displayed formulas."""

from __future__ import annotations

from quarterdeck.diagnostics import Diagnostic
from quarterdeck.model.content import Chart, Math
from quarterdeck.model.placed import Element, PlacedChart, PlacedMath
from quarterdeck.model.theme import Box
from quarterdeck.theme.building.setting import POINT, Piece, Setting
from quarterdeck.theme.formulas import formula_size

BEFORE = 20.0
LEAST_CHART = 200.0
"""px; the least height at which a chart can be read."""
FORMULA_FACTOR = 1.2
"""Size of a displayed formula, as a share of the slot's text."""
SERIES_COLORS = ("accent-2", "accent", "accent-3", "accent-4", "accent-5", "accent-6")


def chart_piece(chart: Chart, setting: Setting) -> Piece:
    """A chart that takes all the height there is."""
    height = setting.width / 1.2

    def draw(box: Box) -> tuple[Element, ...]:
        return (
            PlacedChart(
                box=box,
                chart=chart,
                colors=tuple(setting.colors[name] for name in SERIES_COLORS),
                size=setting.size(setting.theme.styles["caption"]),
                text_color=setting.colors["text"],
                rule_color=setting.colors["rule"],
                fragment=chart.fragment,
            ),
        )

    return Piece(height, draw, LEAST_CHART, BEFORE, marks=((LEAST_CHART, chart.span),), is_picture=True)


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
