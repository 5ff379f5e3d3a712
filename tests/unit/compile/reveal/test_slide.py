"""Whole slides."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from msgspec.structs import replace

from quarterdeck.compile.html.pictures import DrawingContext, PictureSources
from quarterdeck.compile.reveal.slide import draw_slide
from quarterdeck.model.placed import PlacedSlide
from quarterdeck.theme.file import load_theme
from quarterdeck.theme.placement.place import place
from support import example_deck


@pytest.fixture(scope="module")
def placed() -> Mapping[str, PlacedSlide]:
    """The example deck's slides by id."""
    deck = example_deck.deck()
    slides = place(deck, load_theme("harbour", Path()), {"counting": example_deck.cast()}).slides
    return {slide.slide.id: slide for slide in slides}


def draw(placed: PlacedSlide) -> str:
    """A slide as it stands in the page."""
    theme = load_theme("harbour", Path())
    deck = example_deck.deck()
    casts = {"counting": example_deck.cast()}
    return draw_slide(placed, DrawingContext(deck, theme, casts, PictureSources(), placed.colors), notes=True)


def test_slide_is_named_by_its_title(placed: Mapping[str, PlacedSlide]) -> None:
    """Its address is its id, and its name its title, or its number where it has none."""
    assert '<section class="qd-slide qd-layout-content" id="lists" aria-label="Lists"' in draw(placed["lists"])
    assert 'id="end" aria-label="Slide 10"' in draw(placed["end"])


def test_footer_and_number_stand_where_the_layout_has_them(placed: Mapping[str, PlacedSlide]) -> None:
    """A content slide has both; the cover has neither."""
    drawn = draw(placed["lists"])
    assert "A footer" in drawn
    assert '<div class="qd-text qd-number"' in drawn
    assert "A footer" not in draw(placed["cover"])


def test_hidden_slide_is_left_out_of_the_show(placed: Mapping[str, PlacedSlide]) -> None:
    """reveal.js removes what is marked so."""
    hidden = replace(placed["lists"], slide=replace(placed["lists"].slide, hidden=True))
    assert 'data-visibility="hidden"' in draw(hidden)


@pytest.mark.parametrize(("asked", "given"), [("push", "slide"), ("none", "none"), ("morph", "fade")])
def test_transition_is_the_nearest_that_there_is(placed: Mapping[str, PlacedSlide], asked: str, given: str) -> None:
    """PowerPoint's names work; what reveal.js lacks fades."""
    moving = replace(placed["lists"], slide=replace(placed["lists"].slide, transition=asked))
    assert f'data-transition="{given}"' in draw(moving)


def test_what_two_slides_share_stays_between_them(placed: Mapping[str, PlacedSlide]) -> None:
    """reveal.js moves it from a slide to one that morphs, and never into a slide that doesn't."""
    first = replace(placed["lists"], leads=True)
    second = replace(placed["lists"], slide=replace(placed["lists"].slide, transition="morph"))
    assert "data-auto-animate" not in draw(placed["lists"])
    assert " data-auto-animate data-auto-animate-restart" in draw(first)
    assert " data-auto-animate " in draw(second) and "restart" not in draw(second)


def test_demo_panel_shows_its_last_screen_until_it_plays(placed: Mapping[str, PlacedSlide]) -> None:
    """Printed pages and the first moment show what the recording ends with, marked as a recording."""
    drawn = draw(placed["counting"])
    assert "three" in drawn
    assert '<span class="qd-badge" data-kind="recorded">Recorded</span>' in drawn
    assert drawn.count("<i data-step=") == 3
