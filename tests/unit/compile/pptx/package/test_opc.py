"""The archive around the parts."""

from __future__ import annotations

import io
import zipfile

import pytest

from quarterdeck.compile.pptx.package.opc import Package, Relationships
from support.ooxml_lint import Pptx


def test_entries_have_a_fixed_date() -> None:
    """The clock leaves no trace in a file."""
    package = Package()
    package.add("a.xml", "text/xml", "<a/>")
    with zipfile.ZipFile(io.BytesIO(package.write())) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_content_types_come_first() -> None:
    """Readers that look at the first entry only know what the file is."""
    package = Package()
    package.add("a.xml", "text/xml", "<a/>")
    assert Pptx(package.write()).names[0] == "[Content_Types].xml"


def test_a_target_is_related_once() -> None:
    """The same target twice is one relationship; another kind to it is another."""
    relationships = Relationships("ppt/slides/slide1.xml")
    first = relationships.to("image", "ppt/media/a.png")
    assert relationships.to("image", "ppt/media/a.png") == first
    assert relationships.to("media", "ppt/media/a.png") != first
    assert '"../media/a.png"' in relationships.xml()


def test_urls_are_escaped() -> None:
    """An ampersand in a link's address doesn't break the file."""
    relationships = Relationships("a.xml")
    relationships.outside("hyperlink", "https://example.org/?a=1&b=2")
    assert "?a=1&amp;b=2" in relationships.xml()


def test_a_name_is_taken_once() -> None:
    """Two parts of one name are a mistake of ours."""
    package = Package()
    package.add("a.xml", "text/xml", "<a/>")
    with pytest.raises(ValueError, match="two parts"):
        package.add("a.xml", "text/xml", "<b/>")
