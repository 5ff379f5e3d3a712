"""All colour tokens from the few colours that a template has."""

from __future__ import annotations

from collections.abc import Mapping

from quarterdeck.model.theme import Theme
from quarterdeck.theme.contrast import AA_LARGE, AA_TEXT, luminance, mixed, ratio
from quarterdeck.theme.template.colors import Scheme

DARK = 0.2
"""The greatest relative luminance of a ground that asks for light text."""
_STRONG = 7.0
"""The contrast of white text on the strong grounds that we choose."""
_STEPS = 10


def is_dark(scheme: Scheme) -> bool:
    """Whether the template's slides are dark."""
    return luminance(scheme.colors["bg1"]) < DARK


def color_tokens(scheme: Scheme, text: str, title: str, footer: str, base: Theme) -> dict[str, str]:
    """The tokens; ``text``, ``title`` and ``footer`` are the colours that the template's placeholders have.

    What a template says nothing about (messages, terminals) is ``base``'s.  A colour that can't be
    read on its ground is moved towards the colour of text until it can.
    """
    colors, ground = scheme.colors, scheme.colors["bg1"]
    surface = colors["bg2"]
    if ratio(text, surface) < AA_TEXT or ratio(surface, ground) > 2 or surface == ground:
        surface = mixed(text, ground, 0.06)
    deep = _deep(scheme)
    muted = colors["tx2"] if _reads(colors["tx2"], ground, surface) else mixed(text, ground, 0.72)
    accents = {f"accent-{n}": colors.get(f"accent{n}", colors["tx1"]) for n in range(2, 7)}
    accent = colors.get("accent1", colors["tx1"])
    return {
        **base.colors,
        **accents,
        "background": ground,
        "surface": surface,
        "text": text,
        "title-text": title,
        "subtitle-text": muted,
        "footer-text": footer,
        "muted": muted,
        "accent": readable(accent, ground, text, AA_LARGE),
        "link": readable(colors.get("hlink", accent), ground, text),
        "rule": mixed(text, ground, 0.2),
        "deep": deep,
        "deeper": mixed("#000000", deep, 0.3),
        "beacon": accent,
        "on-accent": "#FFFFFF",
        "on-accent-muted": mixed("#FFFFFF", deep, 0.78),
        "on-accent-highlight": readable(mixed(accent, "#FFFFFF", 0.45), deep, "#FFFFFF"),
        "code-background": surface,
        "code-text": text,
        "code-number": readable(mixed(text, surface, 0.6), surface, text),
        "code-highlight": mixed(accent, surface, 0.22),
        **{name: readable(base.colors[name], ground, text) for name in ("note", "tip", "warning", "danger")},
    }


def syntax_colors(base: Theme, colors: Mapping[str, str]) -> dict[str, str]:
    """The colours of code, such that they are read on the template's surface."""
    return {
        token: readable(color, colors["code-background"], colors["code-text"]) for token, color in base.syntax.items()
    }


def readable(color: str, ground: str, text: str, least: float = AA_TEXT) -> str:
    """The colour, moved towards that of text as far as contrast with its ground needs it."""
    for step in range(_STEPS):
        moved = mixed(text, color, step / _STEPS) if step else color
        if ratio(moved, ground) >= least:
            return moved
    return text


def _reads(color: str, *grounds: str) -> bool:
    return all(ratio(color, ground) >= AA_TEXT for ground in grounds)


def _deep(scheme: Scheme) -> str:
    """A strong ground for white text: the template's dark colour or its first accent, darkened if need be."""
    for name in ("dk2", "accent1", "dk1"):
        color = scheme.colors.get(name, "#000000")
        if ratio("#FFFFFF", color) >= _STRONG and color != "#000000":
            return color
    return readable(scheme.colors.get("accent1", "#202020"), "#FFFFFF", "#000000", _STRONG)
