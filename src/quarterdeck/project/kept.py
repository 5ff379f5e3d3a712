"""What is kept of a deck by whoever builds it again and again: a watch, a show that reloads, a workshop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quarterdeck.lazy import dataclass, field
from quarterdeck.memo import Memory
from quarterdeck.model.cast import Cast
from quarterdeck.model.demo import Demo
from quarterdeck.model.placed import PlacedSlide
from quarterdeck.model.theme import Theme
from quarterdeck.source.slides.cache import ReadSlide

if TYPE_CHECKING:
    from quarterdeck.compile.pptx.cache import WrittenSlide
    from quarterdeck.compile.reveal.cache import DrawnParts


def _drawn_parts() -> DrawnParts:
    from quarterdeck.compile.reveal.cache import DrawnParts

    return DrawnParts()


@dataclass(frozen=True, slots=True)
class Kept:
    """Slides as they were read, placed and written, with what they were made from.

    One may serve many decks and many forms of a deck, one after the other in one process.  What it gives is what would
    be made anew, to the byte.
    """

    read: Memory[ReadSlide] = field(default_factory=Memory)
    placed: Memory[PlacedSlide] = field(default_factory=Memory)
    drawn: DrawnParts = field(default_factory=_drawn_parts)
    """Those of HTML pages."""
    written: Memory[WrittenSlide] = field(default_factory=Memory)
    """Those of PPTXs."""
    casts: Memory[Cast] = field(default_factory=Memory)
    demos: Memory[Demo] = field(default_factory=Memory)
    themes: Memory[Theme] = field(default_factory=Memory)
