"""Charts as SVG.

The picture is in the page itself, so that its labels are set in the page's fonts; it is one image to
screen readers, named by the chart's alternative text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from math import cos, pi, sin
from typing import TypeAlias

from quarterdeck.compile.reveal.drawing import Drawing
from quarterdeck.compile.reveal.markup import classes, escape, place
from quarterdeck.compile.reveal.plot import GAP, Frame, frame, grid, number
from quarterdeck.compile.scales import THIN_SLICE, category_places, is_stacked
from quarterdeck.model.placed import PlacedChart
from quarterdeck.model.theme import Box

BAND = 0.72
"""Share of a category's room that its bars take."""
DOT = 0.3
"""Radius of a point, as a share of the size of type."""
LINE = 3.0
"""px; the thickness of lines."""
HOLE = 0.58
"""Radius of a doughnut's hole, as a share of the whole's."""

Painter: TypeAlias = Callable[[PlacedChart, Frame], str]


def draw_chart(placed: PlacedChart, drawing: Drawing) -> str:
    """A chart in its box, with its title and legend."""
    width, height = placed.box.width, placed.box.height
    heading, top = _title(placed)
    legend, bottom = _legend(placed)
    area = Box(0, top, width, height - top - bottom)
    if placed.chart.kind in ("pie", "doughnut"):
        body = _pie(placed, area)
    else:
        plotted = frame(placed, area)
        body = grid(placed, plotted) + _PAINTERS[placed.chart.kind](placed, plotted)
    label = escape(placed.chart.alt or placed.chart.title or f"{placed.chart.kind} chart")
    attributes = (
        f'{classes("qd-chart", fragment=placed.fragment)} style="{place(placed.box)}" role="img" aria-label="{label}" '
        f'viewBox="0 0 {number(width)} {number(height)}" font-family="{drawing.family("body")}" '
        f'font-size="{number(placed.size)}" fill="{placed.text_color}"'
    )
    return f"<svg{attributes}>{heading}{body}{legend}</svg>"


def _title(placed: PlacedChart) -> tuple[str, float]:
    """The title, and the px it takes."""
    if not placed.chart.title:
        return "", 0.0
    size = placed.size
    text = escape(placed.chart.title)
    at = f'x="{number(placed.box.width / 2)}" y="{number(size * 1.2)}"'
    return (
        f'<text {at} text-anchor="middle" font-weight="700" font-size="{number(size * 1.15)}">{text}</text>',
        size * 2.2,
    )


def _legend(placed: PlacedChart) -> tuple[str, float]:
    """The names of the series, or of a pie's pieces, in one centred row; and the px it takes."""
    chart = placed.chart
    round_chart = chart.kind in ("pie", "doughnut")
    names = list(chart.categories) if round_chart else [series.name for series in chart.series]
    if len(names) < 2:
        return "", 0.0
    size = placed.size
    widths = [size * (0.56 * len(name) + 2.6) for name in names]
    x = max(0.0, (placed.box.width - sum(widths)) / 2)
    y = placed.box.height - size * 0.5
    parts = []
    for index, (name, width) in enumerate(zip(names, widths, strict=True)):
        swatch = (
            f'x="{number(x)}" y="{number(y - size * 0.75)}" width="{number(size * 0.8)}" height="{number(size * 0.8)}"'
        )
        parts.append(f'<rect {swatch} rx="2" fill="{_color(placed, index)}"/>')
        parts.append(f'<text x="{number(x + size * 1.2)}" y="{number(y)}">{escape(name)}</text>')
        x += width
    return "".join(parts), size * 2.2


def _color(placed: PlacedChart, index: int) -> str:
    return placed.colors[index % len(placed.colors)]


def _bars(placed: PlacedChart, plot: Frame, *, lying: bool) -> str:
    """Columns, or bars that lie; side by side or stacked."""
    chart = placed.chart
    stacked = is_stacked(chart)
    room = (plot.area.height if lying else plot.area.width) / max(1, len(chart.categories))
    thick = room * BAND / (1 if stacked else len(chart.series))
    parts = []
    for category in range(len(chart.categories)):
        above = below = 0.0
        for index, series in enumerate(chart.series):
            value = series.values[category]
            if value is None:
                continue
            base = (above if value >= 0 else below) if stacked else 0.0
            if value >= 0:
                above += value
            else:
                below += value
            across = room * category + room * (1 - BAND) / 2 + (0 if stacked else thick * index)
            first, last = sorted((plot.along(base, lying=lying), plot.along(base + value, lying=lying)))
            if lying:
                rect = (first, plot.area.y + across, last - first, thick)
            else:
                rect = (plot.area.x + across, first, thick, last - first)
            x, y, w, h = map(number, rect)
            parts.append(f'<rect x="{x}" y="{y}" width="{w}" height="{h}" fill="{_color(placed, index)}"/>')
    return "".join(parts)


def _columns(placed: PlacedChart, plot: Frame) -> str:
    return _bars(placed, plot, lying=False)


def _lying_bars(placed: PlacedChart, plot: Frame) -> str:
    return _bars(placed, plot, lying=True)


