"""The scale of a chart's values, chosen once, so that both outputs draw the same grid."""

from __future__ import annotations

from math import ceil, floor, log10

from quarterdeck.lazy import dataclass
from quarterdeck.model.content import Chart

THIN_SLICE = 0.04
"""Share of a pie below which a slice has no room for its label."""
INTERVALS = 5
"""How many intervals a scale has, about."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Evenly spaced values, from the lowest to the highest."""

    first: int
    """The lowest value, in steps."""
    last: int
    """The highest value, in steps."""
    step: float
    """The distance of two values with a grid line."""

    @property
    def low(self) -> float:
        """The lowest value."""
        return self.first * self.step

    @property
    def high(self) -> float:
        """The highest value."""
        return self.last * self.step

    @property
    def ticks(self) -> tuple[float, ...]:
        """The values that have a grid line."""
        return tuple(index * self.step for index in range(self.first, self.last + 1))


def value_scale(chart: Chart) -> Scale:
    """The scale of the axis of values."""
    columns = list(zip(*(series.values for series in chart.series), strict=True))
    if is_stacked(chart):
        values = [sum(v for v in column if v is not None and v >= 0) for column in columns]
        values += [sum(v for v in column if v is not None and v < 0) for column in columns]
    else:
        values = [value for column in columns for value in column if value is not None]
    return _scale(0.0, 0.0, *values)  # 0 is always in view


def category_scale(places: list[float]) -> Scale:
    """The scale of a scatter chart's other axis."""
    return _scale(*places)


def category_places(chart: Chart) -> list[float]:
    """A scatter chart's categories as places along its axis; where one is no number, all are counted from 1."""
    try:
        return [float(category.replace(",", "")) for category in chart.categories]
    except ValueError:
        return [float(place) for place in range(1, len(chart.categories) + 1)]


def is_stacked(chart: Chart) -> bool:
    """Whether the series stand on each other."""
    return any(name == "stacked" and value not in ("false", "no") for name, value in chart.options)


def _scale(*values: float) -> Scale:
    low, high = min(values), max(values)
    if high <= low:
        low, high = min(low, 0.0), max(high, low + 1.0)
    step = _step((high - low) / INTERVALS)
    return Scale(floor(low / step), ceil(high / step), step)


def _step(rough: float) -> float:
    """The next greater of 1, 2, 2.5, 5 or 10 times a power of ten."""
    power = 10.0 ** floor(log10(rough))
    return next(factor * power for factor in (1.0, 2.0, 2.5, 5.0, 10.0) if factor * power >= rough * 0.999)
