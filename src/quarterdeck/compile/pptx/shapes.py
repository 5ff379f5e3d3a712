"""Decorative shapes of a slide: the bar of a quotation, the box of an admonition or callout."""

from __future__ import annotations

from quarterdeck.compile.pptx.canvas import Canvas
from quarterdeck.compile.pptx.drawing import drawn
from quarterdeck.compile.pptx.geometry import geometry
from quarterdeck.compile.pptx.timing import Build
from quarterdeck.model.placed import PlacedShape


def add_shape(canvas: Canvas, shape: PlacedShape) -> None:
    """Draw a decorative shape."""
    number = canvas.new_id()
    fill = canvas.production.palette.fill(shape.fill, shape.opacity)
    canvas.shapes.append(drawn(number, "Shape", shape.box, geometry(shape.shape, shape.box, shape.radius), fill))
    canvas.timeline.appear(shape.fragment, number, Build.SHAPE)
