"""The text styles of a template: sizes, weight and line height of its placeholders, the rest in proportion."""

from __future__ import annotations

from collections.abc import Mapping

from quarterdeck.lazy import replace
from quarterdeck.model.deck import Layout
from quarterdeck.model.theme import TextStyle
from quarterdeck.theme.building.setting import POINT
from quarterdeck.theme.template.holders import Holder, TextLook
from quarterdeck.theme.template.matching import Match

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
"""A title's smallest size, as a share of its own: boxes of templates are often low."""
_TEXT_LEADING = 1.2
"""The least leading of running text; titles may be set more closely."""
_DEMO_TITLE = 26


def text_styles(matches: Mapping[Layout, Match], base: Mapping[str, TextStyle]) -> dict[str, TextStyle]:
    """The styles; ``base`` gives what the template has no placeholder for."""
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
