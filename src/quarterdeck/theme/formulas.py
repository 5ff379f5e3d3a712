"""Formulas in TeX: how large they are, and their picture as SVG (ziamath)."""

from __future__ import annotations

from functools import lru_cache

from quarterdeck.lazy import dataclass

REFERENCE = 100.0
"""px; the size at which formulas are measured."""


@dataclass(frozen=True, slots=True)
class FormulaSize:
    """The size of a formula in em."""

    width: float
    height: float
    """From its top to its foot."""
    depth: float
    """What of the height is below the baseline."""
    fault: str | None = None
    """Why it can't be drawn; then its size is 0."""


@lru_cache(maxsize=1024)
def formula_size(tex: str, *, inline: bool) -> FormulaSize:
    """Measure a formula, as part of a line or displayed."""
    import ziamath  # 60 ms that only decks with formulas should pay

    try:
        formula = ziamath.Latex(tex, size=REFERENCE, inline=inline)
        width, height = formula.getsize()
        below = formula.getyofst()
    except Exception as error:  # noqa: BLE001  # the libraries raise anything, AssertionError too, for bad TeX
        return FormulaSize(0.0, 0.0, 0.0, type(error).__name__)
    return FormulaSize(width / REFERENCE, height / REFERENCE, abs(below) / REFERENCE)


@lru_cache(maxsize=1024)
def formula_svg(tex: str, size: float, color: str, *, inline: bool) -> str:
    """The picture of a formula that :func:`formula_size` found no fault with, ``size`` in px."""
    import ziamath

    return str(ziamath.Latex(tex, size=size, color=color, inline=inline, margin=0).svg())
