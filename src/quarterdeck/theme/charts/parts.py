"""The parts of a chart that depend on its width alone: title, legend, scales and labels, in one size of type."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil, pi, sin

from msgspec import Struct

from quarterdeck.model.chart import NumberFormat, Scale
from quarterdeck.model.content import Chart
from quarterdeck.theme.charts.lettering import (
    UPRIGHT_PIECE,
    Lettering,
    category_places,
    category_scale,
    ends_apart,
    label_format,
    number_format,
    own_label,
    piece_middles,
    pieces_apart,
    value_scale,
)

GAP = 8.0
"""px between a label and its mark."""
SWATCH, LINE_SWATCH, SWATCH_GAP, ENTRY_GAP = 0.8, 2.0, 0.4, 1.4
"""em: the side of a legend's squares or the length of its lines, from there to the name, and to the next one."""
MOST_BESIDE = 0.4
"""Share of the chart's width that a legend or the names of bars may take at its side."""
LEAST_PLOT = 90.0
"""px of the height that the values need."""
MOST_OVERHANG = 60.0
"""px that a name under a corner of an area chart may reach beyond it."""
LONGEST = 20
"""Letters of a name at its line, bar or piece; longer ones would take the plot's room."""
MOST_BESIDE_BARS = 0.2
"""Share of the plot's width that may be left free for names at the ends of bars."""
LEAST_PIE = 0.4
"""Share of the width that a pie has at least between its names."""
BAR_GAP, BAR_DISTANCE = 0.6, 0.08
"""Between categories, and between the bars of one: shares of a bar's thickness."""
TITLE_FACTOR = 1.15
"""Size of the title, as a share of the labels'."""


class Margins(Struct, frozen=True):
    """px from the edges of the chart, or of the rest of it, to its plot."""

    left: float = 0.0
    right: float = 0.0
    above: float = 0.0
    below: float = 0.0

    def within(self, outer: Margins) -> Margins:
        """The sum of these margins and others around them."""
        return Margins(
            self.left + outer.left, self.right + outer.right, self.above + outer.above, self.below + outer.below
        )


class Axes(Struct, frozen=True):
    """The scales of a chart and their labels; a pie has none."""

    margins: Margins = Margins()
    scale: Scale | None = None
    sideways: Scale | None = None
    scale_format: NumberFormat = NumberFormat()
    sideways_format: NumberFormat = NumberFormat()
    categories: tuple[tuple[str, ...], ...] = ()
    """The lines of each name."""
    every: int = 1
    """Every how many names one is shown."""
    least: float = LEAST_PLOT
    """px; a lower plot would have overlapping labels."""


class ChartParts(Struct, frozen=True):
    """Everything about a chart that doesn't depend on its height; lengths in px."""

    chart: Chart
    width: float
    type: Lettering
    title: tuple[str, ...]
    legend: tuple[tuple[str, ...], ...]
    """The names in each row; empty without a legend."""
    axes: Axes
    margins: Margins
    """Around the plot, including everything drawn there."""
    label_format: NumberFormat
    named: int | None = None
    """The category at whose marks the names of the series are, in place of a legend; 0 for a pie."""
    faults: tuple[str, ...] = ()
    """The parts that are too wide, as messages."""

    @property
    def least(self) -> float:
        """The height of the chart with which nothing is in the way of anything else."""
        beside = self.type.line_height * len(self.legend) if legend_side(self.chart) == "right" else 0.0
        return self.margins.above + max(self.axes.least, beside) + self.margins.below


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
    """The names in the legend; empty if it isn't shown."""
    names = chart.categories if chart.is_round else tuple(series.name for series in chart.series)
    return tuple(names[index] for index in legend_order(chart))


