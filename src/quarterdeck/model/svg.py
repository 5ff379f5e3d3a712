"""SVG drawings as they are written: their size, their CSS, and the features that resvg lacks.

resvg draws static SVG 1.1 with some CSS.  What it doesn't know it ignores without a word: a colour is then black, a
label is gone.  Browsers know all of it, so a drawing that needs more than resvg is drawn by the browser on the machine.

The rule is a list of things that are known to be drawn alike, held here against the drawing; everything else counts as
needing a browser.  That is the safe side: a drawing that resvg could have drawn looks the same from a browser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from lxml import etree

SVG_NAMESPACE = "http://www.w3.org/2000/svg"

_COMMENT = re.compile(r"/\*.*?\*/|<!--|-->", re.DOTALL)
_SELECTOR = re.compile(
    r"""(?:[\w*-]|\.(?=[\w-])|\#(?=[\w-])|\[\s*[\w:-]+\s*(?:=\s*(?:"[^"]*"|'[^']*'|[\w-]+)\s*)?\]|\s|>)+\Z"""
)
"""Selectors of elements, classes, ids and attributes with their whole value, and of children and descendants."""
_NEVER = re.compile(r":(?:hover|focus(?:-within|-visible)?|active|visited|target)\b|::")
"""Part of a selector that matches nothing in a picture."""
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)"
_COLOR = re.compile(
    rf"""#(?:[0-9a-f]{{3,4}}|[0-9a-f]{{6}}|[0-9a-f]{{8}})
    |(?:rgb|hsl)\(\s*{_NUMBER}%?(?:\s*,\s*|\s+){_NUMBER}%?(?:\s*,\s*|\s+){_NUMBER}%?\s*\)
    |(?:rgb|hsl)a?\(\s*{_NUMBER}%?\s*,\s*{_NUMBER}%?\s*,\s*{_NUMBER}%?\s*,\s*{_NUMBER}\s*\)
    |url\(\s*["']?\#[^)]*\)(?:\s+\S+)?
    |none|currentcolor|transparent|inherit|context-fill|context-stroke|icc-color\(.*\)""",
    re.IGNORECASE | re.VERBOSE,
)
_COLORED = ("fill", "stroke", "color", "stop-color", "flood-color", "lighting-color")
_FUNCTION = re.compile(r"([a-zA-Z][\w-]*)\(")
_FUNCTIONS = frozenset(
    (
        *("url", "rgb", "rgba", "hsl", "hsla", "icc-color", "format", "local"),
        *("translate", "rotate", "scale", "matrix", "skewx", "skewy"),
        *("blur", "brightness", "contrast", "drop-shadow", "grayscale", "hue-rotate", "invert", "opacity", "saturate"),
        "sepia",
    )
)
"""Functions that mean the same to resvg as to browsers, where they may stand."""
_UNIT = re.compile(r"(?<![\w#.-])[\d.]+(rem|vw|vh|vmin|vmax|ch|lh|rlh|cap|ic|[sld]v[wh]|cq[wh])\b", re.IGNORECASE)
_GEOMETRY = frozenset(["x", "y", "cx", "cy", "r", "rx", "ry", "width", "height", "d"])
_TRANSFORMS = frozenset(
    ("transform", "transform-origin", "transform-box", "translate", "rotate", "scale", "offset-path", "zoom")
)
_WIDE = frozenset(["initial", "unset", "revert", "revert-layer"])
_QUIET_RULES = frozenset(("charset", "keyframes", "-webkit-keyframes", "namespace"))
"""At-rules that change nothing in a picture that doesn't move."""
_MOVING = frozenset(["animate", "animateTransform", "animateMotion", "animateColor", "set"])
_IMPORTED = re.compile(
    rb"""@import\b|<\?xml-stylesheet\b|<link\b|@font-face\s*\{[^}]*url\(\s*["']?(?!["']?data:)""", re.IGNORECASE
)
_NAMED = re.compile(r"[a-z]+\Z", re.IGNORECASE)


class Rule(Struct, frozen=True):
    """A rule of a style sheet."""

    selectors: tuple[str, ...]
    declarations: tuple[tuple[str, str], ...]
    """Properties in lower case, with their values; without ``!important``."""


class StyleSheet(Struct, frozen=True):
    """The CSS of a drawing, as far as it is plain; ``features`` names what isn't."""

    rules: tuple[Rule, ...]
    features: tuple[str, ...]


def parse_svg(data: bytes) -> etree._Element | None:
    """The root of a drawing; None for what isn't well-formed.  No other file and no entity is read."""
    from lxml import etree  # 5 ms that decks without drawings shouldn't pay

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def local_name(element: etree._Element) -> str:
    """The name of an SVG element; "" for a comment or an element of another language."""
    if not isinstance(element.tag, str):
        return ""
    namespace, _, name = element.tag.rpartition("}")
    return name if namespace.lstrip("{") in ("", SVG_NAMESPACE) else ""


