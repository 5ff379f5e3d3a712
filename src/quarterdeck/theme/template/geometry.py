"""Shapes of a template as SVG: custom geometries (``a:custGeom``, ECMA-376 part 1, 20.1.9) and common presets."""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Mapping, Sequence

from lxml import etree
from msgspec import Struct

from quarterdeck.model.content import Asset
from quarterdeck.model.theme import Box
from quarterdeck.theme.template.colors import Gradient, Paint
from quarterdeck.theme.template.package import A

DEGREE = 60_000
"""The units of an angle (20.1.10.3)."""
_FULL = 100_000.0


class Outline(Struct, frozen=True):
    """One path of a shape."""

    path: str
    """As SVG's ``d``, in px from the shape's top left."""
    filled: bool = True
    stroked: bool = True


class Pose(Struct, frozen=True):
    """How a shape is turned (20.1.7.6)."""

    turn: float = 0.0
    """Degrees clockwise."""
    flipped: bool = False
    """Whether left and right are swapped."""
    upended: bool = False
    """Whether top and bottom are swapped."""

    @classmethod
    def of(cls, frame: etree._Element) -> Pose:
        """That of an ``a:xfrm``."""
        flips = (frame.get(name) in ("1", "true") for name in ("flipH", "flipV"))
        return cls(int(frame.get("rot", "0")) / DEGREE % 360, *flips)

    def turned(self, box: Box) -> Box:
        """A box turned by the nearest right angle."""
        if round(self.turn / 90) % 2:
            shift = (box.width - box.height) / 2
            box = Box(box.x + shift, box.y - shift, box.height, box.width)
        return Box(*(round(side, 2) for side in (box.x, box.y, box.width, box.height)))

    def within(self, group: Pose) -> Pose:
        """That of a shape whose group is turned too: a shape is flipped first, then turned."""
        mirrored = group.flipped != group.upended
        turn = group.turn + (-self.turn if mirrored else self.turn)
        return Pose(turn % 360, self.flipped != group.flipped, self.upended != group.upended)

    def moved(self, box: Box, around: Box) -> Box:
        """Where a box of a group comes to lie when the group, which is ``around`` it, is flipped and turned."""
        x, y = around.x + around.width / 2, around.y + around.height / 2
        across, down = box.x + box.width / 2 - x, box.y + box.height / 2 - y
        across, down = -across if self.flipped else across, -down if self.upended else down
        sine, cosine = math.sin(math.radians(self.turn)), math.cos(math.radians(self.turn))
        x, y = x + across * cosine - down * sine, y + across * sine + down * cosine
        return Box(x - box.width / 2, y - box.height / 2, box.width, box.height)

    @property
    def is_square(self) -> bool:
        """Whether it is turned by right angles alone."""
        return self.turn % 90 == 0


class Stroke(Struct, frozen=True):
    """The line around a shape."""

    paint: Paint
    width: float
    """px."""


class Texture(Struct, frozen=True):
    """A picture that fills a shape: stretched, or repeated (20.1.8.58)."""

    asset: Asset
    crop: tuple[float, float, float, float] | None = None
    """Shares cut off at the left, top, right and bottom."""
    opacity: float = 1.0
    tile: Box | None = None
    """The first of the tiles, from the shape's top left; None for a picture that is stretched."""


def svg(
    outlines: Sequence[Outline],
    box: Box,
    pose: Pose,
    fill: Paint | Gradient | Texture | None,
    stroke: Stroke | None,
) -> tuple[bytes, Box]:
    """A drawing of a shape that stands in a box before it is turned, and the drawing's own box."""
    angle = math.radians(pose.turn)
    wide = abs(box.width * math.cos(angle)) + abs(box.height * math.sin(angle))
    high = abs(box.width * math.sin(angle)) + abs(box.height * math.cos(angle))
    edge = stroke.width if stroke is not None else 0.0
    middle = (box.x + box.width / 2, box.y + box.height / 2)
    left, top = middle[0] - wide / 2 - edge, middle[1] - high / 2 - edge
    own = Box(*(round(side, 2) for side in (left, top, wide + 2 * edge, high + 2 * edge)))
    moves = [f"translate({own.width / 2:.2f} {own.height / 2:.2f})"]
    if pose.turn:
        moves.append(f"rotate({pose.turn:.3f})")
    if pose.flipped or pose.upended:
        moves.append(f"scale({-1 if pose.flipped else 1} {-1 if pose.upended else 1})")
    moves.append(f"translate({-box.width / 2:.2f} {-box.height / 2:.2f})")
    definition, ink = _fill(fill, box.width, box.height)
    paths = "".join(
        f'<path d="{outline.path}"{ink if outline.filled else _NO_FILL}{_stroked(stroke) if outline.stroked else ""}/>'
        for outline in outlines
    )
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{own.width:g}" height="{own.height:g}" '
        f'viewBox="0 0 {own.width:g} {own.height:g}">{definition}<g transform="{" ".join(moves)}">{paths}</g></svg>'
    )
    return drawing.encode(), own


