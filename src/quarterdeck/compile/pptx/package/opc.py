"""The file around the parts: an OPC package (ECMA-376 part 2) in a zip archive (PKWARE APPNOTE 6.3).

The same parts give the same bytes: entries have a fixed order and a fixed date.

``zipfile`` sets up a window of 32 kB for each file that it compresses.  A part of a PPTX has 2 kB, and setting up
takes longer than compressing; with a window just as large as the part the bytes are the same, in half the time.
"""

from __future__ import annotations

import posixpath
import re
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from msgspec import Struct, field

from quarterdeck.compile.pptx.package.ooxml import CONTENT_TYPES, DECLARATION, RELATIONSHIPS, ContentType, attribute
from quarterdeck.diagnostics import QuarterdeckError

COMPRESSED = (".png", ".jpeg", ".gif", ".mp4", ".webm", ".mp3", ".m4a", ".ogg", ".xlsx")
"""Extensions of files that are compressed already; they are stored as they are."""
_NUMBERED = re.compile(r"(.*?)(\d{1,9})\.\w+")
"""A part's name that ends in a number: ``ppt/media/image7.png``."""


@lru_cache(maxsize=4096)
def _relative(folder: str, target: str) -> str:
    """A target as its path from a folder; both are paths from the package's root."""
    before, steps = folder.split("/") if folder else [], target.split("/")
    shared = 0
    while shared < min(len(before), len(steps) - 1) and before[shared] == steps[shared]:
        shared += 1
    return "/".join((*[".."] * (len(before) - shared), *steps[shared:]))


class Relationships(Struct):
    """The relationships of one part, each target once."""

    part: str
    """The name of the part that they belong to; "" for the package."""
    _ids: dict[tuple[str, str, bool], str] = field(default_factory=dict)

    def to(self, kind: str, target: str) -> str:
        """The id of the relationship to another part."""
        return self._id(kind, target, external=False)

    def outside(self, kind: str, url: str) -> str:
        """The id of a relationship to something outside of the package."""
        return self._id(kind, url, external=True)

    def _id(self, kind: str, target: str, *, external: bool) -> str:
        return self._ids.setdefault((kind, target, external), f"rId{len(self._ids) + 1}")

    def __bool__(self) -> bool:
        return bool(self._ids)

    @property
    def part_name(self) -> str:
        """Where the package keeps them (part 2, 9.3.3)."""
        folder, name = posixpath.split(self.part)
        return posixpath.join(folder, "_rels", f"{name}.rels")

    def xml(self) -> str:
        """The relationships as a part (``.rels``)."""
        folder = posixpath.dirname(self.part)
        items = []
        for (kind, target, external), relationship in self._ids.items():
            if external:
                items.append(
                    f'<Relationship Id="{relationship}" Type="{kind}" Target="{attribute(target)}" '
                    'TargetMode="External"/>'
                )
            else:
                items.append(f'<Relationship Id="{relationship}" Type="{kind}" Target="{_relative(folder, target)}"/>')
        return f'{DECLARATION}<Relationships xmlns="{RELATIONSHIPS}">{"".join(items)}</Relationships>'


class Packed(Struct, frozen=True):
    """A file as it is in an archive."""

    data: bytes
    is_deflated: bool
    checksum: int
    """CRC-32 of what it holds."""
    size: int
    """How many bytes it holds."""

    @classmethod
    def of(cls, data: bytes, *, is_worthwhile: bool = True) -> Packed:
        """A file with these bytes; ``is_worthwhile``: whether compressing them is of use."""
        packed = _deflated(data) if is_worthwhile else data
        return cls(packed, is_worthwhile, zlib.crc32(data), len(data))


class Part(Struct, frozen=True):
    """An XML part as it goes into packages, perhaps into several."""

    name: str
    content_type: str
    packed: Packed
    relationships: tuple[str, Packed] | None = None
    """The name and the data of the part that they are in."""

    @classmethod
    def of(cls, name: str, content_type: str, xml: str, relationships: Relationships | None = None) -> Part:
        """A part with the relationships that it has by now."""
        own = (relationships.part_name, Packed.of(relationships.xml().encode())) if relationships else None
        return cls(name, content_type, Packed.of(xml.encode()), own)


