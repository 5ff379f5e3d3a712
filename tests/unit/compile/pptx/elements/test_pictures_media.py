"""Videos and sounds."""

from __future__ import annotations

import pytest

from quarterdeck.diagnostics import QuarterdeckError
from support.ooxml_lint import P
from support.pptx_deck import (
    Asset,
    Media,
    opened,
    slide,
    sound,
    video,
)


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
