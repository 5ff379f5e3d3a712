"""Drawn shapes: those of slides, and the decorations of layouts."""

from __future__ import annotations

from quarterdeck.compile.reveal.markup import classes, place, px
from quarterdeck.model.placed import PlacedShape


def draw_shape(shape: PlacedShape) -> str:
    """A shape without content, hidden from screen readers.

    What shines through is written into its colour (``#rrggbbaa``): ``opacity`` is what fragments fade with.
    """
    radius = ""
    if shape.shape == "ellipse":
        radius = ";border-radius:50%"
    elif shape.radius:
        radius = f";border-radius:{px(shape.radius)}"
    fill = shape.fill if shape.opacity >= 1 else f"{shape.fill}{round(shape.opacity * 255):02x}"
    style = f"{place(shape.box)};background:{fill}{radius}"
    return f'<div{classes("qd-shape", fragment=shape.fragment)} aria-hidden="true" style="{style}"></div>'
