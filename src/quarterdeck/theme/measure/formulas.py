"""Formulas in TeX: how large they are, their picture as SVG (ziamath), and their MathML (latex2mathml)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from xml.etree import ElementTree

REFERENCE = 100.0
"""px; the size at which formulas are measured."""
_ALIGNED = re.compile(r"\\begin\{(?:aligned|eqnarray\*?)\}(?:\[[tcb]\])?|\\begin\{align(?:ed)?at\*?\}\s*\{\d+\}")
_ALIGNED_END = re.compile(r"\\end\{(?:aligned|eqnarray\*?|align(?:ed)?at\*?)\}")
"""Environments that the libraries don't know, or not both of them, and that look as ``align*`` does."""
_REASONS: Mapping[str, str] = {
    "AssertionError": "an argument is missing",
    "NoAvailableTokensError": "it ends too early",
    "ParseError": "a character isn't allowed there, such as '&' outside a table",
}
"""What the libraries' errors mean to an author; other errors are shown by their names."""


class FormulaSize(Struct, frozen=True):
    """The size of a formula in em."""

    width: float
    height: float
    """From its top to its foot."""
    depth: float
    """The part of the height below the baseline."""
    fault: str | None = None
    """Why it can't be drawn; then its size is 0."""


@lru_cache(maxsize=1024)
def formula_size(tex: str, *, inline: bool) -> FormulaSize:
    """Measure a formula, as part of a line or displayed."""
    import ziamath  # 60 ms that only decks with formulas should pay

    try:
        formula_tree(tex)
        formula = ziamath.Latex(_spelled(tex), size=REFERENCE, inline=inline)
        width, height = formula.getsize()
        below = formula.getyofst()
    except Exception as error:  # noqa: BLE001  # the libraries raise anything, AssertionError too, for bad TeX
        return FormulaSize(0.0, 0.0, 0.0, _reason(error))
    return FormulaSize(width / REFERENCE, height / REFERENCE, abs(below) / REFERENCE)


@lru_cache(maxsize=1024)
def formula_svg(tex: str, size: float, color: str, *, inline: bool) -> str:
    """The picture of a formula that :func:`formula_size` found no fault with, ``size`` in px."""
    import ziamath

    return str(ziamath.Latex(_spelled(tex), size=size, color=color, inline=inline, margin=0).svg())


def formula_tree(tex: str) -> ElementTree.Element:
    """The MathML of a formula that :func:`formula_size` found no fault with; raises anything for others."""
    from xml.etree import ElementTree  # only formulas need it

    from latex2mathml.converter import convert

    return ElementTree.fromstring(convert(_spelled(tex)))


def _spelled(tex: str) -> str:
    """The same formula in words that both libraries know."""
    return _ALIGNED_END.sub(r"\\end{align*}", _ALIGNED.sub(r"\\begin{align*}", tex))


def _reason(error: Exception) -> str:
    name = type(error).__name__
    return _REASONS.get(name) or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.removesuffix("Error")).lower()
