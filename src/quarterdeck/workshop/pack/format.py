"""The format of a pack: one tar archive (POSIX.1-1988 headers with GNU's long names), read and written in order.

``blobs/sha256/HEX``
    a part of an image, stored once even if several images share it; its name is its checksum.
``images/N.json``
    an image: its reference, and the members of its ``docker save``, in order, with their blobs.
``files/PATH``
    a file of the deck's project, or an output.
``pack.json``
    the last member, without which a pack is incomplete: version, deck, and the checksum of every file and image.

Images come first and are never written again: an interrupted pack keeps the blobs that it has.
"""

from __future__ import annotations

import hashlib
import os
import tarfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, TypeAlias

VERSION = 1
MANIFEST = "pack.json"
BLOBS = "blobs/sha256/"
IMAGES = "images/"
FILES = "files/"
BLOCK = tarfile.BLOCKSIZE
PIECE = 1 << 20
"""How many bytes are read and written at a time."""
Progress: TypeAlias = Callable[[str, int], None]
"""Called with what is being moved, and the number of bytes moved since the last call."""


class BrokenPackError(Exception):
    """The file is not a pack, is incomplete, or has bytes that don't match its checksums."""


class PackWriter:
    """Appends members to a file that may have some already; an incomplete member at its end is cut off."""

    def __init__(self, path: Path) -> None:
        """Open the file, which is created if need be, and find its complete members; raises OSError."""
        self.images: dict[str, bytes] = {}
        """The complete images, by member name."""
        path.touch()
        self._file = path.open("r+b")
        self._blobs: set[str] = set()
        try:
            end = self._take_stock()
            self._file.truncate(end)
            self._file.seek(end)
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> PackWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def _take_stock(self) -> int:
        """The end of the last complete blob or image; blobs are compared with their checksums."""
        end = 0
        while True:
            self._file.seek(end)
            try:
                member = tarfile.TarInfo.frombuf(self._file.read(BLOCK), "utf-8", "surrogateescape")
            except tarfile.HeaderError:
                return end
            if member.name.startswith(BLOBS):
                digest = _digest(_read(self._file, member.size))
                if digest != member.name.removeprefix(BLOBS):
                    return end
                self._blobs.add(digest)
            elif member.name.startswith(IMAGES):
                data = self._file.read(member.size)
                if len(data) < member.size:
                    return end
                self.images[member.name] = data
            else:
                return end  # files may have changed since: they are written again
            end += BLOCK + _padded(member.size)

    def add_blob(self, size: int, source: IO[bytes]) -> str:
        """Append ``size`` bytes of ``source`` as a blob, unless there is an equal one; returns the checksum.

        Raises OSError, and EOFError if the source is shorter.
        """
        begin = self._file.tell()
        self._file.write(bytes(BLOCK))  # its name is known only after reading it
        digest = hashlib.sha256()
        for piece in _read(source, size):
            digest.update(piece)
            self._file.write(piece)
        name = digest.hexdigest()
        if name in self._blobs:
            self._file.seek(begin)
            self._file.truncate()
            return name
        self._file.write(bytes(_padded(size) - size))
        end = self._file.tell()
        self._file.seek(begin)
        self._file.write(header(BLOBS + name, size))
        self._file.seek(end)
        self._blobs.add(name)
        return name

    def add(self, name: str, data: bytes) -> None:
        """Append a small member; raises OSError."""
        self._file.write(header(name, len(data)) + data + bytes(_padded(len(data)) - len(data)))
        if name.startswith(IMAGES):
            self.images[name] = data
            self._file.flush()

    def finish(self) -> None:
        """Write the end of the archive through to the disk; raises OSError."""
        self._file.write(bytes(2 * BLOCK))
        self._file.flush()
        os.fsync(self._file.fileno())


class PackReader:
    """Reads a complete pack, and compares every byte with its checksum."""

    def __init__(self, path: Path) -> None:
        """Open a pack, and list its members; raises OSError or BrokenPackError."""
        try:
            self._archive = tarfile.open(path, "r:")  # noqa: SIM115  # closed by __exit__
            self._members = {member.name: member for member in self._archive if member.isreg()}
        except tarfile.TarError as error:
            raise BrokenPackError(f"it is not a pack, or incomplete: {error}") from None
        if MANIFEST not in self._members:
            self._archive.close()
            raise BrokenPackError("it is incomplete: its end is missing")

    def __enter__(self) -> PackReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._archive.close()

    def read(self, name: str, checksum: str | None = None) -> bytes:
        """The bytes of a member, whose SHA-256 must be ``checksum``; raises OSError or BrokenPackError."""
        try:
            source = self._archive.extractfile(self._members[name])
        except KeyError:
            raise BrokenPackError(f"it lacks {name}") from None
        data = source.read() if source else b""
        if checksum is not None and checksum != hashlib.sha256(data).hexdigest():
            raise BrokenPackError(f"{name} is damaged")
        return data

    def size(self, checksum: str) -> int:
        """How many bytes a blob has; raises BrokenPackError."""
        member = self._members.get(BLOBS + checksum)
        if member is None:
            raise BrokenPackError(f"it lacks {BLOBS}{checksum}")
        return member.size

    def blob(self, checksum: str) -> Iterator[bytes]:
        """Yield the bytes of a blob; raises OSError or BrokenPackError, at the end if they are damaged."""
        member = self._members.get(BLOBS + checksum)
        source = self._archive.extractfile(member) if member else None
        if member is None or source is None:
            raise BrokenPackError(f"it lacks {BLOBS}{checksum}")
        digest = hashlib.sha256()
        for piece in _read(source, member.size):
            digest.update(piece)
            yield piece
        if digest.hexdigest() != checksum:
            raise BrokenPackError(f"{BLOBS}{checksum} is damaged")


def header(name: str, size: int, kind: bytes = tarfile.REGTYPE, target: str = "") -> bytes:
    """The header of a tar member; it depends on nothing but the arguments."""
    member = tarfile.TarInfo(name)
    member.size, member.type, member.linkname = size, kind, target
    member.mode = 0o755 if kind == tarfile.DIRTYPE else 0o644
    return member.tobuf(tarfile.GNU_FORMAT)


def padding(size: int) -> bytes:
    """The zeros that fill up a member's last block."""
    return bytes(_padded(size) - size)


def _padded(size: int) -> int:
    return -(-size // BLOCK) * BLOCK


def _read(source: IO[bytes], size: int) -> Iterator[bytes]:
    while size:
        piece = source.read(min(PIECE, size))
        if not piece:
            raise EOFError
        size -= len(piece)
        yield piece


def _digest(pieces: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    try:
        for piece in pieces:
            digest.update(piece)
    except EOFError:
        return ""
    return digest.hexdigest()
