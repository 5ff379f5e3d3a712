"""Pictures, videos and sounds are read once, with their size."""

from __future__ import annotations

import base64
import io
import re
import zlib
from pathlib import Path

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image, PngImagePlugin

from quarterdeck.diagnostics import Diagnostics, SourceSpan
from quarterdeck.model import content
from quarterdeck.source.assets import QUIET_ZONE, Assets, encoded_text, png_size, qr_picture
from support.deck_folder import DeckFolder

AT = SourceSpan("deck.md", 3, 5, 4)


@pytest.mark.parametrize(
    ("name", "media_type"),
    [("a.png", "image/png"), ("a.jpg", "image/jpeg"), ("a.gif", "image/gif"), ("a.webp", "image/webp")],
)
def test_rasters(tmp_path: Path, name: str, media_type: str) -> None:
    """The kinds of pictures that both outputs show, whatever their names say."""
    Image.new("RGB", (30, 20)).save(tmp_path / name)
    (tmp_path / name).rename(tmp_path / "picture with blanks.bin")
    found = Diagnostics()
    asset = Assets(tmp_path, found, tmp_path).load("picture%20with%20blanks.bin", AT)
    assert asset is not None
    assert (asset.media_type, asset.width, asset.height) == (media_type, 30, 20)
    assert not found.items


def test_video(tmp_path: Path) -> None:
    """Videos are known by their names."""
    (tmp_path / "a.mp4").write_bytes(b"film")
    asset = Assets(tmp_path, Diagnostics(), tmp_path).load("a.mp4", AT)
    assert asset is not None
    assert (asset.media_type, asset.data) == ("video/mp4", b"film")


def test_each_file_is_read_once(tmp_path: Path) -> None:
    """A picture on many slides is one asset."""
    (tmp_path / "a.svg").write_text("<svg/>")
    assets = Assets(tmp_path, Diagnostics(), tmp_path)
    assert assets.load("a.svg", AT) is assets.load("./a.svg", AT)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("b.png", "missing-file"),
        ("no/b.png", "missing-file"),
        ("broken.png", "bad-picture"),
        ("empty.svg", "bad-picture"),
        ("print.tiff", "bad-picture"),
        ("https://example.org/a.png", "remote-picture"),
        ("data:image/png;base64,AA", "bad-picture"),
        ("data:image/png;base64,A", "bad-picture"),
        ("data:image/png;base64", "bad-picture"),
        ("data:image/svg+xml,<p/>", "bad-picture"),
        ("a%00b.png", "missing-file"),
        ("x" * 5000, "missing-file"),
        (".", "missing-file"),
        ("qr:", "bad-picture"),
        ("qr:" + "x" * 3000, "bad-picture"),
    ],
)
def test_faults(tmp_path: Path, name: str, code: str) -> None:
    """A picture that can't be taken in is a fault where it is named."""
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (tmp_path / "empty.svg").write_text("")
    Image.new("RGB", (2, 2)).save(tmp_path / "print.tiff")
    found = Diagnostics()
    assert Assets(tmp_path, found, tmp_path).load(name, AT) is None
    (fault,) = found.errors
    assert (fault.code, fault.span) == (code, AT)


@pytest.mark.parametrize(
    ("source", "media_type", "size"),
    [
        ("data:image/png;base64,{png}", "image/png", (30, 20)),
        ("DATA:image/png;charset=utf-8;BASE64,{png}", "image/png", (30, 20)),
        ("data:image/svg+xml,%3Csvg width='7' height='8'/%3E", "image/svg+xml", (7, 8)),
        ("data:image/svg+xml;utf8,<svg width='7' height='8'/>", "image/svg+xml", (7, 8)),
        ("data:video/mp4;base64,{png}", "video/mp4", (0, 0)),
    ],
)
def test_pictures_within_the_text(tmp_path: Path, source: str, media_type: str, size: tuple[int, int]) -> None:
    """A ``data:`` URL is a picture like any other: it needs no network."""
    found = Diagnostics()
    png = base64.b64encode(_saved()).decode().rstrip("=")
    asset = Assets(tmp_path, found, tmp_path).load(source.format(png=png), AT)
    assert asset is not None, list(found)
    assert (asset.media_type, asset.width, asset.height) == (media_type, *size)