def _layers(placed: PlacedChart) -> list[tuple[Sequence[float], Sequence[float | None]]]:
    """Where each series begins and ends for each category: upon those before it where they are stacked."""
    chart = placed.chart
    layers: list[tuple[Sequence[float], Sequence[float | None]]] = []
    base = [0.0] * len(chart.categories)
    for series in chart.series:
        if is_stacked(chart):
            tops = [low + (value or 0.0) for low, value in zip(base, series.values, strict=True)]
            layers.append((base, tops))
            base = tops
        else:
            layers.append((base, series.values))
    return layers


def _points(values: Sequence[float | None], plot: Frame, *, to_the_edges: bool = False) -> list[tuple[float, float]]:
    """The places of a series' values, each in the middle of its category's room or from edge to edge."""
    count = len(values)
    room = plot.area.width / max(1, count - 1 if to_the_edges else count)
    first = 0.0 if to_the_edges else 0.5
    return [
        (plot.area.x + room * (index + first), plot.along(value, lying=False))
        for index, value in enumerate(values)
        if value is not None
    ]


def _lines(placed: PlacedChart, plot: Frame) -> str:
    parts = []
    for index, (_, values) in enumerate(_layers(placed)):
        points, color = _points(values, plot), _color(placed, index)
        path = " ".join(f"{number(x)},{number(y)}" for x, y in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="{LINE}"/>')
        parts += [_dot(point, placed.size, color) for point in points]
    return "".join(parts)


def _areas(placed: PlacedChart, plot: Frame) -> str:
    parts = []
    for index, (bases, values) in enumerate(_layers(placed)):
        tops = _points([value or 0.0 for value in values], plot, to_the_edges=True)
        outline = [*tops, *reversed(_points(bases, plot, to_the_edges=True))]
        path = " ".join(f"{number(x)},{number(y)}" for x, y in outline)
        parts.append(f'<polygon points="{path}" fill="{_color(placed, index)}"/>')
    return "".join(parts)


def _scatter(placed: PlacedChart, plot: Frame) -> str:
    places = category_places(placed.chart)
    return "".join(
        _dot((plot.sideways(place), plot.along(value, lying=False)), placed.size, _color(placed, index))
        for index, series in enumerate(placed.chart.series)
        for place, value in zip(places, series.values, strict=True)
        if value is not None
    )


def _dot(point: tuple[float, float], size: float, color: str) -> str:
    x, y = point
    return f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(size * DOT)}" fill="{color}"/>'


def _pie(placed: PlacedChart, area: Box) -> str:
    """The first series as pieces of a whole, from the top clockwise, with the share of each."""
    values = [max(0.0, value or 0.0) for value in placed.chart.series[0].values] if placed.chart.series else []
    whole = sum(values)
    if not whole:
        return ""
    cx, cy, radius = area.x + area.width / 2, area.y + area.height / 2, min(area.width, area.height) / 2 - GAP
    hole = HOLE * radius if placed.chart.kind == "doughnut" else 0.0
    ends = [sum(values[:index]) / whole for index in range(len(values) + 1)]
    parts = []
    for index, (start, end) in enumerate(pairwise(ends)):
        # A piece that is the whole would begin and end in one point, and be nothing.
        shape = _piece(cx, cy, radius, hole, start, min(end, start + 0.99999))
        parts.append(f'<path d="{shape}" fill="{_color(placed, index)}"/>')
        if end - start >= THIN_SLICE:
            x, y = _on_circle(cx, cy, (radius + hole) / 2 if hole else radius * 0.68, (start + end) / 2)
            place_of_text = f'x="{number(x)}" y="{number(y + placed.size * 0.35)}" text-anchor="middle"'
            parts.append(f'<text {place_of_text} fill="#fff" font-weight="700">{(end - start):.0%}</text>')
    return "".join(parts)


def _piece(cx: float, cy: float, radius: float, hole: float, start: float, end: float) -> str:
    x1, y1 = _on_circle(cx, cy, radius, start)
    x2, y2 = _on_circle(cx, cy, radius, end)
    large = int(end - start > 0.5)
    outer = f"M{number(x1)} {number(y1)}A{number(radius)} {number(radius)} 0 {large} 1 {number(x2)} {number(y2)}"
    if not hole:
        return f"{outer}L{number(cx)} {number(cy)}Z"
    x3, y3 = _on_circle(cx, cy, hole, end)
    x4, y4 = _on_circle(cx, cy, hole, start)
    inner = f"L{number(x3)} {number(y3)}A{number(hole)} {number(hole)} 0 {large} 0 {number(x4)} {number(y4)}Z"
    return outer + inner


def _on_circle(cx: float, cy: float, radius: float, share: float) -> tuple[float, float]:
    angle = 2 * pi * share - pi / 2
    return cx + radius * cos(angle), cy + radius * sin(angle)


_PAINTERS: Mapping[str, Painter] = {
    "column": _columns,
    "bar": _lying_bars,
    "line": _lines,
    "area": _areas,
    "scatter": _scatter,
}
