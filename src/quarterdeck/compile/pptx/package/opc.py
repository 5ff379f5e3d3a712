"""The file around the parts: an OPC package (ECMA-376 part 2) in a zip archive.

The same parts give the same bytes: entries have a fixed order and a fixed date.
"""

from __future__ import annotations

import functools
import posixpath
import re
from collections.abc import Iterator

from msgspec import Struct, field

from quarterdeck.compile.pptx.package.ooxml import CONTENT_TYPES, DECLARATION, RELATIONSHIPS, ContentType, attribute
from quarterdeck.compile.pptx.package.zip import zipped

COMPRESSED = (".png", ".jpeg", ".gif", ".mp4", ".webm", ".mp3", ".m4a", ".ogg", ".xlsx")
"""Extensions of files that are compressed already; they are stored as they are."""
_NUMBERED = re.compile(r"(.*?)(\d{1,9})\.\w+")
"""A part's name that ends in a number: ``ppt/media/image7.png``."""


@functools.lru_cache(maxsize=4096)
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


class Package:
    """Collects parts, and writes them as one file."""

    def __init__(self) -> None:
        self.relationships = Relationships("")
        self._parts: dict[str, str | bytes] = {}
        self._counts: dict[str, int] = {}
        self._overrides: dict[str, str] = {}
        self._defaults: dict[str, str] = {"rels": ContentType.RELATIONSHIPS, "xml": "application/xml"}

    def add(self, name: str, content_type: str, content: str, relationships: Relationships | None = None) -> None:
        """Add an XML part; raises ValueError if there is one of that name."""
        self._put(name, content)
        self._overrides[name] = content_type
        if relationships:
            self._put(relationships.part_name, relationships.xml())

    def add_file(self, name: str, content_type: str, content: bytes) -> None:
        """Add a part that isn't our XML; its content type is that of its extension."""
        self._put(name, content)
        self._defaults[name.rpartition(".")[2]] = content_type

    def copy(self, name: str, content_type: str, content: bytes) -> None:
        """Add a part of another package as it is; parts that are numbered later get higher numbers."""
        self._put(name, content)
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

    def _put(self, name: str, content: str | bytes) -> None:
        if name in self._parts:
            raise ValueError(f"two parts are named {name}")
        self._parts[name] = content

    def write(self) -> bytes:
        """The whole package as a ZIP file."""
        return zipped(
            (name, content.encode() if isinstance(content, str) else content, not name.endswith(COMPRESSED))
            for name, content in self._entries()
        )

    def _entries(self) -> Iterator[tuple[str, str | bytes]]:
        yield "[Content_Types].xml", self._content_types()
        yield self.relationships.part_name, self.relationships.xml()
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
