"""The text in SVG drawings: whether it can be read at the size and on the ground where a slide shows it.

The text is read from the drawing with the styles that hold for it; the ground below it is looked up in a picture of the
drawing without its text.  So gradients, pictures and transforms count as they look.  Text whose colour or place isn't
certain (selectors of other kinds, variables with several values, outlines) is left out: nothing false is reported.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import closing
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from quarterdeck.browser import DrawingBrowser
from quarterdeck.compile.pptx.package.media import rasterised
from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.model.content import Asset
from quarterdeck.model.svg import declarations, local_name, parse_svg
from quarterdeck.model.theme import Theme
from quarterdeck.project.check.cascade import HIDDEN, Around, Cascade, color_of, first_number, length, share
from quarterdeck.theme.colors import mixed

if TYPE_CHECKING:
    from lxml import etree
    from PIL import Image

WIDTH_OF_LETTER = 0.5
"""em that a letter takes on average."""
MIDDLE_OF_LETTERS = 0.3
"""em from the baseline up to the middle of small letters."""
PLACES = (0.15, 0.5, 0.85)
"""Where along a text its ground is looked at."""


class Label(Struct, frozen=True):
    """A piece of text in a drawing."""

    text: str
    size: float
    """px of its type, on a drawing in its natural size."""
    bold: bool
    color: str | None
    """``#rrggbb``; None if it isn't certain."""
    opacity: float
    places: tuple[tuple[float, float], ...]
    """Points on it, in px of the drawing; none where its place isn't certain."""


@lru_cache(maxsize=256)
def labels(data: bytes, *, dark: bool = False) -> tuple[Label, ...]:
    """The texts of a drawing, as shown on a dark page or a light one."""
    root = parse_svg(data)
    if root is None:
        return ()
    cascade = Cascade(root, dark=dark)
    return tuple(_Reader(cascade).read(root, cascade.outermost(data)))


