"""The frame of a chart with axes: its scale, its grid and the labels around it."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, log10

from quarterdeck.compile.reveal.markup import escape
from quarterdeck.model.content import Chart
from quarterdeck.model.placed import PlacedChart
from quarterdeck.model.theme import Box

GAP = 10.0
"""px between a label and the frame."""
INTERVALS = 5
"""How many intervals the scale has, about."""
LETTER = 0.56
"""em that a character of a label takes, about."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the values are drawn."""

    area: Box
    low: float
    high: float
    ticks: tuple[float, ...]
    """The values that have a grid line."""

    def along(self, value: float, *, lying: bool) -> float:
        """The place of a value on its axis, in px: from the left where bars lie, else from the bottom."""
        share = (value - self.low) / (self.high - self.low)
        return self.area.x + share * self.area.width if lying else self.area.bottom - share * self.area.height


def frame(placed: PlacedChart, area: Box) -> Frame:
    """Choose the scale, and leave room for the labels."""
    chart = placed.chart
    low, high = _extent(chart)
    step = _step((high - low) / INTERVALS)
    first, last = floor(low / step), ceil(high / step)
    ticks = tuple(index * step for index in range(first, last + 1))
    labels = chart.categories if chart.kind == "bar" else [label(tick) for tick in ticks]
    left = max(map(len, labels), default=0) * LETTER * placed.size + GAP
    bottom = placed.size * 1.6
    top = placed.size * 0.6
    inner = Box(area.x + left, area.y + top, area.width - left - GAP, area.height - top - bottom)
    return Frame(inner, ticks[0], ticks[-1], ticks)


def _extent(chart: Chart) -> tuple[float, float]:
    """The least and the greatest value there is to show; 0 is always in view."""
    columns = zip(*(series.values for series in chart.series), strict=True)
    if is_stacked(chart):
        values = [sum(v for v in column if v is not None) for column in columns]
    else:
        values = [value for column in columns for value in column if value is not None]
    low, high = min(0.0, *values) if values else 0.0, max(0.0, *values) if values else 0.0
    return (low, high) if high > low else (0.0, 1.0)


def is_stacked(chart: Chart) -> bool:
    """Whether the series stand on each other."""
    return any(name == "stacked" and value not in ("false", "no") for name, value in chart.options)


def _step(rough: float) -> float:
    """The next greater of 1, 2, 2.5, 5 or 10 times a power of ten."""
    power = 10.0 ** floor(log10(rough))
    return next(factor * power for factor in (1.0, 2.0, 2.5, 5.0, 10.0) if factor * power >= rough * 0.999)


def grid(placed: PlacedChart, plot: Frame) -> str:
    """The grid lines with their values, and the categories."""
    lying, area, size = placed.chart.kind == "bar", plot.area, placed.size
    parts = []
    for tick in plot.ticks:
        at = number(plot.along(tick, lying=lying))
        if lying:
            line = f'x1="{at}" x2="{at}" y1="{number(area.y)}" y2="{number(area.bottom)}"'
            place = f'x="{at}" y="{number(area.bottom + size * 1.3)}" text-anchor="middle"'
        else:
            line = f'x1="{number(area.x)}" x2="{number(area.right)}" y1="{at}" y2="{at}"'
            middle = plot.along(tick, lying=False) + size * 0.35
            place = f'x="{number(area.x - GAP)}" y="{number(middle)}" text-anchor="end"'
        parts.append(f'<line {line} stroke="{placed.rule_color}"/><text {place}>{label(tick)}</text>')
    room = (area.height if lying else area.width) / max(1, len(placed.chart.categories))
    for index, category in enumerate(placed.chart.categories):
        middle = room * (index + 0.5)
        if lying:
            place = f'x="{number(area.x - GAP)}" y="{number(area.y + middle + size * 0.35)}" text-anchor="end"'
        else:
            place = f'x="{number(area.x + middle)}" y="{number(area.bottom + size * 1.3)}" text-anchor="middle"'
        parts.append(f"<text {place}>{escape(category)}</text>")
    return "".join(parts)


def label(value: float) -> str:
    """A value as it stands at the axis: thousands apart, no needless decimals."""
    return f"{value:,.10g}"


def number(value: float) -> str:
    """A coordinate, to a hundredth."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
