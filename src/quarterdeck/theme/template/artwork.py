"""The artwork of a template's masters and layouts, drawn behind the content in the HTML: grounds, logos, bars, claims.

Plain shapes, pictures and text are imported.  Everything else is listed, so that the author gets a warning.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence

from lxml import etree
from msgspec import Struct, field
from msgspec.structs import replace

from quarterdeck.model.content import Asset
from quarterdeck.model.theme import (
    EMU_PER_PX,
    HEIGHT,
    SLIDE_DATE,
    SLIDE_NUMBER,
    WIDTH,
    Artwork,
    Box,
    Decoration,
    LayoutPicture,
    LayoutText,
)
from quarterdeck.theme.template.colors import Gradient, Paint, Scheme
from quarterdeck.theme.template.geometry import LINES, Outline, Pose, Stroke, Texture, outlines_of, svg
from quarterdeck.theme.template.package import A, Archive, P, R, shown_picture
from quarterdeck.theme.template.placeholders import FILLS, Holder

PATTERNS = "patterns (drawn in one colour)"
EFFECTS = "shadows and other effects"
SHAPES = "PowerPoint's more unusual shapes"
PICTURES = "pictures in formats of Windows"
OBJECTS = "tables, charts and other objects"
MISSING = frozenset({SHAPES, PICTURES, OBJECTS})
"""Things that aren't drawn, so that the ground of text on them is unknown."""
_ROUNDING = 16_667
"""The radius of ``roundRect`` where it isn't given, in 1/100000 of the shorter side."""
_THINNEST = 1.0
"""px; thinner lines vanish when a slide is shown small."""
_AS_GROUP = f"{A}grpFill"
_CSS = {"rect": "rectangle", "roundRect": "rounded", "ellipse": "ellipse"}
"""Presets that need no SVG."""
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
    fill: etree._Element | None = None
    """The ``p:grpSpPr`` whose fill members take that are filled as their group is (``a:grpFill``, 20.1.8.35)."""
    turns: tuple[tuple[Box, Pose], ...] = ()
    """The groups around that are turned, from the inmost, each with its box before that."""

    def placed(self, frame: etree._Element) -> tuple[Box, Pose]:
        """The box of an ``a:xfrm`` before it is turned, and how it is turned with its groups."""
        box, pose = self._box(frame), Pose.of(frame)
        for around, turn in self.turns:
            box, pose = turn.moved(box, around), pose.within(turn)
        return box, pose

    def _box(self, frame: etree._Element) -> Box:
        x, y, wide, high = _numbers(frame, "off", "ext")
        return Box(self.x + x * self.across, self.y + y * self.down, wide * self.across, high * self.down)

    def inside(self, group: etree._Element) -> Space:
        """The space of a group's members."""
        look, frame = group.find(f"{P}grpSpPr"), group.find(f"{P}grpSpPr/{A}xfrm")
        filled = look is not None and any(child.tag in FILLS and child.tag != _AS_GROUP for child in look)
        fill = look if filled else self.fill
        if frame is None:
            return replace(self, fill=fill)
        x, y, wide, high = _numbers(frame, "off", "ext")
        inner_x, inner_y, inner_wide, inner_high = _numbers(frame, "chOff", "chExt")
        across = self.across * (wide / inner_wide if inner_wide else 1.0)
        down = self.down * (high / inner_high if inner_high else 1.0)
        left, top = self.x + x * self.across - inner_x * across, self.y + y * self.down - inner_y * down
        pose = Pose.of(frame)
        turns = self.turns if pose == Pose() else ((self._box(frame), pose), *self.turns)
        return Space(left, top, across, down, fill, turns)


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
        if holder.fill is not None:
            yield from self._drawn(holder.fill, None, holder.frame, Pose())

    def ground(self) -> tuple[str, LayoutPicture | None] | None:
        """The background: a colour, and the picture that covers it; None if the part has no background."""
        background = self.archive.root(self.part).find(f"{P}cSld/{P}bg")
        if background is None:
            return None
        reference, fill = background.find(f"{P}bgRef"), background.find(f"{P}bgPr")
        if reference is not None:
            own = self.scheme.ink(reference)
            color = own.color if own else self.scheme.colors["bg1"]
            fills = self.theme.find(f"{A}themeElements/{A}fmtScheme/{A}bgFillStyleLst")
            place = int(reference.get("idx", "0")) - _FIRST_GROUND
            if fills is None or not 0 <= place < len(fills):
                return color, None
            fill = etree.Element("fill")
            fill.append(etree.fromstring(etree.tostring(fills[place])))
            return self._covered(fill, color, self.archive.related(self.part, "theme"))
        return self._covered(fill, None, {}) if fill is not None else None

    def _covered(
        self, fill: etree._Element, own: str | None, theme: Mapping[str, str]
    ) -> tuple[str, LayoutPicture | None]:
        """The colour and picture of a background; ``theme`` is the part whose pictures a theme's fill names."""
        whole = Box(0, 0, WIDTH, HEIGHT)
        filled = fill.find(f"{A}blipFill")
        texture = self._texture(filled, next(iter(theme.values()), self.part), whole) if filled is not None else None
        picture = LayoutPicture(whole, texture.asset, texture.crop) if texture is not None else None
        if texture is not None and (texture.tile is not None or texture.opacity < 1):
            data, _ = svg([Outline("M0 0H1280V720H0Z")], whole, Pose(), texture, None)
            drawing = Asset("picture", "image/svg+xml", data, WIDTH, HEIGHT)
            picture = LayoutPicture(whole, drawing, color=_mean(texture.asset), opacity=texture.opacity)
        gradient = self.scheme.gradient(fill, own)
        if gradient is not None and len({paint.color for _, paint in gradient.stops}) > 1:
            data, _ = svg([Outline("M0 0H1280V720H0Z")], whole, Pose(), gradient, None)
            picture = LayoutPicture(
                whole, Asset("gradient", "image/svg+xml", data, WIDTH, HEIGHT), color=gradient.mean.color
            )
        ink = self._fill(fill, own)
        return (ink.color if ink else own or self.scheme.colors["bg1"]), picture

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
                    yield from self._image(shape, space)
                case "grpSp":
                    yield from self._members(shape, space.inside(shape))
                case "graphicFrame" if (preview := shape.find(f".//{P}oleObj/{P}pic")) is not None:
                    yield from self._image(preview, space, shape.find(f"{P}xfrm"))
                case "graphicFrame" | "contentPart":
                    self.undrawn.append(OBJECTS)
                case _:
                    continue

    def _image(
        self, shape: etree._Element, space: Space, frame: etree._Element | None = None
    ) -> Iterator[LayoutPicture]:
        """A picture, or the one in the ``frame`` of an embedded object (19.3.2.4), as logos in old templates are."""
        look = shape.find(f"{P}spPr")
        frame = frame if frame is not None else shape.find(f"{P}spPr/{A}xfrm")
        fill = shape.find(f"{P}blipFill")
        if look is not None and frame is not None and fill is not None:
            yield from self._pictured(fill, look, *space.placed(frame))

    def _shape(self, shape: etree._Element, space: Space) -> Iterator[Artwork]:
        look, frame = shape.find(f"{P}spPr"), shape.find(f"{P}spPr/{A}xfrm")
        if look is None or frame is None:
            return
        geometry = look.find(f"{A}prstGeom")
        if geometry is not None and geometry.get("prst") in LINES:
            yield from self._line(shape, space)
            return
        box, pose = space.placed(frame)
        if look.find(f"{A}effectLst/*") is not None:
            self.undrawn.append(EFFECTS)
        fill = look.find(f"{A}blipFill")
        pictures = list(self._pictured(fill, look, box, pose)) if fill is not None else []
        yield from pictures or self._drawn(look, shape, box, pose, space.fill)
        yield from self._text(shape, pose.turned(box))

    def _pictured(self, fill: etree._Element, look: etree._Element, box: Box, pose: Pose) -> Iterator[LayoutPicture]:
        """A picture in the outline of its shape, which may be repeated, and turned as its shape is."""
        texture = self._texture(fill, self.part, box)
        if texture is None:
            return
        preset = look.find(f"{A}prstGeom")
        is_plain = look.find(f"{A}custGeom") is None and (preset is None or preset.get("prst") == "rect")
        if is_plain and pose == Pose() and texture.tile is None and texture.opacity == 1:
            yield LayoutPicture(pose.turned(box), texture.asset, texture.crop)
            return
        outlines = outlines_of(look, box.width, box.height) or [Outline(f"M0 0H{box.width}V{box.height}H0Z")]
        data, own = svg(outlines, box, pose, texture, None)
        mean = _mean(texture.asset) if texture.tile is not None else None
        yield LayoutPicture(own, Asset("picture", "image/svg+xml", data, own.width, own.height), color=mean)

    def _drawn(
        self,
        look: etree._Element,
        shape: etree._Element | None,
        box: Box,
        pose: Pose,
        group: etree._Element | None = None,
    ) -> Iterator[Decoration | LayoutPicture]:
        """A shape by its ``p:spPr``: in CSS where that can, else as SVG; ``group`` is that of the group's fill."""
        by = group if group is not None and look.find(_AS_GROUP) is not None else look
        fill = self.scheme.gradient(by) or self._fill(by, None) or self._styled(shape, "fillRef", by)
        line = look.find(f"{A}ln")
        stroke = self._stroke(shape, line)
        if fill is None and stroke is None:
            return
        geometry = look.find(f"{A}prstGeom")
        kind = _CSS.get(geometry.get("prst", "rect") if geometry is not None else "rect")
        custom = look.find(f"{A}custGeom") is not None
        if kind is not None and not custom and pose.is_square and isinstance(fill, Paint) and stroke is None:
            turned = Box(
                box.x + (box.width - box.height) / 2, box.y - (box.width - box.height) / 2, box.height, box.width
            )
            box = turned if round(pose.turn / 90) % 2 else box
            box = Box(*(round(side, 2) for side in (box.x, box.y, box.width, box.height)))
            guide = geometry.find(f"{A}avLst/{A}gd") if geometry is not None else None
            share = int(guide.get("fmla", "").removeprefix("val ")) if guide is not None else _ROUNDING
            radius = round(min(box.width, box.height) * min(50_000, share) / 100_000, 2) if kind == "rounded" else 0.0
            yield Decoration(kind, box, fill.color, fill.opacity, radius)
            return
        outlines = outlines_of(look, box.width, box.height)
        if outlines is None:
            self.undrawn.append(SHAPES)
            return
        data, own = svg(outlines, box, pose, fill, stroke)
        mean = fill.mean if isinstance(fill, Gradient) else fill
        yield LayoutPicture(
            own,
            Asset("shape", "image/svg+xml", data, own.width, own.height),
            color=mean.color if mean is not None else None,
            opacity=mean.opacity if mean is not None else 1.0,
        )

    def _stroke(self, shape: etree._Element | None, line: etree._Element | None) -> Stroke | None:
        """The line around or along a shape."""
        ink = self._fill(line, None) if line is not None else None
        ink = ink or self._styled(shape, "lnRef", line)
        if ink is None:
            return None
        style = shape.find(f"{P}style/{A}lnRef") if shape is not None else None
        widths = self.theme.findall(f"{A}themeElements/{A}fmtScheme/{A}lnStyleLst/{A}ln")
        place = int(style.get("idx", "0")) - 1 if style is not None else -1
        usual = widths[place].get("w") if 0 <= place < len(widths) else None
        width = (line.get("w") if line is not None else None) or usual or EMU_PER_PX
        return Stroke(ink, max(_THINNEST, int(width) / EMU_PER_PX))

    def _line(self, shape: etree._Element, space: Space) -> Iterator[Artwork]:
        """A line: one that runs straight across or down as a thin rectangle."""
        frame, look = shape.find(f"{P}spPr/{A}xfrm"), shape.find(f"{P}spPr")
        stroke = self._stroke(shape, shape.find(f"{P}spPr/{A}ln"))
        if frame is None or look is None or stroke is None:
            return
        ink, width = stroke.paint, stroke.width
        unturned, pose = space.placed(frame)
        box = pose.turned(unturned)
        if min(box.width, box.height) > width or not pose.is_square:
            yield from self._drawn(look, shape, unturned, pose)
        elif box.width >= box.height:
            yield Decoration("rectangle", Box(box.x, box.y - width / 2, box.width, width), ink.color, ink.opacity)
        else:
            yield Decoration("rectangle", Box(box.x - width / 2, box.y, width, box.height), ink.color, ink.opacity)

    def _fill(self, look: etree._Element, own: str | None) -> Paint | None:
        """The colour that something is filled with; of a gradient or pattern, the mean of its colours."""
        gradient, pattern = self.scheme.gradient(look, own), look.find(f"{A}pattFill")
        if gradient is not None:
            return gradient.mean
        if pattern is None:
            return self.scheme.ink(look.find(f"{A}solidFill"), own)
        inks = [self.scheme.ink(pattern.find(f"{A}{name}"), own) for name in ("fgClr", "bgClr")]
        known = tuple((0.0, ink) for ink in inks if ink is not None)
        if not known:
            return None
        self.undrawn.append(PATTERNS)
        return Gradient(known, 0.0, None).mean

    def _styled(self, shape: etree._Element | None, reference: str, look: etree._Element | None) -> Paint | None:
        """The colour from the shape's style, unless the shape has no fill."""
        style = shape.find(f"{P}style/{A}{reference}") if shape is not None else None
        if style is None or style.get("idx") == "0" or (look is not None and look.find(f"{A}noFill") is not None):
            return None
        return self.scheme.ink(style)

    def _texture(self, fill: etree._Element, owner: str, box: Box) -> Texture | None:
        """The picture of an ``a:blipFill`` that ``owner`` has, in a shape with that box before it is turned."""
        blip = fill.find(f"{A}blip")
        if blip is None:
            return None
        part = self.archive.related(owner, "image").get(blip.get(f"{R}embed", ""), "")
        data = self.archive.parts.get(part)
        shown = shown_picture(part, self.archive.content_type(part), data) if data is not None else None
        if shown is None:
            self.undrawn.append(PICTURES)
            return None
        cut = fill.find(f"{A}srcRect")
        sides = tuple(int(cut.get(side, "0")) / 100_000 for side in "ltrb") if cut is not None else ()
        left, top, right, bottom = sides or (0.0, 0.0, 0.0, 0.0)
        crop = (left, top, right, bottom) if any(sides) and left + right < 1 and top + bottom < 1 else None
        fade, tiling = blip.find(f"{A}alphaModFix"), fill.find(f"{A}tile")
        opacity = int(fade.get("amt", "100000")) / 100_000 if fade is not None else 1.0
        return Texture(shown, crop, opacity, _tile(tiling, shown, crop, box) if tiling is not None else None)

    def _text(self, shape: etree._Element, box: Box) -> Iterator[LayoutText]:
        """The text of a shape in the look of its first run."""
        body, frame = shape.find(f"{P}txBody"), shape.find(f"{P}txBody/{A}bodyPr")
        if body is None or frame is None:
            return
        paragraphs = body.findall(f"{A}p")
        lines = ["".join(map(_words, p)) for p in paragraphs]
        if not any(line.strip() for line in lines):
            return
        run = next((look for look in body.iterfind(f"{A}p/*/{A}rPr")), None)
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


