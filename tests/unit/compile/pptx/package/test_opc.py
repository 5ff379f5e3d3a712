"""The archive around the parts."""

from __future__ import annotations

import io
import random
import zipfile
import zlib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.compile.pptx.package import opc
from quarterdeck.compile.pptx.package.opc import Package, Part, Relationships, zipped
from quarterdeck.diagnostics import QuarterdeckError
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


def test_a_part_in_several_packages() -> None:
    """A slide that is in many variants' files is the same in each, with the relationships that it had when made."""
    relationships = Relationships("ppt/a.xml")
    relationships.to("image", "ppt/b.png")
    part = Part.of("ppt/a.xml", "text/xml", "<a>é</a>", relationships)
    relationships.to("image", "ppt/c.png")
    for _ in range(2):
        package = Package()
        package.put(part)
        with zipfile.ZipFile(io.BytesIO(package.write())) as written:
            assert written.read("ppt/a.xml").decode() == "<a>é</a>"
            related = written.read("ppt/_rels/a.xml.rels").decode()
        assert "b.png" in related
        assert "c.png" not in related


@pytest.mark.slow
@given(
    st.dictionaries(
        st.text("ab/._é日", min_size=1), st.tuples(st.binary(max_size=3000), st.integers(1, 40), st.booleans())
    )
)
def test_zipfile_reads_what_was_put_in(parts: dict[str, tuple[bytes, int, bool]]) -> None:
    """Names and contents come out again, with the sums that belong to them, however long they are."""
    files = {name: (data * times, worthwhile) for name, (data, times, worthwhile) in parts.items()}
    written = zipped((name, *rest) for name, rest in files.items())
    with zipfile.ZipFile(io.BytesIO(written)) as read:
        assert read.testzip() is None
        assert {name: read.read(name) for name in read.namelist()} == {name: data for name, (data, _) in files.items()}
        assert {entry.date_time for entry in read.infolist()} <= {(1980, 1, 1, 0, 0, 0)}


def test_it_is_what_zipfile_writes() -> None:
    """Parts of any length are the same bytes as with a window of full size, by zipfile at the same level.

    But for zlib-ng, which looks for repetitions in ways of its own: there the size is nearly the same.
    """
    words = random.Random(7).choices(["<a:p>", "</a:p>", "Büro", "x", " sz='1800'", "0123456789abcdef"], k=20_000)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as peer:
        for name, data, worthwhile in _parts("".join(words).encode()):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system = 0
            entry.compress_type = zipfile.ZIP_DEFLATED if worthwhile else zipfile.ZIP_STORED
            peer.writestr(entry, data, compresslevel=4)
    written, peers = zipped(_parts("".join(words).encode())), buffer.getvalue()
    if "ng" in zlib.ZLIB_RUNTIME_VERSION:
        assert len(written) == pytest.approx(len(peers), rel=0.05)
    else:
        assert written == peers


def _parts(text: bytes) -> Iterator[tuple[str, bytes, bool]]:
    for length in (0, 1, 500, 761, 762, 763, 3000, 3834, 3835, 30_000, 32_768, 90_000):
        yield f"ppt/slides/slide{length}.xml", text[:length], True
    yield "ppt/media/größe.png", text[:1000], False


@pytest.mark.parametrize("limit", ["_LARGEST", "_MOST"])
def test_what_has_no_place_in_an_archive_is_refused(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond four gigabytes, or 65,535 parts, there is a message and no broken file."""
    monkeypatch.setattr(opc, limit, 1)
    with pytest.raises(QuarterdeckError, match="4 GB"):
        zipped([("a", b"12", False), ("b", b"34", False)])
