"""A slide as parts of a package: the slide itself and its notes page; slides written before are reused.

Format: ``p:sld`` (ECMA-376 part 1, 19.3.1.38) with elements, background, transition and timeline.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from quarterdeck.compile.pptx.animation import Build, Timeline, transition_xml
from quarterdeck.compile.pptx.base import BaseSlide, base_line, base_shapes
from quarterdeck.compile.pptx.canvas import Canvas, Production
from quarterdeck.compile.pptx.elements.code import add_code
from quarterdeck.compile.pptx.elements.formulas import add_math
from quarterdeck.compile.pptx.elements.pictures import add_image, add_media, add_shape, background_fill
from quarterdeck.compile.pptx.elements.tables import add_table
from quarterdeck.compile.pptx.elements.terminal import add_terminal
from quarterdeck.compile.pptx.elements.text import add_text
from quarterdeck.compile.pptx.layouts import tree
from quarterdeck.compile.pptx.notes import NOTES_MASTER_PART, notes_xml
from quarterdeck.compile.pptx.package.media import Picture
from quarterdeck.compile.pptx.package.ooxml import DECLARATION, NAMESPACES, ContentType, Relationship, attribute
from quarterdeck.compile.pptx.package.opc import Part, Relationships
from quarterdeck.compile.pptx.shape import group
from quarterdeck.diagnostics import QuarterdeckError, SourceSpan
from quarterdeck.memo import Memo
from quarterdeck.model.content import Asset, Image
from quarterdeck.model.deck import Slide
from quarterdeck.model.placed import (
    Element,
    PlacedChart,
    PlacedCode,
    PlacedImage,
    PlacedMath,
    PlacedMedia,
    PlacedShape,
    PlacedSlide,
    PlacedTable,
    PlacedTerminal,
    PlacedText,
)
from quarterdeck.model.walk import every


class WrittenSlide(Struct, frozen=True):
    """A slide with its notes page, and the names of the other parts it refers to; or what all slides are made on."""

    parts: tuple[Part, ...]
    pictures: Sequence[tuple[Asset, Picture]] = ()
    links: Mapping[str, str] = {}
    """The parts of the slides that it links to, by their ids."""
    base: str = ""
    """Its line in what the file keeps of itself (``base.py``)."""

    def fits(self, production: Production) -> bool:
        """Whether those parts have the same names in another package; adds the slide's pictures to it."""
        names = [(production.files.picture(asset), before) for asset, before in self.pictures]
        return all(now == before for now, before in names) and all(
            production.slide_parts.get(slide) == part for slide, part in self.links.items()
        )


def written_slide(placed: PlacedSlide, production: Production, place: int, memo: Memo[WrittenSlide]) -> WrittenSlide:
    """The slide at a place, counted from 1, with its parts.

    Charts and media get their numbers as they come, so slides with them are written each time.
    """
    if any(isinstance(element, PlacedChart | PlacedMedia) for element in placed.elements):
        return _written(placed, production, place)
    deck = production.deck
    demo = deck.demos.get(placed.slide.demo or "")
    given = (placed, place, production.theme, deck.lang, demo, production.show_url)
    return memo.made(
        placed.slide.id, given, lambda: _written(placed, production, place), lambda known: known.fits(production)
    )


def _written(placed: PlacedSlide, production: Production, place: int) -> WrittenSlide:
    slide, layout = placed.slide, production.layouts[placed.slide.layout]
    production.files.taken.clear()
    relationships = Relationships(production.slide_parts[slide.id])
    relationships.to(Relationship.SLIDE_LAYOUT, layout.part)
    if layout.palette is not None:
        production = replace(production, palette=layout.palette)
    canvas = Canvas(production, layout, placed.colors, relationships)
    try:
        xml = slide_xml(placed, canvas)
    except QuarterdeckError as error:
        place_of = _span_of(production.files.tried, slide)
        raise QuarterdeckError(replace(fault, span=fault.span or place_of) for fault in error.diagnostics) from None
    parts, notes = [], None
    if slide.notes:
        own = Relationships(f"ppt/notesSlides/notesSlide{place}.xml")
        relationships.to(Relationship.NOTES_SLIDE, own.part)
        own.to(Relationship.NOTES_MASTER, NOTES_MASTER_PART)
        own.to(Relationship.SLIDE, relationships.part)
        notes = notes_xml(placed, production.theme, production.deck.lang, own)
        parts.append(Part.of(own.part, ContentType.NOTES_SLIDE, notes, own))
    parts.append(Part.of(relationships.part, ContentType.SLIDE, xml, relationships))
    base = BaseSlide(slide.id, tuple(base_shapes(xml, notes)))
    return WrittenSlide(tuple(parts), tuple(production.files.taken), canvas.linked, base_line(base))


