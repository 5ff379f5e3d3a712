"""The pictures, videos and sounds that a deck takes in, and what was read beside them."""

from __future__ import annotations

import base64
import re
import struct
import zlib
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Generic, TypeVar
from urllib.parse import unquote, unquote_to_bytes, urlsplit

from msgspec import Struct, field
from msgspec.structs import replace

from quarterdeck.diagnostics import Diagnostic, Diagnostics, SourceSpan
from quarterdeck.memo import Memo
from quarterdeck.model.content import Asset
from quarterdeck.source.photos import PhotoError, read_photo, without_metadata
from quarterdeck.text.source_file import file_bytes, is_file, is_folder, shown_path

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_MOST_PIXELS = 80_000_000
"""Beyond this Pillow is asked, which refuses pictures that would fill the memory."""
_ORIENTATION_MARKS = (b"eXIf", b"Raw profile type exif", b"Raw profile type APP1", b"tiff:Orientation")
"""One of these is in every PNG that states an orientation (PNG 3, 11.3.3.3; ImageMagick; XMP)."""


def png_size(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels (PNG 3, 11.2.1).

    None for what isn't a PNG that is sound up to its pixels, and for one that may have to be turned upright.
    """
    size: tuple[int, int] | None = None
    if any(mark in data for mark in _ORIENTATION_MARKS):
        return None
    for kind, body in _chunks(data) if data.startswith(_SIGNATURE) else ():
        if kind == b"IHDR" and size is None and len(body) == 13:
            size = struct.unpack_from(">II", body)
        elif size is None or kind == b"IDAT":
            break
    else:
        return None
    return size if size is not None and 0 < size[0] * size[1] <= _MOST_PIXELS else None


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The chunks (5.3), as far as they are whole; the sums of those that hold the pixels aren't checked."""
    at = len(_SIGNATURE)
    while at + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        end = at + 8 + length
        if kind != b"IDAT" and data[end : end + 4] != zlib.crc32(data[at + 4 : end]).to_bytes(4):
            return
        yield kind, data[at + 8 : end]
        at = end + 4


MEDIA_TYPES = {
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".webm": "video/webm",
    ".mov": "video/quicktime",
    ".ogv": "video/ogg",
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".ogg": "audio/ogg",
    ".oga": "audio/ogg",
    ".wav": "audio/wav",
}
"""Videos and sounds, by the end of the file's name."""
SVG = "image/svg+xml"
_OUTER_FILE = re.compile(
    rb"""<(?:[\w-]+:)?(?:image|feImage|use)\b[^>]*?\b(?:xlink:)?href\s*=\s*["']\s*(?!#|data:|["'])([^"']*)["']"""
)
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_REMARK = re.compile(
    rb"""(<!\[CDATA\[.*?\]\]>)|<!--.*?-->|<\?xpacket.*?\?>"""
    rb"""|<(?:svg:)?metadata\b(?:[^>]*/>|[^>]*>.*?</(?:svg:)?metadata\s*>)"""
    rb"""|\s(?:sodipodi:docname|inkscape:export-filename)\s*=\s*(?:"[^"]*"|'[^']*')"""
    rb"""|\scontent\s*=\s*"&lt;mxfile[^"]*\"""",
    re.DOTALL,
)
"""What an SVG holds beside the drawing: comments, metadata, the author's paths, draw.io's file.  CDATA is kept."""
OUTER_SHOWN = 60
"""Characters of such a name that are shown in messages."""
DATA_SHOWN = 32
"""Characters of a ``data:`` or ``qr:`` URL that are shown in messages."""

QR_SCHEME = "qr"
"""``![Scan me](qr:https://example.org)`` is a QR code (ISO/IEC 18004)."""
QUIET_ZONE = 4
"""Modules of quiet zone that the standard wants (6.3.8)."""
QR_MODULE = 12
"""px of a module in the picture's natural size."""
QR_DARK, QR_LIGHT = "#0E1116", "#FFFFFF"
"""Its colours in every theme: phones want dark modules on a light ground."""
ADDRESS_SCHEMES = ("http:", "https:", "mailto:", "tel:")


class Assets(Struct):
    """The files of one deck, each read once."""

    folder: Path
    """What paths are relative to."""
    found: Diagnostics
    root: Path
    """The folder that paths may not leave: a deck of another's must not publish what lies on the speaker's disk."""
    read: dict[Path, Asset | None] = field(default_factory=dict)
    used: dict[str, Asset | None] = field(default_factory=dict)
    """What was given out, by the name that the author gave it."""

    def load(self, source: str, at: SourceSpan) -> Asset | None:
        """The file that a picture's target means, or None after telling why there is none."""
        asset = self.used.get(source) or self._load(source, at)
        self.used[source] = asset
        return asset

    def _load(self, source: str, at: SourceSpan) -> Asset | None:
        if _scheme(source) == "data":
            return self._embedded(source, at)
        if _scheme(source) == QR_SCHEME:
            return self._code(source, at)
        if _scheme(source) not in ("", "file") and not is_file(self.folder / source):
            self.found.error(
                "pictures are taken from files, so that the deck works without a network",
                at,
                hint="download it, and name the file",
                code="remote-picture",
            )
            return None
        name = unquote(source.partition("#")[0].partition("?")[0])
        try:
            path = (self.folder / name).resolve()
            known = path in self.read
        except (OSError, ValueError, RuntimeError):
            self.found.error(f"'{name}' is not a file name", at, code="missing-file")
            return None
        if not path.is_relative_to(self.root.resolve()):
            self.found.error(
                f"'{name}' lies outside of the project",
                at,
                hint=f"files below {shown_path(self.root)} can be shown",
                code="picture-outside",
            )
            return None
        if not known:
            self.read[path] = self._read(path, name, at)
        elif self.read[path] is None and not is_file(path):
            self._missing(path, name, at)
        return self.read[path]

    def _read(self, path: Path, name: str, at: SourceSpan) -> Asset | None:
        if not is_file(path):
            self._missing(path, name, at)
            return None
        try:
            data = file_bytes(path)
        except OSError as error:
            self.found.error(f"'{name}' can't be read: {error.strerror}", at, code="missing-file")
            return None
        media_type = MEDIA_TYPES.get(path.suffix.lower())
        if media_type:
            return Asset(shown_path(path), media_type, data)
        return self._picture(shown_path(path), f"'{name}'", data, at, is_svg=path.suffix.lower() == ".svg")

    def _embedded(self, source: str, at: SourceSpan) -> Asset | None:
        """What a ``data:`` URL holds (RFC 2397)."""
        head, comma, body = source[len("data:") :].partition(",")
        media_type, *parameters = (part.strip().lower() for part in head.split(";"))
        name = f"{source[:DATA_SHOWN]}…" if len(source) > DATA_SHOWN else source
        try:
            if not comma:
                raise ValueError("it has no comma before the data")
            data = unquote_to_bytes(body)
            if "base64" in parameters:
                digits = b"".join(data.split()).rstrip(b"=")
                data = base64.b64decode(digits + b"=" * (-len(digits) % 4), validate=True)
        except ValueError as error:
            self.found.error(
                f"the picture '{name}' can't be decoded: {error}",
                at,
                hint="save the picture as a file beside the deck, and name the file",
                code="bad-picture",
            )
            return None
        if media_type in MEDIA_TYPES.values():
            return Asset(name, media_type, data)
        return self._picture(name, f"the picture '{name}'", data, at, is_svg=media_type == SVG)

    def _code(self, source: str, at: SourceSpan) -> Asset | None:
        """The QR code that a target ``qr:…`` asks for."""
        text = encoded_text(source)
        if not text:
            self.found.error(
                "a QR code needs an address or a text", at, hint="write ![Scan me](qr:https://…)", code="bad-picture"
            )
            return None
        try:
            return qr_picture(text, source[:DATA_SHOWN])
        except ValueError:
            self.found.error(
                f"{len(text)} characters are more than a QR code can hold",
                at,
                hint="shorten the address",
                code="bad-picture",
            )
            return None

    def _picture(self, shown: str, name: str, data: bytes, at: SourceSpan, *, is_svg: bool) -> Asset | None:
        if is_svg or data.lstrip()[:5] in (b"<?xml", b"<svg ", b"<svg\n"):
            from quarterdeck.model.svg import svg_size  # 2 ms that decks without drawings shouldn't pay

            size = svg_size(data)
            if size is not None:
                self._report_outer_files(name, data, at)
                return Asset(shown, SVG, _REMARK.sub(rb"\1", data), *size)
            self.found.error(f"{name} is not an SVG picture", at, code="bad-picture")
            return None
        size = png_size(data)
        if size is not None:
            return Asset(shown, "image/png", without_metadata(data), float(size[0]), float(size[1]))
        try:
            photo = read_photo(data)
        except PhotoError as error:
            self.found.error(f"{name} {error}", at, hint=error.hint, code="bad-picture")
            return None
        return Asset(shown, photo.media_type, without_metadata(photo.data), float(photo.width), float(photo.height))

    def _report_outer_files(self, name: str, data: bytes, at: SourceSpan) -> None:
        """An error for each picture that a drawing takes from another file: no program shows those in a picture."""
        for outer in dict.fromkeys(_OUTER_FILE.findall(_COMMENT.sub(b"", data))):
            self.found.error(
                f"the drawing {name} shows another file, '{outer.decode('utf-8', 'replace')[:OUTER_SHOWN]}', which "
                "pictures in a deck can't do",
                at,
                hint="embed that picture in the drawing: Inkscape does it with Extensions > Images > Embed",
                code="svg-outer-file",
            )

    def _missing(self, path: Path, name: str, at: SourceSpan) -> None:
        self.found.error(f"there is no file '{name}'", at, hint=near_names(path, name), code="missing-file")


def encoded_text(source: str) -> str:
    """What the code of a target ``qr:…`` says; only an address keeps its ``%20``, any other text has its spaces."""
    said = source.partition(":")[2].strip()
    return said if said.lower().startswith(ADDRESS_SCHEMES) else unquote(said)


def qr_picture(text: str, name: str) -> Asset:
    """The code of a text as an SVG picture, with its quiet zone.

    Raises:
        ValueError: for a text that is longer than any code can hold (2,331 bytes).

    """
    import segno  # only decks with a code need it

    rows = [bytes(row) for row in segno.make(text, error="m", micro=False).matrix_iter(border=QUIET_ZONE)]
    side = len(rows)
    path = "".join(f"M{x} {y}h{width}v1h-{width}z" for y, row in enumerate(rows) for x, width in _bars(row))
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" width="{side * QR_MODULE}" '
        f'height="{side * QR_MODULE}" shape-rendering="crispEdges"><rect width="{side}" height="{side}" '
        f'fill="{QR_LIGHT}"/><path d="{path}" fill="{QR_DARK}"/></svg>'
    )
    return Asset(name, "image/svg+xml", svg.encode(), float(side * QR_MODULE), float(side * QR_MODULE))


