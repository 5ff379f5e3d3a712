"""The frame of a chart with axes: its grid and the labels around it."""

from __future__ import annotations

from quarterdeck.compile.html.markup import escape
from quarterdeck.model.placed import PlacedChart
from quarterdeck.theme.charts.parts import GAP

BASELINE = 0.35
"""em from the middle of a line down to its baseline."""


def along(placed: PlacedChart, value: float) -> float:
    """The place of a value on its axis, in px: from the left for horizontal bars, else from the top."""
    plot, scale = placed.plan.plot, placed.plan.scale
    share = scale.share(value) if scale is not None else 0.0
    return plot.x + share * plot.width if placed.chart.kind == "bar" else plot.bottom - share * plot.height


def grid(placed: PlacedChart) -> str:
    """The grid lines with their values, and the names of the categories."""
    plan, size = placed.plan, placed.size
    plot, lying = plan.plot, placed.chart.kind == "bar"
    below = plot.bottom + GAP + plan.line_height / 2 + BASELINE * size
    parts = []
    for tick in plan.scale.ticks if plan.scale else ():
        at = along(placed, tick)
        if lying:
            line = f'x1="{number(at)}" x2="{number(at)}" y1="{number(plot.y)}" y2="{number(plot.bottom)}"'
            words = text(plan.axis_format.text(tick), at, below, "middle")
        else:
            line = f'x1="{number(plot.x)}" x2="{number(plot.right)}" y1="{number(at)}" y2="{number(at)}"'
            words = text(plan.axis_format.text(tick), plot.x - GAP, at + BASELINE * size, "end")
        parts.append(f'<line {line} stroke="{placed.rule_color}"/>{words}')
    if plan.sideways is not None:
        parts += [
            text(plan.sideways_format.text(tick), plot.x + plan.sideways.share(tick) * plot.width, below, "middle")
            for tick in plan.sideways.ticks
        ]
    return "".join(parts) + _categories(placed, below)


def _categories(placed: PlacedChart, below: float) -> str:
    """The names of the categories: beside horizontal bars, else below the plot."""
    plan, plot = placed.plan, placed.plan.plot
    parts = []
    for index, lines in enumerate(plan.categories):
        if index % plan.every:
            continue
        middle = category_middle(placed, index)
        for number_of, line in enumerate(lines):
            down = plan.line_height * number_of
            if placed.chart.kind == "bar":
                top = middle - plan.line_height * (len(lines) - 1) / 2 + BASELINE * placed.size
                parts.append(text(line, plot.x - GAP, top + down, "end"))
            else:
                parts.append(text(line, middle, below + down, "middle"))
    return "".join(parts)


def category_middle(placed: PlacedChart, index: int) -> float:
    """The middle of a category on its axis, in px: from the top for horizontal bars, else from the left."""
    plot, count = placed.plan.plot, len(placed.chart.categories)
    if placed.chart.kind == "area":
        return plot.x + plot.width * index / max(1, count - 1)
    if placed.chart.kind == "bar":
        return plot.y + plot.height * (index + 0.5) / max(1, count)
    return plot.x + plot.width * (index + 0.5) / max(1, count)


def text(words: str, x: float, y: float, anchor: str, more: str = "") -> str:
    """Words with their baseline at a place."""
    return f'<text x="{number(x)}" y="{number(y)}" text-anchor="{anchor}"{more}>{escape(words)}</text>'


def number(value: float) -> str:
    """A coordinate as SVG writes it, rounded to a hundredth."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
