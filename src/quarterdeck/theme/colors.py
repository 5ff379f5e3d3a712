"""Colours of a theme: tokens, contrast, the colours on a ground, and SVG drawings recoloured.

Contrast is that of WCAG 2.2 (success criterion 1.4.3).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import lru_cache

from msgspec.structs import replace

from quarterdeck.model.content import Asset
from quarterdeck.model.deck import Background
from quarterdeck.model.theme import LayoutTokens, Theme

AA_TEXT = 4.5
"""The least contrast of text on its ground."""
AA_LARGE = 3.0
"""The least contrast of text from 18 pt, or 14 pt bold, and of graphics."""

WHITE, BLACK = "#FFFFFF", "#000000"


def channels(color: str) -> tuple[int, int, int]:
    """Red, green and blue of ``#rrggbb``, 0 to 255."""
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


@lru_cache(maxsize=1024)
def luminance(color: str) -> float:
    """Relative luminance of ``#rrggbb``, 0 to 1."""
    red, green, blue = (linear(c / 255) for c in channels(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linear(value: float) -> float:
    """Linear light for an sRGB value of 0 to 1 (IEC 61966-2-1)."""
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def ratio(one: str, other: str) -> float:
    """Contrast ratio of two colours ``#rrggbb``, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def readable_on(color: str) -> str:
    """White or black, whichever is read better on a colour; white where both will do for large type."""
    return WHITE if ratio(WHITE, color) >= AA_LARGE else BLACK


def mixed(top: str, ground: str, opacity: float) -> str:
    """The colour of ``top`` over ``ground``, with an opacity of 0 to 1."""
    parts = zip(channels(top), channels(ground), strict=True)
    return "#" + "".join(f"{round(a * opacity + b * (1 - opacity)):02X}" for a, b in parts)


COLOR_TOKENS = (
    "background",
    "surface",
    "text",
    "muted",
    "accent",
    "accent-2",
    "accent-3",
    "accent-4",
    "accent-5",
    "accent-6",
    "link",
    "rule",
    "deep",
    "deeper",
    "beacon",
    "on-accent",
    "on-accent-muted",
    "on-accent-highlight",
    "code-background",
    "code-text",
    "code-number",
    "code-highlight",
    "terminal-background",
    "terminal-bar",
    "terminal-text",
    "note",
    "tip",
    "warning",
    "danger",
)
"""The colour tokens of every theme.  ``deep`` and ``deeper`` are the strong grounds, which carry text in the
``on-accent`` colours; ``beacon`` is for decorations and never carries text."""


def derived(colors: Mapping[str, str], given: Collection[str]) -> dict[str, str]:
    """The tokens of a theme with those derived that follow from the few that its author gave.

    From ``accent`` follow the strong grounds, links and lights; from ``deep`` what stands on it, and terminals; from
    ``background`` and ``text`` the greys between them.
    """
    made = dict(colors)

    def follow(name: str, color: str) -> None:
        if name not in given:
            made[name] = color

    if {"background", "text"} & set(given):
        ground, text = made["background"], made["text"]
        for name, share in (("muted", 0.72), ("surface", 0.05), ("rule", 0.16), ("code-background", 0.05)):
            follow(name, mixed(text, ground, share))
        follow("code-text", text)
        follow("code-number", mixed(text, ground, 0.66))
    if "accent" in given:
        accent = made["accent"]
        follow("deep", mixed(accent, BLACK, 0.34))
        follow("beacon", _apart(accent, made["deep"], AA_LARGE))
        follow("on-accent-highlight", _apart(accent, made["deep"], AA_TEXT))
        follow("link", _apart(accent, made["background"], AA_TEXT))
        follow("code-highlight", mixed(accent, made["code-background"], 0.2))
    if {"accent", "deep"} & set(given):
        deep = made["deep"]
        follow("deeper", mixed(deep, BLACK, 0.72))
        follow("on-accent", max((WHITE, BLACK), key=lambda end: ratio(end, deep)))
        follow("on-accent-muted", mixed(made["on-accent"], deep, 0.76))
        follow("terminal-background", mixed(deep, BLACK, 0.6))
        follow("terminal-bar", mixed(made["terminal-text"], made["terminal-background"], 0.14))
    return made


def _apart(color: str, ground: str, least: float) -> str:
    """The colour, or the nearest lighter or darker one that has so much contrast to a ground."""
    to = max((WHITE, BLACK), key=lambda end: ratio(end, ground))
    shares = (step / 20 for step in range(20))
    return next((each for share in shares if ratio(each := mixed(to, color, share), ground) >= least), to)


INVERSE: Mapping[str, str] = {
    "background": "deep",
    "surface": "deeper",
    "text": "on-accent",
    "title-text": "on-accent",
    "subtitle-text": "on-accent-muted",
    "footer-text": "on-accent-muted",
    "date-text": "on-accent-muted",
    "number-text": "on-accent-muted",
    "column-heading-text": "on-accent",
    "quote-text": "on-accent",
    "attribution-text": "on-accent-muted",
    "caption-text": "on-accent-muted",
    "byline-text": "on-accent-muted",
    "muted": "on-accent-muted",
    "accent": "on-accent-highlight",
    "link": "on-accent-highlight",
    "rule": "on-accent-muted",
    "note": "on-accent-highlight",
    "tip": "on-accent-highlight",
    "warning": "on-accent-highlight",
    "danger": "on-accent-highlight",
}
"""On a strong ground each of these tokens takes the colour of another."""


def inverted(colors: Mapping[str, str]) -> dict[str, str]:
    """The tokens as they hold on a strong ground."""
    return {name: colors[INVERSE.get(name, name)] for name in colors}


_HEX = re.compile(r"#[0-9a-fA-F]{6}")


def ground_color(theme: Theme, color: str) -> str | None:
    """``#rrggbb`` for an author's colour: the name of a token, or ``#rrggbb`` itself; None for anything else."""
    if _HEX.fullmatch(color):
        return color.upper()
    return theme.colors.get(color)


TEXT_TOKENS = (
    *("text", "title-text", "subtitle-text", "footer-text", "column-heading-text", "quote-text", "attribution-text"),
    *("caption-text", "byline-text", "date-text", "number-text", "muted", "accent", "link"),
)
"""Tokens of text and marks on the ground of a slide."""
REMARK_TOKENS = ("note", "tip", "warning", "danger")
"""Tokens of text on panels."""
SURFACE_TINT = 0.12
"""Share of white or black in panels on a ground that the theme has no colours for."""


def _readable(colors: dict[str, str]) -> dict[str, str]:
    """The tokens, with another colour for text that can't be read on the ground that the author chose."""
    ground, strong = colors["background"], colors["text"]
    made = dict(colors)
    if ratio(strong, ground) < AA_TEXT:
        strong, other = (WHITE, BLACK) if ratio(WHITE, ground) > ratio(BLACK, ground) else (BLACK, WHITE)
        made["surface"] = mixed(other, ground, SURFACE_TINT)
    for names, under in ((TEXT_TOKENS, ground), (REMARK_TOKENS, made["surface"])):
        made |= {name: strong for name in names if name in made and ratio(made[name], under) < AA_TEXT}
    return made


def ground(theme: Theme, tokens: LayoutTokens, background: Background | None) -> tuple[str, dict[str, str]]:
    """The background colour of a slide, and the colour tokens that apply on it.

    Text on a ground of the author's choice takes whichever of the two sets of colours is easier to
    read there; a background picture is veiled with ``deep`` and takes the inverse set.
    """
    plain, inverse = dict(theme.colors), inverted(theme.colors)
    if background is not None and background.image is not None:
        return theme.colors["deep"], inverse
    if background is not None and background.color is not None:
        color = ground_color(theme, background.color) or theme.colors["background"]
        best = max((plain, inverse), key=lambda colors: ratio(colors["text"], color))
        if ratio(plain["text"], color) >= AA_TEXT and not tokens.inverse:
            best = plain
        return color, _readable({**best, "background": color})
    color = ground_color(theme, tokens.background) or theme.colors["background"]
    return color, {**(inverse if tokens.inverse else plain), **tokens.colors, "background": color}


SVG = "image/svg+xml"
_MARK = b"var(--qd-"
_TOKEN = re.compile(r"var\(\s*--qd-([a-z0-9-]+)\s*(?:,\s*(#[0-9a-fA-F]{3,8}|[a-zA-Z]+)\s*)?\)")


def dressed(asset: Asset, colors: Mapping[str, str]) -> Asset:
    """The drawing in the colours that hold on a slide; any other picture as it is."""
    if asset.media_type != SVG or _MARK not in asset.data:
        return asset
    return _dressed(asset, tuple(colors.items()))


@lru_cache(maxsize=256)
def _dressed(asset: Asset, colors: tuple[tuple[str, str], ...]) -> Asset:
    tokens = dict(colors)

    def color(found: re.Match[str]) -> str:
        return tokens.get(found[1]) or found[2] or found[0]

    text = asset.data.decode("utf-8", "surrogateescape")
    return replace(asset, data=_TOKEN.sub(color, text).encode("utf-8", "surrogateescape"))


DIM = 0.6
"""Share of its colour that dim text in a terminal keeps."""
SOFT = 0.86
"""Share of its colour that output in a terminal keeps beside commands."""
PROMPT_COLOR = 2
"""ANSI colour of prompts that no shell printed."""
COMMAND_COLOR = 15
"""ANSI colour of commands: bright white."""


def soft(theme: Theme) -> str:
    """The colour of output in terminals."""
    return mixed(theme.colors["terminal-text"], theme.colors["terminal-background"], SOFT)


def quiet(theme: Theme) -> str:
    """The colour of output that nobody reads, such as long ids."""
    return mixed(soft(theme), theme.colors["terminal-background"], DIM)
