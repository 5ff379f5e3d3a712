"""Photos and other pictures of pixels, made ready for outputs that know neither EXIF nor CMYK.

A camera stores a photo as its sensor saw it, and notes in EXIF how to turn it (tag 0x0112, *Orientation*).  Browsers
and image viewers follow the note; PowerPoint and LibreOffice ignore it.  Print shops deliver CMYK, which each program
converts in its own way.  So that all outputs show the same picture, such a picture is turned upright and converted to
sRGB here, once; of every other picture the pixels are passed on byte for byte.

What a file says beside its pixels stays here: where a photo was taken, who edited it, a thumbnail of it uncropped, a
screenshot's comment.  None of it is seen on a slide, and all of it would be handed out.
"""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from PIL import Image

MEDIA_TYPES: Mapping[str, str] = {
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",
    "GIF": "image/gif",
    "WEBP": "image/webp",
}
"""Pillow's formats that both outputs can hold; an MPO is a JPEG with a second picture after it."""
_READ = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")
"""What Pillow is asked to recognise; an MPO is a JPEG to it."""
_QUALITY = 95
"""Of a JPEG or WebP that has to be encoded again: no difference is seen."""
_HALVED = 2
"""Pillow's number for colours stored at half the width and height (4:2:0), as cameras do."""
_CMYK = ("CMYK", "YCCK")


class PhotoError(Exception):
    """Why a picture can't be shown: the rest of a sentence that begins with its name."""

    def __init__(self, reason: str, hint: str) -> None:
        super().__init__(reason)
        self.hint = hint


class Photo(Struct, frozen=True):
    """A picture of pixels as both outputs show it."""

    media_type: str
    data: bytes
    width: int
    """Pixels, once upright."""
    height: int


def read_photo(data: bytes) -> Photo:
    """A PNG, JPEG, GIF or WebP, upright and without CMYK; raises :class:`PhotoError` for anything else."""
    from PIL import Image, UnidentifiedImageError  # 10 ms that decks without photos shouldn't pay

    try:
        with Image.open(io.BytesIO(data), formats=_READ) as picture:
            kind = picture.format or ""
            if kind not in MEDIA_TYPES:
                raise PhotoError(f"is a {kind} picture, which can't be shown", "convert it to PNG")
            if _is_ready(picture):
                return Photo(MEDIA_TYPES[kind], data, *picture.size)
            return _prepared(picture, kind, lossless=b"VP8L" in data)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise PhotoError(
            "is not a readable picture", "PNG, JPEG, GIF, WebP, SVG, MP4, WebM, MP3 and the like can"
        ) from None


def _is_ready(picture: Image.Image) -> bool:
    """Whether it can be shown as it is; films in one picture file (GIF, WebP) are never changed."""
    from PIL import ExifTags

    if picture.format not in ("JPEG", "MPO") and getattr(picture, "is_animated", False):
        return True
    return picture.mode not in _CMYK and not 1 < picture.getexif().get(ExifTags.Base.Orientation, 1) <= 8


def _prepared(picture: Image.Image, kind: str, *, lossless: bool) -> Photo:
    """The picture encoded again; ``lossless`` is whether a WebP was (RFC 9649, 2.6: its chunk ``VP8L``)."""
    from PIL import ImageOps, JpegImagePlugin

    profile = picture.info.get("icc_profile")
    upright = ImageOps.exif_transpose(picture)
    if upright.mode in _CMYK:
        upright, profile = _in_rgb(upright, profile), None
    written = "JPEG" if kind == "MPO" else kind
    options: dict[str, object] = {"icc_profile": profile} if profile else {}
    if written == "JPEG":
        full_color = JpegImagePlugin.get_sampling(picture) != _HALVED
        options |= {"quality": _QUALITY, "subsampling": 0 if full_color else _HALVED}
    elif written == "WEBP":
        options |= {"lossless": True} if lossless else {"quality": _QUALITY}
    buffer = io.BytesIO()
    upright.save(buffer, written, exif=b"", **options)
    return Photo(MEDIA_TYPES[written], buffer.getvalue(), *upright.size)


def _in_rgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """A CMYK picture in sRGB, by the profile of its inks where it has one."""
    from PIL import ImageCms

    if profile:
        try:
            inks, screen = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(picture, inks, screen, outputMode="RGB")
            if converted is not None:
                return converted
        except (ImageCms.PyCMSError, OSError):
            pass  # a broken profile says nothing; the plain conversion is what viewers without profiles show
    return picture.convert("RGB")


