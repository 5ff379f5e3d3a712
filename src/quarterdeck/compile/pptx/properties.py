"""The small parts that every presentation has: document, presentation and view properties."""

from __future__ import annotations

from collections.abc import Sequence

from quarterdeck.compile.pptx.markup import DECLARATION, text
from quarterdeck.compile.pptx.ooxml import CORE_PROPERTIES, DRAWING, NAMESPACES, NO_TABLE_STYLE
from quarterdeck.model.deck import Deck, Slide

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
    """What Office counts (part 1, 22.2)."""
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
