"""A theme's colours and sizes on paper."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from quarterdeck.compile.handout.paper import (
    LONG_LISTING,
    SIZES,
    WHITE,
    DrawnFigures,
    paper_colors,
    paper_syntax,
    points,
)
from quarterdeck.model.content import Asset, Chart, Code, Diagram, Image, Length, Math, Media, Series
from quarterdeck.theme.colors import AA_TEXT, ratio
from quarterdeck.theme.file import load_theme
from support.placed_decks import HARBOUR

ON_STRONG_GROUND = {"deep", "deeper", "beacon", "on-accent", "on-accent-muted", "on-accent-highlight"}


@pytest.mark.parametrize("name", ["harbour", "night", "contrast", "logbook"])
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


@pytest.mark.parametrize("name", ["harbour", "night", "contrast", "logbook"])
def test_the_scale_of_type_descends(name: str) -> None:
    """The title is larger than chapters, these than topics, these than text; nothing is too small to print."""
    theme = load_theme(name, Path())
    sizes = [points(theme, kind) for kind in ("cover", "chapter", "topic", "subheading")]
    assert sizes == sorted(sizes, reverse=True)
    assert min(points(theme, kind) for kind in SIZES) >= 8


FIGURES = DrawnFigures(HARBOUR, paper_colors(HARBOUR))
PICTURE = Asset("ship.png", "image/png", b"png", 640, 360)


@pytest.mark.parametrize(
    ("width", "natural", "share"),
    [
        (None, 640, 50.0),
        (None, 4000, 100.0),
        (None, 0, 100.0),
        (Length(30, "%"), 640, 30.0),
        (Length(280, "px"), 640, 25.0),
    ],
)
def test_pictures_are_smaller_than_on_a_slide(width: Length | None, natural: float, share: float) -> None:
    """Half of their own size, or the author's share of the text's width; never wider than it."""
    image = Image(Asset("a.png", "image/png", b"", natural, 9), "A ship", width=width)
    assert f'alt="A ship" style="width:{share:.1f}%"' in FIGURES.figure(image, "")


def test_captions_come_below() -> None:
    """As markup: they were written already."""
    assert FIGURES.figure(Image(PICTURE, "x"), "<em>A</em>").endswith("<figcaption><em>A</em></figcaption></figure>")


def test_a_video_is_its_poster_and_its_name() -> None:
    """Paper doesn't move."""
    film = Media(Asset("f.mp4", "video/mp4", b"film"), "The <voyage>", poster=PICTURE)
    drawn = FIGURES.figure(film, "")
    assert "data:image/png" in drawn
    assert "▷ The &lt;voyage&gt;" in drawn
    assert "video/mp4" not in drawn


def test_code_keeps_its_numbers_and_title() -> None:
    """From where the slide counts; a long listing may be cut by the end of a page."""
    code = Code("a = 1\nb = 2", "python", numbers=True, first_number=41, title="conf.py")
    drawn = FIGURES.figure(code, "")
    assert re.findall(r'class="number">(\d+)<', drawn) == ["41", "42"]
    assert "<figcaption>conf.py</figcaption>" in drawn
    assert 'class="tall"' not in drawn
    assert 'class="tall"' in FIGURES.figure(Code("\n" * LONG_LISTING), "")


def test_formulas_are_pictures_that_can_be_read_out() -> None:
    """Their TeX is the description."""
    assert 'alt="a^2"' in FIGURES.figure(Math("a^2"), "")
    assert 'class="qd-formula"' in FIGURES.formula("a^2")


def test_a_diagram_that_cant_be_drawn_is_its_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """The slide has reported why."""
    monkeypatch.setenv("PATH", "")
    assert FIGURES.figure(Diagram("dot", "a -> b"), "") == "<figure><pre>a -&gt; b</pre></figure>"


def test_charts_are_drawn_in_colours_for_paper() -> None:
    """Dark on white, in the font of the page."""
    drawn = FIGURES.figure(Chart("column", ("a", "b"), (Series("s", (1.0, 2.0)),), alt="Ships"), "")
    assert 'aria-label="Ships"' in drawn
    assert f'fill="{FIGURES.colors["text"]}"' in drawn
    assert "'Arimo'" in drawn