_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_SHOWN = frozenset(
    b"IHDR PLTE IDAT IEND cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD hIST tRNS pHYs sPLT acTL fcTL fdAT".split()
)
"""The chunks that change what is seen (PNG 3, 11)."""
_WEBP_SHOWN = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ANIM", b"ANMF", b"ALPH", b"ICCP"))
_WEBP_REMARKS = 0b1100
"""The flags of VP8X (RFC 9649, 2.7.1) that announce EXIF and XMP."""
_JPEG_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""A marker behind coded data: neither a stuffed byte nor a restart (ITU-T T.81, B.1.1.2)."""
_JPEG_SHOWN = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
"""How the segments of applications (APPn) begin that change what is seen."""
_GIF_SHOWN = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
"""The application extensions that say how often a film is repeated."""


def without_metadata(data: bytes) -> bytes:
    """The same picture without what is not seen of it: EXIF, XMP, comments, thumbnails, whatever follows its end.

    Profiles of colours stay.  What is not a PNG, JPEG, GIF or WebP, or is damaged, is returned as it is.
    """
    try:
        if data.startswith(_PNG):
            return b"".join((_PNG, *_png_parts(data)))
        if data.startswith(b"\xff\xd8\xff"):
            return b"".join((b"\xff\xd8", *_jpeg_parts(data)))
        if data.startswith((b"GIF87a", b"GIF89a")):
            return b"".join(_gif_parts(data))
        if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            chunks = b"".join(_webp_parts(data))
            return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WEBP" + chunks
    except (struct.error, IndexError):
        pass  # cut off: whoever shows it says so
    return data


def _png_parts(data: bytes) -> Iterator[bytes]:
    at, kind = len(_PNG), b""
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", data, at)
        if kind in _PNG_SHOWN:
            yield data[at : at + 12 + length]
        at += 12 + length


def _jpeg_parts(data: bytes) -> Iterator[bytes]:
    """Segments (ITU-T T.81, B.1.1) and coded data."""
    at = 2
    while True:
        while data[at : at + 2] == b"\xff\xff":
            at += 1  # a marker may be padded
        if data[at] != 0xFF:
            raise IndexError
        marker, length = struct.unpack_from(">xBH", data + b"\0\0", at)
        if marker == 0xD9:
            yield b"\xff\xd9"
            return
        segment = data[at : at + 2 + length]
        at += 2 + length
        is_data = not 0xE0 <= marker <= 0xEF and marker != 0xFE
        if is_data or (marker in _JPEG_SHOWN and segment.startswith(_JPEG_SHOWN[marker], 4)):
            yield segment
        if marker == 0xDA:
            found = _JPEG_MARKER.search(data, at)
            if found is None:
                raise IndexError
            yield data[at : found.start()]
            at = found.start()


def _webp_parts(data: bytes) -> Iterator[bytes]:
    """Chunks (RFC 9649, 2.3), each of an even length."""
    at, end = 12, min(len(data), 8 + struct.unpack_from("<I", data, 4)[0])
    while at < end:
        kind, length = struct.unpack_from("<4sI", data, at)
        chunk = data[at : at + 8 + length + length % 2]
        if kind == b"VP8X":
            chunk = chunk[:8] + bytes([chunk[8] & ~_WEBP_REMARKS]) + chunk[9:]
        if kind in _WEBP_SHOWN:
            yield chunk
        at += 8 + length + length % 2


def _gif_parts(data: bytes) -> Iterator[bytes]:
    """Blocks (GIF89a, 12 to 26); comments and applications' own data are left out."""
    at = 13 + _table_size(data[10])
    yield data[:at]
    while data[at] != 0x3B:
        begin = at
        if data[at] == 0x2C:
            at += 10 + _table_size(data[at + 9]) + 1
            shown = True
        else:
            kind = data[at + 1]
            shown = kind in (0xF9, 0x01) or (kind == 0xFF and data[at + 3 : at + 14] in _GIF_SHOWN)
            at += 2
        while data[at]:
            at += data[at] + 1
        at += 1
        if shown:
            yield data[begin:at]
    yield b"\x3b"


def _table_size(flags: int) -> int:
    """The bytes of a colour table that the flags announce."""
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0
