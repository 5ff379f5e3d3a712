"""Photos and other pictures of pixels, made ready for outputs that know neither EXIF nor CMYK.

A camera stores a photo as its sensor saw it, and notes in EXIF how to turn it (tag 0x0112, *Orientation*).  Browsers
and image viewers follow the note; PowerPoint and LibreOffice ignore it.  Print shops deliver CMYK, which each program
converts in its own way.  So that all outputs show the same picture, such a picture is turned upright and converted to
sRGB here, once; every other picture is passed on byte for byte.
"""

from __future__ import annotations

import io
from collections.abc import Mapping

from msgspec import Struct
from PIL import ExifTags, Image, ImageCms, ImageOps, JpegImagePlugin, UnidentifiedImageError

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
_UNREADABLE = (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError)


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
    try:
        with Image.open(io.BytesIO(data), formats=_READ) as picture:
            kind = picture.format or ""
            if kind not in MEDIA_TYPES:
                raise PhotoError(f"is a {kind} picture, which can't be shown", "convert it to PNG")
            if _is_ready(picture):
                return Photo(MEDIA_TYPES[kind], data, *picture.size)
            return _prepared(picture, kind, lossless=b"VP8L" in data)
    except _UNREADABLE:
        raise PhotoError(
            "is not a readable picture", "PNG, JPEG, GIF, WebP, SVG, MP4, WebM, MP3 and the like can"
        ) from None


def _is_ready(picture: Image.Image) -> bool:
    """Whether it can be shown as it is; films in one picture file (GIF, WebP) are never changed."""
    if picture.format not in ("JPEG", "MPO") and getattr(picture, "is_animated", False):
        return True
    return picture.mode not in _CMYK and not 1 < picture.getexif().get(ExifTags.Base.Orientation, 1) <= 8


def _prepared(picture: Image.Image, kind: str, *, lossless: bool) -> Photo:
    """The picture encoded again; ``lossless`` is whether a WebP was (RFC 9649, 2.6: its chunk ``VP8L``)."""
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
    if profile:
        try:
            inks, screen = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(picture, inks, screen, outputMode="RGB")
            if converted is not None:
                return converted
        except (ImageCms.PyCMSError, OSError):
            pass  # a broken profile says nothing; the plain conversion is what viewers without profiles show
    return picture.convert("RGB")
