"""The shapes in SVG drawings: whether they can be told from the ground where a slide shows them.

A drawing made for one theme may lose a box of a fixed colour in another.  A shape counts as lost if neither its fill
nor its outline can be told from what is on either side of its edge, wherever that is looked at; the colours beside the
edge are taken from a picture of the drawing.  What isn't certain (gradients, masks, filters) is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from math import cos, hypot, pi, sin
from typing import TYPE_CHECKING, TypeAlias, cast

from msgspec import Struct

from quarterdeck.model.svg import local_name, parse_svg
from quarterdeck.project.check.cascade import (
    HIDDEN,
    NUMBER,
    Around,
    Cascade,
    color_of,
    first_number,
    length,
    share,
)
from quarterdeck.project.check.drawings import ground_at
from quarterdeck.theme.colors import mixed, ratio

if TYPE_CHECKING:
    from lxml import etree
    from PIL import Image

Point: TypeAlias = tuple[float, float]

LEAST_OF_SHAPES = 1.15
"""The contrast that a shape needs to be seen at all.  WCAG asks for 3 where a shape means something by itself (1.4.11),
but most shapes in drawings hold a label, and are pale on purpose."""
SAME = 1.01
"""Colours of less contrast are one: a shape in the colour of its ground may be there to hide what is under it."""
WHOLE = 0.9
"""Share of a drawing's width and height from which a shape is the ground of the others."""
FAINT = 0.5
"""Paint that lets more through than this is faint on purpose."""
BESIDE = 2.0
"""px from the edge of a shape to where its ground is looked at."""
_LEFT_OUT = ("mask", "clip-path", "filter")
_COMMAND = re.compile(r"([MLHVCSQTAZ])([^MLHVCSQTAZ]*)", re.IGNORECASE)
_NUMBERS_OF = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7}


class Shape(Struct, frozen=True):
    """A shape in a drawing, in px of its natural size."""

    line: int
    """Where it is written in the drawing's file."""
    paints: tuple[tuple[str, float], ...]
    """``#rrggbb`` and opacity of its fill and its outline, as far as it has them."""
    beside: tuple[Point, ...]
    """Points on both sides of its edge."""
    box: tuple[float, float, float, float]
    """Left, top, right, bottom."""

    def lies_across(self, other: Shape) -> bool:
        """Whether it covers a part of another shape, and not the other way round."""
        left, top, right, bottom = self.box
        x, y, to_x, to_y = other.box
        touches = left < to_x and x < right and top < to_y and y < bottom
        return touches and not (x <= left and y <= top and right <= to_x and bottom <= to_y)


class Lost(Struct, frozen=True):
    """Shapes of a drawing in one colour that can't be told from their ground."""

    color: str
    ground: str
    lines: tuple[int, ...]
    """Where they are written in the drawing's file."""


@lru_cache(maxsize=256)
def shapes(data: bytes, *, dark: bool = False) -> tuple[Shape, ...]:
    """The shapes of a drawing, in the order in which they are drawn, as shown on a dark page or a light one."""
    root = parse_svg(data)
    if root is None:
        return ()
    cascade = Cascade(root, dark=dark)
    return tuple(_within(root, cascade, cascade.outermost(data))) if cascade.certain else ()


def lost(found: tuple[Shape, ...], picture: Image.Image, size: Point, behind: str | None) -> Iterator[Lost]:
    """The shapes that can't be seen in a picture of their drawing, shown without its text on a ground."""
    lines: dict[tuple[str, str], list[int]] = {}
    for number, shape in enumerate(found):
        left, top, right, bottom = shape.box
        if right - left > WHOLE * size[0] and bottom - top > WHOLE * size[1]:
            continue  # the drawing's own ground
        grounds = [
            ground_at(picture, (x / size[0], y / size[1]), behind) if 0 <= x < size[0] and 0 <= y < size[1] else behind
            for x, y in shape.beside
        ]
        seen = [
            (mixed(color, ground, opacity), ground)
            for ground in grounds
            if ground is not None
            for color, opacity in shape.paints
        ]
        best = max(seen, key=lambda pair: ratio(*pair), default=None)
        if best is None or ratio(*best) >= LEAST_OF_SHAPES:
            continue
        if ratio(*best) < SAME and any(shape.lies_across(other) for other in found[:number]):
            continue
        lines.setdefault(best, []).append(shape.line)
    for (color, ground), where in lines.items():
        yield Lost(color, ground, tuple(where))


def _within(element: etree._Element, cascade: Cascade, around: Around) -> Iterator[Shape]:
    name = local_name(element)
    if not name or name in HIDDEN or name in ("text", "foreignObject") or any(map(element.get, _LEFT_OUT)):
        return
    inner = cascade.inside(element, around)
    if inner is None:
        return
    edges = list(_edges(name, element))
    if edges and inner.styles.get("visibility") != "hidden":
        yield from _shape(element, edges, inner)
    children = [child for child in element if local_name(child)]
    for child in children[:1] if name == "switch" else children:
        yield from _within(child, cascade, inner)


