"""The slides of a PPTX as shapes and paragraphs, by the rules that ``compile/pptx/base.py`` applies to our own XML."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct

from quarterdeck.compile.pptx.base import (
    BASE_NAMESPACE,
    FORMULA_BEGIN,
    FORMULA_END,
    NOTES,
    NOWHERE,
    BaseSlide,
    checksum,
    read_base,
)
from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.text.source_file import shown_path

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_CUSTOM_XML = "/customXml"
"""The end of the type of a relationship to custom XML, transitional and strict."""


class PageParagraph(Struct):
    """A paragraph, or a cell of a table."""

    text: str
    """With single blanks; formulas between their marks."""
    elements: list[Any]
    """Its ``a:p``; of a cell all of them."""
    level: int = 0
    """Depth in lists, from 0."""
    owner: Any = None
    """The slide or notes page of python-pptx that it is on."""

    @property
    def looks(self) -> list[tuple[str, ...]]:
        """For each stretch of words its text, and the looks that it has of its own."""
        found: list[tuple[str, ...]] = []
        for run in (run for element in self.elements for run in element.iterchildren(f"{A}r")):
            look = _look(run.find(f"{A}rPr"))
            text = run.findtext(f"{A}t") or ""
            if found and found[-1][1:] == look:
                found[-1] = (found[-1][0] + text, *look)
            elif text.strip():
                found.append((text, *look))
        return [(" ".join(text.split()), *look) for text, *look in found]

    @property
    def sum(self) -> str:
        """The checksum that the base has for it."""
        return checksum(self.text)


class PageShape(Struct):
    """A shape with its paragraphs."""

    id: str
    name: str
    place: str
    """The checksum of its place; empty where it has none of its own."""
    paragraphs: list[PageParagraph]
    element: Any
    is_table: bool = False


class Page(Struct):
    """A slide."""

    name: str
    """What our files call it: the id of the slide in the deck; "" in files of others."""
    number: int
    """Counted from 1."""
    shapes: list[PageShape]
    """The last has the speaker notes, if there are any."""
    slide: Any
    """Of python-pptx."""

    @property
    def is_hidden(self) -> bool:
        """Whether a show passes it over."""
        return self.slide._element.get("show") in ("0", "false")

    @property
    def texts(self) -> list[str]:
        """All that it says, paragraph by paragraph, with the notes."""
        return [p.text for shape in self.shapes for p in shape.paragraphs if p.text]

    @property
    def title(self) -> str:
        """The text of the title, or of the first paragraph."""
        shape = self.slide.shapes.title
        text = shape.text_frame.text if shape is not None else ""
        first = next((p.text for shape in self.shapes for p in shape.paragraphs), "")
        return " ".join((text or first).split())


class Pages(Struct):
    """All slides of a file."""

    pages: list[Page]
    presentation: Any
    base: tuple[BaseSlide, ...] | None
    """What it keeps of itself as it was built; None where it has nothing of ours."""


def read_pages(file: Path | bytes, name: str = "") -> Pages:
    """Read a PPTX.

    Raises:
        QuarterdeckError: when it can't be read.

    """
    from quarterdeck.workshop.imports.powerpoint import opened

    name = shown_path(file) if isinstance(file, Path) else name
    try:
        presentation = opened(file if isinstance(file, Path) else io.BytesIO(file))
        base = next(filter(None, map(read_base, _custom_xml(presentation))), None)
        pages = [_page(slide, number) for number, slide in enumerate(presentation.slides, start=1)]
    except Exception as error:  # noqa: BLE001  # python-pptx passes on whatever zip, XML and its own parts raise
        raise QuarterdeckError.of(
            f"{name} is not a readable PowerPoint file: {error}",
            hint="open it in PowerPoint, and save it as .pptx",
            code="unreadable-file",
        ) from None
    return Pages(pages, presentation, base)


def _custom_xml(presentation: Any) -> Iterator[bytes]:
    for relation in presentation.part.rels.values():
        if relation.reltype.endswith(_CUSTOM_XML) and not relation.is_external:
            blob = relation.target_part.blob
            if BASE_NAMESPACE.encode() in blob:
                yield blob


def _page(slide: Any, number: int) -> Page:
    shapes = list(page_shapes(slide._element))
    for shape in shapes:
        for paragraph in shape.paragraphs:
            paragraph.owner = slide
    if slide.has_notes_slide:
        notes = list(page_shapes(slide.notes_slide._element))
        bodies = [shape for shape in notes if shape.element.xpath(".//p:nvPr/p:ph[@type='body']")] or notes
        paragraphs = [paragraph for shape in bodies for paragraph in shape.paragraphs]
        if paragraphs:
            shapes.append(PageShape(NOTES, NOTES, "", paragraphs, bodies[-1].element))
            for paragraph in paragraphs:
                paragraph.owner = slide.notes_slide
    return Page(slide._element.find(f"{P}cSld").get("name", ""), number, shapes, slide)


def page_shapes(root: Any) -> Iterator[PageShape]:
    """The shapes of a slide's or notes page's XML."""
    shape: PageShape | None = None
    pieces: list[list[str]] = []
    place = ""
    skips = False
    for element in _walk(root):
        match element.tag:
            case tag if tag == f"{P}cNvPr":
                if shape is not None:
                    yield _finished(shape, pieces, place)
                holder = element.getparent().getparent()
                shape = PageShape(element.get("id", ""), element.get("name", ""), "", [], holder)
                pieces, place = [], ""
            case _ if shape is None:
                continue
            case tag if tag == f"{A}off":
                size = element.getnext()
                if size is not None and size.tag == f"{A}ext" and not place:
                    place = f"{element.get('x')},{element.get('y')},{size.get('cx')},{size.get('cy')}"
            case tag if tag == f"{A}tbl":
                shape.is_table = True
            case tag if tag == f"{A}tc":
                pieces.append([])
                shape.paragraphs.append(PageParagraph("", []))
            case tag if tag == f"{A}p":
                if shape.is_table and pieces:
                    pieces[-1].append(" ")
                else:
                    pieces.append([])
                    shape.paragraphs.append(PageParagraph("", []))
                shape.paragraphs[-1].elements.append(element)
                properties = element.find(f"{A}pPr")
                shape.paragraphs[-1].level = int(properties.get("lvl", "0")) if properties is not None else 0
            case tag if tag == f"{A}fld":
                skips = True
            case tag if tag == f"{A}br" and pieces:
                pieces[-1].append(" ")
            case tag if tag == _MATH_TEXT and pieces:
                pieces[-1].append(f"{FORMULA_BEGIN}{element.text or ''}{FORMULA_END}")
            case tag if tag == f"{A}t" and pieces:
                if not skips:
                    pieces[-1].append(element.text or "")
                skips = False
    if shape is not None:
        yield _finished(shape, pieces, place)


def _look(properties: Any) -> tuple[str, ...]:
    if properties is None:
        return ()
    given = ((name, properties.get(name, "")) for name in ("b", "i", "u", "strike"))
    return tuple(name for name, value in given if value not in ("", "0", "false", "none", "noStrike"))


def _finished(shape: PageShape, pieces: list[list[str]], place: str) -> PageShape:
    for paragraph, parts in zip(shape.paragraphs, pieces, strict=True):
        paragraph.text = " ".join("".join(parts).split())
    if not shape.is_table:
        shape.paragraphs = [paragraph for paragraph in shape.paragraphs if paragraph.text]
    shape.place = checksum(place) if place and place != NOWHERE else ""
    return shape


def _walk(element: Any) -> Iterator[Any]:
    """The elements in the order of the document, without fallbacks for programs that know less."""
    for child in element.iterchildren():
        if isinstance(child.tag, str) and child.tag != _FALLBACK:
            yield child
            yield from _walk(child)
