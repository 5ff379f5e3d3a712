"""Places everything in a chart, once its height is known."""

from __future__ import annotations

from msgspec import Struct

from quarterdeck.model.chart import Caption, ChartPlan, Legend, LegendEntry
from quarterdeck.model.placed import PlacedChart
from quarterdeck.model.theme import Box
from quarterdeck.theme.charts.parts import ENTRY_GAP, GAP, ChartParts, entry_width, legend_order, legend_side
from quarterdeck.theme.colors import readable_on


class ChartColors(Struct, frozen=True):
    """The colours that a chart is drawn in, ``#rrggbb``."""

    series: tuple[str, ...]
    text: str
    rule: str
    ground: str
    """The colour behind the chart."""


def placed_chart(parts: ChartParts, box: Box, colors: ChartColors) -> PlacedChart:
    """A chart placed in its box, with its plan."""
    return PlacedChart(
        box=box,
        chart=parts.chart,
        plan=planned(parts, box.height),
        colors=colors.series,
        label_colors=tuple(map(readable_on, colors.series)),
        size=parts.type.size,
        title_size=parts.type.title_size,
        text_color=colors.text,
        rule_color=colors.rule,
        ground_color=colors.ground,
        fragment=parts.chart.fragment,
    )


def planned(parts: ChartParts, height: float) -> ChartPlan:
    """The plan of a chart of some height."""
    chart, kind = parts.chart, parts.type
    edges, axes = parts.margins, parts.axes
    area = Box(edges.left, edges.above, parts.width - edges.left - edges.right, height - edges.above - edges.below)
    if chart.is_round:
        side = max(1.0, min(area.width, area.height))
        plot = Box(area.x + (area.width - side) / 2, area.y + (area.height - side) / 2, side, side)
    else:
        plot = Box(area.x, area.y, max(1.0, area.width), max(1.0, area.height))
    legend = _legend(parts, plot, height)
    bottom = legend.box.y - GAP if legend is not None and legend.side == "bottom" else height
    return ChartPlan(
        plot=plot,
        line_height=kind.line_height,
        title=_title(parts),
        across=_across(parts, plot, bottom),
        upright=_upright(parts, plot),
        legend=legend,
        scale=axes.scale,
        sideways=axes.sideways,
        axis_format=axes.scale_format,
        sideways_format=axes.sideways_format,
        label_format=parts.label_format,
        categories=axes.categories,
        every=axes.every,
        named=parts.named,
    )


def _title(parts: ChartParts) -> Caption | None:
    if not parts.title:
        return None
    kind = parts.type.title
    wide = max(map(kind.width, parts.title))
    return Caption(parts.title, Box((parts.width - wide) / 2, 0.0, wide, kind.line_height * len(parts.title)))


def _across(parts: ChartParts, plot: Box, bottom: float) -> Caption | None:
    text = parts.chart.across
    if not text:
        return None
    wide = parts.type.width(text)
    return Caption(
        (text,), Box(plot.x + (plot.width - wide) / 2, bottom - parts.type.line_height, wide, parts.type.line_height)
    )


def _upright(parts: ChartParts, plot: Box) -> Caption | None:
    text = parts.chart.upright
    if not text:
        return None
    high = parts.type.width(text)
    return Caption((text,), Box(0.0, plot.y + (plot.height - high) / 2, parts.type.line_height, high))


def _legend(parts: ChartParts, plot: Box, height: float) -> Legend | None:
    if not parts.legend:
        return None
    kind, side = parts.type, legend_side(parts.chart)
    widths = [
        sum(entry_width(parts.chart, kind, name) for name in row) + kind.size * ENTRY_GAP * (len(row) - 1)
        for row in parts.legend
    ]
    wide, high = max(widths), kind.line_height * len(parts.legend)
    if side == "right":
        box = Box(parts.width - wide, plot.y + max(0.0, (plot.height - high) / 2), wide, high)
    else:
        top = (
            height - high
            if side == "bottom"
            else kind.title.line_height * len(parts.title) + (GAP if parts.title else 0.0)
        )
        box = Box((parts.width - wide) / 2, top, wide, high)
    entries: list[LegendEntry] = []
    order = iter(legend_order(parts.chart))
    for number, (row, own) in enumerate(zip(parts.legend, widths, strict=True)):
        x = box.x if side == "right" else box.x + (wide - own) / 2
        for name in row:
            entries.append(LegendEntry(name, x, box.y + kind.line_height * (number + 0.5), next(order)))
            x += entry_width(parts.chart, kind, name) + kind.size * ENTRY_GAP
    return Legend(side, box, tuple(entries))
