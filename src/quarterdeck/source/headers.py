"""The size that a PNG says in its header.

Pillow tells it of any format and judges broken files, but takes 10 ms to load, which a deck whose pictures are
sound PNGs doesn't need.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_MOST_PIXELS = 80_000_000
"""Beyond this Pillow is asked, which refuses pictures that would fill the memory."""


def png_size(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels (PNG 3, 11.2.1); None for what isn't a PNG that is sound up to its pixels."""
    size: tuple[int, int] | None = None
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
