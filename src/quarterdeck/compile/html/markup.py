"""The smallest pieces of markup: attributes, lengths, places."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from html import escape

from quarterdeck.model.placed import PlacedShape
from quarterdeck.model.theme import Box, Decoration

__all__ = ["classes", "escape", "fragment", "place", "px"]


@lru_cache(maxsize=4096)
def px(length: float) -> str:
    """A CSS length: at most three decimals, none where it is whole."""
    text = f"{length:.3f}".rstrip("0").rstrip(".")
    return "0" if text in ("0", "-0") else f"{text}px"


def place(box: Box) -> str:
    """The CSS declarations that place an element in its box on the slide."""
    return f"left:{px(box.x)};top:{px(box.y)};width:{px(box.width)};height:{px(box.height)}"


def classes(*names: str, fragment: int | None = None) -> str:
    """A class attribute; with a fragment, reveal.js' class and the place in the order of appearance too."""
    if fragment is None:
        return f' class="{escape(" ".join(names))}"' if names else ""
    return f' class="{escape(" ".join((*names, "fragment")))}" data-fragment-index="{fragment}"'


def fragment(index: int | None) -> str:
    """The attributes of an element without a class that may be a fragment."""
    return classes(fragment=index)


def draw_decoration(decoration: Decoration, colors: Mapping[str, str]) -> str:
    """A shape of a layout, in the colours of its slide."""
    color = colors.get(decoration.color, decoration.color)
    return draw_shape(PlacedShape(decoration.box, decoration.shape, color, decoration.opacity, decoration.radius))


def draw_shape(shape: PlacedShape) -> str:
    """A shape without content, hidden from screen readers.

    Opacity is written into its colour (``#rrggbbaa``): fragments fade by the property ``opacity``.
    """
    radius = ""
    if shape.shape == "ellipse":
        radius = ";border-radius:50%"
    elif shape.radius:
        radius = f";border-radius:{px(shape.radius)}"
    fill = shape.fill if shape.opacity >= 1 else f"{shape.fill}{round(shape.opacity * 255):02x}"
    style = f"{place(shape.box)};background:{fill}{radius}"
    return f'<div{classes("qd-shape", fragment=shape.fragment)} aria-hidden="true" style="{style}"></div>'
