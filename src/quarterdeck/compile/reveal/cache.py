"""Cache of the parts of a page: slides and recordings."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from quarterdeck.compile.html.pictures import DrawingContext, PictureNames
from quarterdeck.compile.reveal.slide import draw_slide
from quarterdeck.compile.reveal.terminal import embed_recording
from quarterdeck.memo import Memo
from quarterdeck.model.cast import Cast
from quarterdeck.model.content import Asset
from quarterdeck.model.deck import Deck
from quarterdeck.model.demo import Demo
from quarterdeck.model.placed import PlacedMedia, PlacedSlide
from quarterdeck.model.theme import Theme


class DrawnPart(Struct, frozen=True):
    """A slide or recording drawn by itself."""

    markup: str
    pictures: Mapping[str, Asset]
    """Those in it, by their keys; ``markup`` has their names alone."""


def slide_part(
    placed: PlacedSlide, deck: Deck, theme: Theme, casts: Mapping[str, Cast], notes: bool, memo: Memo[DrawnPart]
) -> DrawnPart:
    """A slide from the cache if nothing in it changed, or drawn now; slides with videos are too large to cache."""

    def draw() -> DrawnPart:
        pictures = PictureNames()
        markup = draw_slide(placed, DrawingContext(deck, theme, casts, pictures, placed.colors), notes=notes)
        return DrawnPart(markup, pictures.shown)

    if any(isinstance(element, PlacedMedia) for element in placed.elements):
        return draw()
    demo = placed.slide.demo or ""
    given = (placed, theme, deck.demos.get(demo), casts.get(demo), notes)
    return memo.made(("slide", placed.slide.id), given, draw)


def recording_part(demo: Demo, cast: Cast, memo: Memo[DrawnPart]) -> DrawnPart:
    """A recording as data of the page."""
    return memo.made(("recording", demo.name), (demo, cast), lambda: DrawnPart(embed_recording(demo, cast), {}))
