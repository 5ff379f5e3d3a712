"""Sizes of PNGs, beside those that Pillow finds."""

from __future__ import annotations

import io
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from quarterdeck.source.assets import png_size


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