def _shape(element: etree._Element, edges: list[tuple[Point, Point]], around: Around) -> Iterator[Shape]:
    """The shape of an element, if all its paints are certain; ``edges`` are points on it, and directions there."""
    a, b, c, d, e, f = around.matrix
    scale = abs(a * d - b * c) ** 0.5
    styles = around.styles
    paints = []
    width = 0.0
    for kind, usual in (("fill", "none" if local_name(element) == "line" else "#000000"), ("stroke", "none")):
        paint = styles.get(kind, usual)
        if paint.lower() == "currentcolor":
            paint = styles.get("color", "#000000")
        if paint.lower() in ("none", "transparent"):
            continue
        if kind == "stroke":
            width = length(styles.get("stroke-width"), around.size, 1.0) * scale
            if not width:
                continue
        color = color_of(paint)
        opacity = around.opacity * share(styles.get(f"{kind}-opacity"))
        if color is None or opacity < FAINT:
            return
        paints.append((color, opacity))
    if not paints:
        return
    points = [((a * x + c * y + e, b * x + d * y + f), (a * u + c * v, b * u + d * v)) for (x, y), (u, v) in edges]
    aside = width / 2 + BESIDE
    beside = tuple(
        (x + side * aside * -v / far, y + side * aside * u / far)
        for (x, y), (u, v) in points
        if (far := hypot(u, v))
        for side in (1, -1)
    )
    line = cast(int, element.sourceline or 1)  # which lxml's stubs leave open
    across, down = [x for (x, _), _ in points], [y for (_, y), _ in points]
    yield Shape(line, tuple(paints), beside, (min(across), min(down), max(across), max(down)))


def _edges(name: str, element: etree._Element) -> Iterator[tuple[Point, Point]]:
    """Points on the edge of a shape, and the direction of the edge there; none for what is no shape."""

    def number(attribute: str, otherwise: float = 0.0) -> float:
        return first_number(element.get(attribute), otherwise)

    match name:
        case "rect":
            x, y, width, height = (number(side) for side in ("x", "y", "width", "height"))
            corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
            if width and height and "%" not in f"{element.get('width')}{element.get('height')}":
                yield from _sides([*corners, corners[0]])
        case "circle" | "ellipse":
            across, down = (number("r"),) * 2 if name == "circle" else (number("rx"), number("ry"))
            for step in range(8) if across and down else ():
                angle = step * pi / 4
                point = (number("cx") + across * cos(angle), number("cy") + down * sin(angle))
                yield point, (-across * sin(angle), down * cos(angle))
        case "line":
            yield from _sides([(number("x1"), number("y1")), (number("x2"), number("y2"))])
        case "polygon" | "polyline":
            numbers = [float(n) for n in NUMBER.findall(element.get("points") or "")]
            points = list(zip(numbers[::2], numbers[1::2], strict=False))
            yield from _sides([*points, *(points[:1] if name == "polygon" else [])])
        case "path":
            yield from _of_path(element.get("d") or "")


def _sides(points: list[Point]) -> Iterator[tuple[Point, Point]]:
    """Points on the lines between points; not the middles, where others may cross them."""
    for (x, y), (to_x, to_y) in pairwise(points):
        for part in (0.0, 0.25, 0.75, 1.0):
            yield (x + part * (to_x - x), y + part * (to_y - y)), (to_x - x, to_y - y)


def _of_path(path: str) -> Iterator[tuple[Point, Point]]:
    """Points on a path's lines, and the middles of its Bézier curves (SVG 1.1, 8.3); arcs are left out."""
    x = y = start_x = start_y = 0.0
    bend: Point | None = None
    """The last control point of the curve before."""
    for letter, arguments in _COMMAND.findall(path):
        kind, relative = letter.upper(), letter.islower()
        if kind == "Z":
            yield from _sides([(x, y), (start_x, start_y)])
            x, y, bend = start_x, start_y, None
            continue
        numbers = [float(n) for n in NUMBER.findall(arguments)]
        size = _NUMBERS_OF[kind]
        if kind == "A" and len(numbers) % size:
            return  # flags written without spaces between them
        for at in range(0, len(numbers) - size + 1, size):
            part = numbers[at : at + size]
            left, top = (x, y) if relative else (0.0, 0.0)
            to_x = x if kind == "V" else left + part[0 if kind == "H" else -2]
            to_y = y if kind == "H" else top + part[-1]
            mirrored = (2 * x - bend[0], 2 * y - bend[1]) if bend is not None else (x, y)
            controls = [(left + part[n], top + part[n + 1]) for n in range(0, size - 2, 2)]
            if kind in "ST":
                controls.insert(0, mirrored)
            if kind == "M" and not at:
                start_x, start_y = to_x, to_y
            elif kind in "CSQT":
                yield _middle_of_curve([(x, y), *controls, (to_x, to_y)])
            elif kind != "A":
                yield from _sides([(x, y), (to_x, to_y)])
            bend = controls[-1] if kind in "CSQT" else None
            x, y = to_x, to_y


def _middle_of_curve(points: list[Point]) -> tuple[Point, Point]:
    """The middle of a Bézier curve with one or two control points, and its direction there."""
    weights, slopes = ((1, 2, 1), (-1, 0, 1)) if len(points) == 3 else ((1, 3, 3, 1), (-1, -1, 1, 1))
    total = sum(weights)
    middle = [sum(w * p[axis] for w, p in zip(weights, points, strict=True)) / total for axis in (0, 1)]
    toward = [sum(s * p[axis] for s, p in zip(slopes, points, strict=True)) for axis in (0, 1)]
    return (middle[0], middle[1]), (toward[0], toward[1])