_NO_FILL = ' fill="none"'
_SHARED, _BY_ID = 'id="f" gradientUnits="userSpaceOnUse"', ' fill="url(#f)"'


def _stroked(stroke: Stroke | None) -> str:
    if stroke is None:
        return ""
    faint = f' stroke-opacity="{stroke.paint.opacity:g}"' if stroke.paint.opacity < 1 else ""
    return f' stroke="{stroke.paint.color}" stroke-width="{stroke.width:g}"{faint}'


def _fill(fill: Paint | Gradient | Texture | None, width: float, height: float) -> tuple[str, str]:
    """The definition of a gradient or texture, and the attributes of a path that is filled."""
    match fill:
        case None:
            return "", _NO_FILL
        case Texture():
            return _texture(fill, width, height), _BY_ID
        case Paint():
            faint = f' fill-opacity="{fill.opacity:g}"' if fill.opacity < 1 else ""
            return "", f' fill="{fill.color}"{faint}'
    stops = "".join(
        f'<stop offset="{place:g}" stop-color="{paint.color}"'
        + (f' stop-opacity="{paint.opacity:g}"/>' if paint.opacity < 1 else "/>")
        for place, paint in fill.stops
    )
    if fill.center is not None:
        x, y = fill.center
        reach = math.hypot(max(x, 1 - x) * width, max(y, 1 - y) * height)
        places = f'cx="{x * width:.2f}" cy="{y * height:.2f}" r="{reach:.2f}"'
        return f"<radialGradient {_SHARED} {places}>{stops}</radialGradient>", _BY_ID
    across, down = math.cos(math.radians(fill.angle)), math.sin(math.radians(fill.angle))
    half = (abs(width * across) + abs(height * down)) / 2
    ends = [(width / 2 + sign * across * half, height / 2 + sign * down * half) for sign in (-1, 1)]
    ends = [(abs(x) if abs(x) < 0.005 else x, abs(y) if abs(y) < 0.005 else y) for x, y in ends]  # no -0.00
    places = " ".join(f'x{n}="{x:.2f}" y{n}="{y:.2f}"' for n, (x, y) in enumerate(ends, start=1))
    return f"<linearGradient {_SHARED} {places}>{stops}</linearGradient>", _BY_ID


def _texture(texture: Texture, width: float, height: float) -> str:
    tile = texture.tile or Box(0, 0, width, height)
    left, top, right, bottom = texture.crop or (0.0, 0.0, 0.0, 0.0)
    wide, high = tile.width / (1 - left - right), tile.height / (1 - top - bottom)
    data = base64.b64encode(texture.asset.data).decode()
    faint = f' opacity="{texture.opacity:g}"' if texture.opacity < 1 else ""
    return (
        f'<pattern id="f" patternUnits="userSpaceOnUse" x="{tile.x:.2f}" y="{tile.y:.2f}" width="{tile.width:.2f}" '
        f'height="{tile.height:.2f}"><image x="{-left * wide:.2f}" y="{-top * high:.2f}" width="{wide:.2f}" '
        f'height="{high:.2f}" preserveAspectRatio="none"{faint} '
        f'href="data:{texture.asset.media_type};base64,{data}"/></pattern>'
    )


def outlines_of(look: etree._Element, width: float, height: float) -> list[Outline] | None:
    """The paths of a shape with these ``p:spPr`` and px; None for a preset that isn't known."""
    custom, preset = look.find(f"{A}custGeom"), look.find(f"{A}prstGeom")
    if custom is not None:
        return [_path(path, _guides(custom, width, height), width, height) for path in custom.iter(f"{A}path")]
    name = preset.get("prst", "rect") if preset is not None else "rect"
    draw = PRESETS.get(name)
    if draw is None:
        return None
    given = [_adjustment(guide) for guide in preset.iterfind(f"{A}avLst/{A}gd")] if preset is not None else []
    return [Outline(draw(width, height, given), filled=name not in LINES)]


