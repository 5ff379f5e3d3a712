"""What a PPTX keeps of itself as it was built, so that edits made in PowerPoint can be told from changes of the deck.

Each slide is named after its id in the deck (``p:cSld/@name``, ECMA-376 part 1, 19.3.1.16), and one part of custom XML
(22.5) has for each of its shapes its id, a checksum of its place, and one of each paragraph: no text, so that a word
that is deleted from the file is gone, and nothing of what a role or an audience does not get.

The checksums are taken from the finished XML of a slide, by splitting it: 2 ms for 80 slides.
``workshop/edits/pages.py`` reads edited files by the same rules: shapes, places, paragraphs and formulas in the order
of the document; a table's cell is one paragraph; fields (numbers, dates) and fallbacks for old programs don't count.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from html import unescape

from msgspec import Struct

from quarterdeck.compile.pptx.package.ooxml import DECLARATION, attribute

BASE_NAMESPACE = "urn:quarterdeck:base:1"
BASE_FOLDER = "customXml/item"
"""What the names of such parts begin with; a number follows, since a template may bring some of its own."""
_STORE_ID = "{5A1D3B0E-6F1C-4C57-9C39-6A7B0E0D5B11}"
NOTES = "notes"
"""Stands for the id of a shape: the speaker notes of a slide."""
FORMULA_BEGIN, FORMULA_END = "\ue000", "\ue001"
"""Around each stretch of a formula's text in that of its paragraph."""
_PIECES = re.compile(r"<a:t>([^<]*)<|<m:t(?: [^>]*)?>([^<]*)<|<(a:p|a:br|a:tc|a:fld)(?=[ />])")
_PLACE = re.compile(r'<a:off x="(-?\d+)" y="(-?\d+)"/><a:ext cx="(\d+)" cy="(\d+)"')
NOWHERE = "0,0,0,0"
"""The place of the tree that holds a slide's shapes."""
_FALLBACK = re.compile(r"<mc:Fallback>.*?</mc:Fallback>", re.DOTALL)


class BaseShape(Struct, frozen=True):
    """A shape as it was built."""

    id: str
    """Of its ``p:cNvPr``, or ``notes``."""
    place: str
    """The checksum of its place and size; empty where it has them from its layout."""
    paragraphs: tuple[str, ...]
    """The checksums of its paragraphs that have any text; of a table all cells, row by row."""


class BaseSlide(Struct, frozen=True):
    """A slide as it was built."""

    id: str
    """The slide's id in the deck."""
    shapes: tuple[BaseShape, ...]


def checksum(text: str) -> str:
    """Eight hexadecimal digits that stand for a text; blanks of any kind and number are the same."""
    return f"{zlib.crc32(' '.join(text.split()).encode()):08x}"


class ShapeText(Struct):
    """The pieces of one shape, collected in the order of the document."""

    id: str
    place: str = ""
    paragraphs: list[list[str]] = []
    is_table: bool = False

    def begin_paragraph(self) -> None:
        """A paragraph begins; in a table it continues its cell."""
        if self.is_table and self.paragraphs:
            self.paragraphs[-1].append(" ")
        else:
            self.paragraphs.append([])

    def texts(self) -> list[str]:
        """The texts of its paragraphs, but empty ones outside of tables."""
        texts = ["".join(pieces) for pieces in self.paragraphs]
        return texts if self.is_table else [text for text in texts if text.strip()]


def shape_texts(xml: str) -> Iterator[ShapeText]:
    """The shapes of a slide that we have written."""
    if "<mc:Fallback>" in xml:
        xml = _FALLBACK.sub("", xml)
    for shape in xml.split('<p:cNvPr id="')[1:]:
        if "<a:p>" not in shape:
            yield ShapeText(shape[: shape.index('"')], _place(shape))
        elif "<a:fld" in shape or "<a:tbl>" in shape or "<a:br" in shape or "<m:t" in shape:
            yield _special(shape)
        else:
            yield _plain(shape)


