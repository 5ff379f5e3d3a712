"""The frame of a chart with axes: its scale, its grid and the labels around it."""

from __future__ import annotations

from quarterdeck.compile.reveal.markup import escape
from quarterdeck.compile.scales import Scale, category_places, category_scale, value_scale
from quarterdeck.lazy import dataclass
from quarterdeck.model.placed import PlacedChart
from quarterdeck.model.theme import Box

GAP = 10.0
"""px between a label and the frame."""
LETTER = 0.56
"""em that a character of a label takes, about."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the values are drawn."""

    area: Box
    scale: Scale
    across: Scale | None = None
    """Of a scatter chart's other axis."""

    def along(self, value: float, *, lying: bool) -> float:
        """The place of a value on its axis, in px: from the left where bars lie, else from the bottom."""
        share = (value - self.scale.low) / (self.scale.high - self.scale.low)
        return self.area.x + share * self.area.width if lying else self.area.bottom - share * self.area.height

    def sideways(self, value: float) -> float:
        """The place of a value on a scatter chart's other axis, in px from the left."""
        scale = self.across or self.scale
        return self.area.x + (value - scale.low) / (scale.high - scale.low) * self.area.width


def frame(placed: PlacedChart, area: Box) -> Frame:
    """Choose the scale, and leave room for the labels."""
    chart = placed.chart
    scale = value_scale(chart)
    labels = chart.categories if chart.kind == "bar" else [label(tick) for tick in scale.ticks]
    left = max(map(len, labels), default=0) * LETTER * placed.size + GAP
    bottom = placed.size * 1.6
    top = placed.size * 0.6
    inner = Box(area.x + left, area.y + top, area.width - left - GAP, area.height - top - bottom)
    across = category_scale(category_places(chart)) if chart.kind == "scatter" else None
    return Frame(inner, scale, across)


def grid(placed: PlacedChart, plot: Frame) -> str:
    """The grid lines with their values, and the categories."""
    lying, area, size = placed.chart.kind == "bar", plot.area, placed.size
    parts = []
    for tick in plot.scale.ticks:
        at = number(plot.along(tick, lying=lying))
        if lying:
            line = f'x1="{at}" x2="{at}" y1="{number(area.y)}" y2="{number(area.bottom)}"'
            place = f'x="{at}" y="{number(area.bottom + size * 1.3)}" text-anchor="middle"'
        else:
            line = f'x1="{number(area.x)}" x2="{number(area.right)}" y1="{at}" y2="{at}"'
            middle = plot.along(tick, lying=False) + size * 0.35
            place = f'x="{number(area.x - GAP)}" y="{number(middle)}" text-anchor="end"'
        parts.append(f'<line {line} stroke="{placed.rule_color}"/><text {place}>{label(tick)}</text>')
    if plot.across is not None:
        return "".join(parts) + "".join(_across(placed, plot, tick) for tick in plot.across.ticks)
    room = (area.height if lying else area.width) / max(1, len(placed.chart.categories))
    for index, category in enumerate(placed.chart.categories):
        middle = room * (index + 0.5)
        if lying:
            place = f'x="{number(area.x - GAP)}" y="{number(area.y + middle + size * 0.35)}" text-anchor="end"'
        else:
            place = f'x="{number(area.x + middle)}" y="{number(area.bottom + size * 1.3)}" text-anchor="middle"'
        parts.append(f"<text {place}>{escape(category)}</text>")
    return "".join(parts)


def _across(placed: PlacedChart, plot: Frame, tick: float) -> str:
    """A label of a scatter chart's other axis."""
    place = f'x="{number(plot.sideways(tick))}" y="{number(plot.area.bottom + placed.size * 1.3)}"'
    return f'<text {place} text-anchor="middle">{label(tick)}</text>'


def label(value: float) -> str:
    """A value as it stands at the axis: thousands apart, no needless decimals."""
    return f"{value:,.10g}"


def number(value: float) -> str:
    """A coordinate, to a hundredth."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
