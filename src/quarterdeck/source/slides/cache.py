"""Reading a deck's slides again: only those whose text, place or pictures changed."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from quarterdeck.diagnostics import Diagnostic, Diagnostics, SourceSpan
from quarterdeck.memo import Memo
from quarterdeck.model.content import Asset
from quarterdeck.source.assets import Assets
from quarterdeck.source.markdown.context import Surroundings
from quarterdeck.source.markdown.separators import SlideText
from quarterdeck.source.slides.slide import DraftSlide, read_slide
from quarterdeck.text.fields import Fields


class ReadSlide(Struct, frozen=True):
    """A slide, and the pictures that were read for it, by the names that it gives them."""

    draft: DraftSlide
    pictures: Mapping[str, Asset | None]
    faults: tuple[Diagnostic, ...]


class SlideReader:
    """Reads the slides of one deck.

    A slide that ``memo`` holds with the same text in the same place isn't read again, if its pictures are as they
    were.  Slides with faults or warnings are, since the fix may be outside of them.
    """

    def __init__(self, surroundings: Surroundings, memo: Memo[ReadSlide]) -> None:
        self._surroundings = surroundings
        self._memo = memo
        assets = surroundings.assets
        self._now = Assets(assets.folder, Diagnostics(), assets.root)
        """The pictures of known slides as they are now."""

    def read(self, text: SlideText, front: Fields, number: int) -> DraftSlide:
        """A slide; ``number`` counts from 0."""
        around = self._surroundings
        given = (text, number, around.incremental, around.references, around.assets.folder, around.assets.root)
        slide = self._memo.made(
            text.body.lines,
            given,
            lambda: self._read(text, front, number),
            lambda known: not known.faults and self._are_the_same(known.pictures),
        )
        around.found.extend(slide.faults)
        return replace(slide.draft, front=front)

    def _read(self, text: SlideText, front: Fields, number: int) -> ReadSlide:
        around, found = self._surroundings, Diagnostics()
        assets = replace(around.assets, found=found, used={})
        draft = read_slide(text, replace(front, found=found), number, replace(around, found=found, assets=assets))
        return ReadSlide(draft, assets.used, tuple(found))

    def _are_the_same(self, pictures: Mapping[str, Asset | None]) -> bool:
        nowhere = SourceSpan("")
        if any(self._now.load(source, nowhere) != before for source, before in pictures.items()):
            return False
        self._surroundings.assets.read.update({path: now for path, now in self._now.read.items() if now is not None})
        return True
