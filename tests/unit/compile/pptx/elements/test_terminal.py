"""The panel of a demo."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from quarterdeck.compile.pptx.writer import write_pptx
from quarterdeck.model.cast import Cast, CastEvent
from quarterdeck.model.content import Run
from quarterdeck.model.deck import Layout, Slide
from quarterdeck.theme.file import load_theme
from quarterdeck.theme.placement.place import place
from support.example_deck import picture
from support.ooxml_lint import A, P, Pptx, R
from support.pptx_deck import SHOW_URL, built, deck_of, demo, texts


def test_demo_panel_shows_and_links() -> None:
    """The demo's screen is text, and a click runs it on the stage of the show."""
    made = Slide("one", Layout.DEMO, (Run("Demo"),), demo="publish port")
    pptx = Pptx(built(deck_of(made, demos={"publish port": demo()})))
    root = pptx.xml("ppt/slides/slide1.xml")
    shown = texts(root)
    assert "Publishing a port" in shown
    assert any("docker run --detach nginx:1.22" in line for line in shown)
    link = pptx.relationships("ppt/slides/slide1.xml")[next(root.iter(f"{A}hlinkClick")).get(f"{R}id")]
    assert link[1:] == (f"{SHOW_URL}/stage/publish%20port", True)


def test_pages_that_were_opened_are_pictures_under_their_addresses() -> None:
    """As wide as their places; what is too high is cut off below, so that the upper left stays."""
    made = Slide("one", Layout.DEMO, (Run("Demo"),), demo="publish port")
    step = replace(demo().steps[0], open_url="http://localhost:8080/")
    recorded = Cast("publish port", "", (CastEvent(0.0, "o", "x"),), pictures={"step-1": picture()})
    deck = deck_of(made, demos={"publish port": replace(demo(), steps=(step,))})
    theme = load_theme("harbour", Path())
    slides = place(deck, theme, {"publish port": recorded}).slides
    pptx = Pptx(write_pptx(deck, slides, theme, show_url=SHOW_URL))
    root = pptx.xml("ppt/slides/slide1.xml")
    assert "localhost:8080" in texts(root)
    (shown,) = root.iter(f"{P}pic")
    (about,) = (each for each in shown.iter(f"{P}cNvPr"))
    assert about.get("descr") == "Page at localhost:8080"
    (size,) = shown.iter(f"{A}ext")
    (cut,) = shown.iter(f"{A}srcRect")
    natural = 640 / 400 / (1 - int(cut.get("b", "0")) / 100000)
    assert int(size.get("cx", "0")) / int(size.get("cy", "0")) == pytest.approx(natural, rel=0.001)
