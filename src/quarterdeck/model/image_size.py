"""The size of an SVG, as it says itself."""

from __future__ import annotations

import re

_SVG = re.compile(rb"<svg\b[^>]*>", re.DOTALL)
_SVG_ATTRIBUTE = re.compile(r"""\b(width|height|viewBox)\s*=\s*["']([^"']*)["']""")
_SVG_LENGTH = re.compile(r"\s*([\d.]+(?:[eE][+-]?\d+)?)\s*(px|pt|pc|in|cm|mm)?\s*\Z")
_PX = {"px": 1.0, "": 1.0, "pt": 96 / 72, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4}
_DEFAULT_SVG = (300.0, 150.0)
"""The size of an SVG that says none (CSS 2.2, 10.3.2)."""


def svg_size(data: bytes) -> tuple[float, float] | None:
    """Width and height of an SVG in CSS pixels (SVG 2, 8.2 and 8.6), or None when it is none."""
    match = _SVG.search(data)
    if match is None:
        return None
    attributes = dict(_SVG_ATTRIBUTE.findall(match[0].decode("utf-8", "replace")))
    box = [float(n) for n in re.findall(r"\d+(?:\.\d+)?|\.\d+", attributes.get("viewBox", ""))][-2:]
    ratio = box[1] / box[0] if len(box) == 2 and box[0] > 0 and box[1] > 0 else None
    width, height = _pixels(attributes.get("width")), _pixels(attributes.get("height"))
    if width and height:
        return width, height
    if ratio is None:
        return (width or _DEFAULT_SVG[0]), (height or _DEFAULT_SVG[1])
    if width:
        return width, width * ratio
    if height:
        return height / ratio, height
    return box[0], box[1]


def _pixels(text: str | None) -> float | None:
    match = _SVG_LENGTH.match(text or "")
    if match is None:
        return None
    try:
        value = float(match[1]) * _PX[match[2] or ""]
    except ValueError:
        return None
    return value or None
