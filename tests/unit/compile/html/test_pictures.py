"""Pictures."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from msgspec.structs import replace

from quarterdeck.compile.html.pictures import DrawingContext, PictureNames, PictureSources, draw_image, with_sources
from quarterdeck.model.content import Asset, WebLink
from quarterdeck.model.deck import Deck
from quarterdeck.model.placed import PlacedImage
from quarterdeck.model.theme import Box
from quarterdeck.theme.file import load_theme
from support import example_deck

BOX = Box(0, 0, 10, 10)


@pytest.fixture
def drawing() -> DrawingContext:
    """An empty deck being drawn."""
    theme = load_theme("harbour", Path())
    return DrawingContext(Deck("d", Path(), "D", ()), theme, {}, PictureSources(), theme.colors)


def test_svg_is_a_picture_that_can_not_run_scripts(drawing: DrawingContext) -> None:
    """It is the source of an image, where browsers run nothing, not a part of the page."""
    svg = Asset("a.svg", "image/svg+xml", b"<svg><script>alert(1)</script></svg>")
    drawn = draw_image(PlacedImage(Box(0, 0, 10, 10), svg, "A"), drawing)
    assert "<svg" not in drawn
    assert 'src="data:image/svg+xml;base64,' in drawn


def test_cropped_picture_hangs_over_its_box(drawing: DrawingContext) -> None:
    """With a quarter cut off left and right the picture is twice as wide as its box, and centred in it."""
    drawn = draw_image(PlacedImage(Box(0, 0, 10, 10), example_deck.picture(), "A", (0.25, 0, 0.25, 0)), drawing)
    style = re.search(r"<img [^>]*style=\"([^\"]*)\"", drawn)
    assert style is not None
    assert style[1] == "left:-50.0000%;top:0.0000%;width:200.0000%;height:100.0000%"


def test_alternative_text_and_link(drawing: DrawingContext) -> None:
    """A linked picture can be read and followed."""
    image = PlacedImage(Box(0, 0, 10, 10), example_deck.picture(), 'Say "hi"', link=WebLink("https://e.org/"))
    drawn = draw_image(image, drawing)
    assert 'alt="Say &quot;hi&quot;"' in drawn
    assert '<a href="https://e.org/"' in drawn


def test_second_use_names_the_first(drawing: DrawingContext) -> None:
    """Only the first use carries the data; another picture carries its own."""
    image = PlacedImage(Box(0, 0, 10, 10), example_deck.picture(), "A")
    first, second = draw_image(image, drawing), draw_image(image, drawing)
    key = re.search(r'data-picture="(\w+)"', first)
    assert key is not None
    assert f'data-same-as="{key[1]}"' in second
    assert "base64" not in second
    other = PlacedImage(Box(0, 0, 10, 10), example_deck.picture("#ff0000"), "B")
    assert "base64" in draw_image(other, drawing)


def test_slides_drawn_apart_make_the_same_page(drawing: DrawingContext) -> None:
    """Sources put in afterwards stand where they would, even beside text that looks like a picture's name."""
    blue, red = example_deck.picture(), example_deck.picture("#ff0000")
    slides = [[blue, blue], [red, blue], [red]]
    together = ["".join(draw_image(PlacedImage(BOX, asset, "A"), drawing) for asset in slide) for slide in slides]
    apart = []
    for slide in slides:
        pictures = PictureNames()
        drawn = "".join(draw_image(PlacedImage(BOX, a, "A"), replace(drawing, pictures=pictures)) for a in slide)
        text = "".join(f'data-same-as="{key}"' for key in pictures.shown)
        apart.append((text + drawn, pictures.shown, text))
    page = with_sources((markup, shown) for markup, shown, _ in apart)
    assert [part.removeprefix(text) for part, (_, _, text) in zip(page, apart, strict=True)] == together
