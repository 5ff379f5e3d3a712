"""The text in SVG drawings: whether it can be read at the size and on the ground where a slide shows it.

The text is read from the drawing with the styles that hold for it; the ground below it is looked up in a picture of the
drawing without its text.  So gradients, pictures and transforms count as they look.  Text whose colour or place isn't
certain (selectors of other kinds, variables with several values, outlines) is left out: nothing false is reported.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from contextlib import closing
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from quarterdeck.browser import DrawingBrowser
from quarterdeck.compile.pptx.package.media import rasterised
from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.model.content import Asset
from quarterdeck.model.svg import Rule, declarations, local_name, parse_svg, style_sheet, svg_size
from quarterdeck.model.theme import Theme
from quarterdeck.theme.colors import mixed

if TYPE_CHECKING:
    from lxml import etree
    from PIL import Image

Matrix: TypeAlias = tuple[float, float, float, float, float, float]
"""``a b c d e f`` of SVG's transforms."""

INHERITED = (
    *("fill", "stroke", "color", "font-size", "font-weight", "text-anchor", "visibility", "dominant-baseline"),
    "fill-opacity",
)
HIDDEN = frozenset(
    ("defs", "symbol", "marker", "clipPath", "mask", "pattern", "title", "desc", "style", "metadata", "script")
)
"""Elements whose text isn't shown where it is written."""
WIDTH_OF_LETTER = 0.5
"""em that a letter takes on average."""
MIDDLE_OF_LETTERS = 0.3
"""em from the baseline up to the middle of small letters."""
PLACES = (0.15, 0.5, 0.85)
"""Where along a text its ground is looked at."""
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?", re.IGNORECASE)
_STEP = re.compile(r"(matrix|translate|scale|rotate|skewX|skewY)\s*\(([^)]*)\)")
_LIGHT_DARK = re.compile(r"light-dark\(\s*([^,()]*(?:\([^()]*\))?)\s*,\s*([^,()]*(?:\([^()]*\))?)\s*\)")
_VARIABLE = re.compile(r"var\(\s*(--[\w-]+)\s*(?:,\s*([^()]*(?:\([^()]*\))?))?\s*\)")
_COMPOUND = re.compile(r"([\w-]+|\*)?((?:[.#][\w-]+)*)\Z")


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


class _Around(Struct, frozen=True):
    """What holds at an element."""

    styles: Mapping[str, str]
    matrix: Matrix
    size: float = 16.0
    opacity: float = 1.0


@lru_cache(maxsize=256)
def labels(data: bytes, *, dark: bool = False) -> tuple[Label, ...]:
    """The texts of a drawing, as shown on a dark page or a light one."""
    root = parse_svg(data)
    if root is None:
        return ()
    return tuple(_Reader(root, dark=dark).read(data))


