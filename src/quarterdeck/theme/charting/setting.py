"""What of a chart depends on its width alone: its title, legend, scales and labels, set in one size of type."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from quarterdeck.lazy import dataclass
from quarterdeck.model.charting import NumberFormat, Scale
from quarterdeck.model.content import Chart
from quarterdeck.theme.charting.lettering import Lettering
from quarterdeck.theme.charting.numbers import number_format
from quarterdeck.theme.charting.scales import category_places, category_scale, value_scale

GAP = 8.0
"""px between a label and what it belongs to."""
SWATCH, LINE_SWATCH, SWATCH_GAP, ENTRY_GAP = 0.8, 2.0, 0.4, 1.4
"""em: the side of a legend's squares or the length of its lines, from there to the name, and to the next one."""
MOST_BESIDE = 0.4
"""Share of the chart's width that a legend or the names of bars may take at its side."""
LEAST_PLOT = 90.0
"""px of the height that the values need."""
BAR_GAP, BAR_DISTANCE = 0.6, 0.08
"""Between categories, and between the bars of one: shares of a bar's thickness."""
TITLE_FACTOR = 1.15
"""Size of the title, as a share of the labels'."""


@dataclass(frozen=True, slots=True)
class ChartParts:
    """All of a chart but what its height decides; lengths in px."""

    chart: Chart
    width: float
    type: Lettering
    title: tuple[str, ...]
    legend: tuple[tuple[str, ...], ...]
    """The names in each row; none where there is no legend."""
    categories: tuple[tuple[str, ...], ...]
    every: int
    left: float
    right: float
    above: float
    below: float
    """From the edges of the chart to its plot."""
    scale: Scale | None
    sideways: Scale | None
    axis_format: NumberFormat
    sideways_format: NumberFormat
    label_format: NumberFormat
    least: float
    """The height with which nothing is in the way of anything else."""
    faults: tuple[str, ...] = ()
    """What is too wide, in the author's words."""


def bars_in(chart: Chart) -> float:
    """The room of one category, in thicknesses of a bar."""
    side_by_side = 1 if chart.stacked else len(chart.series)
    return side_by_side + (side_by_side - 1) * BAR_DISTANCE + BAR_GAP


def legend_order(chart: Chart) -> tuple[int, ...]:
    """The series or pieces in the legend, if it is shown; beside stacks, from the top, as Office lists them."""
    count = len(chart.categories if chart.is_round else chart.series)
    if chart.legend == "none" or (chart.legend is None and count < 2):
        return ()
    standing = chart.stacked and chart.kind in ("column", "area") and legend_side(chart) == "right"
    return tuple(reversed(range(count))) if standing else tuple(range(count))


def legend_names(chart: Chart) -> tuple[str, ...]:
    """What the legend says; nothing where it isn't shown."""
    names = chart.categories if chart.is_round else tuple(series.name for series in chart.series)
    return tuple(names[index] for index in legend_order(chart))


def legend_side(chart: Chart) -> str:
    """Where the legend stands."""
    return chart.legend if chart.legend in ("top", "right") else "bottom"


def swatch_width(chart: Chart) -> float:
    """The em that a colour takes in the legend: a square, or a piece of line."""
    return LINE_SWATCH if chart.kind == "line" else SWATCH


def entry_width(chart: Chart, lettering: Lettering, name: str) -> float:
    """The px that a name in the legend takes with its square."""
    return lettering.size * (swatch_width(chart) + SWATCH_GAP) + lettering.width(name)


def chart_parts(chart: Chart, lettering: Lettering, width: float) -> ChartParts:
    """Set a chart in one size of type."""
    return _Setter(chart, lettering, width).parts()


