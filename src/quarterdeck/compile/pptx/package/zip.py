"""A zip archive (PKWARE APPNOTE 6.3) of many small files, the same bytes for the same files.

``zipfile`` sets up a window of 32 kB for each file that it compresses.  A part of a PPTX has 2 kB, and setting up
takes longer than compressing; with a window just as large as the part the bytes are the same, in half the time.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from functools import lru_cache

from quarterdeck.diagnostics import QuarterdeckError

_VERSION = 20
"""2.0, which knows of compression, is needed to unpack it (4.4.3)."""
_UTF_8 = 0x800
"""The flag of a name that isn't ASCII (4.4.4)."""
_STORED, _DEFLATED = 0, 8
_DATE, _TIME = (1 << 5) | 1, 0
"""1980-01-01, 0:00: the earliest there is (MS-DOS counts years from 1980)."""
_READABLE = 0o600 << 16
_LEVEL = 6
_SMALL = 65_536
"""Bytes; parts up to this size are compressed once and cached for the next package."""
_LARGEST = 0xFFFFFFFF
_MOST = 0xFFFF
_LOOKAHEAD = 262
"""Bytes of the window that deflate keeps for what comes next (MIN_LOOKAHEAD)."""


def zipped(files: Iterable[tuple[str, bytes, bool]]) -> bytes:
    """The archive of files in order: the name of each, its data, and whether compressing it is of use.

    Raises:
        QuarterdeckError: when it would be larger than an archive without extensions can be.

    """
    parts: list[bytes] = []
    directory: list[bytes] = []
    at = 0
    for name, data, worthwhile in files:
        encoded = name.encode()
        packed = _packed(data) if worthwhile else data
        described = struct.pack(
            "<HHHHHLLLHH",
            _VERSION,
            0 if name.isascii() else _UTF_8,
            _DEFLATED if worthwhile else _STORED,
            _TIME,
            _DATE,
            zlib.crc32(data),
            _checked(len(packed)),
            _checked(len(data)),
            len(encoded),
            0,
        )
        directory += (struct.pack("<4sH", b"PK\x01\x02", _VERSION), described)
        directory += (struct.pack("<HHHLL", 0, 0, 0, _READABLE, at), encoded)
        parts += (b"PK\x03\x04", described, encoded, packed)
        at = _checked(at + 30 + len(encoded) + len(packed))
    count, size = len(directory) // 4, sum(map(len, directory))
    if count > _MOST:
        raise _too_large()
    end = struct.pack("<4sHHHHLLH", b"PK\x05\x06", 0, 0, count, count, size, at, 0)
    return b"".join((*parts, *directory, end))


def _packed(data: bytes) -> bytes:
    return _deflated_once(data) if len(data) <= _SMALL else _deflated(data)


@lru_cache(maxsize=4096)
def _deflated_once(data: bytes) -> bytes:
    """A small part; a run that writes a deck again has most of them already."""
    return _deflated(data)


def _deflated(data: bytes) -> bytes:
    bits = max(10, min(15, (len(data) + _LOOKAHEAD).bit_length()))
    compressor = zlib.compressobj(_LEVEL, zlib.DEFLATED, -bits)
    return compressor.compress(data) + compressor.flush()


def _checked(size: int) -> int:
    if size > _LARGEST:
        raise _too_large()
    return size


def _too_large() -> QuarterdeckError:
    return QuarterdeckError.of(
        "the PPTX would be larger than 4 GB", hint="make its videos smaller, or split the deck", code="too-large"
    )
