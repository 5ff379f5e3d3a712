"""Contrast of colours, as WCAG 2.2 defines it (success criterion 1.4.3)."""

from __future__ import annotations

from functools import lru_cache

AA_TEXT = 4.5
"""The least contrast of text on its ground."""
AA_LARGE = 3.0
"""The least contrast of text from 18 pt, or 14 pt bold, and of graphics."""

WHITE, BLACK = "#FFFFFF", "#000000"


def channels(color: str) -> tuple[int, int, int]:
    """Red, green and blue of ``#rrggbb``, 0 to 255."""
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


@lru_cache(maxsize=1024)
def luminance(color: str) -> float:
    """Relative luminance of ``#rrggbb``, 0 to 1."""
    red, green, blue = (linear(c / 255) for c in channels(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linear(value: float) -> float:
    """Linear light for an sRGB value of 0 to 1 (IEC 61966-2-1)."""
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def ratio(one: str, other: str) -> float:
    """Contrast ratio of two colours ``#rrggbb``, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def readable_on(color: str) -> str:
    """White or black, whichever is read better on a colour; white where both will do for large type."""
    return WHITE if ratio(WHITE, color) >= AA_LARGE else BLACK


def mixed(top: str, ground: str, opacity: float) -> str:
    """The colour seen where ``top`` lies over ``ground`` with an opacity of 0 to 1."""
    parts = zip(channels(top), channels(ground), strict=True)
    return "#" + "".join(f"{round(a * opacity + b * (1 - opacity)):02X}" for a, b in parts)