def _bars(row: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Where dark modules begin, and how many follow each other."""
    start: int | None = None
    for x, module in enumerate((*row, 0)):
        if module & 1 and start is None:
            start = x
        elif not module & 1 and start is not None:
            yield start, x - start
            start = None


Read = TypeVar("Read")


class Known(Struct, Generic[Read], frozen=True):
    """What was read from a text, with what else it depends on."""

    read: Read
    pictures: Mapping[str, Asset | None]
    """By the names that the text gives them."""
    faults: tuple[Diagnostic, ...]


class KnownTexts(Generic[Read]):
    """Reads texts that may show pictures, again only when the text or one of its pictures has changed.

    Those with faults or warnings are read each time, since the fix may be outside of them.
    """

    def __init__(self, memo: Memo[Known[Read]], assets: Assets) -> None:
        """``assets`` has the pictures, and gets the faults."""
        self._memo = memo
        self._assets = assets
        self._now = Assets(assets.folder, Diagnostics(), assets.root)
        """The pictures of known texts as they are now."""

    def read(self, name: Hashable, given: object, read: Callable[[Assets], Read]) -> Read:
        """What ``read`` makes, with the assets to take pictures from, of all that is ``given``; see :class:`Memo`."""
        assets = self._assets
        known = self._memo.made(
            name,
            (given, assets.folder, assets.root),
            lambda: self._read(read),
            lambda known: not known.faults and self._are_the_same(known.pictures),
        )
        assets.found.extend(known.faults)
        return known.read

    def _read(self, read: Callable[[Assets], Read]) -> Known[Read]:
        found = Diagnostics()
        assets = replace(self._assets, found=found, used={})
        return Known(read(assets), assets.used, tuple(found))

    def _are_the_same(self, pictures: Mapping[str, Asset | None]) -> bool:
        nowhere = SourceSpan("")
        if any(self._now.load(source, nowhere) != before for source, before in pictures.items()):
            return False
        self._assets.read.update({path: now for path, now in self._now.read.items() if now is not None})
        return True


def near_names(path: Path, name: str) -> str:
    """A hint that names the file in the same folder that was probably meant."""
    folder = path.parent
    if not is_folder(folder):
        return f"there is no folder {shown_path(folder)} either"
    names = [entry.name for entry in folder.iterdir() if entry.is_file()]
    import difflib  # only faults need it

    close = difflib.get_close_matches(path.name, names, n=1, cutoff=0.6)
    if close:
        return f"did you mean '{Path(name).with_name(close[0])}'?"
    return f"looked in {shown_path(folder)}"


def _scheme(source: str) -> str:
    """The scheme of a URL in lower case, empty for a path."""
    try:
        return urlsplit(source).scheme.lower()
    except ValueError:
        return ""
