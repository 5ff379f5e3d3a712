"""What is written in a chart: round steps of an axis, formats, widths of labels, and names where marks leave room."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import accumulate, pairwise
from math import ceil, cos, floor, isclose, log10, pi, sin

from msgspec import Struct
from msgspec.structs import replace

from quarterdeck.model.chart import NumberFormat, Scale
from quarterdeck.model.content import Chart, Run
from quarterdeck.theme.measure.fonts import Face, text_width
from quarterdeck.theme.measure.lines import break_lines
from quarterdeck.theme.measure.runs import Typefaces, tokens, widest

LEADING = 1.3


class Lettering(Struct, frozen=True):
    """The type of a chart: a face, the size of labels and that of titles."""

    face: Face
    size: float
    """px."""
    title_size: float

    @property
    def line_height(self) -> float:
        """Whole px from baseline to baseline."""
        return float(round(self.size * LEADING))

    @property
    def title(self) -> Lettering:
        """The type of the chart's title."""
        return Lettering(self.face._replace(bold=True), self.title_size, self.title_size)

    @property
    def bold(self) -> Lettering:
        """The same in bold."""
        return Lettering(self.face._replace(bold=True), self.size, self.title_size)

    def width(self, text: str) -> float:
        """The px that a text takes on one line."""
        return text_width(self.face, text) * self.size

    def longest_word(self, text: str) -> float:
        """The px that the longest part takes that can't be broken."""
        return widest(tokens((Run(text),), self._typefaces)) * self.size

    def wrapped(self, text: str, room: float) -> tuple[str, ...]:
        """The lines of a text in ``room`` px."""
        parts = tokens((Run(text),), self._typefaces)
        return break_lines(parts, room / self.size).text(parts) if parts else ("",)

    @property
    def _typefaces(self) -> Typefaces:
        return Typefaces(self.face, self.face)


MOST_DECIMALS = 3
"""More are noise in a picture."""
_CLOSE = ("%", "‰", "°", "′", "″")
"""Units that follow their number without a space."""
_FIRST = ("$", "£", "€", "¥")
"""Units that come before their number; ``# €`` puts one after it."""


def number_format(values: Iterable[float], unit: str) -> NumberFormat:
    """A format that shows all the values alike."""
    return NumberFormat(max(map(_decimals, values), default=0), *_around(unit))


MOST_GENERAL = 1000.0
"""Values from here on have their thousands apart, which Office's general format doesn't do."""


def label_format(values: Collection[float], unit: str) -> NumberFormat:
    """A format for values that stand alone: 42 s beside 1.2 s, since no decimals need to be under each other."""
    made = number_format(values, unit)
    plain = all(abs(value) < MOST_GENERAL and abs(round(value, MOST_DECIMALS) - value) < 1e-9 for value in values)
    return replace(made, trimmed=bool(made.decimals) and plain)


def _decimals(value: float) -> int:
    """The decimals that a value has, as far as they are shown."""
    return next((n for n in range(MOST_DECIMALS) if abs(round(value, n) - value) < 1e-9 + abs(value) * 1e-9), 3)


def _around(unit: str) -> tuple[str, str]:
    """The texts before and after a number."""
    if "#" in unit:
        before, _, after = unit.partition("#")
        return before, after
    if unit in _FIRST:
        return unit, ""
    return "", unit if not unit or unit.startswith(_CLOSE) else f"\u00a0{unit}"


INTERVALS = 5
"""How many intervals a scale has, about."""
HEADROOM = 1.08
"""The highest value counts for this much if a label is above it, as a share of it."""
LEAST_REACH = 1e-12
"""Values nearer to each other than this share of them count as one."""
_ROUND = (1.0, 2.0, 2.5, 5.0, 10.0, 20.0, 25.0, 50.0)


def value_scale(chart: Chart) -> Scale:
    """The scale of the axis of values."""
    values = [0.0, *chart.reach]
    if chart.labels is not None and not chart.stacked:
        values = [value * HEADROOM for value in values]
    return _scale(values, chart.low, chart.high)


def category_scale(places: list[float]) -> Scale:
    """The scale of a scatter chart's other axis."""
    return _scale(places, None, None)


def category_places(chart: Chart) -> list[float]:
    """A scatter chart's categories as places along its axis; if one isn't a number, all are counted from 1."""
    try:
        return [float(category.replace(",", "")) for category in chart.categories]
    except ValueError:
        return [float(place) for place in range(1, len(chart.categories) + 1)]


def _scale(values: list[float], low: float | None, high: float | None) -> Scale:
    least, most = min(values), max(values)
    least = least if low is None else low
    most = most if high is None else high
    if most - least <= LEAST_REACH * max(abs(least), abs(most), 1.0):
        least, most = (least, least + 1.0) if high is None else (most - 1.0, most)
        if low is None and high is None:
            least = min(least, 0.0)
    step = _step(most - least)
    if low is None:
        least = floor(least / step + 1e-9) * step
    if high is None:
        most = least + ceil((most - least) / step - 1e-9) * step
    return Scale(least, most, step)


def _step(reach: float) -> float:
    """The least round number that makes few enough steps; rather one that leaves no rest."""
    rough = reach / INTERVALS
    power = 10.0 ** floor(log10(rough))
    steps = [factor * power for factor in _ROUND if factor * power >= rough * 0.999]
    even = (step for step in steps[:3] if isclose(reach / step, round(reach / step), rel_tol=1e-9))
    return next(even, steps[0])


LEAST_APART = 0.11
"""Share of the axis between the ends of two lines whose names are written there."""
PIECES_APART = 0.2
"""Share of a pie's radius between the heights of two pieces on one side of it, whose names are there."""
UPRIGHT_PIECE = 0.09
"""How far the middle of a piece may be beside that of its pie, as a share of its radius, for its name to be straight
above or below it."""
SEPARATOR = "\u2002"
"""Between a name and its value."""


def ends_apart(chart: Chart) -> bool:
    """Whether the lines end far enough from each other for their names."""
    known = sorted(value for value in (series.values[-1] for series in chart.series) if value is not None)
    if len(known) < len(chart.series):
        return False
    scale = value_scale(chart)
    return all(scale.share(high) - scale.share(low) >= LEAST_APART for low, high in pairwise(known))


def piece_middles(chart: Chart) -> tuple[float, ...]:
    """Where the middle of each piece of a pie is, in shares of a turn from the top clockwise; empty for a sum of 0."""
    values = [max(0.0, value or 0.0) for value in chart.series[0].values] if chart.series else []
    whole = sum(values)
    return tuple((a + b) / 2 / whole for a, b in pairwise(accumulate(values, initial=0.0))) if whole else ()


def pieces_apart(chart: Chart) -> bool:
    """Whether the middles of a pie's pieces are far enough from each other for their names.

    A name straight above or below the pie takes room on both sides.
    """
    points = [(sin(2 * pi * middle), cos(2 * pi * middle)) for middle in piece_middles(chart)]
    right = sorted(high for sideways, high in points if sideways > -UPRIGHT_PIECE)
    left = sorted(high for sideways, high in points if sideways < UPRIGHT_PIECE)
    return bool(points) and all(b - a >= PIECES_APART for side in (right, left) for a, b in pairwise(side))


def own_label(written: NumberFormat, chart: Chart, name: str, value: float) -> str:
    """What is written at a mark that bears its name: with its value, where values are written."""
    if chart.labels is None:
        return name
    if chart.labels == "share":
        whole = sum(max(0.0, each or 0.0) for each in chart.series[0].values)
        return f"{name}{SEPARATOR}{value / whole:.0%}"
    return f"{name}{SEPARATOR}{written.text(value)}"