def style_sheet(text: str) -> StyleSheet:
    """The rules of a ``style`` element (CSS Syntax 3, as far as drawings use it)."""
    rules: list[Rule] = []
    features: list[str] = []
    text = _COMMENT.sub(" ", text)
    at = 0
    while at < len(text):
        brace, semicolon = text.find("{", at), text.find(";", at)
        head = text[at : brace if brace >= 0 else len(text)].strip()
        if head.startswith("@") and semicolon >= 0 and (brace < 0 or semicolon < brace):
            features += _at_rule(text[at:semicolon].strip(), "")
            at = semicolon + 1
            continue
        if brace < 0:
            break
        end = _closing(text, brace)
        body = text[brace + 1 : end]
        at = end + 1
        if head.startswith("@"):
            features += _at_rule(head, body)
        elif "{" in body:
            features.append("nested CSS rules")
        else:
            rules.append(Rule(tuple(part.strip() for part in head.split(",")), declarations(body)))
    return StyleSheet(tuple(rules), tuple(features))


def _at_rule(head: str, body: str) -> list[str]:
    name = re.split(r"[\s\"'(;]", head[1:], maxsplit=1)[0].lower()
    if name in _QUIET_RULES or (name == "font-face" and "data:" not in body) or name == "import":
        return []
    return [f"@{name}"]


def _closing(text: str, brace: int) -> int:
    """The place of the brace that closes the one at ``brace``."""
    depth = 0
    for found in re.finditer(r"[{}]", text[brace:]):
        depth += 1 if found[0] == "{" else -1
        if depth == 0:
            return brace + found.start()
    return len(text)


def declarations(text: str) -> tuple[tuple[str, str], ...]:
    """The declarations of a rule or of a ``style`` attribute."""
    made = []
    for part in re.findall(r"(?:[^;(\"']|\([^)]*\)|\"[^\"]*\"|'[^']*')+", _COMMENT.sub(" ", text)):
        name, colon, value = part.partition(":")
        if colon:
            name = name.strip()
            made.append(
                (name if name.startswith("--") else name.lower(), re.sub(r"\s*!\s*important\s*\Z", "", value.strip()))
            )
    return tuple(made)


@lru_cache(maxsize=256)
def features_beyond_resvg(data: bytes) -> tuple[str, ...]:
    """The names of what a drawing uses that resvg doesn't draw as browsers do; none for most drawings."""
    root = parse_svg(data)
    return tuple(dict.fromkeys(_features(root))) if root is not None else ()


@lru_cache(maxsize=256)
def is_moving(data: bytes) -> bool:
    """Whether a drawing moves by itself (SMIL, CSS animations)."""
    root = parse_svg(data)
    if root is None:
        return False
    sheets = [style_sheet(_text(element)) for element in root.iter() if local_name(element) == "style"]
    styles = [value for element in root.iter() if (value := element.get("style"))]
    moved = (*(d for sheet in sheets for rule in sheet.rules for d in rule.declarations), *_all(styles))
    return any(local_name(element) in _MOVING for element in root.iter()) or any(
        name in ("animation", "animation-name") and value != "none" for name, value in moved
    )


@lru_cache(maxsize=256)
def imported_styles(data: bytes) -> bool:
    """Whether a drawing names style sheets or fonts in other files, which no picture in a page loads."""
    return _IMPORTED.search(data) is not None


def _all(styles: list[str]) -> Iterator[tuple[str, str]]:
    for style in styles:
        yield from declarations(style)


def _features(root: etree._Element) -> Iterator[str]:
    for element in root.iter():
        name = local_name(element)
        if name == "foreignObject":
            yield "foreignObject"
        elif name == "style":
            sheet = style_sheet(_text(element))
            yield from sheet.features
            for rule in sheet.rules:
                yield from _of_rule(rule)
        elif name and name not in _MOVING:
            yield from _of_attributes(element, is_root=element is root)


def _text(element: etree._Element) -> str:
    return "".join(str(part) for part in element.itertext())


def _of_rule(rule: Rule) -> Iterator[str]:
    if all(_NEVER.search(selector) for selector in rule.selectors):
        return
    effective = [(name, value) for name, value in rule.declarations if not name.startswith("--")]
    of_root = all(re.match(r"(?:svg\b|:root)[^\s>]*\Z", selector) for selector in rule.selectors)
    for name, value in effective:
        yield from _of_declaration(name, value, of_root=of_root)
    if effective:
        for selector in rule.selectors:
            if not _NEVER.search(selector) and not _SELECTOR.match(selector):
                yield f"the selector '{selector}'"


def _of_declaration(name: str, value: str, *, of_root: bool) -> Iterator[str]:
    yield from _of_value(name, value)
    if name in _TRANSFORMS and value != "none":
        yield f"'{name}' in CSS"
    if name in _GEOMETRY and not of_root:
        yield f"'{name}' in CSS"
    if of_root and name in ("background", "background-color") and value not in ("none", "transparent"):
        yield f"'{name}'"
    if name in ("clip-path", "mask") and not re.match(r"none\Z|url\(\s*[\"']?#", value):
        yield f"'{name}' with a shape"
    if name == "text-transform" and value != "none":
        yield f"'{name}'"
    if name == "vector-effect" and value != "none":
        yield f"'{name}'"


