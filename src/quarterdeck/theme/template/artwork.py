"""The artwork of a template's masters and layouts, drawn behind the content in the HTML: grounds, logos, bars, claims.

Plain shapes, pictures and text are imported.  Everything else is listed, so that the author gets a warning.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from lxml import etree
from msgspec import Struct, field

from quarterdeck.model.content import Asset
from quarterdeck.model.theme import EMU_PER_PX, HEIGHT, WIDTH, Artwork, Box, Decoration, LayoutPicture, LayoutText
from quarterdeck.theme.colors import channels
from quarterdeck.theme.template.colors import Paint, Scheme
from quarterdeck.theme.template.package import A, Archive, P, R
from quarterdeck.theme.template.placeholders import Holder

MEDIA_TYPES = frozenset({"image/png", "image/jpeg", "image/gif", "image/svg+xml", "image/webp"})
"""Pictures that browsers show."""
GRADIENTS = "gradients (drawn in one colour)"
PATTERNS = "patterns (drawn in one colour)"
EFFECTS = "shadows and other effects"
SHAPES = "shapes other than rectangles, ellipses and straight lines"
OUTLINES = "outlines"
PICTURES = "pictures in formats of Windows"
OBJECTS = "tables, charts and other objects"
MISSING = frozenset({SHAPES, PICTURES, OBJECTS})
"""Things that aren't drawn, so that the ground of text on them is unknown."""
_RIGHT_ANGLE = 5_400_000
"""90° in 1/60000° (ECMA-376 part 1, 20.1.10.3)."""
_ROUNDING = 16_667
"""The radius of ``roundRect`` where it isn't given, in 1/100000 of the shorter side."""
_THINNEST = 1.0
"""px; thinner lines vanish when a slide is shown small."""
_FIRST_GROUND = 1001
"""``bgRef/@idx`` of the theme's first background fill (20.1.4.1.7)."""
_ALIGNMENTS = {"ctr": "center", "r": "right"}
_ANCHORS = {"ctr": "middle", "b": "bottom"}


class Space(Struct, frozen=True):
    """From the coordinates of a group's members (EMU) to px on the slide (20.1.7.6)."""

    x: float = 0.0
    y: float = 0.0
    across: float = 1 / EMU_PER_PX
    down: float = 1 / EMU_PER_PX

    def box(self, frame: etree._Element) -> Box:
        """The box of an ``a:xfrm``, turned by its right angles."""
        x, y, wide, high = _numbers(frame, "off", "ext")
        box = Box(self.x + x * self.across, self.y + y * self.down, wide * self.across, high * self.down)
        if round(int(frame.get("rot", "0")) / _RIGHT_ANGLE) % 2:
            shift = (box.width - box.height) / 2
            box = Box(box.x + shift, box.y - shift, box.height, box.width)
        return Box(*(round(side, 2) for side in (box.x, box.y, box.width, box.height)))

    def inside(self, frame: etree._Element) -> Space:
        """The space of a group's members."""
        x, y, wide, high = _numbers(frame, "off", "ext")
        inner_x, inner_y, inner_wide, inner_high = _numbers(frame, "chOff", "chExt")
        across = self.across * (wide / inner_wide if inner_wide else 1.0)
        down = self.down * (high / inner_high if inner_high else 1.0)
        return Space(self.x + x * self.across - inner_x * across, self.y + y * self.down - inner_y * down, across, down)


def _numbers(frame: etree._Element, place: str, size: str) -> tuple[int, int, int, int]:
    offset, extent = frame.find(f"{A}{place}"), frame.find(f"{A}{size}")
    x, y = (int(offset.get(key, "0")) for key in ("x", "y")) if offset is not None else (0, 0)
    wide, high = (int(extent.get(key, "0")) for key in ("cx", "cy")) if extent is not None else (0, 0)
    return x, y, wide, high