class _Setter:
    def __init__(self, chart: Chart, lettering: Lettering, width: float) -> None:
        self._chart = chart
        self._type = lettering
        self._width = width
        self._faults: list[str] = []
        self._values = [value for series in chart.series for value in series.values if value is not None]
        self._label_format = number_format([] if chart.labels == "share" else self._values, chart.unit)

    def parts(self) -> ChartParts:
        chart, kind = self._chart, self._type
        title = kind.title.wrapped(chart.title, self._width) if chart.title else ()
        names = legend_names(chart)
        beside = legend_side(chart) == "right"
        legend = tuple((name,) for name in names) if beside else self._rows(names)
        head = kind.title.line_height * len(title) + (GAP if title else 0.0)
        row = kind.line_height * len(legend) + (GAP if legend else 0.0)
        above = head + (row if legend_side(chart) == "top" else 0.0)
        below = row if legend_side(chart) == "bottom" else 0.0
        right = self._beside(names) if beside and names else 0.0
        if chart.is_round:
            needed = max(LEAST_PLOT, row if beside else 0.0)
            return self._made(title, legend, ((), 1), (0.0, right, above, below), needed)
        scale = value_scale(chart)
        axis = number_format(scale.ticks, chart.unit)
        left = kind.line_height + GAP / 2 if chart.upright else 0.0
        below += kind.line_height + GAP / 2 if chart.across else 0.0
        ticks = [kind.width(axis.text(tick)) for tick in scale.ticks]
        label = kind.line_height if chart.labels and not chart.stacked else 0.0
        above += max(kind.line_height / 2, label + GAP / 2 if chart.kind != "bar" else 0.0)
        if chart.kind == "bar":
            categories = self._names_of_bars()
            left += max((kind.width(line) for lines in categories for line in lines), default=0.0) + GAP
            below += kind.line_height + GAP
            longest = max((kind.width(self._label_format.text(v)) for v in self._values), default=0.0)
            right += max(ticks[-1] / 2, longest + GAP if label else 0.0)
            thick = max(1.0 if not label else kind.line_height, 0.0) * bars_in(chart)
            rows = sum(max(len(lines) * kind.line_height, thick) for lines in categories)
            return self._made(title, legend, (categories, 1), (left, right, above, below), rows, scale, axis)
        left += max(ticks) + GAP
        right += GAP
        if chart.kind == "scatter":
            below += kind.line_height + GAP
            places = category_scale(category_places(chart)).ticks
            last = number_format(places, "").text(places[-1])
            right = max(right, kind.width(last) / 2)
            return self._made(title, legend, ((), 1), (left, right, above, below), LEAST_PLOT, scale, axis)
        count = max(1, len(chart.categories) - 1 if chart.kind == "area" else len(chart.categories))
        if chart.kind == "area":  # its first and last labels stand under the corners of the plot
            ends = [kind.width(name) / 2 for name in (chart.categories[0], chart.categories[-1])]
            left, right = max(left, min(ends[0], 60.0)), max(right, min(ends[1], 60.0))
        room = (self._width - left - right) / count
        named = self._names_below(room)
        self._check_labels(room)
        if named[1] > 1:  # labels that are wider than their own category's room
            over = max(map(kind.width, chart.categories)) / 2 - room / 2
            left, right = max(left, over), max(right, over)
        below += max(map(len, named[0]), default=1) * kind.line_height + GAP
        return self._made(title, legend, named, (left, right, above, below), LEAST_PLOT, scale, axis)

    def _made(
        self,
        title: tuple[str, ...],
        legend: tuple[tuple[str, ...], ...],
        named: tuple[tuple[tuple[str, ...], ...], int],
        edges: tuple[float, float, float, float],
        plot: float,
        scale: Scale | None = None,
        axis: NumberFormat | None = None,
    ) -> ChartParts:
        left, right, above, below = edges
        sideways = category_scale(category_places(self._chart)) if self._chart.kind == "scatter" else None
        return ChartParts(
            self._chart,
            self._width,
            self._type,
            title,
            legend,
            *named,
            *(left, right, above, below),
            scale=scale,
            sideways=sideways,
            axis_format=axis or NumberFormat(),
            sideways_format=number_format(sideways.ticks if sideways else (), ""),
            label_format=self._label_format,
            least=above + max(plot, LEAST_PLOT) + below,
            faults=tuple(self._faults),
        )

    def _rows(self, names: Sequence[str]) -> tuple[tuple[str, ...], ...]:
        """The names of the legend, row by row."""
        rows: list[list[str]] = []
        filled = 0.0
        for name in names:
            wide = entry_width(self._chart, self._type, name)
            self._too_wide(f"the name '{name}' in the legend", wide, self._width)
            if not rows or filled + self._type.size * ENTRY_GAP + wide > self._width:
                rows.append([])
                filled = -self._type.size * ENTRY_GAP
            rows[-1].append(name)
            filled += self._type.size * ENTRY_GAP + wide
        return tuple(map(tuple, rows))

    def _beside(self, names: Sequence[str]) -> float:
        """The width of a legend at the right, with the gap before it."""
        wide = max((entry_width(self._chart, self._type, name) for name in names), default=0.0)
        self._too_wide("the legend", wide, self._width * MOST_BESIDE)
        return wide + 3 * GAP

    def _names_of_bars(self) -> tuple[tuple[str, ...], ...]:
        room = self._width * MOST_BESIDE
        for name in self._chart.categories:
            self._too_wide(f"the label '{name}'", self._type.longest_word(name), room)
        return tuple(self._type.wrapped(name, room) for name in self._chart.categories)

    def _names_below(self, room: float) -> tuple[tuple[tuple[str, ...], ...], int]:
        """The lines of each category's name, and which of them are shown: of a curve, as many as there is room for."""
        kind, names = self._type, self._chart.categories
        free = room - kind.size / 2
        wrapped = tuple(kind.wrapped(name, max(free, 1.0)) for name in names)
        words = max(map(kind.longest_word, names), default=0.0)
        if self._chart.kind in ("line", "area"):
            if words <= free and max(map(len, wrapped), default=1) <= 2:
                return wrapped, 1
            longest = max(map(kind.width, names), default=0.0)
            return tuple((name,) for name in names), max(1, ceil((longest + kind.size) / max(room, 1.0)))
        for name in names:
            self._too_wide(f"the label '{name}'", kind.longest_word(name), free)
        return wrapped, 1

    def _check_labels(self, room: float) -> None:
        """Report values that are wider than the columns that they stand over."""
        if self._chart.kind != "column" or self._chart.labels is None:
            return
        alone = len(self._chart.series) == 1
        own = room if alone else room / bars_in(self._chart) * (1 + BAR_DISTANCE)
        for text in {self._label_format.text(value): None for value in self._values}:
            self._too_wide(f"the value '{text}'", self._type.width(text), own)

    def _too_wide(self, what: str, width: float, room: float) -> None:
        if width > room:
            self._faults.append(f"{what} is {width - room:.0f} px wider than there is room for")
