"""Scales masters and layouts of any slide size to 1280 × 720.

As PowerPoint does when the slide size is changed: places and sizes are scaled, type by the height; pictures and groups
keep their proportions and their nearer edge.
"""

from __future__ import annotations

from lxml import etree
from msgspec import Struct

from quarterdeck.model.theme import EMU_PER_PX, HEIGHT, WIDTH
from quarterdeck.theme.template.package import A, P

SPANNING = 0.6
"""A picture or group wider than this share of the slide is a ground or band, so it is stretched."""
_KEEPING = (f"{P}pic", f"{P}grpSp")
_LENGTHS = ("marL", "marR", "indent", "lIns", "tIns", "rIns", "bIns", "defTabSz")
_PERCENT_FREE = (f"{A}spcPts",)


class SlideScale(Struct, frozen=True):
    """From EMU on the template's slide to EMU on ours."""

    width: int
    """EMU of the template's slide."""
    height: int

    @property
    def x(self) -> float:
        """The horizontal factor."""
        return WIDTH * EMU_PER_PX / self.width

    @property
    def y(self) -> float:
        """The vertical factor, also that of type."""
        return HEIGHT * EMU_PER_PX / self.height

    @property
    def changes(self) -> bool:
        """Whether anything has to be scaled."""
        return (self.x, self.y) != (1.0, 1.0)

    @property
    def reshapes(self) -> bool:
        """Whether the proportions of the slide change visibly."""
        return abs(self.x / self.y - 1) > 0.01


def rescale(root: etree._Element, scale: SlideScale) -> None:
    """Scale a master or layout in place."""
    for shape in root.iterfind(f"{P}cSld/{P}spTree/*"):
        for frame in (shape.find(f"{P}spPr/{A}xfrm"), shape.find(f"{P}grpSpPr/{A}xfrm"), shape.find(f"{P}xfrm")):
            if frame is not None:
                _rescale_frame(frame, scale, keeps=shape.tag in _KEEPING)
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        if "sz" in element.attrib and element.get("sz", "").isdigit() and element.tag.startswith(A):
            element.set("sz", str(max(100, round(int(element.get("sz", "0")) * scale.y / 100) * 100)))
        if element.tag in _PERCENT_FREE:
            element.set("val", str(round(int(element.get("val", "0")) * scale.y)))
        for name in _LENGTHS:
            if name in element.attrib and element.tag.startswith(A):
                element.set(name, str(round(int(element.get(name, "0")) * scale.y)))


def _rescale_frame(frame: etree._Element, scale: SlideScale, *, keeps: bool) -> None:
    offset, size = frame.find(f"{A}off"), frame.find(f"{A}ext")
    if offset is None or size is None:
        return
    x, y, width, height = (int(e.get(k, "0")) for e, k in ((offset, "x"), (offset, "y"), (size, "cx"), (size, "cy")))
    wide, high = width * scale.x, height * scale.y
    left, top = x * scale.x, y * scale.y
    if keeps and width < SPANNING * scale.width:
        factor = min(scale.x, scale.y)
        place = (x + width / 2) / scale.width
        spare = wide - width * factor
        left = left if place < 1 / 3 else left + spare / 2 if place < 2 / 3 else left + spare
        top += (high - height * factor) / 2
        wide, high = width * factor, height * factor
        if place < 1 / 3:
            left = x * factor
        elif place > 2 / 3:
            left = WIDTH * EMU_PER_PX - (scale.width - x - width) * factor - wide
    offset.set("x", str(round(left)))
    offset.set("y", str(round(top)))
    size.set("cx", str(round(wide)))
    size.set("cy", str(round(high)))