def _plain(xml: str) -> ShapeText:
    """A shape with nothing but text, from its id on."""
    paragraphs = []
    for paragraph in xml.split("<a:p>")[1:]:
        texts = [text[: text.index("<")] for text in paragraph.split("<a:t>")[1:]]
        paragraphs.append(list(map(unescape, texts)) if "&" in paragraph else texts)
    return ShapeText(xml[: xml.index('"')], _place(xml), paragraphs)


def _place(xml: str) -> str:
    """The first place and size in a shape's XML; empty where it has them from its layout."""
    start = xml.find("<a:off ")
    place = _PLACE.match(xml, start) if start >= 0 else None
    return ",".join(place.groups()) if place else ""


def _special(xml: str) -> ShapeText:
    """A shape with a table, fields, breaks or formulas, from its id on."""
    shape = ShapeText(xml[: xml.index('"')], _place(xml), is_table="<a:tbl>" in xml)
    skips = False
    for text, formula, tag in _PIECES.findall(xml):
        if tag == "a:p":
            shape.begin_paragraph()
        elif tag == "a:tc":
            shape.paragraphs.append([])
        elif tag == "a:fld":
            skips = True
        elif tag == "a:br":
            shape.paragraphs[-1].append(" ")
        elif formula:
            shape.paragraphs[-1].append(f"{FORMULA_BEGIN}{unescape(formula)}{FORMULA_END}")
        elif not skips:
            shape.paragraphs[-1].append(unescape(text) if "&" in text else text)
        else:
            skips = False
    return shape


def base_shapes(xml: str, notes: str | None) -> Iterator[BaseShape]:
    """What is kept of a slide's shapes and of its notes page."""
    for shape in shape_texts(xml):
        texts = shape.texts()
        place = "" if shape.place == NOWHERE else shape.place
        if texts or place:
            yield BaseShape(shape.id, checksum(place) if place else "", tuple(map(checksum, texts)))
    if notes is not None:
        texts = [text for shape in shape_texts(notes) for text in shape.texts()]
        yield BaseShape(NOTES, "", tuple(map(checksum, texts)))


def base_line(slide: BaseSlide) -> str:
    """The element of a slide in the part of custom XML."""
    return f'<slide id="{attribute(slide.id)}">{" ".join(map(_written, slide.shapes))}</slide>\n'


def base_xml(lines: Iterable[str]) -> str:
    """The part of custom XML, of the lines of all slides."""
    return f'{DECLARATION}<base xmlns="{BASE_NAMESPACE}">\n{"".join(lines)}</base>'


def properties_xml() -> str:
    """The properties that PowerPoint wants for a part of custom XML (22.5.2.1)."""
    return (
        f'{DECLARATION}<ds:datastoreItem ds:itemID="{_STORE_ID}" '
        'xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/customXml"><ds:schemaRefs>'
        f'<ds:schemaRef ds:uri="{BASE_NAMESPACE}"/></ds:schemaRefs></ds:datastoreItem>'
    )


def read_base(xml: bytes) -> tuple[BaseSlide, ...] | None:
    """The base in a part of custom XML; None if it is another part.

    Raises:
        ValueError: when it is ours, and damaged.

    """
    from lxml import etree

    try:
        root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        if BASE_NAMESPACE.encode() in xml:
            raise ValueError(str(error)) from None
        return None
    if root.tag != f"{{{BASE_NAMESPACE}}}base":
        return None
    return tuple(
        BaseSlide(str(slide.get("id", "")), tuple(map(_read, (slide.text or "").split())))
        for slide in root.iterchildren(f"{{{BASE_NAMESPACE}}}slide")
    )


def _written(shape: BaseShape) -> str:
    return f"{shape.id}@{shape.place}:{','.join(shape.paragraphs)}"


def _read(word: str) -> BaseShape:
    head, _, sums = word.partition(":")
    id_, _, place = head.partition("@")
    paragraphs: Sequence[str] = sums.split(",") if sums else ()
    return BaseShape(id_, place, tuple(paragraphs))
