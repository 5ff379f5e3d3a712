"""A template's text styles: those of its own placeholders, layout by layout, and ours in proportion to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import ceil

from msgspec.structs import replace

from quarterdeck.model.deck import Layout
from quarterdeck.model.theme import ListDepth, TemplateLevel, TemplatePlaceholder, TextStyle
from quarterdeck.theme.elements.context import POINT
from quarterdeck.theme.elements.lists import BULLET_STEP
from quarterdeck.theme.template.match import Match
from quarterdeck.theme.template.placeholders import FEET

SOURCES: Mapping[str, tuple[Layout, str]] = {
    "cover-title": (Layout.TITLE, "title"),
    "section-title": (Layout.SECTION, "title"),
    "title": (Layout.CONTENT, "title"),
    "closing-title": (Layout.CLOSING, "title"),
    "subtitle": (Layout.TITLE, "subtitle"),
    "body": (Layout.CONTENT, "body"),
    "column-body": (Layout.TWO_COLUMNS, "left"),
    "column-heading": (Layout.COMPARISON, "left-heading"),
    "quote": (Layout.QUOTE, "quote"),
    "footer": (Layout.CONTENT, "footer"),
    "date": (Layout.CONTENT, "date"),
    "number": (Layout.CONTENT, "number"),
}
"""The placeholder that each style is taken from, where a layout has none of its own."""
PROPORTIONAL = ("callout", "heading", "table", "table-header", "statement", "closing")
"""Styles that no placeholder has; they keep their proportion to text."""
TITLE_STYLES = ("cover-title", "section-title", "title", "closing-title")
FOOT_STYLES = ("footer", "date", "number")
OWN_COLORS = ("column-heading", "quote", "attribution", "caption", "byline", "subtitle", *FOOT_STYLES)
"""Styles whose text has a colour token of its own in a template."""
LEAST, MOST = 11, 96
"""pt of text."""
_LEAST_FOOT, _MOST_FOOT, _LEAST_FOOT_SHARE = 6, 20, 0.6
_LEAST_TITLE = 0.55
"""The smallest size of a title, as a share of its full size: boxes of templates are often low."""
_LEAST_HANGING = 0.4
"""em from a bullet to its text: less, and they touch."""
_SLACK = 0.05
"""px by which a length may exceed a whole number of px that it is rounded down to."""


def text_styles(matches: Mapping[Layout, Match], base: Mapping[str, TextStyle]) -> dict[str, TextStyle]:
    """The text styles that hold on every layout; those without a placeholder in the template are ``base``'s."""
    base = {**{name: replace(base["footer"], color=f"{name}-text") for name in FOOT_STYLES}, **base}
    styles = dict(base)
    for name, (layout, slot) in SOURCES.items():
        holder = matches[layout].slots.get(slot)
        if holder is None and slot in FEET.values():
            holder = next((h for h in matches[layout].candidate.holders if FEET.get(h.kind) == slot), None)
        if holder is not None:
            styles[name] = placeholder_style(name, holder.inherited(), holder.look, base[name])
    share = styles["body"].size / base["body"].size
    if matches[Layout.TWO_COLUMNS].substitute:
        styles["column-body"] = replace(_sized(styles["column-body"], share), lists=styles["body"].lists)
    for name in PROPORTIONAL:
        styles[name] = _sized(base[name], share)
    for name, layout in (("quote", Layout.QUOTE), ("column-heading", Layout.COMPARISON)):
        if matches[layout].substitute:
            styles[name] = _sized(base[name], min(1.0, share))
    for name in TITLE_STYLES:
        styles[name] = replace(styles[name], color="title-text", minimum=min(styles[name].minimum, styles[name].size))
    return styles


def placeholder_style(name: str, inherited: TemplatePlaceholder, look: TemplateLevel, base: TextStyle) -> TextStyle:
    """The style of that name on a layout where it is a placeholder's; ``base`` is what it is elsewhere."""
    least, most = type_sizes(name)
    size = max(least * POINT, min(most * POINT, look.size))
    share = _LEAST_FOOT_SHARE if name in FOOT_STYLES else base.minimum / base.size
    share = _LEAST_TITLE if name in TITLE_STYLES else share
    return replace(
        base,
        size=size,
        minimum=min(size, max(least, round(size * share / POINT)) * POINT),
        leading=_whole(size * look.leading) / size,
        color=f"{name}-text" if name in OWN_COLORS else "title-text" if name in TITLE_STYLES else "text",
        font=look.font,
        bold=look.bold,
        italic=look.italic,
        uppercase=look.uppercase,
        space_before=_whole(look.above) / size,
        tracking=0.0,
        growth=0.0,
        lists=tuple(_depths(inherited.levels[inherited.first :], size)),
    )


def type_sizes(name: str) -> tuple[int, int]:
    """The smallest and the largest size that text of a style has, in pt; masters without any make a foot large."""
    return (_LEAST_FOOT, _MOST_FOOT) if name in FOOT_STYLES else (LEAST, MOST)


def _depths(levels: Iterable[TemplateLevel], size: float) -> Iterator[ListDepth]:
    """The depths of lists; where a bullet has no room before its text, as some programs write levels, it gets some."""
    outer = 0.0
    for level in levels:
        indent, hanging = round(level.indent) / size, max(0.0, round(level.hanging)) / size
        if level.bullet != "" and hanging < _LEAST_HANGING * level.size / size:
            hanging = BULLET_STEP
            indent = max(indent, outer + hanging)
        outer = indent
        yield _depth(level, size, indent, hanging)


def _depth(level: TemplateLevel, size: float, indent: float, hanging: float) -> ListDepth:
    return ListDepth(
        indent=indent,
        hanging=hanging,
        mark="•" if level.bullet is None else level.bullet,
        color=level.bullet_color,
        scale=level.bullet_scale,
        factor=level.size / size,
        before=_whole(level.above) / level.size,
    )


def _whole(px: float) -> float:
    """So many px, rounded up: what is measured may be higher than what is drawn, never lower."""
    return float(ceil(px - _SLACK))


def _sized(style: TextStyle, factor: float) -> TextStyle:
    size, minimum = (_points(px / POINT * factor) * POINT for px in (style.size, style.minimum))
    return replace(style, size=size, minimum=min(size, minimum))


def _points(size: float) -> int:
    return max(LEAST, min(MOST, round(size)))


def layout_styles(match: Match, theme: Mapping[str, TextStyle], slots: Mapping[str, str]) -> dict[str, TextStyle]:
    """The styles that a layout's own placeholders have; ``slots`` are the names of the styles by slot."""
    found: dict[str, TextStyle] = {}
    feet = {FEET[h.kind]: h for h in match.candidate.holders if h.kind in FEET}
    for slot, holder in {**feet, **match.slots}.items():
        name = slots.get(slot)
        if name is None or name in found or holder.kind == "pic":
            continue
        found[name] = placeholder_style(name, holder.inherited(), holder.look, theme[name])
    return {name: style for name, style in found.items() if style != theme[name]}
