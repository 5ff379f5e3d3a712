"""OOXML as text: the names of namespaces, parts and relationships, escaping, units, and the numbers PowerPoint expects.

Parts are written as strings, because a document tree of every slide costs many times as much as the text itself.
Everything from an author goes through :func:`text` or :func:`attribute`.

Sources: ECMA-376 part 1 (namespaces, relationship and content types), [MS-ODRAWXML] and [MS-PPTX]
(extensions).  What comes last depends on PowerPoint rather than on the standard.
"""

from __future__ import annotations

import re

from quarterdeck.model.theme import EMU_PER_PX, Box

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_PRESENTATION = "application/vnd.openxmlformats-officedocument.presentationml"

NAMESPACES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    f'xmlns:r="{_OFFICE}" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
)
"""Declared on the root of every PresentationML part."""
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
TABLE = "http://schemas.openxmlformats.org/drawingml/2006/table"
RELATIONSHIPS = f"{_PACKAGE}/relationships"
CORE_PROPERTIES = f"{_PACKAGE}/metadata/core-properties"
CONTENT_TYPES = f"{_PACKAGE}/content-types"

SLIDE_NUMBER_FIELD = "{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}"
"""The id of the slide number's field in PowerPoint."""

COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"
POWERPOINT_2010 = "http://schemas.microsoft.com/office/powerpoint/2010/main"
DRAWING_2010 = "http://schemas.microsoft.com/office/drawing/2010/main"
MATH = "http://schemas.openxmlformats.org/officeDocument/2006/math"


class Relationship:
    """Types of relationships, as URIs."""

    OFFICE_DOCUMENT = f"{_OFFICE}/officeDocument"
    CORE_PROPERTIES = f"{_PACKAGE}/relationships/metadata/core-properties"
    EXTENDED_PROPERTIES = f"{_OFFICE}/extended-properties"
    THEME = f"{_OFFICE}/theme"
    SLIDE_MASTER = f"{_OFFICE}/slideMaster"
    SLIDE_LAYOUT = f"{_OFFICE}/slideLayout"
    SLIDE = f"{_OFFICE}/slide"
    NOTES_MASTER = f"{_OFFICE}/notesMaster"
    NOTES_SLIDE = f"{_OFFICE}/notesSlide"
    PRESENTATION_PROPERTIES = f"{_OFFICE}/presProps"
    VIEW_PROPERTIES = f"{_OFFICE}/viewProps"
    TABLE_STYLES = f"{_OFFICE}/tableStyles"
    IMAGE = f"{_OFFICE}/image"
    HYPERLINK = f"{_OFFICE}/hyperlink"
    CHART = f"{_OFFICE}/chart"
    EMBEDDED_PACKAGE = f"{_OFFICE}/package"
    VIDEO = f"{_OFFICE}/video"
    AUDIO = f"{_OFFICE}/audio"
    CUSTOM_XML = f"{_OFFICE}/customXml"
    CUSTOM_XML_PROPERTIES = f"{_OFFICE}/customXmlProps"
    MEDIA = "http://schemas.microsoft.com/office/2007/relationships/media"


class ContentType:
    """Content types of parts."""

    XML = "application/xml"
    RELATIONSHIPS = "application/vnd.openxmlformats-package.relationships+xml"
    CORE_PROPERTIES = "application/vnd.openxmlformats-package.core-properties+xml"
    EXTENDED_PROPERTIES = "application/vnd.openxmlformats-officedocument.extended-properties+xml"
    THEME = "application/vnd.openxmlformats-officedocument.theme+xml"
    PRESENTATION = f"{_PRESENTATION}.presentation.main+xml"
    SLIDE_MASTER = f"{_PRESENTATION}.slideMaster+xml"
    SLIDE_LAYOUT = f"{_PRESENTATION}.slideLayout+xml"
    SLIDE = f"{_PRESENTATION}.slide+xml"
    NOTES_MASTER = f"{_PRESENTATION}.notesMaster+xml"
    NOTES_SLIDE = f"{_PRESENTATION}.notesSlide+xml"
    PRESENTATION_PROPERTIES = f"{_PRESENTATION}.presProps+xml"
    VIEW_PROPERTIES = f"{_PRESENTATION}.viewProps+xml"
    TABLE_STYLES = f"{_PRESENTATION}.tableStyles+xml"
    CUSTOM_XML_PROPERTIES = "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"
    CHART = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
    WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


# PowerPoint expects these beyond the standard.

FIRST_SLIDE_ID = 256
"""Slide ids begin here (ST_SlideId, 19.7.13)."""
MASTER_ID = 2147483648
"""Ids of masters and layouts begin here and share one space (19.7.16, 19.7.14)."""
NOTES_WIDTH, NOTES_HEIGHT = 6858000, 9144000
"""The notes page, in EMU: PowerPoint's own 7.5 × 10 inches."""
NO_TABLE_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
"""PowerPoint's built-in table style "No Style, No Grid": the cells bring their own looks."""
SECTIONS_EXTENSION = "{521415D9-36F7-43E2-AB2F-B90AF26B5E84}"
SVG_EXTENSION = "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"
SVG = "http://schemas.microsoft.com/office/drawing/2016/SVG/main"
DECORATIVE_EXTENSION = "{C183D7F6-B498-43B3-948B-1728B52AA6E4}"
DECORATIVE = "http://schemas.microsoft.com/office/drawing/2017/decorative"
MEDIA_EXTENSION = "{DAA4B4D4-6D71-4841-9C94-3DE7FCFB9230}"
LINK_COLOR_EXTENSION = "{A12FA001-AC4F-418D-AE19-62706E023703}"
LINK_COLOR = "http://schemas.microsoft.com/office/drawing/2018/hyperlinkcolor"
MATH_FONT = "Cambria Math"
"""The only font that PowerPoint sets formulas in."""
MATH_PREFIX = "m14"
"""Bound to ``DRAWING_2010`` where a formula is.  LibreOffice goes by the prefix and not by the namespace, and
``a14`` would make it draw formulas black, in other sizes, and leave out those within a line; with any other it
takes the fallback, which looks as it should."""
JUMP = "ppaction://hlinksldjump"
"""The action of a link to another slide."""


DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML 1.0 (2.2) doesn't allow in any form; they are left out."""
_SPECIAL = re.compile("[\x00-\x1f&<>\ud800-\udfff\ufffe\uffff]")


def text(value: str) -> str:
    """Escape character data."""
    if not _SPECIAL.search(value):
        return value
    value = _ILLEGAL.sub("", value)
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


def attribute(value: str) -> str:
    """The value of an attribute in double quotes; line breaks and tabs are preserved."""
    return text(value).replace('"', "&quot;").replace("\t", "&#9;").replace("\n", "&#10;")


def emu(px: float) -> int:
    """A length in English Metric Units (ECMA-376 part 1, 20.1.10.16)."""
    return round(px * EMU_PER_PX)


def centipoints(px: float) -> int:
    """A size of type or a line height in hundredths of a point (20.1.10.72): 1 px is 75."""
    return round(px * 75)


def extent(box: Box, element: str = "a:xfrm") -> str:
    """The place and size of a shape: ``a:xfrm``, or ``p:xfrm`` in a graphic frame.

    Edges are rounded rather than sizes, so that what touches on the slide touches in the file.
    """
    x, y = emu(box.x), emu(box.y)
    return (
        f'<{element}><a:off x="{x}" y="{y}"/>'
        f'<a:ext cx="{max(0, emu(box.right) - x)}" cy="{max(0, emu(box.bottom) - y)}"/></{element}>'
    )
