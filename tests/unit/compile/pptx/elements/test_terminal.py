"""The panel of a demo."""

from __future__ import annotations

from quarterdeck.model.content import Run
from quarterdeck.model.deck import Layout, Slide
from support.ooxml_lint import A, Pptx, R
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
