"""Preset geometries (ECMA-376 part 1, 20.1.10.56)."""

from __future__ import annotations

from quarterdeck.model.theme import Box

RECTANGLE = '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
ELLIPSE = '<a:prstGeom prst="ellipse"><a:avLst/></a:prstGeom>'


def geometry(shape: str, box: Box, radius: float) -> str:
    """The geometry of a ``rectangle``, ``rounded`` or ``ellipse``; raises ValueError for any other."""
    match shape:
        case "rectangle":
            return RECTANGLE
        case "ellipse":
            return ELLIPSE
        case "rounded":
            return f'<a:prstGeom prst="roundRect"><a:avLst>{_guide("adj", box, radius)}</a:avLst></a:prstGeom>'
        case _:
            raise ValueError(f"no such shape: {shape}")


def rounded_top(box: Box, radius: float) -> str:
    """A rectangle whose upper two corners are round."""
    guides = _guide("adj1", box, radius) + '<a:gd name="adj2" fmla="val 0"/>'
    return f'<a:prstGeom prst="round2SameRect"><a:avLst>{guides}</a:avLst></a:prstGeom>'


def _guide(name: str, box: Box, radius: float) -> str:
    """A corner's radius, as a share of the shorter side in 1/100000; half of it at most."""
    shorter = min(box.width, box.height)
    share = min(0.5, radius / shorter) if shorter > 0 else 0
    return f'<a:gd name="{name}" fmla="val {round(share * 100000)}"/>'
