"""Writes a deck as a PPTX.

Every part is written as text straight into the package and named by its number, so the time grows linearly with the
number of slides.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from functools import partial

from quarterdeck.compile.pptx import presentation
from quarterdeck.compile.pptx.base import BASE_FOLDER, base_xml, properties_xml
from quarterdeck.compile.pptx.canvas import Production
from quarterdeck.compile.pptx.elements.pictures import layout_picture
from quarterdeck.compile.pptx.layouts import MASTER_PART, layout_part, layout_xml, master_xml
from quarterdeck.compile.pptx.notes import NOTES_MASTER_PART, notes_master_xml
from quarterdeck.compile.pptx.package.media import Files
from quarterdeck.compile.pptx.package.ooxml import ContentType, Relationship
from quarterdeck.compile.pptx.package.opc import Package, Part, Relationships
from quarterdeck.compile.pptx.presentation import PRESENTATION_PART, presentation_xml
from quarterdeck.compile.pptx.slide import WrittenSlide, written_slide
from quarterdeck.compile.pptx.theme import Palette, notes_theme_xml, theme_xml
from quarterdeck.diagnostics import Diagnostics, QuarterdeckError
from quarterdeck.memo import Memo
from quarterdeck.model.deck import Deck
from quarterdeck.model.placed import PlacedImage, PlacedSlide
from quarterdeck.model.theme import Template, Theme

THEME_PART = "ppt/theme/theme1.xml"
NOTES_THEME_PART = "ppt/theme/theme2.xml"


def write_pptx(
    deck: Deck,
    slides: Sequence[PlacedSlide],
    theme: Theme,
    *,
    show_url: str,
    memo: Memo[WrittenSlide] | None = None,
) -> bytes:
    """The PPTX of a deck.

    ``show_url`` is the address of a show of the deck; the slides of demos link there.  The same
    input gives the same bytes.  ``memo`` holds slides written before, which are reused.

    Raises:
        QuarterdeckError: for a picture or medium that can't be read, and an unknown transition.

    """
    memo = Memo() if memo is None else memo
    package = Package()
    if theme.template is not None:
        _add_template(package, theme.template)
    palette = Palette(theme)
    layouts = {
        layout: layout_part(number, tokens, theme)
        for number, (layout, tokens) in enumerate(theme.layouts.items(), start=1)
    }
    parts = {placed.slide.id: f"ppt/slides/slide{place}.xml" for place, placed in enumerate(slides, start=1)}
    with closing(Files(package, theme, _widths(slides))) as files:
        production = Production(deck, theme, palette, layouts, parts, files, package, show_url.rstrip("/"))
        base_part = f"{BASE_FOLDER}{package.count(BASE_FOLDER)}.xml"
        _add_document(package, production, slides, base_part)
        if theme.template is None:
            _add(package, _masters(production, memo))
        _add_notes_master(package, theme)
        kept, found = [], Diagnostics()
        for place, placed in enumerate(slides, start=1):
            try:
                slide = written_slide(placed, production, place, memo)
            except QuarterdeckError as error:
                found.extend(error.diagnostics)
                continue
            _add(package, slide)
            kept.append(slide.base)
        found.raise_errors()
        _add_base(package, base_part, kept)
    return package.write()


def _widths(slides: Iterable[PlacedSlide]) -> dict[bytes, float]:
    """How many px wide each drawing is where it is largest, by its data; of one that is cropped, the whole."""
    widths: dict[bytes, float] = {}
    for image in (element for placed in slides for element in placed.elements if isinstance(element, PlacedImage)):
        if image.asset.media_type == "image/svg+xml":
            left, _, right, _ = image.crop or (0.0, 0.0, 0.0, 0.0)
            width = image.box.width / (1 - left - right)
            widths[image.asset.data] = max(width, widths.get(image.asset.data, 0.0))
    return widths


def _add_document(package: Package, production: Production, slides: Sequence[PlacedSlide], base_part: str) -> None:
    """The presentation part, and what belongs to the whole document."""
    deck, theme = production.deck, production.theme
    root = package.relationships
    root.to(Relationship.OFFICE_DOCUMENT, PRESENTATION_PART)
    root.to(Relationship.CORE_PROPERTIES, presentation.CORE)
    root.to(Relationship.EXTENDED_PROPERTIES, presentation.EXTENDED)
    relationships = Relationships(PRESENTATION_PART)
    numbered = [(placed.slide, production.slide_parts[placed.slide.id]) for placed in slides]
    xml = presentation_xml(deck, numbered, theme, production.palette, relationships)
    relationships.to(Relationship.PRESENTATION_PROPERTIES, presentation.PRESENTATION)
    relationships.to(Relationship.VIEW_PROPERTIES, presentation.VIEW)
    relationships.to(Relationship.THEME, THEME_PART if theme.template is None else theme.template.theme)
    relationships.to(Relationship.TABLE_STYLES, presentation.TABLE_STYLES)
    relationships.to(Relationship.CUSTOM_XML, base_part)
    package.add(PRESENTATION_PART, ContentType.PRESENTATION, xml, relationships)
    package.add(presentation.CORE, ContentType.CORE_PROPERTIES, presentation.core_xml(deck))
    package.add(
        presentation.EXTENDED,
        ContentType.EXTENDED_PROPERTIES,
        presentation.extended_xml([slide for slide, _ in numbered]),
    )
    package.add(
        presentation.PRESENTATION, ContentType.PRESENTATION_PROPERTIES, presentation.presentation_properties_xml()
    )
    package.add(presentation.VIEW, ContentType.VIEW_PROPERTIES, presentation.view_properties_xml())
    package.add(presentation.TABLE_STYLES, ContentType.TABLE_STYLES, presentation.table_styles_xml())


def _add(package: Package, written: WrittenSlide) -> None:
    for part in written.parts:
        package.put(part)


def _add_base(package: Package, part: str, slides: Sequence[str]) -> None:
    """What ``sync`` and ``merge`` compare an edited file with; see :mod:`quarterdeck.compile.pptx.base`."""
    relationships, properties = Relationships(part), part.replace("item", "itemProps")
    relationships.to(Relationship.CUSTOM_XML_PROPERTIES, properties)
    package.add(part, ContentType.XML, base_xml(slides), relationships)
    package.add(properties, ContentType.CUSTOM_XML_PROPERTIES, properties_xml())


def _masters(production: Production, memo: Memo[WrittenSlide]) -> WrittenSlide:
    """The slide master with its layouts and its theme: the same for all forms of a deck."""
    given = (production.theme, production.deck.footer)
    return memo.made(_masters, given, lambda: _new_masters(production), lambda known: known.fits(production))


def _new_masters(production: Production) -> WrittenSlide:
    theme, palette, footer = production.theme, production.palette, production.deck.footer
    production.files.taken.clear()
    relationships = Relationships(MASTER_PART)
    master = master_xml(list(production.layouts.values()), theme, palette, relationships, footer)
    relationships.to(Relationship.THEME, THEME_PART)
    parts = [
        Part.of(THEME_PART, ContentType.THEME, theme_xml(theme)),
        Part.of(MASTER_PART, ContentType.SLIDE_MASTER, master, relationships),
    ]
    for layout in production.layouts.values():
        own = Relationships(layout.part)
        own.to(Relationship.SLIDE_MASTER, MASTER_PART)
        xml = layout_xml(layout, theme, palette, footer, partial(layout_picture, own, production.files))
        parts.append(Part.of(layout.part, ContentType.SLIDE_LAYOUT, xml, own))
    return WrittenSlide(tuple(parts), tuple(production.files.taken))


def _add_template(package: Package, template: Template) -> None:
    """The template's masters and layouts with everything they refer to, under their own names."""
    for part in template.parts:
        package.copy(part.name, part.content_type, part.data)


def _add_notes_master(package: Package, theme: Theme) -> None:
    """The notes master and its theme."""
    notes_theme = NOTES_THEME_PART
    if theme.template is not None:
        notes_theme = f"ppt/theme/theme{package.count('ppt/theme/theme')}.xml"
    package.add(notes_theme, ContentType.THEME, notes_theme_xml(theme))
    notes = Relationships(NOTES_MASTER_PART)
    notes.to(Relationship.THEME, notes_theme)
    package.add(NOTES_MASTER_PART, ContentType.NOTES_MASTER, notes_master_xml(theme), notes)
