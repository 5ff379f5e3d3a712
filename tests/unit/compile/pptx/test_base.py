"""What a PPTX keeps of itself."""

from __future__ import annotations

import pytest
from lxml import etree
from msgspec.structs import replace

from quarterdeck.compile.pptx.base import (
    NOTES,
    BaseShape,
    BaseSlide,
    base_line,
    base_shapes,
    base_xml,
    checksum,
    read_base,
)
from quarterdeck.model.content import InlineMath, Paragraph
from quarterdeck.workshop.edits.pages import Pages, read_pages
from support.ooxml_lint import P
from support.pptx_deck import built, deck_of, everything, opened, slide, words


def kept(pages: Pages) -> list[BaseSlide]:
    """What a file would keep of the slides that were read from it."""
    return [
        BaseSlide(
            page.name,
            tuple(
                BaseShape(shape.id, shape.place, tuple(paragraph.sum for paragraph in shape.paragraphs))
                for shape in page.shapes
                if shape.place or shape.paragraphs
            ),
        )
        for page in pages.pages
    ]


def sentence(tex: str) -> Paragraph:
    """Words around a formula."""
    return words("so ", InlineMath(tex), " holds")


def test_slides_are_named_after_their_ids() -> None:
    """A slide is found again, however it was moved."""
    root = opened(replace(slide(), id='a "b"')).xml("ppt/slides/slide1.xml")
    assert root.find(f"{P}cSld").get("name") == 'a "b"'


@pytest.mark.slow
def test_the_base_is_what_a_reader_finds() -> None:
    """Nothing in a file that nobody edited counts as edited: tables, code, formulas, charts and notes included."""
    pages = read_pages(built(everything()))
    assert pages.base is not None
    assert list(pages.base) == kept(pages)
    sums = [sum_ for each in pages.base for shape in each.shapes for sum_ in shape.paragraphs]
    assert len(sums) > 50
    assert any(shape.id == NOTES for each in pages.base for shape in each.shapes)


def test_formulas_count() -> None:
    """Another formula is another paragraph."""
    one, two = (
        [p.text for shape in read_pages(built(deck_of(slide(sentence(tex))))).pages[0].shapes for p in shape.paragraphs]
        for tex in ("x^2", "y^2")
    )
    assert len(one) == len(two) == 2
    assert one[0] == two[0]
    assert one[1] != two[1]


def test_no_text_is_kept() -> None:
    """Words that are deleted from a slide are gone from the file."""
    secret = "confidential & <private>"
    parts = opened(replace(slide(words(secret)), notes=(words("psst"),)))
    base = etree.tostring(parts.xml("customXml/item1.xml"), encoding="unicode")
    assert "confidential" not in base
    assert "psst" not in base
    assert checksum(secret) in base
    assert checksum("psst") in base


def test_blanks_are_alike() -> None:
    """A space that a program makes a hard one is no edit."""
    assert checksum("a  b\u00a0c ") == checksum("a b c") != checksum("a bc")


def test_it_is_read_as_it_was_written() -> None:
    """Ids may be any text."""
    slides = (BaseSlide('x"<&>', (BaseShape("2", "", ("0011aabb", "ffffffff")), BaseShape("3", "12345678", ()))),)
    assert read_base(base_xml(map(base_line, slides)).encode()) == slides


def test_other_custom_xml_is_not_ours() -> None:
    """A template's or a client's own part is passed over; a damaged one of ours is a fault."""
    assert read_base(b"<other/>") is None
    assert read_base(b"no XML") is None
    with pytest.raises(ValueError, match="line 1"):
        read_base(b"<base xmlns='urn:quarterdeck:base:1'>")


def test_fields_do_not_count() -> None:
    """The number of a slide follows its place, and is no edit."""
    shapes = list(base_shapes('<p:cNvPr id="2" name=""/><a:p><a:fld id="x"><a:t>7</a:t></a:fld></a:p>', None))
    assert shapes == []