class _Reader:
    """Reads the texts of one drawing."""

    def __init__(self, root: etree._Element, *, dark: bool) -> None:
        self._root = root
        sheets = [style_sheet("".join(map(str, e.itertext()))) for e in root.iter() if local_name(e) == "style"]
        self._rules = [rule for sheet in sheets for rule in sheet.rules]
        self._certain = not any(sheet.features for sheet in sheets) and all(
            _matchable(selector) for rule in self._rules for selector in rule.selectors if _colors_text(rule)
        )
        follows = "dark" in dict(declarations(root.get("style") or "")).get("color-scheme", "")
        follows = follows or any(
            "dark" in value for rule in self._rules for name, value in rule.declarations if name == "color-scheme"
        )
        self._dark = dark and follows
        self._variables: dict[str, set[str]] = {}
        own = [declarations(e.get("style") or "") for e in root.iter() if isinstance(e.tag, str)]
        for name, value in (d for given in (*own, *(rule.declarations for rule in self._rules)) for d in given):
            if name.startswith("--"):
                self._variables.setdefault(name, set()).add(value)

    def read(self, data: bytes) -> Iterator[Label]:
        width, height = svg_size(data) or (1.0, 1.0)
        box = [float(n) for n in _NUMBER.findall(self._root.get("viewBox") or "")]
        matrix: Matrix = (1, 0, 0, 1, 0, 0)
        if len(box) == 4 and box[2] > 0 and box[3] > 0:
            scale = min(width / box[2], height / box[3])
            left, top = (width - box[2] * scale) / 2, (height - box[3] * scale) / 2
            matrix = (scale, 0, 0, scale, left - box[0] * scale, top - box[1] * scale)
        yield from self._element(self._root, _Around({}, matrix))

    def _element(self, element: etree._Element, around: _Around) -> Iterator[Label]:
        name = local_name(element)
        if not name or name in HIDDEN:
            return
        inner = self._inside(element, around)
        if inner is None:
            return
        if name == "foreignObject":
            yield from self._html(element, inner)
        elif name == "text":
            yield from self._text(element, inner)
        else:
            children = [child for child in element if local_name(child)]
            for child in children[:1] if name == "switch" else children:
                yield from self._element(child, inner)

    def _inside(self, element: etree._Element, around: _Around) -> _Around | None:
        """What holds within an element; None if it isn't shown."""
        own = self._styles(element)
        styles = {**around.styles, **{name: value for name, value in own.items() if name in INHERITED}}
        if own.get("display") == "none":
            return None
        size = _length(own.get("font-size"), around.size)
        matrix = _product(around.matrix, _transform(element.get("transform") or own.get("transform") or ""))
        return _Around(styles, matrix, size, around.opacity * _share(own.get("opacity")))

    def _styles(self, element: etree._Element) -> dict[str, str]:
        """The declarations that win for an element, its own and those of rules (CSS Cascade 4, 6.1)."""
        found = {str(name): str(value) for name, value in element.attrib.items()}
        winning = (
            sorted(
                (_specificity(selector), order, rule)
                for order, rule in enumerate(self._rules)
                for selector in rule.selectors
                if _matches(selector, element)
            )
            if self._rules
            else []
        )
        for _, _, rule in winning:
            found |= dict(rule.declarations)
        found |= dict(declarations(element.get("style") or ""))
        if "font" in found and "font-size" not in found and (size := re.search(r"[\d.]+(?:px|pt|em)", found["font"])):
            found["font-size"] = size[0]
        return {name: self._resolved(value) for name, value in found.items()}

    def _resolved(self, value: str) -> str:
        value = _LIGHT_DARK.sub(lambda m: m[2] if self._dark else m[1], value)

        def variable(match: re.Match[str]) -> str:
            values = self._variables.get(match[1], set())
            return next(iter(values)) if len(values) == 1 else (match[2] or "") if not values else match[0]

        return _LIGHT_DARK.sub(lambda m: m[2] if self._dark else m[1], _VARIABLE.sub(variable, value)).strip()

    def _text(self, element: etree._Element, around: _Around) -> Iterator[Label]:
        """The pieces of a ``text`` element; each ``tspan`` with an ``x`` or ``y`` begins a line."""
        pen = [_first(element.get("x")), _first(element.get("y"))]
        pen[1] += _length(element.get("dy"), around.size, 0.0)
        yield from self._pieces(element, around, pen)

    def _pieces(self, element: etree._Element, around: _Around, pen: list[float]) -> Iterator[Label]:
        if element.text and element.text.strip():
            yield self._label(element.text, around, pen)
        for child in element:
            if local_name(child) in ("tspan", "a", "textPath"):
                inner = self._inside(child, around)
                pen[0] = _first(child.get("x"), pen[0])
                pen[1] = _first(child.get("y"), pen[1]) + _length(child.get("dy"), around.size, 0.0)
                if inner is not None and local_name(child) != "textPath":
                    yield from self._pieces(child, inner, pen)
            if child.tail and child.tail.strip():
                yield self._label(child.tail, around, pen)

    def _label(self, text: str, around: _Around, pen: list[float]) -> Label:
        words = " ".join(text.split())
        width = len(words) * around.size * WIDTH_OF_LETTER
        anchor = {"middle": 0.5, "end": 1.0}.get(around.styles.get("text-anchor", ""), 0.0)
        baseline = around.styles.get("dominant-baseline", "")
        rise = 0.0 if baseline in ("middle", "central") else MIDDLE_OF_LETTERS * around.size
        left, middle = pen[0] - anchor * width, pen[1] - rise
        places = [(left + share * width, middle) for share in PLACES]
        pen[0] += width
        return self._made(words, around, places, around.styles.get("fill", "#000000"))

    def _html(self, element: etree._Element, around: _Around) -> Iterator[Label]:
        """The texts of a ``foreignObject``, in the middle of its box: of its own, or of the one that draw.io writes."""
        x, y, width, height = (_first(element.get(side)) for side in ("x", "y", "width", "height"))
        first = next((child for child in element if isinstance(child.tag, str)), None)
        given = dict(declarations(first.get("style") or "")) if first is not None else {}
        places = []
        if "margin-left" in given and "padding-top" in given:
            x += _length(given["margin-left"], 16.0) + _length(given.get("width"), 16.0, 0.0) / 2
            places = [(x, y + _length(given["padding-top"], 16.0))]
        elif width and height and "%" not in f"{element.get('width')}{element.get('height')}":
            places = [(x + width / 2, y + height / 2)]
        yield from self._html_texts(element, around, places)

    def _html_texts(
        self, element: etree._Element, around: _Around, places: list[tuple[float, float]]
    ) -> Iterator[Label]:
        if element.text and element.text.strip():
            yield self._made(" ".join(element.text.split()), around, places, around.styles.get("color", "#000000"))
        for child in element:
            inner = self._inside(child, around) if isinstance(child.tag, str) else None
            if inner is not None:
                yield from self._html_texts(child, inner, places)
            if child.tail and child.tail.strip():
                yield self._made(" ".join(child.tail.split()), around, places, around.styles.get("color", "#000000"))

    def _made(self, text: str, around: _Around, places: list[tuple[float, float]], paint: str) -> Label:
        a, b, c, d, e, f = around.matrix
        styles = around.styles
        if paint.lower() == "currentcolor":
            paint = styles.get("color", "#000000")
        plain = self._certain and styles.get("stroke", "none") == "none" and styles.get("visibility") != "hidden"
        color = _color(paint) if plain else None
        scale = abs(a * d - b * c) ** 0.5
        weight = styles.get("font-weight", "")
        return Label(
            text,
            around.size * scale,
            weight in ("bold", "bolder") or (weight.isdigit() and int(weight) >= 600),
            color,
            around.opacity * _share(styles.get("fill-opacity")),
            tuple((a * x + c * y + e, b * x + d * y + f) for x, y in places),
        )


