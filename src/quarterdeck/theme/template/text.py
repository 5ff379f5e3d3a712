"""A template's fonts with their substitutes in the HTML, and its text styles."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree
from msgspec.structs import replace

from quarterdeck.model.deck import Layout
from quarterdeck.model.theme import FontFamily, TextStyle
from quarterdeck.theme.elements.context import POINT
from quarterdeck.theme.measure.fonts import TWINS
from quarterdeck.theme.template.match import Match
from quarterdeck.theme.template.package import A
from quarterdeck.theme.template.placeholders import Holder, TextLook

_LIKE: Mapping[str, str] = {
    "Helvetica": "Arimo",
    "Helvetica Neue": "Arimo",
    "Liberation Sans": "Arimo",
    "Arimo": "Arimo",
    "Carlito": "Carlito",
    "Cousine": "Cousine",
    "Liberation Mono": "Cousine",
    "Courier": "Cousine",
}
"""Families with the metrics of one that comes with Quarterdeck, besides those that Office has."""
_NARROW = ("candara", "corbel", "calibri", "carlito", "condensed", "narrow", "gill", "myriad", "lato")
"""Words in the names of families that run about as narrow as Calibri."""
_MONO = ("mono", "consolas", "courier", "code")
FALLBACK = "Arial"


def family(name: str) -> FontFamily:
    """The family of a template with its twin, or with the nearest one where it has none."""
    exact = TWINS.get(name) or _LIKE.get(name)
    if exact is not None:
        return FontFamily(name, exact)
    lower = name.lower()
    if any(word in lower for word in _MONO):
        return FontFamily(name, "Cousine")
    return FontFamily(name, "Carlito" if any(word in lower for word in _NARROW) else "Arimo")


def has_twin(name: str) -> bool:
    """Whether the twin has the same metrics, so that lines break alike."""
    return name in TWINS or name in _LIKE


def theme_fonts(theme: etree._Element) -> tuple[FontFamily, FontFamily]:
    """The families of headings and of text (``a:fontScheme``, ECMA-376 part 1, 20.1.4.1.18)."""

    def latin(kind: str) -> FontFamily:
        found = theme.find(f".//{A}fontScheme/{A}{kind}Font/{A}latin")
        return family((found.get("typeface") if found is not None else "") or FALLBACK)

    return latin("major"), latin("minor")


SOURCES: Mapping[str, tuple[Layout, str]] = {
    "cover-title": (Layout.TITLE, "title"),
    "section-title": (Layout.SECTION, "title"),
    "title": (Layout.CONTENT, "title"),
    "subtitle": (Layout.TITLE, "subtitle"),
    "body": (Layout.CONTENT, "body"),
    "column-body": (Layout.TWO_COLUMNS, "left"),
    "column-heading": (Layout.COMPARISON, "left-heading"),
    "quote": (Layout.QUOTE, "quote"),
    "footer": (Layout.CONTENT, "footer"),
}
"""The placeholder that each style is taken from."""
TITLE_STYLES = ("cover-title", "section-title", "title", "demo-title")
LEAST, MOST = 11, 96
"""pt."""
_LEAST_TITLE = 0.55
"""The smallest size of a title, as a share of its full size: boxes of templates are often low."""
_TEXT_LEADING = 1.2
"""The least leading of running text; titles may be set more closely."""
_DEMO_TITLE = 26


def text_styles(matches: Mapping[Layout, Match], base: Mapping[str, TextStyle]) -> dict[str, TextStyle]:
    """The text styles; those without a placeholder in the template are ``base``'s."""
    styles = dict(base)
    for name, (layout, slot) in SOURCES.items():
        holder: Holder | None = matches[layout].slots.get(slot)
        if holder is not None:
            styles[name] = _style(name, holder.look, base[name])
    if matches[Layout.TWO_COLUMNS].substitute:
        styles["column-body"] = _sized(styles["column-body"], styles["body"].size / base["body"].size)
    styles["callout"] = _sized(base["callout"], styles["body"].size / base["body"].size)
    title = styles["title"]
    styles["demo-title"] = replace(title, size=min(title.size, _DEMO_TITLE * POINT), minimum=title.minimum)
    for name in TITLE_STYLES:
        styles[name] = replace(styles[name], color="title-text", minimum=min(styles[name].minimum, styles[name].size))
    styles["subtitle"] = replace(styles["subtitle"], color="subtitle-text")
    styles["footer"] = replace(styles["footer"], color="footer-text")
    return styles


def _style(name: str, look: TextLook, base: TextStyle) -> TextStyle:
    size = _points(look.size)
    share = _LEAST_TITLE if name in TITLE_STYLES else base.minimum / base.size
    return replace(
        base,
        size=size * POINT,
        minimum=_points(size * share) * POINT,
        leading=round(look.leading if name in TITLE_STYLES else max(_TEXT_LEADING, look.leading), 3),
        bold=look.bold,
        italic=look.italic,
        uppercase=look.uppercase,
        tracking=0.0,
        growth=0.0,
    )


def _sized(style: TextStyle, factor: float) -> TextStyle:
    size, minimum = (_points(px / POINT * factor) * POINT for px in (style.size, style.minimum))
    return replace(style, size=size, minimum=min(size, minimum))


def _points(size: float) -> int:
    return max(LEAST, min(MOST, round(size)))
