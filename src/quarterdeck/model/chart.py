"""How a chart is laid out: decided once, so that both outputs have the same axes, labels and legend.

Lengths are px from the top left of the chart's box.
"""

from __future__ import annotations

from msgspec import Struct

from quarterdeck.model.theme import Box


class Scale(Struct, frozen=True):
    """An axis of values, with a grid line at every ``step`` from its lowest one."""

    low: float
    high: float
    step: float

    @property
    def ticks(self) -> tuple[float, ...]:
        """The values that have a grid line."""
        count = int((self.high - self.low) / self.step + 1e-6)
        return tuple(self.low + index * self.step for index in range(count + 1))

    def share(self, value: float) -> float:
        """The place of a value on the axis: 0 at its lowest, 1 at its highest."""
        return (value - self.low) / (self.high - self.low)


class NumberFormat(Struct, frozen=True):
    """How numbers are written: thousands apart, a fixed number of decimals, and a unit."""

    decimals: int = 0
    before: str = ""
    after: str = ""
    trimmed: bool = False
    """Whether whole numbers have no decimals, though others have."""

    def text(self, value: float) -> str:
        """A number as it is read."""
        digits = f"{value:,.{self.decimals}f}"
        if not any(digit in "123456789" for digit in digits):
            digits = digits.lstrip("-")
        if self.trimmed:
            digits = digits.rstrip("0").rstrip(".")
        return f"{self.before}{digits}{self.after}"

    @property
    def code(self) -> str:
        """The same as a number format of Office (ECMA-376 part 1, 18.8.31)."""
        digits = "#,##0" + (f".{'0' * self.decimals}" if self.decimals else "")
        if self.trimmed:  # "0.#" would leave a point
            digits = "General"
        return _literal(self.before) + digits + _literal(self.after)


def _literal(text: str) -> str:
    return '"' + text.replace('"', '"\\""') + '"' if text else ""


class Caption(Struct, frozen=True):
    """A title of a chart or of an axis, in its box."""

    lines: tuple[str, ...]
    box: Box
    """The box of the lines; each is centred in it.  An upright title is read from the bottom to the top."""


class LegendEntry(Struct, frozen=True):
    """A name in the legend, after a square of its colour."""

    name: str
    x: float
    """The left edge of the square."""
    y: float
    """The middle of the line."""
    index: int
    """Of the series or piece."""


class Legend(Struct, frozen=True):
    """The names of the series, or of a pie's pieces."""

    side: str
    """``bottom``, ``top`` or ``right`` of the chart."""
    box: Box
    entries: tuple[LegendEntry, ...]


class ChartPlan(Struct, frozen=True):
    """The places of everything in a chart."""

    plot: Box
    """The area enclosed by the axes, or the square around a pie."""
    line_height: float
    title: Caption | None = None
    across: Caption | None = None
    """The title of the horizontal axis."""
    upright: Caption | None = None
    """The title of the vertical axis."""
    legend: Legend | None = None
    scale: Scale | None = None
    """Of the values; a pie has none."""
    sideways: Scale | None = None
    """Of a scatter chart's other axis."""
    axis_format: NumberFormat = NumberFormat()
    """Of the values at their axis."""
    sideways_format: NumberFormat = NumberFormat()
    label_format: NumberFormat = NumberFormat()
    """Of the values in the chart."""
    categories: tuple[tuple[str, ...], ...] = ()
    """The lines of each category's label."""
    every: int = 1
    """Labels are shown for the first category, and each so many after it."""
    named: int | None = None
    """The category at whose marks the names of the series are written, in place of a legend; a pie has each piece's
    name beside it, at any value.  None where names are in the legend, or nowhere."""

    @property
    def floor(self) -> float:
        """The value where bars begin: 0, or the end of the scale next to it."""
        return min(max(0.0, self.scale.low), self.scale.high) if self.scale else 0.0