class Drawer(Struct):
    """Reads the drawn things of one master or layout."""

    archive: Archive
    part: str
    theme: etree._Element
    scheme: Scheme
    undrawn: list[str] = field(default_factory=list)
    """Kinds of things that the HTML can't show, each as often as it was met."""

    def artwork(self) -> Iterator[Artwork]:
        """All shapes that aren't placeholders, from back to front."""
        tree = self.archive.root(self.part).find(f"{P}cSld/{P}spTree")
        if tree is not None:
            yield from self._members(tree, Space())

    def filled(self, holder: Holder) -> Iterator[Artwork]:
        """The fill of a placeholder, which slides inherit."""
        look = holder.fill
        if look is None:
            return
        ink, picture = self._fill(look, None), self._picture(holder.frame, look.find(f"{A}blipFill"))
        geometry = look.find(f"{A}prstGeom")
        if picture is not None:
            yield picture
        elif ink is not None:
            kind = geometry.get("prst", "rect") if geometry is not None else "rect"
            yield from self._decoration(kind, geometry, etree.Element("none"), holder.frame, ink)

    def ground(self) -> tuple[str, LayoutPicture | None] | None:
        """The background: a colour, and the picture that covers it; None if the part has no background."""
        background = self.archive.root(self.part).find(f"{P}cSld/{P}bg")
        if background is None:
            return None
        reference = background.find(f"{P}bgRef")
        if reference is not None:
            return self._referenced(reference), None
        fill = background.find(f"{P}bgPr")
        if fill is None:
            return None
        picture = self._picture(Box(0, 0, WIDTH, HEIGHT), fill.find(f"{A}blipFill"))
        ink = self._fill(fill, None)
        return (ink.color if ink else self.scheme.colors["bg1"]), picture

    def _referenced(self, reference: etree._Element) -> str:
        """The colour of one of the theme's background fills."""
        own = self.scheme.ink(reference)
        color = own.color if own else self.scheme.colors["bg1"]
        fills = self.theme.find(f".//{A}bgFillStyleLst")
        place = int(reference.get("idx", "0")) - _FIRST_GROUND
        if fills is None or not 0 < place < len(fills):
            return color
        holder = etree.Element("fill")
        holder.append(_copy(fills[place]))
        ink = self._fill(holder, color)
        return ink.color if ink else color

    def _members(self, tree: etree._Element, space: Space) -> Iterator[Artwork]:
        for shape in tree:
            if not isinstance(shape.tag, str) or shape.find(f"*/{P}nvPr/{P}ph") is not None or _is_hidden(shape):
                continue
            match shape.tag.removeprefix(P):
                case "sp":
                    yield from self._shape(shape, space)
                case "cxnSp":
                    yield from self._line(shape, space)
                case "pic":
                    frame = shape.find(f"{P}spPr/{A}xfrm")
                    picture = self._picture(space.box(frame), shape.find(f"{P}blipFill")) if frame is not None else None
                    if picture is not None:
                        yield picture
                case "grpSp":
                    frame = shape.find(f"{P}grpSpPr/{A}xfrm")
                    yield from self._members(shape, space.inside(frame) if frame is not None else space)
                case "graphicFrame" | "contentPart":
                    self.undrawn.append(OBJECTS)
                case _:
                    continue

    def _shape(self, shape: etree._Element, space: Space) -> Iterator[Artwork]:
        look, frame = shape.find(f"{P}spPr"), shape.find(f"{P}spPr/{A}xfrm")
        if look is None or frame is None:
            return
        geometry = look.find(f"{A}prstGeom")
        kind = geometry.get("prst") if geometry is not None else "custom"
        if kind in ("line", "straightConnector1"):
            yield from self._line(shape, space)
            return
        box = space.box(frame)
        if look.find(f"{A}effectLst/*") is not None:
            self.undrawn.append(EFFECTS)
        ink = self._fill(look, None) or self._styled(shape, "fillRef", look)
        picture = self._picture(box, look.find(f"{A}blipFill"))
        if picture is not None:
            yield picture
        elif ink is not None:
            yield from self._decoration(kind or "custom", geometry, frame, box, ink)
        elif look.find(f"{A}ln/{A}solidFill") is not None:
            self.undrawn.append(OUTLINES)
        yield from self._text(shape, box)

    def _decoration(
        self, kind: str, geometry: etree._Element | None, frame: etree._Element, box: Box, ink: Paint
    ) -> Iterator[Decoration]:
        names = {"rect": "rectangle", "roundRect": "rounded", "ellipse": "ellipse"}
        tilted = int(frame.get("rot", "0")) % _RIGHT_ANGLE
        if kind not in names or tilted:
            self.undrawn.append(SHAPES)
            return
        radius = 0.0
        if kind == "roundRect":
            guide = geometry.find(f"{A}avLst/{A}gd") if geometry is not None else None
            share = int(guide.get("fmla", "").removeprefix("val ")) if guide is not None else _ROUNDING
            radius = round(min(box.width, box.height) * min(50_000, share) / 100_000, 2)
        yield Decoration(names[kind], box, ink.color, ink.opacity, radius)

    def _line(self, shape: etree._Element, space: Space) -> Iterator[Decoration]:
        """A line that runs straight across or down, as a thin rectangle."""
        frame, line = shape.find(f"{P}spPr/{A}xfrm"), shape.find(f"{P}spPr/{A}ln")
        ink = self._fill(line, None) if line is not None else None
        ink = ink or self._styled(shape, "lnRef", line)
        if frame is None or ink is None:
            return
        width = max(_THINNEST, int((line.get("w") if line is not None else None) or EMU_PER_PX) / EMU_PER_PX)
        box = space.box(frame)
        if min(box.width, box.height) > width:
            self.undrawn.append(SHAPES)
        elif box.width >= box.height:
            yield Decoration("rectangle", Box(box.x, box.y - width / 2, box.width, width), ink.color, ink.opacity)
        else:
            yield Decoration("rectangle", Box(box.x - width / 2, box.y, width, box.height), ink.color, ink.opacity)

    def _fill(self, look: etree._Element, own: str | None) -> Paint | None:
        """The colour that something is filled with; of a gradient or pattern, the mean of its colours."""
        gradient, pattern = look.find(f"{A}gradFill"), look.find(f"{A}pattFill")
        if gradient is not None:
            inks = [self.scheme.ink(stop, own) for stop in gradient.iterfind(f"{A}gsLst/{A}gs")]
        elif pattern is not None:
            inks = [self.scheme.ink(pattern.find(f"{A}{name}"), own) for name in ("fgClr", "bgClr")]
        else:
            return self.scheme.ink(look.find(f"{A}solidFill"), own)
        known = [ink for ink in inks if ink is not None]
        if not known:
            return None
        self.undrawn.append(GRADIENTS if gradient is not None else PATTERNS)
        mean = [math.fsum(channel) / len(known) for channel in zip(*(channels(k.color) for k in known), strict=True)]
        opacity = math.fsum(ink.opacity for ink in known) / len(known)
        return Paint("#" + "".join(f"{round(channel):02X}" for channel in mean), opacity)

    def _styled(self, shape: etree._Element, reference: str, look: etree._Element | None) -> Paint | None:
        """The colour from the shape's style, unless the shape has no fill."""
        style = shape.find(f"{P}style/{A}{reference}")
        if style is None or style.get("idx") == "0" or (look is not None and look.find(f"{A}noFill") is not None):
            return None
        return self.scheme.ink(style)

    def _picture(self, box: Box, fill: etree._Element | None) -> LayoutPicture | None:
        blip = fill.find(f"{A}blip") if fill is not None else None
        if fill is None or blip is None:
            return None
        part = self.archive.related(self.part, "image").get(blip.get(f"{R}embed", ""), "")
        kind = self.archive.content_type(part)
        if part not in self.archive.parts or kind.replace("jpg", "jpeg") not in MEDIA_TYPES:
            self.undrawn.append(PICTURES)
            return None
        cut = fill.find(f"{A}srcRect")
        sides = tuple(int(cut.get(side, "0")) / 100_000 for side in "ltrb") if cut is not None else ()
        left, top, right, bottom = sides or (0.0, 0.0, 0.0, 0.0)
        crop = (left, top, right, bottom) if any(sides) and left + right < 1 and top + bottom < 1 else None
        return LayoutPicture(box, Asset(part, kind.replace("jpg", "jpeg"), self.archive.parts[part]), crop)

    def _text(self, shape: etree._Element, box: Box) -> Iterator[LayoutText]:
        """The text of a shape in the look of its first run."""
        body, frame = shape.find(f"{P}txBody"), shape.find(f"{P}txBody/{A}bodyPr")
        if body is None or frame is None:
            return
        paragraphs = body.findall(f"{A}p")
        lines = ["".join(run.findtext(f"{A}t") or "" for run in p.iterfind(f"{A}r")) for p in paragraphs]
        if not any(line.strip() for line in lines):
            return
        run = body.find(f"{A}p/{A}r/{A}rPr")
        defaults = body.find(f"{A}lstStyle/{A}lvl1pPr/{A}defRPr")
        looks = [look for look in (run, defaults) if look is not None]
        inks = [self.scheme.ink(look.find(f"{A}solidFill")) for look in looks] + [self._styled(shape, "fontRef", None)]
        ink = next((ink for ink in inks if ink is not None), None)
        sizes = [int(size) for size in (look.get("sz") for look in looks) if size]
        alignment = next((p.get("algn", "") for p in body.iterfind(f"{A}p/{A}pPr")), "")
        insets = [
            int(frame.get(side, default)) / EMU_PER_PX
            for side, default in (("lIns", "91440"), ("tIns", "45720"), ("rIns", "91440"), ("bIns", "45720"))
        ]
        yield LayoutText(
            box=Box(
                box.x + insets[0],
                box.y + insets[1],
                max(1.0, box.width - insets[0] - insets[2]),
                max(1.0, box.height - insets[1] - insets[3]),
            ),
            text="\n".join(lines),
            size=(sizes[0] if sizes else 1800) / 75,
            color=ink.color if ink else self.scheme.colors["tx1"],
            bold=any(look.get("b") in ("1", "true") for look in looks[:1]),
            align=_ALIGNMENTS.get(alignment, "left"),
            anchor=_ANCHORS.get(frame.get("anchor", ""), "top"),
        )


def _is_hidden(shape: etree._Element) -> bool:
    named = shape.find(f"*/{P}cNvPr")
    return named is not None and named.get("hidden") in ("1", "true")


def _copy(element: etree._Element) -> etree._Element:
    return etree.fromstring(etree.tostring(element))
