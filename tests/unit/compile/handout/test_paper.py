"""A theme's colours and sizes on paper."""

from __future__ import annotations

from pathlib import Path

import pytest

from quarterdeck.compile.handout.paper import SIZES, WHITE, paper_colors, paper_syntax, points
from quarterdeck.theme.colors import AA_TEXT, ratio
from quarterdeck.theme.file import load_theme

ON_STRONG_GROUND = {"deep", "deeper", "beacon", "on-accent", "on-accent-muted", "on-accent-highlight"}


@pytest.mark.parametrize("name", ["harbour", "night", "contrast"])
def test_every_text_can_be_read_on_white(name: str) -> None:
    """Also that of a theme made for dark rooms."""
    theme = load_theme(name, Path())
    colors = paper_colors(theme)
    for token in ("text", "muted", "accent", "link", "note", "tip", "warning", "danger", "code-text", "code-number"):
        assert ratio(colors[token], WHITE) >= AA_TEXT, token
    for color in paper_syntax(theme, colors["text"]).values():
        assert ratio(color, colors["code-background"]) >= AA_TEXT * 0.95
    for ground in ("surface", "code-background"):
        assert ratio(colors[ground], WHITE) < 1.5, "ink is spared"
        assert ratio(colors["text"], colors[ground]) >= AA_TEXT


@pytest.mark.parametrize("name", ["harbour", "night", "contrast"])
def test_the_scale_of_type_descends(name: str) -> None:
    """The title is larger than chapters, these than topics, these than text; nothing is too small to print."""
    theme = load_theme(name, Path())
    sizes = [points(theme, kind) for kind in ("cover", "chapter", "topic", "subheading")]
    assert sizes == sorted(sizes, reverse=True)
    assert min(points(theme, kind) for kind in SIZES) >= 8