def legend_side(chart: Chart) -> str:
    """The side of the chart where a legend goes: ``bottom``, ``top`` or ``right``."""
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
        self._label_format = label_format([] if chart.labels == "share" else self._values, chart.unit)
        self._scale = value_scale(chart)
        self._named: int | None = None

    def parts(self) -> ChartParts:
        """The chart's parts, from the outside to the inside."""
        title = self._type.title.wrapped(self._chart.title, self._width) if self._chart.title else ()
        outer = self._around(title, ())
        self._named = self._named_in(self._width - outer.left - outer.right)
        legend = self._legend() if self._named is None else ()
        outer = self._around(title, legend)
        axes = self._axes(self._width - outer.left - outer.right)
        return ChartParts(
            self._chart,
            self._width,
            self._type,
            title,
            legend,
            axes,
            axes.margins.within(outer),
            self._label_format,
            self._named,
            tuple(self._faults),
        )

    def _legend(self) -> tuple[tuple[str, ...], ...]:
        names = legend_names(self._chart)
        if legend_side(self._chart) == "right":
            return tuple((name,) for name in names)
        return self._rows(names)

    def _around(self, title: tuple[str, ...], legend: tuple[tuple[str, ...], ...]) -> Margins:
        """The room of the title, the legend and the titles of axes."""
        chart, kind = self._chart, self._type
        side = legend_side(chart)
        row = kind.line_height * len(legend) + GAP if legend else 0.0
        axis_title = kind.line_height + GAP / 2
        return Margins(
            left=axis_title if chart.upright else 0.0,
            right=self._beside(legend_names(chart)) if side == "right" and legend else 0.0,
            above=(kind.title.line_height * len(title) + GAP if title else 0.0) + (row if side == "top" else 0.0),
            below=(row if side == "bottom" else 0.0) + (axis_title if chart.across else 0.0),
        )

    def _named_in(self, width: float) -> int | None:
        """The category at whose marks there is room for names, in so many px; None if nobody needs names there."""
        chart, kind = self._chart, self._type
        if chart.legend is not None or len(chart.names) < 2 or any(len(name) > LONGEST for name in chart.names):
            return None
        match chart.kind:
            case "line" if not chart.stacked and chart.labels is None and ends_apart(chart):
                return len(chart.categories) - 1
            case "pie" if pieces_apart(chart) and width - 2 * self._beside_pieces(width) >= width * LEAST_PIE:
                return 0
            case "bar" if not chart.stacked:
                beside = self._names_beside(width)
                return next(
                    (at for at in self._whole if self._past_bars(at, beside) <= MOST_BESIDE_BARS * beside), None
                )
            case "column" if not chart.stacked:
                left = self._beside_values(self._scale, number_format(self._scale.ticks, chart.unit))
                own = (width - left - GAP) / len(chart.categories) / bars_in(chart) * (1 + BAR_DISTANCE)
                fits = all(kind.bold.width(name) <= own for name in chart.names)
                return next(iter(self._whole), None) if fits else None
            case _:
                return None

    @property
    def _whole(self) -> Iterator[int]:
        """The categories in which no series is missing, or below 0."""
        for at in range(len(self._chart.categories)):
            values = [series.values[at] for series in self._chart.series]
            if all(value is not None and value >= 0 for value in values):
                yield at

    def _own_labels(self, at: int) -> Iterator[tuple[float, float]]:
        """For each series its place on the scale, and the px of the label with its name, in a category."""
        for series in self._chart.series:
            value = series.values[at] or 0.0
            label = own_label(self._label_format, self._chart, series.name, value)
            yield self._scale.share(value), self._type.bold.width(label)

    def _past_bars(self, at: int, width: float) -> float:
        """The px that names at the ends of bars need beside the plot, which is so much narrower for it."""
        return max(width - (width - wide - GAP) / max(share, 1e-6) for share, wide in self._own_labels(at))

    def _names_beside(self, width: float) -> float:
        """The px beside the names of bars."""
        names = (self._type.wrapped(name, width * MOST_BESIDE) for name in self._chart.categories)
        return width - GAP - max((self._type.width(line) for lines in names for line in lines), default=0.0)

    def _beside_pieces(self, width: float) -> float:
        """The px that the names of a pie's pieces need on each side of it, if it is in the middle of so many px."""
        chart = self._chart
        radius = width / 2
        for name, value, middle in zip(chart.categories, chart.series[0].values, piece_middles(chart), strict=False):
            wide = self._type.bold.width(own_label(self._label_format, chart, name, value or 0.0))
            sideways = abs(sin(2 * pi * middle))
            if sideways >= UPRIGHT_PIECE:
                radius = min(radius, (width / 2 - GAP - wide) / sideways)
        return width / 2 - radius

    def _axes(self, width: float) -> Axes:
        """The axes with their labels, in the width that is left for them."""
        if self._chart.is_round:
            if self._named is None:
                return Axes()
            beside, over = self._beside_pieces(width), self._type.line_height + GAP
            return Axes(Margins(beside, beside, over, over))
        scale = self._scale
        written = number_format(scale.ticks, self._chart.unit)
        match self._chart.kind:
            case "bar":
                return self._beside_bars(width, scale, written)
            case "scatter":
                return self._around_points(scale, written)
            case _:
                return self._below_categories(width, scale, written)

    def _beside_bars(self, width: float, scale: Scale, written: NumberFormat) -> Axes:
        """Names at the left, values below; labels reach beyond the ends of bars."""
        kind = self._type
        room = width * MOST_BESIDE
        for name in self._chart.categories:
            self._too_wide(f"the label '{name}'", kind.longest_word(name), room)
        names = tuple(kind.wrapped(name, room) for name in self._chart.categories)
        longest = max((kind.width(self._label_format.text(value)) for value in self._values), default=0.0)
        written_at = self._labels_at_ends or self._named is not None
        thick = (kind.line_height if written_at else 1.0) * bars_in(self._chart)
        past = 0.0 if self._named is None else self._past_bars(self._named, self._names_beside(width))
        return Axes(
            Margins(
                left=max((kind.width(line) for lines in names for line in lines), default=0.0) + GAP,
                right=max(
                    0.0 if self._chart.is_bare else kind.width(written.text(scale.high)) / 2,
                    longest + GAP if self._labels_at_ends else 0.0,
                    past,
                ),
                above=kind.line_height / 2,
                below=0.0 if self._chart.is_bare else kind.line_height + GAP,
            ),
            scale,
            scale_format=written,
            categories=names,
            least=max(LEAST_PLOT, sum(max(len(lines) * kind.line_height, thick) for lines in names)),
        )

    def _around_points(self, scale: Scale, written: NumberFormat) -> Axes:
        """Values at the left and below."""
        kind = self._type
        sideways = category_scale(category_places(self._chart))
        beneath = number_format(sideways.ticks, "")
        last = kind.width(beneath.text(sideways.ticks[-1])) / 2
        margins = Margins(self._beside_values(scale, written), max(GAP, last), self._over(), kind.line_height + GAP)
        return Axes(margins, scale, sideways, written, beneath)

    def _below_categories(self, width: float, scale: Scale, written: NumberFormat) -> Axes:
        """Values at the left, names below columns and curves."""
        chart, kind = self._chart, self._type
        left, right = self._beside_values(scale, written), GAP
        count = len(chart.categories)
        if chart.kind == "area":  # its first and last names are below the corners of the plot
            count = max(1, count - 1)
            first, last = (kind.width(name) / 2 for name in (chart.categories[0], chart.categories[-1]))
            left, right = max(left, min(first, MOST_OVERHANG)), max(right, min(last, MOST_OVERHANG))
        if self._named is not None and chart.kind == "line":
            right = max(right, self._beside_ends(width - left, count))
        room = (width - left - right) / count
        names, every = self._names_below(room)
        self._check_labels(room)
        if every > 1:  # names wider than their category
            over = (max(map(kind.width, chart.categories)) - room) / 2
            left, right = max(left, over), max(right, over)
        below = max(map(len, names), default=1) * kind.line_height + GAP
        margins = Margins(left, right, self._over(), below)
        return Axes(margins, scale, scale_format=written, categories=names, every=every)

    def _beside_ends(self, width: float, count: int) -> float:
        """The px that the names of lines need beside the plot; they begin in the last of so many categories."""
        bold = self._type.bold
        longest = max(bold.width(series.name) for series in self._chart.series)
        self._too_wide("the name of a line", longest, width * MOST_BESIDE)
        half = 1 / (2 * count)
        return (longest + MARKER / 2 + GAP - width * half) / (1 - half)

    @property
    def _labels_at_ends(self) -> bool:
        """Whether values are written where their bar or point ends, and not within it."""
        return self._chart.labels is not None and not self._chart.stacked

    def _beside_values(self, scale: Scale, written: NumberFormat) -> float:
        if self._chart.is_bare:
            return 0.0
        return max(self._type.width(written.text(tick)) for tick in scale.ticks) + GAP

    def _over(self) -> float:
        """The px above the plot: half of the axis' highest label, or the label of the highest column."""
        lines = int(self._labels_at_ends) + int(self._named is not None and self._chart.kind == "column")
        return max(self._type.line_height / 2, self._type.line_height * lines + GAP / 2 if lines else 0.0)

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
        """Report value labels wider than their columns."""
        if self._chart.kind != "column" or self._chart.labels is None:
            return
        alone = len(self._chart.series) == 1
        own = room if alone else room / bars_in(self._chart) * (1 + BAR_DISTANCE)
        for text in {self._label_format.text(value): None for value in self._values}:
            self._too_wide(f"the value '{text}'", self._type.width(text), own)

    def _too_wide(self, what: str, width: float, room: float) -> None:
        if width > room:
            self._faults.append(f"{what} is {width - room:.0f} px too wide")


LINE_WIDTH = 3.0
"""px of a line chart's lines."""
MARKER = 28 / 3
"""px across a point's mark: 7 pt."""
SEAM = 2.0
"""px of the ground between the slices of a pie, and between stacked bars or areas."""
HOLE = 0.58
"""Radius of a doughnut's hole, as a share of the whole's."""
THIN_SLICE = 0.04
"""Share of a pie below which a slice is too thin for its label."""
