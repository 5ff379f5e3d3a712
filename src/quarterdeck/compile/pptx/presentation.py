"""The presentation part with its lists of slides and sections, and the document's properties."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence

from msgspec import Struct

from quarterdeck.compile.pptx.layouts import MASTER_PART, other_style
from quarterdeck.compile.pptx.notes import NOTES_MASTER_PART
from quarterdeck.compile.pptx.package.ooxml import (
    CORE_PROPERTIES,
    DECLARATION,
    DRAWING,
    FIRST_SLIDE_ID,
    MASTER_ID,
    NAMESPACES,
    NO_TABLE_STYLE,
    NOTES_HEIGHT,
    NOTES_WIDTH,
    POWERPOINT_2010,
    SECTIONS_EXTENSION,
    Relationship,
    attribute,
    emu,
    text,
)
from quarterdeck.compile.pptx.package.opc import Relationships
from quarterdeck.compile.pptx.theme import Palette
from quarterdeck.model.deck import Deck, Layout, Slide
from quarterdeck.model.theme import HEIGHT, WIDTH, Theme

PRESENTATION_PART = "ppt/presentation.xml"
_NAMESPACE = uuid.UUID("6d3c1c2e-8c1b-5d8a-9b53-0d1f0a6f2c11")
"""Ids of sections are made from it and the section's place and title, so that they stay the same."""


def presentation_xml(
    deck: Deck, slides: Sequence[tuple[Slide, str]], theme: Theme, palette: Palette, relationships: Relationships
) -> str:
    """The part; ``slides`` are the slides with the names of their parts."""
    masters = "".join(
        f'<p:sldMasterId id="{number}" r:id="{relationships.to(Relationship.SLIDE_MASTER, part)}"/>'
        for number, part in (theme.template.masters if theme.template is not None else ((MASTER_ID, MASTER_PART),))
    )
    notes = relationships.to(Relationship.NOTES_MASTER, NOTES_MASTER_PART)
    ids = "".join(
        f'<p:sldId id="{FIRST_SLIDE_ID + place}" r:id="{relationships.to(Relationship.SLIDE, part)}"/>'
        for place, (_, part) in enumerate(slides)
    )
    return (
        f'{DECLARATION}<p:presentation {NAMESPACES} saveSubsetFonts="1">'
        f"<p:sldMasterIdLst>{masters}</p:sldMasterIdLst>"
        f'<p:notesMasterIdLst><p:notesMasterId r:id="{notes}"/></p:notesMasterIdLst>'
        f"{f'<p:sldIdLst>{ids}</p:sldIdLst>' if ids else ''}"
        f'<p:sldSz cx="{emu(WIDTH)}" cy="{emu(HEIGHT)}"/><p:notesSz cx="{NOTES_WIDTH}" cy="{NOTES_HEIGHT}"/>'
        f"<p:defaultTextStyle>{other_style(theme, palette)}</p:defaultTextStyle>"
        f"{_sections(deck, [slide for slide, _ in slides])}</p:presentation>"
    )


class _Section(Struct):
    name: str
    slides: list[int]
    """Ids of its slides."""


def _sections(deck: Deck, slides: Sequence[Slide]) -> str:
    """PowerPoint's sections ([MS-PPTX] 2.6.1): one for each of the deck's, also where its section slide is left out."""
    if not any(slide.layout is Layout.SECTION or slide.section for slide in slides):
        return ""
    items = "".join(
        f'<p14:section name="{attribute(section.name)}" id="{_section_id(deck, place, section.name)}"><p14:sldIdLst>'
        + "".join(f'<p14:sldId id="{slide}"/>' for slide in section.slides)
        + "</p14:sldIdLst></p14:section>"
        for place, section in enumerate(_grouped(deck, slides))
    )
    return (
        f'<p:extLst><p:ext uri="{SECTIONS_EXTENSION}"><p14:sectionLst xmlns:p14="{POWERPOINT_2010}">{items}'
        "</p14:sectionLst></p:ext></p:extLst>"
    )


def _grouped(deck: Deck, slides: Sequence[Slide]) -> Iterator[_Section]:
    section: _Section | None = None
    before: str | None = None
    for number, slide in enumerate(slides, start=FIRST_SLIDE_ID):
        if section is None or slide.layout is Layout.SECTION or slide.section_id != before:
            if section is not None:
                yield section
            section = _Section(slide.title_text if slide.layout is Layout.SECTION else slide.section or deck.title, [])
            before = slide.section_id
        section.slides.append(number)
    if section is not None:
        yield section


def _section_id(deck: Deck, place: int, name: str) -> str:
    return f"{{{str(uuid.uuid5(_NAMESPACE, f'{deck.name}/{place}/{name}')).upper()}}}"


CORE = "docProps/core.xml"
EXTENDED = "docProps/app.xml"
PRESENTATION = "ppt/presProps.xml"
VIEW = "ppt/viewProps.xml"
TABLE_STYLES = "ppt/tableStyles.xml"


def core_xml(deck: Deck) -> str:
    """Title, author and the like (ECMA-376 part 2, 11); without times, which would make every build differ."""
    subject = f"<dc:subject>{text(deck.subtitle)}</dc:subject>" if deck.subtitle else ""
    author = f"<dc:creator>{text(deck.author)}</dc:creator>" if deck.author else ""
    return (
        f'{DECLARATION}<cp:coreProperties xmlns:cp="{CORE_PROPERTIES}" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{text(deck.title)}</dc:title>{subject}{author}<dc:language>{text(deck.lang)}</dc:language>"
        "</cp:coreProperties>"
    )


def extended_xml(slides: Sequence[Slide]) -> str:
    """The extended properties: numbers of slides, notes and titles (part 1, 22.2)."""
    return (
        f'{DECLARATION}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
        f"<PresentationFormat>Widescreen</PresentationFormat><Slides>{len(slides)}</Slides>"
        f"<Notes>{sum(bool(slide.notes) for slide in slides)}</Notes>"
        f"<HiddenSlides>{sum(slide.hidden for slide in slides)}</HiddenSlides>"
        "<Application>Quarterdeck</Application></Properties>"
    )


def presentation_properties_xml() -> str:
    """Nothing but the defaults (part 1, 19.2.1.27)."""
    return f"{DECLARATION}<p:presentationPr {NAMESPACES}/>"


def view_properties_xml() -> str:
    """How PowerPoint shows the file when it is opened (19.2.1.38): normal view, fitted to the window."""
    return (
        f'{DECLARATION}<p:viewPr {NAMESPACES}><p:normalViewPr><p:restoredLeft sz="15620"/>'
        '<p:restoredTop sz="80000"/></p:normalViewPr></p:viewPr>'
    )


def table_styles_xml() -> str:
    """The style of new tables; ours bring their own looks (20.1.4.2.27)."""
    return f'{DECLARATION}<a:tblStyleLst xmlns:a="{DRAWING}" def="{NO_TABLE_STYLE}"/>'
