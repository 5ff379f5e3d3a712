"""The type of a chart's labels, and how wide they are in it."""

from __future__ import annotations

from quarterdeck.lazy import dataclass
from quarterdeck.model.content import Run
from quarterdeck.theme.breaking import break_lines
from quarterdeck.theme.metrics import Face, text_width
from quarterdeck.theme.runs import Fount, tokens, widest

LEADING = 1.3


@dataclass(frozen=True, slots=True)
class Lettering:
    """One face in one size."""

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
        return widest(tokens((Run(text),), self._fount)) * self.size

    def wrapped(self, text: str, room: float) -> tuple[str, ...]:
        """The lines of a text in ``room`` px."""
        parts = tokens((Run(text),), self._fount)
        return break_lines(parts, room / self.size).text(parts) if parts else ("",)

    @property
    def _fount(self) -> Fount:
        return Fount(self.face, self.face)
