"""What the audience may take home: the deck and its handout, as attendees get them, built when first asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from quarterdeck.project.outputs.formats import FORMATS, OutputKind, rendered
from quarterdeck.project.project import Project

OFFERED: Mapping[str, OutputKind] = {name: FORMATS[name].kind for name in ("pptx", "html", "handout")}
"""The formats that are offered: those that need no other program."""
MEDIA_TYPES: Mapping[str, str] = {
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".html": "text/html; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class File:
    """A file to be taken home."""

    content: bytes
    media_type: str


@dataclass(slots=True)
class TakeHome:
    """The files of one show."""

    name: str
    """The deck's, with which the files' names begin."""
    load: Callable[[], Project]
    """Reads an attendee's copy of the deck, which has neither notes nor solutions."""
    _files: dict[str, File] = field(default_factory=dict)
    _edition: int = 0
    _building: asyncio.Lock = field(default_factory=asyncio.Lock)

    def offered(self) -> list[tuple[str, str]]:
        """The name of each file, and the text of its link."""
        return [(kind.file_name(self.name), kind.label) for kind in OFFERED.values()]

    async def file(self, name: str, edition: int) -> File | None:
        """A file of the deck's present edition; None for an unknown name.

        Built in a thread, once, however many ask.

        Raises:
            QuarterdeckError: when the deck as it is now can't be built.

        """
        wanted = next((f for f, kind in OFFERED.items() if name == kind.file_name(self.name)), None)
        if wanted is None:
            return None
        async with self._building:
            if edition != self._edition:
                self._files, self._edition = {}, edition
            if name not in self._files:
                self._files[name] = await asyncio.to_thread(self._build, wanted)
            return self._files[name]

    def _build(self, format_: str) -> File:
        suffix = OFFERED[format_].suffix
        return File(rendered(self.load(), [format_])[format_], MEDIA_TYPES[suffix[suffix.rindex(".") :]])