class Package:
    """Collects parts, and writes them as one file."""

    def __init__(self) -> None:
        self.relationships = Relationships("")
        self._parts: dict[str, Packed] = {}
        self._counts: dict[str, int] = {}
        self._overrides: dict[str, str] = {}
        self._defaults: dict[str, str] = {"rels": ContentType.RELATIONSHIPS, "xml": "application/xml"}

    def add(self, name: str, content_type: str, content: str, relationships: Relationships | None = None) -> None:
        """Add an XML part; raises ValueError if there is one of that name."""
        self._put(name, content.encode())
        self._overrides[name] = content_type
        if relationships:
            self._put(relationships.part_name, relationships.xml().encode())

    def put(self, part: Part) -> None:
        """Add an XML part that is ready; raises ValueError if there is one of that name."""
        self._put(part.name, part.packed)
        self._overrides[part.name] = part.content_type
        if part.relationships is not None:
            self._put(*part.relationships)

    def add_file(self, name: str, content_type: str, content: bytes) -> None:
        """Add a part that isn't our XML; its content type is that of its extension."""
        self._put(name, content)
        self._defaults[name.rpartition(".")[2]] = content_type

    def copy(self, name: str, content_type: str, content: bytes) -> None:
        """Add a part of another package as it is; parts that are numbered later get higher numbers."""
        self._put(name, _packed(name, content, _copied_once))
        if not name.endswith(".rels"):
            self._overrides[name] = content_type
        numbered = _NUMBERED.fullmatch(name)
        if numbered:
            folder, number = numbered[1], int(numbered[2])
            self._counts[folder] = max(number, self._counts.get(folder, 0))

    def count(self, folder: str) -> int:
        """The number that the next part in ``folder`` may have in its name, from 1."""
        self._counts[folder] = number = self._counts.get(folder, 0) + 1
        return number

    def _put(self, name: str, content: bytes | Packed) -> None:
        if name in self._parts:
            raise ValueError(f"two parts are named {name}")
        self._parts[name] = content if isinstance(content, Packed) else _packed(name, content, _own_once)

    def write(self) -> bytes:
        """The whole package as a ZIP file."""
        return _archive(self._entries())

    def _entries(self) -> Iterator[tuple[str, Packed]]:
        for name, xml in (
            ("[Content_Types].xml", self._content_types()),
            (self.relationships.part_name, self.relationships.xml()),
        ):
            yield name, _packed(name, xml.encode(), _own_once)
        yield from self._parts.items()

    def _content_types(self) -> str:
        defaults = "".join(
            f'<Default Extension="{extension}" ContentType="{kind}"/>'
            for extension, kind in sorted(self._defaults.items())
        )
        overrides = "".join(
            f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in self._overrides.items()
        )
        return f'{DECLARATION}<Types xmlns="{CONTENT_TYPES}">{defaults}{overrides}</Types>'


_VERSION = 20
"""2.0, which knows of compression, is needed to unpack it (4.4.3)."""
_UTF_8 = 0x800
"""The flag of a name that isn't ASCII (4.4.4)."""
_STORED, _DEFLATED = 0, 8
_DATE, _TIME = (1 << 5) | 1, 0
"""1980-01-01, 0:00: the earliest there is (MS-DOS counts years from 1980)."""
_READABLE = 0o600 << 16
_LEVEL = 4
"""Of deflate: it takes an eighth less time than 6, the usual one, for 2 % more bytes."""
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
    return _archive((name, Packed.of(data, is_worthwhile=worthwhile)) for name, data, worthwhile in files)


def _archive(files: Iterable[tuple[str, Packed]]) -> bytes:
    parts: list[bytes] = []
    directory: list[bytes] = []
    at = 0
    for name, packed in files:
        encoded = name.encode()
        described = struct.pack(
            "<HHHHHLLLHH",
            _VERSION,
            0 if name.isascii() else _UTF_8,
            _DEFLATED if packed.is_deflated else _STORED,
            _TIME,
            _DATE,
            packed.checksum,
            _checked(len(packed.data)),
            _checked(packed.size),
            len(encoded),
            0,
        )
        directory += (struct.pack("<4sH", b"PK\x01\x02", _VERSION), described)
        directory += (struct.pack("<HHHLL", 0, 0, 0, _READABLE, at), encoded)
        parts += (b"PK\x03\x04", described, encoded, packed.data)
        at = _checked(at + 30 + len(encoded) + len(packed.data))
    count, size = len(directory) // 4, sum(map(len, directory))
    if count > _MOST:
        raise _too_large()
    end = struct.pack("<4sHHHHLLH", b"PK\x05\x06", 0, 0, count, count, size, at, 0)
    return b"".join((*parts, *directory, end))


def _packed(name: str, data: bytes, once: Callable[[bytes], Packed]) -> Packed:
    """A file by its name: those that are compressed already are stored."""
    if name.endswith(COMPRESSED):
        return Packed.of(data, is_worthwhile=False)
    return once(data) if len(data) <= _SMALL else Packed.of(data)


_own_once = lru_cache(maxsize=64)(Packed.of)
"""Parts that are written for each deck; but for a few they are the same in all its forms."""
_copied_once = lru_cache(maxsize=512)(Packed.of)
"""Parts of templates."""


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