def _tile(tiling: etree._Element, asset: Asset, crop: Sequence[float] | None, box: Box) -> Box | None:
    """The first tile of a picture that is repeated in a box (``a:tile``, 20.1.8.58); None without a size."""
    size = _size(asset)
    if size is None:
        return None
    left, top, right, bottom = crop or (0.0, 0.0, 0.0, 0.0)
    wide = size[0] * (1 - left - right) * int(tiling.get("sx", "100000")) / 100_000
    high = size[1] * (1 - top - bottom) * int(tiling.get("sy", "100000")) / 100_000
    at = tiling.get("algn", "tl")
    x = 0.0 if at in ("tl", "l", "bl") else box.width - wide if at in ("tr", "r", "br") else (box.width - wide) / 2
    y = 0.0 if at in ("tl", "t", "tr") else box.height - high if at in ("bl", "b", "br") else (box.height - high) / 2
    x, y = x + int(tiling.get("tx", "0")) / EMU_PER_PX, y + int(tiling.get("ty", "0")) / EMU_PER_PX
    return Box(x, y, wide, high) if wide >= 1 and high >= 1 else None


def _size(asset: Asset) -> tuple[float, float] | None:
    """The px of a picture at its own resolution, by which tiles are counted."""
    from PIL import Image, UnidentifiedImageError  # needed for templates with such pictures alone

    if asset.media_type == "image/svg+xml":
        return (asset.width, asset.height) if asset.width and asset.height else None
    try:
        with Image.open(io.BytesIO(asset.data)) as image:
            across, down = image.info.get("dpi", (96, 96))
            return image.width * 96 / (float(across) or 96), image.height * 96 / (float(down) or 96)
    except (UnidentifiedImageError, OSError):
        return None


def _mean(asset: Asset) -> str:
    """The mean colour of a picture that is repeated; grey where that can't be told."""
    from PIL import Image, UnidentifiedImageError  # needed for templates with such pictures alone

    try:
        with Image.open(io.BytesIO(asset.data)) as image:
            red, green, blue = image.convert("RGB").resize((1, 1), Image.Resampling.BOX).tobytes()
    except (UnidentifiedImageError, OSError):
        return "#808080"
    return f"#{red:02X}{green:02X}{blue:02X}"


def _is_hidden(shape: etree._Element) -> bool:
    named = shape.find(f"*/{P}cNvPr")
    return named is not None and named.get("hidden") in ("1", "true")


def _words(run: etree._Element) -> str:
    """The text of a run; of a field, the character in whose place its value is shown."""
    match str(run.tag).removeprefix(A):
        case "r":
            return run.findtext(f"{A}t") or ""
        case "fld" if run.get("type") == "slidenum":
            return SLIDE_NUMBER
        case "fld" if run.get("type", "").startswith("datetime"):
            return SLIDE_DATE
        case "fld":
            return run.findtext(f"{A}t") or ""
        case _:
            return ""
