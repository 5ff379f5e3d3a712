"""A theme on paper: its colours on a white ground, and its type scale in points."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from quarterdeck.compile.html.blocks import BlockWriter
from quarterdeck.compile.html.stylesheet import font_stack
from quarterdeck.model.deck import Deck
from quarterdeck.model.phrases import Words
from quarterdeck.model.theme import Theme
from quarterdeck.theme.colors import AA_TEXT, mixed, ratio

WHITE = "#FFFFFF"
INK = "#16181D"
"""Text on paper, where a theme's own is too light."""
BODY = 10.5
"""Points of running text; the other sizes keep their ratio to it."""
SIZES: Mapping[str, tuple[str, float, float]] = {
    "cover": ("cover-title", 1.2, 24.0),
    "chapter": ("section-title", 1.0, 17.0),
    "topic": ("title", 0.95, 13.0),
    "subheading": ("heading", 1.15, 11.0),
    "lead": ("subtitle", 1.25, 11.0),
    "code": ("code", 1.1, 8.0),
    "console": ("code", 1.1, 8.0),
    "caption": ("caption", 1.4, 8.5),
    "table": ("table", 1.2, 9.0),
}
"""Kinds of text on paper: the theme's style each follows, its factor, and its least points."""
_STEP = 0.08


class Sheet(Struct, frozen=True):
    """What every part of a handout needs while it is written."""

    deck: Deck
    theme: Theme
    colors: Mapping[str, str]
    """The theme's tokens as they are on paper."""
    words: Words
    writer: BlockWriter


def paper_colors(theme: Theme) -> dict[str, str]:
    """The theme's colours for paper: those of text are dark enough to be read on white."""
    text = theme.colors["text"] if ratio(theme.colors["text"], WHITE) >= 2 * AA_TEXT else INK
    colors = {name: legible(color, text) for name, color in theme.colors.items()}
    strong = ("deep", "deeper", "beacon", "on-accent", "on-accent-muted", "on-accent-highlight")
    colors |= {name: theme.colors[name] for name in strong}
    colors["text"] = text
    colors["rule"] = mixed(text, WHITE, 0.18)
    for name in ("surface", "code-background"):
        own = theme.colors[name]
        colors[name] = own if ratio(own, WHITE) < 1.35 else mixed(text, WHITE, 0.05)
    return colors


def legible(color: str, ink: str) -> str:
    """The colour, darkened towards the ink until text in it can be read on paper, also on tinted grounds."""
    share = 1.0
    while share > 0 and ratio(mixed(color, ink, share), WHITE) < AA_TEXT * 1.15:
        share -= _STEP
    return mixed(color, ink, max(0.0, share))


def paper_syntax(theme: Theme, ink: str) -> dict[str, str]:
    """The colours of code, dark enough for paper."""
    return {kind: legible(color, ink) for kind, color in theme.syntax.items()}


def points(theme: Theme, kind: str) -> float:
    """The size of a kind of text, in points."""
    style, factor, least = SIZES[kind]
    share = theme.styles[style].size / theme.styles["body"].size
    return round(max(least, BODY * share * factor), 1)


def custom_properties(theme: Theme, colors: Mapping[str, str]) -> str:
    """``:root`` with ``--TOKEN`` for colours, ``--font-NAME`` and ``--KIND-size``."""
    return f":root{{{';'.join(_properties(theme, colors))}}}"


def _properties(theme: Theme, colors: Mapping[str, str]) -> Iterator[str]:
    for name, color in colors.items():
        yield f"--{name}:{color}"
    for name in ("heading", "body", "mono"):
        yield f"--font-{name}:{font_stack(theme, name)}"
    yield f"--body-size:{BODY}pt"
    for kind in SIZES:
        yield f"--{kind}-size:{points(theme, kind):g}pt"
