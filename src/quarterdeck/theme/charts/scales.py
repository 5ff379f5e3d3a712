"""The scale of a chart's values: about five round steps, including 0 unless the author sets the ends."""

from __future__ import annotations

from math import ceil, floor, isclose, log10

from quarterdeck.model.chart import Scale
from quarterdeck.model.content import Chart

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