def _adjustment(guide: etree._Element) -> float:
    formula = guide.get("fmla", "").split()
    return float(formula[1]) / _FULL if len(formula) == 2 and formula[0] == "val" else 0.0


Given = Sequence[float]
"""A preset's adjustments, as shares; fewer where some have their usual values."""


def _first(given: Given, usual: float) -> float:
    return given[0] if given else usual


def _polygon(*points: tuple[float, float]) -> str:
    return "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in points) + "Z"


def _rectangle(w: float, h: float, given: Given) -> str:
    return _polygon((0, 0), (w, 0), (w, h), (0, h))


def _ellipse(w: float, h: float, given: Given) -> str:
    x, y = w / 2, h / 2
    return f"M0 {y:.2f}A{x:.2f} {y:.2f} 0 1 1 {w:.2f} {y:.2f}A{x:.2f} {y:.2f} 0 1 1 0 {y:.2f}Z"


def _rounded(w: float, h: float, corners: tuple[float, float, float, float]) -> str:
    """A rectangle with radii at its top left, top right, bottom right and bottom left."""
    a, b, c, d = corners
    return (
        f"M{a:.2f} 0H{w - b:.2f}A{b:.2f} {b:.2f} 0 0 1 {w:.2f} {b:.2f}V{h - c:.2f}"
        f"A{c:.2f} {c:.2f} 0 0 1 {w - c:.2f} {h:.2f}H{d:.2f}"
        f"A{d:.2f} {d:.2f} 0 0 1 0 {h - d:.2f}V{a:.2f}A{a:.2f} {a:.2f} 0 0 1 {a:.2f} 0Z"
    )


def _corners(places: str) -> Callable[[float, float, Given], str]:
    """A rectangle with the first adjustment as radius where ``places`` has a 1."""

    def draw(w: float, h: float, given: Given) -> str:
        radius = min(0.5, _first(given, 0.16667)) * min(w, h)
        a, b, c, d = (radius if place == "1" else 0.0 for place in places)
        return _rounded(w, h, (a, b, c, d))

    return draw


def _slanted(
    usual: float, points: Callable[[float, float, float], Sequence[tuple[float, float]]]
) -> Callable[[float, float, Given], str]:
    """A polygon with one adjustment, a share of the shorter side."""

    def draw(w: float, h: float, given: Given) -> str:
        return _polygon(*points(w, h, _first(given, usual) * min(w, h)))

    return draw


LINES = ("line", "straightConnector1")
PRESETS: Mapping[str, Callable[[float, float, Given], str]] = {
    "rect": _rectangle,
    "ellipse": _ellipse,
    "roundRect": _corners("1111"),
    "round1Rect": _corners("0100"),
    "round2SameRect": _corners("1100"),
    "round2DiagRect": _corners("1010"),
    "triangle": lambda w, h, given: _polygon((w * _first(given, 0.5), 0), (w, h), (0, h)),
    "rtTriangle": lambda w, h, given: _polygon((0, 0), (w, h), (0, h)),
    "diamond": lambda w, h, given: _polygon((w / 2, 0), (w, h / 2), (w / 2, h), (0, h / 2)),
    "parallelogram": _slanted(0.25, lambda w, h, by: ((by, 0), (w, 0), (w - by, h), (0, h))),
    "trapezoid": _slanted(0.25, lambda w, h, by: ((by, 0), (w - by, 0), (w, h), (0, h))),
    "homePlate": _slanted(0.5, lambda w, h, by: ((0, 0), (w - by, 0), (w, h / 2), (w - by, h), (0, h))),
    "chevron": _slanted(0.5, lambda w, h, by: ((0, 0), (w - by, 0), (w, h / 2), (w - by, h), (0, h), (by, h / 2))),
    "snip1Rect": _slanted(0.16667, lambda w, h, by: ((0, 0), (w - by, 0), (w, by), (w, h), (0, h))),
    "line": lambda w, h, given: f"M0 0L{w:.2f} {h:.2f}",
    "straightConnector1": lambda w, h, given: f"M0 0L{w:.2f} {h:.2f}",
}
"""The presets (20.1.10.56) that templates draw with, by their px of width and height and their adjustments."""


