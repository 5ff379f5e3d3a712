"""Formulas in TeX: how large they are, their picture as SVG (ziamath), and their MathML (latex2mathml).

ziamath measures each part again at each level around it: twelve fractions within each other take ten seconds, thirty a
day.  So what a formula would take is estimated from its MathML, which is made at once, and too much is an error.
"""

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
MOST_TEXT = 5_000
"""Characters of a formula."""
MOST_WORK = 8_000
"""Of the estimate: about two seconds."""
_UNMEASURED = frozenset(("math", "mrow", "mstyle", "mtr", "mpadded"))
"""Elements that are no level: their parts are measured once."""
_REASONS: Mapping[str, str] = {
    "RecursionError": "it is nested too deeply",
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

    if len(tex) > MOST_TEXT:
        return FormulaSize(0.0, 0.0, 0.0, f"it has over {MOST_TEXT:,} characters")
    try:
        if _work(formula_tree(tex)) > MOST_WORK:
            return FormulaSize(0.0, 0.0, 0.0, "it is too long, or nested too deeply")
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


def _work(element: ElementTree.Element, levels: int = 0) -> float:
    """An estimate of the time to draw a formula: parts count double at each level, long rows by their square."""
    name = element.tag.rpartition("}")[2]
    fenced = name == "mrow" and len(element) > 0 and element[0].get("fence") == "true"
    inner = levels + (name not in _UNMEASURED or fenced)
    work = 2.0**levels + len(element) ** 2 / 2000
    for part in element:
        work += _work(part, inner)
        if work > MOST_WORK:
            break
    return work


def _spelled(tex: str) -> str:
    """The same formula in words that both libraries know."""
    return _ALIGNED_END.sub(r"\\end{align*}", _ALIGNED.sub(r"\\begin{align*}", tex))


def _reason(error: Exception) -> str:
    name = type(error).__name__
    return _REASONS.get(name) or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.removesuffix("Error")).lower()
