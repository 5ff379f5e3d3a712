"""The parts of a page that were drawn before: slides, and recordings."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from quarterdeck.compile.html.pictures import DrawingContext, PictureNames
from quarterdeck.compile.reveal.slide import draw_slide
from quarterdeck.compile.reveal.terminal import embed_recording
from quarterdeck.memo import Memory
from quarterdeck.model.cast import Cast
from quarterdeck.model.content import Asset
from quarterdeck.model.deck import Deck
from quarterdeck.model.demo import Demo
from quarterdeck.model.placed import PlacedMedia, PlacedSlide
from quarterdeck.model.theme import Theme


class DrawnSlide(Struct, frozen=True):
    """A slide drawn by itself."""

    markup: str
    pictures: Mapping[str, Asset]
    """Those in it, by their keys; ``markup`` has their names alone."""


class DrawnParts(Struct):
    """What pages of one run can share."""

    slides: Memory[DrawnSlide] = field(default_factory=Memory)
    recordings: Memory[str] = field(default_factory=Memory)


def slide_part(
    placed: PlacedSlide, deck: Deck, theme: Theme, casts: Mapping[str, Cast], notes: bool, drawn: DrawnParts | None
) -> DrawnSlide:
    """A slide as it was drawn before, where nothing of it changed, or drawn now; films are too large to be kept."""
    if drawn is None or any(isinstance(element, PlacedMedia) for element in placed.elements):
        return _drawn(placed, deck, theme, casts, notes)
    demo = placed.slide.demo or ""
    given = (placed, theme, deck.demos.get(demo), casts.get(demo), notes)
    known = drawn.slides.recall(placed.slide.id, given)
    if known is None:
        known = _drawn(placed, deck, theme, casts, notes)
        drawn.slides.keep(placed.slide.id, given, known)
    return known


def _drawn(placed: PlacedSlide, deck: Deck, theme: Theme, casts: Mapping[str, Cast], notes: bool) -> DrawnSlide:
    pictures = PictureNames()
    markup = draw_slide(placed, DrawingContext(deck, theme, casts, pictures, placed.colors), notes=notes)
    return DrawnSlide(markup, pictures.shown)


def recording_part(demo: Demo, cast: Cast, drawn: DrawnParts | None) -> str:
    """A recording as data of the page."""
    if drawn is None:
        return embed_recording(demo, cast)
    known = drawn.recordings.recall(demo.name, (demo, cast))
    if known is None:
        known = embed_recording(demo, cast)
        drawn.recordings.keep(demo.name, (demo, cast), known)
    return known