@pytest.mark.parametrize(
    ("remark", "kept"),
    [
        ("<!-- secret -->", ""),
        ("<metadata/><rect/><metadata id='m'><a>secret</a></metadata>", "<rect/>"),
        ("<svg:metadata>secret</svg:metadata >", ""),
        ('<g sodipodi:docname="/home/secret/a.svg" id="g"/>', '<g id="g"/>'),
        ('<g content="&lt;mxfile secret&gt;"/>', "<g/>"),
        ("<style><![CDATA[<!-- g{fill:red} -->]]></style>", "<style><![CDATA[<!-- g{fill:red} -->]]></style>"),
        ("<text>a content='1'</text>", "<text>a content='1'</text>"),
    ],
)
def test_what_a_drawing_says_beside_its_shapes_is_left_out(tmp_path: Path, remark: str, kept: str) -> None:
    """Comments, metadata, the author's paths, and the whole file that draw.io puts into its drawings."""
    (tmp_path / "a.svg").write_text(f'<svg width="9" height="9">{remark}</svg>')
    asset = Assets(tmp_path, Diagnostics(), tmp_path).load("a.svg", AT)
    assert asset is not None
    assert asset.data.decode() == f'<svg width="9" height="9">{kept}</svg>'


@pytest.mark.parametrize(
    ("inside", "outer"),
    [
        ('<image href="photo.png"/>', ["photo.png"]),
        ('<image xlink:href="https://example.org/a.png" width="9"/>', ["https://example.org/a.png"]),
        ("<svg:feImage x='1' href=' ../a.svg'/>", ["../a.svg"]),
        ('<use href="icons.svg#box"/><use href="icons.svg#box"/><image href="a.png"/>', ["icons.svg#box", "a.png"]),
        ('<use href="#box"/><image href="data:image/png;base64,AA"/><a href="https://example.org"/>', []),
        ('<!-- <image href="photo.png"/> --><image href=""/><style>image {x: url(a.png)}</style>', []),
    ],
)
def test_a_drawing_that_shows_another_file_is_a_fault(tmp_path: Path, inside: str, outer: list[str]) -> None:
    """No browser and no PowerPoint shows it; each missing picture is named."""
    (tmp_path / "a.svg").write_text(f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{inside}</svg>')
    found = Diagnostics()
    Assets(tmp_path, found, tmp_path).load("a.svg", AT)
    assert [(fault.code, fault.span) for fault in found.errors] == [("svg-outer-file", AT)] * len(outer)
    assert all(f"'{name}'" in fault.message for name, fault in zip(outer, found.errors, strict=True))


@pytest.mark.parametrize("name", ["turned.jpg", "turned.png", "turned.webp"])
def test_a_photo_has_the_size_it_is_seen_in(tmp_path: Path, name: str) -> None:
    """EXIF turns it, so width and height change places."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    Image.new("RGB", (30, 20)).save(tmp_path / name, exif=exif)
    asset = Assets(tmp_path, Diagnostics(), tmp_path).load(name, AT)
    assert asset is not None
    assert (asset.width, asset.height) == (20, 30)


@pytest.mark.parametrize("name", ["../private.svg", "{outside}/private.svg", "link.svg"])
def test_outside_of_the_project(tmp_path: Path, name: str) -> None:
    """Another's deck can't put a private picture into what the speaker publishes, by no way of naming it."""
    project = tmp_path / "project"
    (project / "deck").mkdir(parents=True)
    for picture in (tmp_path / "private.svg", project / "shared.svg"):
        picture.write_text("<svg/>")
    (project / "deck" / "link.svg").symlink_to(tmp_path / "private.svg")
    (project / "private.svg").symlink_to(tmp_path / "private.svg")
    found = Diagnostics()
    assets = Assets(project / "deck", found, project)
    assert assets.load(name.format(outside=tmp_path), AT) is None
    (fault,) = found.errors
    assert (fault.code, fault.span) == ("picture-outside", AT)
    assert assets.load("../shared.svg", AT) is not None


def _saved(kind: str = "PNG", size: tuple[int, int] = (30, 20), **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, "#336699").save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("size", [(1, 1), (1, 700), (4000, 3)])
def test_sizes(size: tuple[int, int]) -> None:
    """Width and height, at their extremes."""
    assert png_size(_saved(size=size)) == size


def test_what_stands_before_the_pixels_is_passed_over() -> None:
    """Texts and densities don't hide the size."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Title", "A ship" * 500)
    assert png_size(_saved(pnginfo=info, dpi=(72, 72))) == (30, 20)


@pytest.mark.parametrize("kind", ["JPEG", "GIF", "WEBP", "BMP", "TIFF"])
def test_other_formats_are_left_to_pillow(kind: str) -> None:
    """They aren't known here."""
    assert png_size(_saved(kind)) is None


def test_a_cut_header_is_left_to_pillow() -> None:
    """A file that ends before its pixels begin has no size here, wherever it ends."""
    data = _saved()
    assert {png_size(data[:end]) for end in range(data.index(b"IDAT"))} == {None}


def test_an_immense_picture_is_left_to_pillow() -> None:
    """Its pixels could fill the memory, which Pillow refuses."""
    data = bytearray(_saved())
    data[16:20] = (100_000_000).to_bytes(4)
    data[29:33] = zlib.crc32(bytes(data[12:29])).to_bytes(4)
    assert png_size(bytes(data)) is None


@given(at=st.integers(0, 80), byte=st.integers(0, 255))
def test_damage_is_never_read_as_another_size(at: int, byte: int) -> None:
    """With any byte changed the size is that which Pillow finds, or Pillow is asked."""
    data = bytearray(_saved())
    data[min(at, len(data) - 1)] = byte
    size = png_size(bytes(data))
    if size is not None:
        with Image.open(io.BytesIO(bytes(data))) as picture:
            assert size == picture.size


ADDRESS = "https://docs.docker.com/get-started/"


def test_the_picture_is_the_code_of_the_text() -> None:
    """Every dark module is where a phone expects it, with the light margin around that it needs."""
    picture = qr_picture(ADDRESS, "code")
    dark = {
        (int(x) + step, int(y))
        for x, y, width in re.findall(rb"M(\d+) (\d+)h(\d+)", picture.data)
        for step in range(int(width))
    }
    rows = list(segno.make(ADDRESS, error="m", micro=False).matrix_iter(border=QUIET_ZONE))
    assert dark == {(x, y) for y, row in enumerate(rows) for x, module in enumerate(row) if module & 1}
    assert picture.width == picture.height > 0


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("qr:https://a.example/x%20y", "https://a.example/x%20y"),
        ("qr:WIFI:S:Guest%20net;;", "WIFI:S:Guest net;;"),
        ("QR:mailto:a@b.example", "mailto:a@b.example"),
        ("qr:", ""),
    ],
)
def test_what_a_code_says(source: str, said: str) -> None:
    """Addresses stay as they are; other texts have the spaces that Markdown writes as %20."""
    assert encoded_text(source) == said


def test_a_deck_draws_codes(folder: DeckFolder) -> None:
    """No file is needed: the picture is made when the deck is read."""
    slide = folder.load(f"# T\n\n- x\n\n![Scan me](qr:{ADDRESS})").deck.slides[0]
    image = next(block for block in slide.slots["body"] if isinstance(block, content.Image))
    assert image.asset.data == qr_picture(ADDRESS, "").data
    assert image.alt == "Scan me"
