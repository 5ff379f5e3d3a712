"""The styles that hold for the elements of an SVG drawing: CSS rules by their order and specificity, and transforms.

What isn't certain (selectors of other kinds, variables with several values) is reported as such.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from quarterdeck.model.svg import Rule, declarations, local_name, style_sheet, svg_size

if TYPE_CHECKING:
    from lxml import etree

Matrix: TypeAlias = tuple[float, float, float, float, float, float]
"""``a b c d e f`` of SVG's transforms."""

INHERITED = (
    *("fill", "stroke", "color", "font-size", "font-weight", "text-anchor", "visibility", "dominant-baseline"),
    *("fill-opacity", "stroke-width", "stroke-opacity"),
)
HIDDEN = frozenset(
    ("defs", "symbol", "marker", "clipPath", "mask", "pattern", "title", "desc", "style", "metadata", "script")
)
"""Elements whose content isn't shown where it is written."""
NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?", re.IGNORECASE)
_STEP = re.compile(r"(matrix|translate|scale|rotate|skewX|skewY)\s*\(([^)]*)\)")
_LIGHT_DARK = re.compile(r"light-dark\(\s*([^,()]*(?:\([^()]*\))?)\s*,\s*([^,()]*(?:\([^()]*\))?)\s*\)")
_VARIABLE = re.compile(r"var\(\s*(--[\w-]+)\s*(?:,\s*([^()]*(?:\([^()]*\))?))?\s*\)")
_COMPOUND = re.compile(r"([\w-]+|\*)?((?:[.#][\w-]+)*)\Z")


class Around(Struct, frozen=True):
    """What holds at an element."""

    styles: Mapping[str, str]
    matrix: Matrix
    size: float = 16.0
    opacity: float = 1.0


class Cascade:
    """The styles of one drawing, as shown on a dark page or a light one."""

    certain: bool
    """Whether every rule that colours something is understood."""

    def __init__(self, root: etree._Element, *, dark: bool) -> None:
        self._root = root
        sheets = [style_sheet("".join(map(str, e.itertext()))) for e in root.iter() if local_name(e) == "style"]
        self._rules = [rule for sheet in sheets for rule in sheet.rules]
        self.certain = not any(sheet.features for sheet in sheets) and all(
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

    def outermost(self, data: bytes) -> Around:
        """What holds around the drawing: px of its natural size."""
        width, height = svg_size(data) or (1.0, 1.0)
        box = [float(n) for n in NUMBER.findall(self._root.get("viewBox") or "")]
        matrix: Matrix = (1, 0, 0, 1, 0, 0)
        if len(box) == 4 and box[2] > 0 and box[3] > 0:
            scale = min(width / box[2], height / box[3])
            left, top = (width - box[2] * scale) / 2, (height - box[3] * scale) / 2
            matrix = (scale, 0, 0, scale, left - box[0] * scale, top - box[1] * scale)
        return Around({}, matrix)

    def inside(self, element: etree._Element, around: Around) -> Around | None:
        """What holds within an element; None if it isn't shown."""
        own = self._styles(element)
        styles = {**around.styles, **{name: value for name, value in own.items() if name in INHERITED}}
        if own.get("display") == "none":
            return None
        size = length(own.get("font-size"), around.size)
        matrix = product(around.matrix, transform(element.get("transform") or own.get("transform") or ""))
        return Around(styles, matrix, size, around.opacity * share(own.get("opacity")))

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


def color_of(text: str) -> str | None:
    """``#rrggbb`` of an opaque colour; None for anything else."""
    from PIL import ImageColor

    try:
        channels = ImageColor.getrgb(text.strip().lower())
    except ValueError:
        return None
    return "#{:02X}{:02X}{:02X}".format(*channels[:3]) if len(channels) == 3 or channels[3] == 255 else None


def share(text: str | None) -> float:
    """An opacity from 0 to 1; 1 for none."""
    match = NUMBER.match((text or "").strip())
    if match is None:
        return 1.0
    return min(1.0, max(0.0, float(match[0]) / (100 if "%" in (text or "") else 1)))


def first_number(text: str | None, otherwise: float = 0.0) -> float:
    """The first number of an attribute."""
    match = NUMBER.match((text or "").strip())
    return float(match[0]) if match else otherwise


_PX = {"pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4}


def length(text: str | None, size: float, otherwise: float | None = None) -> float:
    """A length in px; of ``em`` and ``%`` a share of ``size``; ``size`` or ``otherwise`` for none."""
    text = (text or "").strip()
    match = NUMBER.match(text)
    if match is None:
        return size if otherwise is None else otherwise
    unit = text[match.end() :].strip().lower()
    if unit in ("em", "%"):
        return float(match[0]) * size / (100 if unit == "%" else 1)
    return float(match[0]) * (16.0 if unit == "rem" else _PX.get(unit, 1.0))


def transform(text: str) -> Matrix:
    """A ``transform`` attribute as one matrix."""
    from math import cos, radians, sin, tan

    whole: Matrix = (1, 0, 0, 1, 0, 0)
    for kind, arguments in _STEP.findall(text):
        n = [float(number) for number in NUMBER.findall(arguments)]
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
                step = product(product((1, 0, 0, 1, x, y), turned), (1, 0, 0, 1, -x, -y))
            case "skewX", [angle]:
                step = (1, 0, tan(radians(angle)), 1, 0, 0)
            case "skewY", [angle]:
                step = (1, tan(radians(angle)), 0, 1, 0, 0)
            case _:
                continue
        whole = product(whole, step)
    return whole


def product(outer: Matrix, inner: Matrix) -> Matrix:
    """The matrix that applies ``inner``, then ``outer``."""
    a, b, c, d, e, f = outer
    g, h, i, j, k, m = inner
    return (
        *(a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j),
        *(a * k + c * m + e, b * k + d * m + f),
    )
