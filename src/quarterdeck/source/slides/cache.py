"""Reading a deck's slides again: only those whose text, place or pictures changed."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from quarterdeck.diagnostics import Diagnostics, SourceSpan
from quarterdeck.memo import Memory
from quarterdeck.model.content import Asset
from quarterdeck.source.assets import Assets
from quarterdeck.source.markdown.context import Surroundings
from quarterdeck.source.markdown.separators import SlideText
from quarterdeck.source.slides.slide import DraftSlide, read_slide
from quarterdeck.text.fields import Fields


class ReadSlide(Struct, frozen=True):
    """A slide without fault, and the pictures that were read for it, by the names that it gives them."""

    draft: DraftSlide
    pictures: Mapping[str, Asset | None]


class SlideReader:
    """Reads the slides of one deck.

    With a memory, a slide that stands there with the same text in the same place isn't read again, if its pictures
    are as they were.  Slides with faults or warnings aren't kept, since what mends them may be outside of them.
    """

    def __init__(self, surroundings: Surroundings, memory: Memory[ReadSlide] | None) -> None:
        self._surroundings = surroundings
        self._memory = memory
        assets = surroundings.assets
        self._now = Assets(assets.folder, Diagnostics(), assets.root)
        """The pictures of known slides as they are now."""

    def read(self, text: SlideText, front: Fields, number: int) -> DraftSlide:
        """A slide; ``number`` counts from 0."""
        around = self._surroundings
        if self._memory is None:
            return read_slide(text, front, number, around)
        given = (text, number, around.incremental, around.references, around.assets.folder, around.assets.root)
        known = self._memory.recall(text.body.lines, given)
        if known is not None and self._are_the_same(known.pictures):
            return replace(known.draft, front=front)
        found = Diagnostics()
        assets = replace(around.assets, found=found, used={})
        draft = read_slide(text, replace(front, found=found), number, replace(around, found=found, assets=assets))
        if not len(found):
            self._memory.keep(text.body.lines, given, ReadSlide(draft, assets.used))
        around.found.extend(found)
        return replace(draft, front=front)

    def _are_the_same(self, pictures: Mapping[str, Asset | None]) -> bool:
        nowhere = SourceSpan("")
        if any(self._now.load(source, nowhere) != before for source, before in pictures.items()):
            return False
        self._surroundings.assets.read.update({path: now for path, now in self._now.read.items() if now is not None})
        return True
