"""How the numbers of a chart are written: with the decimals they need, and their unit."""

from __future__ import annotations

from collections.abc import Iterable

from quarterdeck.model.chart import NumberFormat

MOST_DECIMALS = 3
"""More are noise in a picture."""
_CLOSE = ("%", "‰", "°", "′", "″")
"""Units that follow their number without a space."""
_FIRST = ("$", "£", "€", "¥")
"""Units that stand before their number; ``# €`` puts one behind it."""


def number_format(values: Iterable[float], unit: str) -> NumberFormat:
    """A format that shows all the values alike."""
    return NumberFormat(max(map(_decimals, values), default=0), *_around(unit))


def _decimals(value: float) -> int:
    """The decimals that a value has, as far as they are shown."""
    return next((n for n in range(MOST_DECIMALS) if abs(round(value, n) - value) < 1e-9 + abs(value) * 1e-9), 3)


def _around(unit: str) -> tuple[str, str]:
    """What stands before and behind a number."""
    if "#" in unit:
        before, _, after = unit.partition("#")
        return before, after
    if unit in _FIRST:
        return unit, ""
    return "", unit if not unit or unit.startswith(_CLOSE) else f"\u00a0{unit}"
