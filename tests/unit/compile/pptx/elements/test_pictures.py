"""Pictures and drawings on a slide."""

from __future__ import annotations

import pytest

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.model.content import Asset, Image, Media, Run
from quarterdeck.model.deck import Layout, Slide
from support.ooxml_lint import A, P
from support.pptx_deck import first_slide, opened, raster, slide, sound, video


def test_the_same_picture_is_there_once() -> None:
    """Two slides with one picture share it."""
    pptx = opened(slide(Image(raster(), "a"), id_="a"), slide(Image(raster(), "b"), id_="b"))
    assert [name for name in pptx.names if name.startswith("ppt/media/")] == ["ppt/media/image1.png"]


def test_pictures_have_alternative_text() -> None:
    """A screen reader hears the description, and passes over decoration."""
    told, silent = (next(first_slide(Image(raster(), alt)).iter(f"{P}pic")) for alt in ("A field", ""))
    assert told.find(f"{P}nvPicPr/{P}cNvPr").get("descr") == "A field"
    decorative = "{http://schemas.microsoft.com/office/drawing/2017/decorative}decorative"
    assert next(silent.iter(decorative)).get("val") == "1"


def test_cropping_keeps_the_picture() -> None:
    """What is cut off can be brought back in PowerPoint."""
    root = first_slide(Image(raster(), "A field", crop=(0.1, 0.2, 0.3, 0)))
    assert dict(next(root.iter(f"{A}srcRect")).attrib) == {"l": "10000", "t": "20000", "r": "30000", "b": "0"}


def test_image_layout_fills_its_placeholder() -> None:
    """Exchanging the picture of an image slide works as in any presentation."""
    made = Slide("one", Layout.IMAGE, (Run("One"),), {"image": (Image(raster(), "A field"),)})
    assert next(opened(made).xml("ppt/slides/slide1.xml").iter(f"{P}pic")).find(f".//{P}ph").get("type") == "pic"


def test_videos_play() -> None:
    """A video is embedded, has a picture, and starts by itself where it should."""
    pptx = opened(slide(Media(video(), "A film", autoplay=True, loop=True)))
    root = pptx.xml("ppt/slides/slide1.xml")
    targets = pptx.relationships("ppt/slides/slide1.xml").values()
    assert {kind for kind, target, _ in targets if target == "ppt/media/media1.mp4"} == {"video", "media"}
    assert next(root.iter(f"{P}cmd")).get("cmd") == "playFrom(0.0)"
    node = next(root.iter(f"{P}video"))
    assert next(node.iter(f"{P}cTn")).get("repeatCount") == "indefinite"


def test_sounds_play_at_a_click() -> None:
    """A sound that doesn't start by itself has no command to do so."""
    root = opened(slide(Media(sound(), "A sound"))).xml("ppt/slides/slide1.xml")
    assert root.find(f".//{P}audio") is not None
    assert root.find(f".//{P}cmd") is None


def test_media_that_cannot_play_are_named() -> None:
    """A format that PowerPoint doesn't know is an error with a remedy."""
    unknown = Asset("film.flv", "video/x-flv", b"FLV", 640, 360)
    with pytest.raises(QuarterdeckError, match=r"film\.flv"):
        opened(slide(Media(unknown, "A film")))
