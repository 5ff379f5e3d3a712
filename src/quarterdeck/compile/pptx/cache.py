"""Cache of slides as parts of a package."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from quarterdeck.compile.pptx.canvas import Canvas, Production
from quarterdeck.compile.pptx.notes import NOTES_MASTER_PART, notes_xml
from quarterdeck.compile.pptx.package.media import Picture
from quarterdeck.compile.pptx.package.ooxml import ContentType, Relationship
from quarterdeck.compile.pptx.package.opc import Relationships
from quarterdeck.compile.pptx.slide import slide_xml
from quarterdeck.memo import Memo
from quarterdeck.model.content import Asset
from quarterdeck.model.placed import PlacedChart, PlacedMedia, PlacedSlide


class SlidePart(Struct, frozen=True):
    """A part ready to be added to a package."""

    name: str
    content_type: str
    xml: str
    relationships: Relationships


class WrittenSlide(Struct, frozen=True):
    """A slide with its notes page, and the names of the other parts it refers to."""

    parts: tuple[SlidePart, ...]
    pictures: Sequence[tuple[Asset, Picture]]
    links: Mapping[str, str]
    """The parts of the slides that it links to, by their ids."""

    def fits(self, production: Production) -> bool:
        """Whether those parts have the same names in another package; adds the slide's pictures to it."""
        names = [(production.files.picture(asset), before) for asset, before in self.pictures]
        return all(now == before for now, before in names) and all(
            production.slide_parts.get(slide) == part for slide, part in self.links.items()
        )


def slide_parts(
    placed: PlacedSlide, production: Production, place: int, memo: Memo[WrittenSlide]
) -> tuple[SlidePart, ...]:
    """The parts of the slide at a place, counted from 1.

    Charts and media get their numbers as they come, so slides with them are written each time.
    """
    if any(isinstance(element, PlacedChart | PlacedMedia) for element in placed.elements):
        return _written(placed, production, place).parts
    deck = production.deck
    demo = deck.demos.get(placed.slide.demo or "")
    given = (placed, place, production.theme, deck.lang, demo, production.show_url)
    written = memo.made(
        placed.slide.id, given, lambda: _written(placed, production, place), lambda known: known.fits(production)
    )
    return written.parts


def _written(placed: PlacedSlide, production: Production, place: int) -> WrittenSlide:
    slide, layout = placed.slide, production.layouts[placed.slide.layout]
    production.files.taken.clear()
    relationships = Relationships(production.slide_parts[slide.id])
    relationships.to(Relationship.SLIDE_LAYOUT, layout.part)
    canvas = Canvas(production, layout, placed.colors, relationships)
    part = SlidePart(relationships.part, ContentType.SLIDE, slide_xml(placed, canvas), relationships)
    notes = (_notes(placed, production, place, relationships),) if slide.notes else ()
    return WrittenSlide((*notes, part), tuple(production.files.taken), canvas.linked)


def _notes(placed: PlacedSlide, production: Production, place: int, of_slide: Relationships) -> SlidePart:
    """The page of a slide's notes."""
    own = Relationships(f"ppt/notesSlides/notesSlide{place}.xml")
    of_slide.to(Relationship.NOTES_SLIDE, own.part)
    own.to(Relationship.NOTES_MASTER, NOTES_MASTER_PART)
    own.to(Relationship.SLIDE, of_slide.part)
    return SlidePart(
        own.part,
        ContentType.NOTES_SLIDE,
        notes_xml(placed, production.theme, production.deck.lang, own),
        own,
    )
