"""Pictures in formats of Windows."""

import io
from pathlib import Path

import pytest
from PIL import Image

from quarterdeck.theme.template.package import cut_out, shown_picture

PAGE = (
    '<svg version="1.2" width="210mm" height="297mm" viewBox="0 0 21000 29700" xmlns="http://www.w3.org/2000/svg">'
    '<g><rect class="BoundingBox" stroke="none" fill="none" x="7327" y="13724" width="6345" height="2251"/></g></svg>'
)


def test_bitmaps_become_png() -> None:
    """TIFF is what a Mac's clipboard leaves in templates."""
    buffer = io.BytesIO()
    Image.new("RGB", (4, 3), (255, 0, 0)).save(buffer, "TIFF")
    found = shown_picture("logo.tiff", "image/tiff", buffer.getvalue())
    assert found is not None
    assert found.media_type == "image/png"
    assert Image.open(io.BytesIO(found.data)).size == (4, 3)
    assert shown_picture("logo.tiff", "image/tiff", b"no picture") is None


def test_a_drawing_needs_libreoffice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without it the author is warned that the HTML lacks the picture."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shown_picture("logo.emf", "image/x-emf", b"anything") is None


def test_a_drawing_is_cut_out_of_its_page() -> None:
    """LibreOffice puts it on a sheet of paper."""
    assert 'width="239.80" height="85.07" viewBox="7327 13724 6345 2251" xmlns=' in cut_out(PAGE)
    with pytest.raises(ValueError, match="nothing is drawn"):
        cut_out(PAGE.replace("6345", "0"))


@pytest.mark.office
@pytest.mark.slow
def test_libreoffice_draws_a_metafile(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As an SVG; what it can't read is no picture."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    found = shown_picture("logo.wmf", "image/x-wmf", square())
    assert found is not None
    assert b"BoundingBox" in found.data
    assert shown_picture("logo.emf", "image/x-emf", b"no drawing") is None


def square() -> bytes:
    """A filled square as a placeable WMF ([MS-WMF] 2.3.2.3)."""
    import struct

    head = struct.pack("<IHhhhhHI", 0x9AC6CDD7, 0, 0, 0, 1000, 1000, 1440, 0)
    words = struct.unpack("<10H", head)
    checksum = 0
    for word in words:
        checksum ^= word

    def record(function: int, *values: int) -> bytes:
        return struct.pack(f"<IH{len(values)}h", 3 + len(values), function, *values)

    brush = struct.pack("<IHHIH", 7, 0x02FC, 0, 0x000000FF, 0)
    records = [
        record(0x020B, 0, 0),
        record(0x020C, 1000, 1000),
        brush,
        record(0x012D, 0),
        record(0x041B, 900, 900, 100, 100),
        record(0x0000),
    ]
    size = 9 + sum(len(each) // 2 for each in records)
    header = struct.pack("<HHHIHIH", 1, 9, 0x0300, size, 1, 7, 0)
    return head + struct.pack("<H", checksum) + header + b"".join(records)
