"""Charts as SVG.

The picture is in the page itself, so that its labels are set in the page's fonts; it is one image to
screen readers, named by the chart's alternative text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby, pairwise
from math import cos, pi, sin
from typing import TypeAlias

from quarterdeck.compile.html.markup import classes, escape, place
from quarterdeck.model.chart import Caption, LegendEntry
from quarterdeck.model.placed import PlacedChart
from quarterdeck.theme.charts.lettering import UPRIGHT_PIECE, category_places, own_label
from quarterdeck.theme.charts.parts import (
    BAR_DISTANCE,
    BAR_GAP,
    GAP,
    HOLE,
    LINE_WIDTH,
    MARKER,
    SEAM,
    SWATCH_GAP,
    THIN_SLICE,
    bars_in,
    swatch_width,
)

Painter: TypeAlias = Callable[[PlacedChart], str]
Point: TypeAlias = tuple[float, float]


def draw_chart(placed: PlacedChart, family: str) -> str:
    """A chart in its box, with its title, labels and legend; ``family`` is the CSS font stack of its text."""
    plan = placed.plan
    body = _pie(placed) if placed.chart.is_round else grid(placed) + _PAINTERS[placed.chart.kind](placed)
    words = "".join(
        (
            _caption(plan.title, placed.title_size, ' font-weight="700"'),
            _caption(plan.across, placed.size),
            _upright(placed),
            _legend(placed),
        )
    )
    label = escape(placed.chart.alt or placed.chart.title or f"{placed.chart.kind} chart")
    attributes = (
        f'{classes("qd-chart", fragment=placed.fragment)} style="{place(placed.box)}" role="img" aria-label="{label}" '
        f'viewBox="0 0 {number(placed.box.width)} {number(placed.box.height)}" font-family="{family}" '
        f'font-size="{number(placed.size)}" fill="{placed.text_color}"'
    )
    return f"<svg{attributes}>{body}{words}</svg>"


def _caption(caption: Caption | None, size: float, more: str = "") -> str:
    """A title in its box, line by line."""
    if caption is None:
        return ""
    box, high = caption.box, caption.box.height / len(caption.lines)
    middle = box.x + box.width / 2
    return "".join(
        text(
            line, middle, box.y + high * (index + 0.5) + BASELINE * size, "middle", f'{more} font-size="{number(size)}"'
        )
        for index, line in enumerate(caption.lines)
    )


def _upright(placed: PlacedChart) -> str:
    """The title of the vertical axis, turned to the left."""
    caption = placed.plan.upright
    if caption is None:
        return ""
    x, y = caption.box.x + caption.box.width / 2, caption.box.y + caption.box.height / 2
    turned = f' transform="rotate(-90 {number(x)} {number(y)})"'
    return text(caption.lines[0], x, y + BASELINE * placed.size, "middle", turned)


def _legend(placed: PlacedChart) -> str:
    legend, size = placed.plan.legend, placed.size
    if legend is None:
        return ""
    wide = size * swatch_width(placed.chart)
    return "".join(
        _swatch(placed, entry, wide)
        + text(entry.name, entry.x + wide + size * SWATCH_GAP, entry.y + BASELINE * size, "start")
        for entry in legend.entries
    )


def _swatch(placed: PlacedChart, entry: LegendEntry, wide: float) -> str:
    """The colour of a name: a square, or a piece of line with its mark."""
    color = _color(placed, entry.index)
    if placed.chart.kind == "line":
        ends = f'x1="{number(entry.x)}" x2="{number(entry.x + wide)}" y1="{number(entry.y)}" y2="{number(entry.y)}"'
        return (
            f'<line {ends} stroke="{color}" stroke-width="{LINE_WIDTH}"/>{_dot((entry.x + wide / 2, entry.y), color)}'
        )
    x, y, side = number(entry.x), number(entry.y - wide / 2), number(wide)
    return f'<rect x="{x}" y="{y}" width="{side}" height="{side}" fill="{color}"/>'


def _color(placed: PlacedChart, index: int) -> str:
    return placed.colors[index % len(placed.colors)]


def _label_color(placed: PlacedChart, index: int) -> str:
    return placed.label_colors[index % len(placed.label_colors)]


def _bars(placed: PlacedChart) -> str:
    """Columns or horizontal bars, side by side or stacked."""
    chart, plot, lying = placed.chart, placed.plan.plot, placed.chart.kind == "bar"
    room = (plot.height if lying else plot.width) / max(1, len(chart.categories))
    thick = room / bars_in(chart)
    floor = placed.plan.floor
    bars, labels = [], []
    for category in range(len(chart.categories)):
        above = below = 0.0
        for index, series in enumerate(chart.series):
            value = series.values[category]
            if value is None:
                continue
            base = (above if value >= 0 else below) if chart.stacked else 0.0
            if value >= 0:
                above += value
            else:
                below += value
            slot = 0 if chart.stacked else index
            across = room * category + thick * (BAR_GAP / 2 + slot * (1 + BAR_DISTANCE))
            ends = along(placed, base if chart.stacked else floor), along(placed, base + value)
            first, last = sorted(ends)
            if lying:
                rect = (first, plot.y + across, last - first, thick)
            else:
                rect = (plot.x + across, first, thick, last - first)
            x, y, w, h = map(number, rect)
            seam = _seam(placed) if chart.stacked else ""
            bars.append(f'<rect x="{x}" y="{y}" width="{w}" height="{h}" fill="{_color(placed, index)}"{seam}/>')
            labels.append(_bar_label(placed, index, value, rect, category))
    return "".join(bars + labels)


def _bar_label(
    placed: PlacedChart, index: int, value: float, bar: tuple[float, float, float, float], category: int
) -> str:
    """A value at the end of its bar, in the middle of it where bars are stacked; and the name of the series."""
    chart, plan = placed.chart, placed.plan
    named = category == plan.named
    if chart.labels is None and not named:
        return ""
    x, y, w, h = bar
    words, half = plan.label_format.text(value), BASELINE * placed.size
    if chart.stacked:
        return text(words, x + w / 2, y + h / 2 + half, "middle", f' fill="{_label_color(placed, index)}"')
    name, look = chart.series[index].name, _named_look(placed, index) if named else ""
    if chart.kind == "bar":
        words = own_label(plan.label_format, chart, name, value) if named else words
        middle = y + h / 2 + half
        if value >= 0:
            return text(words, x + w + GAP / 2, middle, "start", look)
        return text(words, x - GAP / 2, middle, "end", look)
    high = plan.line_height
    lines = [name] if named else []
    if chart.labels is not None:
        lines.append(words)
    top = y - high * (len(lines) - 0.5) if value >= 0 else y + h + high / 2
    return "".join(text(line, x + w / 2, top + high * at + half, "middle", look) for at, line in enumerate(lines))


def _named_look(placed: PlacedChart, index: int) -> str:
    """The look of a label with the name of a series: its colour, and bold."""
    return f' fill="{_color(placed, index)}" font-weight="700"'


def _layers(placed: PlacedChart) -> list[tuple[Sequence[float], Sequence[float | None]]]:
    """Where each series begins and ends for each category: upon those before it where they are stacked."""
    chart = placed.chart
    layers: list[tuple[Sequence[float], Sequence[float | None]]] = []
    base = [0.0] * len(chart.categories)
    for series in chart.series:
        if chart.stacked:
            tops = [low + (value or 0.0) for low, value in zip(base, series.values, strict=True)]
            layers.append((base, tops))
            base = tops
        else:
            layers.append((base, series.values))
    return layers


def _point(placed: PlacedChart, index: int, value: float) -> Point:
    return category_middle(placed, index), along(placed, value)


def _path(points: Sequence[Point]) -> str:
    return " ".join(f"{number(x)},{number(y)}" for x, y in points)


def _lines(placed: PlacedChart) -> str:
    """A line for each series, with a gap for a missing value."""
    parts, labels = [], []
    for index, (_, values) in enumerate(_layers(placed)):
        color = _color(placed, index)
        places = enumerate(values)
        for known, stretch in groupby(places, key=lambda each: each[1] is not None):
            points = [_point(placed, at, value) for at, value in stretch if value is not None]
            if known:
                parts.append(
                    f'<polyline points="{_path(points)}" fill="none" stroke="{color}" stroke-width="{LINE_WIDTH}"/>'
                )
            parts += [_dot(point, color) for point in points]
        labels += [
            _above(placed, _point(placed, at, top), value)
            for at, (top, value) in enumerate(zip(values, placed.chart.series[index].values, strict=True))
            if top is not None and value is not None
        ]
        labels.append(_name_at_end(placed, index))
    return "".join(parts + labels)


def _name_at_end(placed: PlacedChart, index: int) -> str:
    """The name of a line beside its last point."""
    series, named = placed.chart.series[index], placed.plan.named
    value = None if named is None else series.values[named]
    if named is None or value is None:
        return ""
    x, y = _point(placed, named, value)
    return text(series.name, x + MARKER / 2 + GAP / 2, y + BASELINE * placed.size, "start", _named_look(placed, index))


def _areas(placed: PlacedChart) -> str:
    parts = []
    for index, (bases, values) in enumerate(_layers(placed)):
        tops = [_point(placed, at, value or 0.0) for at, value in enumerate(values)]
        feet = [_point(placed, at, base) for at, base in enumerate(bases)]
        parts.append(f'<polygon points="{_path([*tops, *reversed(feet)])}" fill="{_color(placed, index)}"/>')
    return "".join(parts)


def _scatter(placed: PlacedChart) -> str:
    places, plot, scale = category_places(placed.chart), placed.plan.plot, placed.plan.sideways
    parts, labels = [], []
    for index, series in enumerate(placed.chart.series):
        for sideways, value in zip(places, series.values, strict=True):
            if value is not None and scale is not None:
                point = (plot.x + scale.share(sideways) * plot.width, along(placed, value))
                parts.append(_dot(point, _color(placed, index)))
                labels.append(_above(placed, point, value))
    return "".join(parts + labels)


def _above(placed: PlacedChart, point: Point, value: float) -> str:
    """A value label above its point."""
    if placed.chart.labels is None:
        return ""
    x, y = point
    up = MARKER / 2 + placed.plan.line_height / 2 - BASELINE * placed.size
    return text(placed.plan.label_format.text(value), x, y - up, "middle")


def _dot(point: Point, color: str) -> str:
    x, y = point
    return f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(MARKER / 2)}" fill="{color}"/>'


def _seam(placed: PlacedChart) -> str:
    """The ground around a piece, as the attributes of its outline."""
    return f' stroke="{placed.ground_color}" stroke-width="{SEAM:g}"'


def _pie(placed: PlacedChart) -> str:
    """The first series as pieces of a whole, from the top clockwise, with the share or value of each."""
    chart, plot = placed.chart, placed.plan.plot
    values = [max(0.0, value or 0.0) for value in chart.series[0].values] if chart.series else []
    whole = sum(values)
    if not whole:
        return ""
    cx, cy, radius = plot.x + plot.width / 2, plot.y + plot.height / 2, plot.width / 2
    hole = HOLE * radius if chart.kind == "doughnut" else 0.0
    ends = [sum(values[:index]) / whole for index in range(len(values) + 1)]
    parts, labels = [], []
    for index, (start, end) in enumerate(pairwise(ends)):
        # An arc around the whole circle would begin and end in one point, and draw nothing.
        shape = _piece(cx, cy, radius, hole, start, min(end, start + 0.99999))
        parts.append(f'<path d="{shape}" fill="{_color(placed, index)}"{_seam(placed)}/>')
        if placed.plan.named is not None:
            labels.append(_beside_piece(placed, index, values[index], _on_circle(0.0, 0.0, 1.0, (start + end) / 2)))
        elif chart.labels is not None and end - start >= THIN_SLICE:
            share = f"{end - start:.0%}"
            words = share if chart.labels == "share" else placed.plan.label_format.text(values[index])
            x, y = _on_circle(cx, cy, (radius + hole) / 2 if hole else radius - 1.7 * placed.size, (start + end) / 2)
            look = f' fill="{_label_color(placed, index)}" font-weight="700"'
            labels.append(text(words, x, y + BASELINE * placed.size, "middle", look))
    return "".join(parts + labels)


def _beside_piece(placed: PlacedChart, index: int, value: float, direction: Point) -> str:
    """The name of a piece, in the direction of its middle."""
    plot, (right, down) = placed.plan.plot, direction
    radius = plot.width / 2 + GAP / 2
    x, y = plot.x + plot.width / 2 + radius * right, plot.y + plot.height / 2 + radius * down
    words = own_label(placed.plan.label_format, placed.chart, placed.chart.categories[index], value)
    middle = y + placed.plan.line_height / 2 * down + BASELINE * placed.size
    side = "middle" if abs(right) < UPRIGHT_PIECE else "start" if right > 0 else "end"
    return text(words, x, middle, side, ' font-weight="700"')


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


def _on_circle(cx: float, cy: float, radius: float, share: float) -> Point:
    angle = 2 * pi * share - pi / 2
    return cx + radius * cos(angle), cy + radius * sin(angle)


_PAINTERS: Mapping[str, Painter] = {
    "column": _bars,
    "bar": _bars,
    "line": _lines,
    "area": _areas,
    "scatter": _scatter,
}


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
    bare = placed.chart.is_bare
    ticks = () if plan.scale is None else (plan.floor,) if bare else plan.scale.ticks
    for tick in ticks:
        at = along(placed, tick)
        if lying:
            line = f'x1="{number(at)}" x2="{number(at)}" y1="{number(plot.y)}" y2="{number(plot.bottom)}"'
            words = text(plan.axis_format.text(tick), at, below, "middle")
        else:
            line = f'x1="{number(plot.x)}" x2="{number(plot.right)}" y1="{number(at)}" y2="{number(at)}"'
            words = text(plan.axis_format.text(tick), plot.x - GAP, at + BASELINE * size, "end")
        parts.append(f'<line {line} stroke="{placed.rule_color}"/>{"" if bare else words}')
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