def _guides(custom: etree._Element, width: float, height: float) -> dict[str, float]:
    """The values of a geometry's guides (20.1.9.11), and of those that every shape has (20.1.10.55)."""
    short, long = min(width, height), max(width, height)
    known = {"w": width, "h": height, "l": 0.0, "t": 0.0, "r": width, "b": height, "hc": width / 2, "vc": height / 2}
    known |= {"ss": short, "ls": long}
    known |= {f"wd{n}": width / n for n in (2, 3, 4, 5, 6, 8, 10, 12, 32)}
    known |= {f"hd{n}": height / n for n in (2, 3, 4, 5, 6, 8)}
    known |= {f"ssd{n}": short / n for n in (2, 4, 6, 8, 16, 32)}
    known |= {f"cd{n}": 360 * DEGREE / n for n in (2, 4, 8)} | {"3cd4": 270.0 * DEGREE}
    for guide in (*custom.iterfind(f"{A}avLst/{A}gd"), *custom.iterfind(f"{A}gdLst/{A}gd")):
        known[guide.get("name", "")] = _value(guide.get("fmla", "").split(), known)
    return known


def _value(formula: Sequence[str], known: Mapping[str, float]) -> float:
    """A formula's value; 0 where it can't be computed."""
    if not formula:
        return 0.0
    a, b, c = (*(_number(each, known) for each in formula[1:4]), 0.0, 0.0, 0.0)[:3]
    try:
        match formula[0]:
            case "val":
                return a
            case "*/":
                return a * b / c
            case "+-":
                return a + b - c
            case "+/":
                return (a + b) / c
            case "?:":
                return b if a > 0 else c
            case "abs":
                return abs(a)
            case "max":
                return max(a, b)
            case "min":
                return min(a, b)
            case "sqrt":
                return math.sqrt(a)
            case "mod":
                return math.hypot(a, b, c)
            case "pin":
                return max(a, min(b, c))
            case "sin":
                return a * math.sin(math.radians(b / DEGREE))
            case "cos":
                return a * math.cos(math.radians(b / DEGREE))
            case "tan":
                return a * math.tan(math.radians(b / DEGREE))
            case "at2":
                return math.degrees(math.atan2(b, a)) * DEGREE
            case "cat2":
                return a * math.cos(math.atan2(c, b))
            case "sat2":
                return a * math.sin(math.atan2(c, b))
    except (ZeroDivisionError, ValueError):
        pass
    return 0.0


def _number(text: str, known: Mapping[str, float]) -> float:
    if text in known:
        return known[text]
    try:
        return float(text)
    except ValueError:
        return 0.0


def _path(path: etree._Element, known: Mapping[str, float], width: float, height: float) -> Outline:
    """One ``a:path`` (20.1.9.15), in whose own units its points are."""
    across = width / (float(path.get("w", "0")) or width or 1.0)
    down = height / (float(path.get("h", "0")) or height or 1.0)
    parts: list[str] = []
    at = (0.0, 0.0)

    def points(command: etree._Element) -> list[tuple[float, float]]:
        return [
            (_number(p.get("x", "0"), known) * across, _number(p.get("y", "0"), known) * down)
            for p in command.iterfind(f"{A}pt")
        ]

    letters = {"moveTo": "M", "lnTo": "L", "cubicBezTo": "C", "quadBezTo": "Q"}
    for command in path:
        name = str(command.tag).removeprefix(A)
        if name in letters:
            found = points(command)
            parts.append(letters[name] + " ".join(f"{x:.2f} {y:.2f}" for x, y in found))
            at = found[-1] if found else at
        elif name == "arcTo":
            drawn, at = _arc(command, known, at, (across, down))
            parts.append(drawn)
        elif name == "close":
            parts.append("Z")
    return Outline("".join(parts), filled=path.get("fill") != "none", stroked=path.get("stroke") not in ("0", "false"))


def _arc(
    command: etree._Element, known: Mapping[str, float], at: tuple[float, float], scale: tuple[float, float]
) -> tuple[str, tuple[float, float]]:
    """An ``a:arcTo`` (20.1.9.4) from the current point, in pieces of half a turn at most; and where it ends."""
    wide, high = (_number(command.get(k, "0"), known) * s for k, s in zip(("wR", "hR"), scale, strict=True))
    start, swing = (math.radians(_number(command.get(k, "0"), known) / DEGREE) for k in ("stAng", "swAng"))
    x, y = at[0] - wide * math.cos(start), at[1] - high * math.sin(start)
    parts = []
    pieces = max(1, math.ceil(abs(swing) / math.pi - 1e-9))
    for piece in range(1, pieces + 1):
        angle = start + swing * piece / pieces
        at = (x + wide * math.cos(angle), y + high * math.sin(angle))
        parts.append(f"A{wide:.2f} {high:.2f} 0 0 {int(swing > 0)} {at[0]:.2f} {at[1]:.2f}")
    return "".join(parts), at