def _span_of(asset: Asset | None, slide: Slide) -> SourceSpan | None:
    """Where a picture is put on a slide."""
    blocks = every(block for blocks in slide.slots.values() for block in blocks)
    found = (block.span for block in blocks if isinstance(block, Image) and block.asset is asset)
    return next(filter(None, found), slide.span)


def slide_xml(placed: PlacedSlide, canvas: Canvas) -> str:
    """The part of a slide, drawn on its canvas."""
    _add_all(canvas, (*placed.foreground, *placed.foot))
    hidden = ' show="0"' if placed.slide.hidden else ""
    return (
        f'{DECLARATION}<p:sld {NAMESPACES}{hidden}><p:cSld name="{attribute(placed.slide.id)}">'
        f"{_background(placed, canvas)}"
        f"{tree(''.join(canvas.shapes))}</p:cSld><p:clrMapOvr>{canvas.layout.color_map}</p:clrMapOvr>"
        f"{transition_xml(placed.slide)}{canvas.timeline.xml()}</p:sld>"
    )


def _add_all(canvas: Canvas, elements: Sequence[Element]) -> None:
    """Add elements in their order; what belongs to a shape becomes a group with it."""
    waiting = list(elements)
    while waiting:
        first = waiting.pop(0)
        count = first.members if isinstance(first, PlacedShape) else 0
        members, waiting = waiting[:count], waiting[count:]
        if isinstance(first, PlacedShape) and members and all(_goes_along(each, first) for each in members):
            _add_group(canvas, first, members)
        else:
            _add(canvas, first)
            _add_all(canvas, members)


def _goes_along(element: Element, first: PlacedShape) -> bool:
    """Whether an element may be in a group: PowerPoint has no tables there, and nothing that appears by itself."""
    match element:
        case PlacedText(paragraphs=paragraphs):
            own = {paragraph.fragment for paragraph in paragraphs} - {None}
            return element.fragment in (None, first.fragment) and own <= {first.fragment}
        case PlacedCode(highlights=steps):
            return element.fragment in (None, first.fragment) and len(steps) < 2
        case PlacedTable() | PlacedMedia() | PlacedTerminal():
            return False
        case _:
            return element.fragment in (None, first.fragment)


def _add_group(canvas: Canvas, first: PlacedShape, members: Sequence[Element]) -> None:
    """A shape with what belongs to it, which appear together."""
    number, before, timeline = canvas.new_id(), len(canvas.shapes), canvas.timeline
    canvas.timeline = Timeline()
    _add(canvas, first)
    _add_all(canvas, members)
    canvas.timeline = timeline
    inside = "".join(canvas.shapes[before:])
    del canvas.shapes[before:]
    canvas.shapes.append(group(number, f"{first.name} {number}", None, first.box, inside))
    canvas.timeline.appear(first.fragment, number, Build.OBJECT)


def _add(canvas: Canvas, element: Element) -> None:
    match element:
        case PlacedText():
            add_text(canvas, element)
        case PlacedCode():
            add_code(canvas, element)
        case PlacedTable():
            add_table(canvas, element)
        case PlacedImage():
            add_image(canvas, element)
        case PlacedMath():
            add_math(canvas, element)
        case PlacedChart():
            from quarterdeck.compile.pptx.elements.charts import add_chart

            add_chart(canvas, element)
        case PlacedMedia():
            add_media(canvas, element)
        case PlacedShape():
            add_shape(canvas, element)
        case PlacedTerminal():
            add_terminal(canvas, element)
        case _:
            assert_never(element)


def _background(placed: PlacedSlide, canvas: Canvas) -> str:
    """The background, if it differs from the layout's."""
    if (picture := placed.backdrop) is not None:
        file = canvas.production.files.picture(picture.asset)
        blip = background_fill(canvas.relationships, file, picture.crop)
        fill = f"<a:blipFill>{blip}</a:blipFill>"
    elif placed.background != canvas.layout.background:
        fill = canvas.production.palette.fill(placed.background)
    else:
        return ""
    return f"<p:bg><p:bgPr>{fill}<a:effectLst/></p:bgPr></p:bg>"