def _matchable(selector: str) -> bool:
    return all(_COMPOUND.match(part) for part in selector.replace(">", " ").split())


def _colors_text(rule: Rule) -> bool:
    return any(name in INHERITED for name, _ in rule.declarations)


def _matches(selector: str, element: etree._Element) -> bool:
    """Whether a selector of names, classes, ids, children and descendants selects an element."""
    parts = selector.replace(">", " > ").split()
    if not parts or not _matchable(selector) or not _is(element, parts[-1]):
        return False
    at, parts = element.getparent(), parts[:-1]
    while parts:
        direct = parts[-1] == ">"
        parts = parts[:-1] if direct else parts
        while at is not None and not _is(at, parts[-1]):
            if direct:
                return False
            at = at.getparent()
        if at is None:
            return False
        at, parts = at.getparent(), parts[:-1]
    return True


def _is(element: etree._Element, compound: str) -> bool:
    match = _COMPOUND.match(compound)
    if match is None or not isinstance(element.tag, str):
        return False
    if match[1] not in (None, "*", element.tag.rpartition("}")[2]):
        return False
    classes = (element.get("class") or "").split()
    wanted = re.findall(r"([.#])([\w-]+)", match[2])
    return all(name in classes if kind == "." else name == element.get("id") for kind, name in wanted)


def _specificity(selector: str) -> tuple[int, int, int]:
    parts = selector.replace(">", " ").split()
    names = sum(bool(re.match(r"[\w-]", part)) for part in parts)
    return selector.count("#"), selector.count("."), names


def _color(text: str) -> str | None:
    from PIL import ImageColor

    try:
        channels = ImageColor.getrgb(text.strip().lower())
    except ValueError:
        return None
    return "#{:02X}{:02X}{:02X}".format(*channels[:3]) if len(channels) == 3 or channels[3] == 255 else None


def _share(text: str | None) -> float:
    match = _NUMBER.match((text or "").strip())
    if match is None:
        return 1.0
    return min(1.0, max(0.0, float(match[0]) / (100 if "%" in (text or "") else 1)))


def _first(text: str | None, otherwise: float = 0.0) -> float:
    match = _NUMBER.match((text or "").strip())
    return float(match[0]) if match else otherwise


_PX = {"pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4}


def _length(text: str | None, size: float, otherwise: float | None = None) -> float:
    """A length in px; of ``em`` and ``%`` a share of ``size``; ``size`` or ``otherwise`` for none."""
    text = (text or "").strip()
    match = _NUMBER.match(text)
    if match is None:
        return size if otherwise is None else otherwise
    unit = text[match.end() :].strip().lower()
    if unit in ("em", "%"):
        return float(match[0]) * size / (100 if unit == "%" else 1)
    return float(match[0]) * (16.0 if unit == "rem" else _PX.get(unit, 1.0))


def _transform(text: str) -> Matrix:
    from math import cos, radians, sin, tan

    whole: Matrix = (1, 0, 0, 1, 0, 0)
    for kind, arguments in _STEP.findall(text):
        n = [float(number) for number in _NUMBER.findall(arguments)]
        match kind, n:
            case "matrix", [a, b, c, d, e, f]:
                step: Matrix = (a, b, c, d, e, f)
            case "translate", [x, *rest]:
                step = (1, 0, 0, 1, x, rest[0] if rest else 0)
            case "scale", [x, *rest]:
                step = (x, 0, 0, rest[0] if rest else x, 0, 0)
            case "rotate", [angle, *about]:
                turn = radians(angle)
                x, y = about if len(about) == 2 else (0.0, 0.0)
                turned: Matrix = (cos(turn), sin(turn), -sin(turn), cos(turn), 0, 0)
                step = _product(_product((1, 0, 0, 1, x, y), turned), (1, 0, 0, 1, -x, -y))
            case "skewX", [angle]:
                step = (1, 0, tan(radians(angle)), 1, 0, 0)
            case "skewY", [angle]:
                step = (1, tan(radians(angle)), 0, 1, 0, 0)
            case _:
                continue
        whole = _product(whole, step)
    return whole


def _product(outer: Matrix, inner: Matrix) -> Matrix:
    a, b, c, d, e, f = outer
    g, h, i, j, k, m = inner
    return (
        *(a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j),
        *(a * k + c * m + e, b * k + d * m + f),
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