class _Reader:
    """Reads the texts of one drawing."""

    def __init__(self, cascade: Cascade) -> None:
        self._cascade = cascade

    def read(self, element: etree._Element, around: Around) -> Iterator[Label]:
        """The texts in an element."""
        name = local_name(element)
        if not name or name in HIDDEN:
            return
        inner = self._cascade.inside(element, around)
        if inner is None:
            return
        if name == "foreignObject":
            yield from self._html(element, inner)
        elif name == "text":
            yield from self._text(element, inner)
        else:
            children = [child for child in element if local_name(child)]
            for child in children[:1] if name == "switch" else children:
                yield from self.read(child, inner)

    def _text(self, element: etree._Element, around: Around) -> Iterator[Label]:
        """The pieces of a ``text`` element; each ``tspan`` with an ``x`` or ``y`` begins a line."""
        pen = [first_number(element.get("x")), first_number(element.get("y"))]
        pen[1] += length(element.get("dy"), around.size, 0.0)
        yield from self._pieces(element, around, pen)

    def _pieces(self, element: etree._Element, around: Around, pen: list[float]) -> Iterator[Label]:
        if element.text and element.text.strip():
            yield self._label(element.text, around, pen)
        for child in element:
            if local_name(child) in ("tspan", "a", "textPath"):
                inner = self._cascade.inside(child, around)
                pen[0] = first_number(child.get("x"), pen[0])
                pen[1] = first_number(child.get("y"), pen[1]) + length(child.get("dy"), around.size, 0.0)
                if inner is not None and local_name(child) != "textPath":
                    yield from self._pieces(child, inner, pen)
            if child.tail and child.tail.strip():
                yield self._label(child.tail, around, pen)

    def _label(self, text: str, around: Around, pen: list[float]) -> Label:
        words = " ".join(text.split())
        width = len(words) * around.size * WIDTH_OF_LETTER
        anchor = {"middle": 0.5, "end": 1.0}.get(around.styles.get("text-anchor", ""), 0.0)
        baseline = around.styles.get("dominant-baseline", "")
        rise = 0.0 if baseline in ("middle", "central") else MIDDLE_OF_LETTERS * around.size
        left, middle = pen[0] - anchor * width, pen[1] - rise
        places = [(left + part * width, middle) for part in PLACES]
        pen[0] += width
        return self._made(words, around, places, around.styles.get("fill", "#000000"))

    def _html(self, element: etree._Element, around: Around) -> Iterator[Label]:
        """The texts of a ``foreignObject``, in the middle of its box: of its own, or of the one that draw.io writes."""
        x, y, width, height = (first_number(element.get(side)) for side in ("x", "y", "width", "height"))
        first = next((child for child in element if isinstance(child.tag, str)), None)
        given = dict(declarations(first.get("style") or "")) if first is not None else {}
        places = []
        if "margin-left" in given and "padding-top" in given:
            x += length(given["margin-left"], 16.0) + length(given.get("width"), 16.0, 0.0) / 2
            places = [(x, y + length(given["padding-top"], 16.0))]
        elif width and height and "%" not in f"{element.get('width')}{element.get('height')}":
            places = [(x + width / 2, y + height / 2)]
        yield from self._html_texts(element, around, places)

    def _html_texts(
        self, element: etree._Element, around: Around, places: list[tuple[float, float]]
    ) -> Iterator[Label]:
        if element.text and element.text.strip():
            yield self._made(" ".join(element.text.split()), around, places, around.styles.get("color", "#000000"))
        for child in element:
            inner = self._cascade.inside(child, around) if isinstance(child.tag, str) else None
            if inner is not None:
                yield from self._html_texts(child, inner, places)
            if child.tail and child.tail.strip():
                yield self._made(" ".join(child.tail.split()), around, places, around.styles.get("color", "#000000"))

    def _made(self, text: str, around: Around, places: list[tuple[float, float]], paint: str) -> Label:
        a, b, c, d, e, f = around.matrix
        styles = around.styles
        if paint.lower() == "currentcolor":
            paint = styles.get("color", "#000000")
        plain = (
            self._cascade.certain and styles.get("stroke", "none") == "none" and styles.get("visibility") != "hidden"
        )
        color = color_of(paint) if plain else None
        scale = abs(a * d - b * c) ** 0.5
        weight = styles.get("font-weight", "")
        return Label(
            text,
            around.size * scale,
            weight in ("bold", "bolder") or (weight.isdigit() and int(weight) >= 600),
            color,
            around.opacity * share(styles.get("fill-opacity")),
            tuple((a * x + c * y + e, b * x + d * y + f) for x, y in places),
        )


def picture_without_text(asset: Asset, theme: Theme) -> Image.Image | None:
    """A drawing's pixels without its text; None for one that can't be drawn."""
    from lxml import etree
    from PIL import Image

    root = parse_svg(asset.data)
    if root is None:
        return None
    for element in list(root.iter()):
        if local_name(element) in ("text", "foreignObject") and (parent := element.getparent()) is not None:
            parent.remove(element)
    try:
        with closing(DrawingBrowser()) as browser:
            png = rasterised(replace(asset, data=etree.tostring(root)), theme, browser)
    except QuarterdeckError:
        return None
    with Image.open(io.BytesIO(png)) as picture:
        return picture.convert("RGBA")


def ground_at(picture: Image.Image, place: tuple[float, float], behind: str | None) -> str | None:
    """The colour at a place of a picture, given as shares of its width and height, on what is behind the picture.

    None where that isn't certain: outside of the picture, and where another picture shows through.
    """
    across, down = int(place[0] * picture.width), int(place[1] * picture.height)
    if not (0 <= across < picture.width and 0 <= down < picture.height):
        return None
    red, green, blue, opacity = picture.crop((across, down, across + 1, down + 1)).tobytes()
    color = f"#{red:02X}{green:02X}{blue:02X}"
    if opacity == 255:
        return color
    return mixed(color, behind, opacity / 255) if behind is not None else None