def _of_attributes(element: etree._Element, *, is_root: bool) -> Iterator[str]:
    for name, value in ((str(key), str(given)) for key, given in element.attrib.items()):
        if name == "style":
            for own, given in declarations(value):
                if not own.startswith("--"):
                    yield from _of_declaration(own, given, of_root=is_root)
        elif name == "pathLength" and _is_dashed(element):
            yield "'pathLength'"
        elif name == "vector-effect" and value != "none":
            yield "'vector-effect'"
        elif name in _COLORED or name in ("font-size", "opacity", "x", "y", "width", "height"):
            yield from _of_value(name, value)


def _is_dashed(element: etree._Element) -> bool:
    return any("stroke-dasharray" in f"{name!s} {value!s}" for name, value in element.attrib.items())


def _of_value(name: str, value: str) -> Iterator[str]:
    """What is unknown in the value of a property or of a presentation attribute."""
    value = _TOKEN.sub("#000000", value).strip()
    unknown = [found for found in _FUNCTION.findall(value) if found.lower() not in _FUNCTIONS]
    for found in unknown:
        yield f"{found}()"
    if not unknown and name in _COLORED and value and not _COLOR.fullmatch(value):
        if value.lower() in _WIDE or "(" in value:
            yield f"'{value}'"
        elif _NAMED.match(value) and value.lower() not in _names_of_colors():
            yield f"the colour '{value}'"
    if found := _UNIT.search(value):
        yield f"the unit '{found[1]}'"


_TOKEN = re.compile(r"var\(\s*--qd-[^()]*\)")
"""A colour of the theme, which is put in before anything is drawn."""


@lru_cache(maxsize=1)
def _names_of_colors() -> frozenset[str]:
    from PIL import ImageColor  # the names of CSS Color 4, 6.1

    return frozenset(ImageColor.colormap)


_FAMILY = re.compile(
    r"""font-family\s*[=:]\s*["']?\s*['"]?([^;"'<>,]+)|font\s*[=:]\s*["']?[^;"'<>]*?\d\S*\s+['"]?([^;"'<>,]+)"""
)
_OWN_FAMILIES = frozenset(("arimo", "carlito", "cousine", "gelasio", "sans-serif", "monospace", "inherit", "system-ui"))


def fonts_of_machine(svg: str, own: Mapping[str, str]) -> bool:
    """Whether its text is in fonts of the machine: in none that it names, or in one that isn't brought along.

    ``own`` has the names of the families that are, and of those that they stand in for.
    """
    if "<text" not in svg:
        return False
    known = {*_OWN_FAMILIES, *(name.lower() for name in own), *(twin.lower() for twin in own.values())}
    families = [(first or second).strip().lower() for first, second in _FAMILY.findall(svg)]
    return not families or any(family not in known for family in families)


_SVG = re.compile(rb"<svg\b[^>]*>", re.DOTALL)
_SVG_ATTRIBUTE = re.compile(r"""\b(width|height|viewBox)\s*=\s*["']([^"']*)["']""")
_SVG_LENGTH = re.compile(r"\s*([\d.]+(?:[eE][+-]?\d+)?)\s*(px|pt|pc|in|cm|mm)?\s*\Z")
_PX = {"px": 1.0, "": 1.0, "pt": 96 / 72, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4}
_DEFAULT_SVG = (300.0, 150.0)
"""The size of an SVG that says none (CSS 2.2, 10.3.2)."""


def svg_size(data: bytes) -> tuple[float, float] | None:
    """Width and height of an SVG in CSS pixels (SVG 2, 8.2 and 8.6), or None when it is none."""
    match = _SVG.search(data)
    if match is None:
        return None
    attributes = dict(_SVG_ATTRIBUTE.findall(match[0].decode("utf-8", "replace")))
    box = [float(n) for n in re.findall(r"\d+(?:\.\d+)?|\.\d+", attributes.get("viewBox", ""))][-2:]
    ratio = box[1] / box[0] if len(box) == 2 and box[0] > 0 and box[1] > 0 else None
    width, height = _pixels(attributes.get("width")), _pixels(attributes.get("height"))
    if width and height:
        return width, height
    if ratio is None:
        return (width or _DEFAULT_SVG[0]), (height or _DEFAULT_SVG[1])
    if width:
        return width, width * ratio
    if height:
        return height / ratio, height
    return box[0], box[1]


def _pixels(text: str | None) -> float | None:
    match = _SVG_LENGTH.match(text or "")
    if match is None:
        return None
    try:
        value = float(match[1]) * _PX[match[2] or ""]
    except ValueError:
        return None
    return value or None
