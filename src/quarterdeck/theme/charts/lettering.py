"""The type of a chart's labels, their number formats, and their widths."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from quarterdeck.model.chart import NumberFormat
from quarterdeck.model.content import Run
from quarterdeck.theme.measure.lines import break_lines
from quarterdeck.theme.measure.runs import Typefaces, tokens, widest
from quarterdeck.theme.measure.widths import Face, text_width

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
