"""The colour tokens: their names, and how they change on strong grounds."""

from __future__ import annotations

import re
from collections.abc import Mapping

from quarterdeck.model.deck import Background
from quarterdeck.model.theme import LayoutTokens, Theme
from quarterdeck.theme.contrast import AA_TEXT, BLACK, WHITE, mixed, ratio

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
"""Every colour that a theme gives.  ``deep`` and ``deeper`` are the strong grounds, the ``on-accent``
colours stand on them; ``beacon`` is the light of decorations and never carries text."""

INVERSE: Mapping[str, str] = {
    "background": "deep",
    "surface": "deeper",
    "text": "on-accent",
    "title-text": "on-accent",
    "subtitle-text": "on-accent-muted",
    "footer-text": "on-accent-muted",
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
    """``#rrggbb`` for a colour that an author gives: a token's name, or ``#rrggbb`` itself; None for anything else."""
    if _HEX.fullmatch(color):
        return color.upper()
    return theme.colors.get(color)


TEXT_TOKENS = ("text", "title-text", "subtitle-text", "footer-text", "muted", "accent", "link")
"""Colours of what stands on the ground of a slide."""
REMARK_TOKENS = ("note", "tip", "warning", "danger")
"""Colours of what stands on panels."""
SURFACE_TINT = 0.12
"""Share of white or black in the panels on a ground for which the theme has no colours."""


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
    """The colour behind a slide, and the colour tokens that hold on it.

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
