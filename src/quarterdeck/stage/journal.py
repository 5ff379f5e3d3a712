"""What a clean room must still put right about images, kept in a file in case the show is killed.

Containers, networks and volumes carry labels; images can't (a label would show up in builds), so
they are owned by difference: what was there before, and what has appeared during the demo's own
builds, pulls, loads, commits and tags.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class ImageState:
    """The images of an engine."""

    references: Mapping[str, str]
    """``web:latest`` → id."""
    ids: tuple[str, ...]

    @classmethod
    def of(cls, listed: list[dict[str, Any]]) -> ImageState:
        """From the answer to ``GET /images/json?all=1``."""
        references = {
            tag: str(image["Id"]) for image in listed for tag in image.get("RepoTags") or () if tag != "<none>:<none>"
        }
        return cls(references, tuple(dict.fromkeys(str(image["Id"]) for image in listed)))


@dataclass(frozen=True, slots=True)
class ImageJournal:
    """One demo's images."""

    show: str
    demo: str
    engine: str
    """The engine's URL."""
    before: ImageState
    """What is not the demo's."""
    ids: tuple[str, ...] = ()
    """Images that the demo made."""
    references: tuple[str, ...] = ()
    """Tags that the demo set, new ones and moved ones."""
    under_way: bool = False
    """Whether an image was being made when this was written: then all that is new is the demo's."""

    def with_new(self, now: ImageState) -> ImageJournal:
        """The same, with all that is in ``now`` and was not before taken as the demo's."""
        fresh = [i for i in now.ids if i not in self.before.ids]
        moved = [r for r, i in now.references.items() if self.before.references.get(r) != i]
        return ImageJournal(
            self.show,
            self.demo,
            self.engine,
            self.before,
            tuple(dict.fromkeys([*self.ids, *fresh])),
            tuple(dict.fromkeys([*self.references, *moved])),
            self.under_way,
        )


def default_folder(environ: Mapping[str, str]) -> Path:
    """Where journals are kept: the XDG state folder (XDG Base Directory Specification)."""
    state = environ.get("XDG_STATE_HOME") or str(Path(environ.get("HOME", "/"), ".local", "state"))
    return Path(state, "quarterdeck", "images")


def journal_file(folder: Path, show: str, demo: str) -> Path:
    """The file of one demo of one show."""
    return folder / f"{_safe(show)}+{_safe(demo)}.json"


def _safe(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]", lambda match: f"%{ord(match[0]):x}", name)


def write(journal: ImageJournal, file: Path) -> None:
    """Write it so that a crash leaves the old or the new one whole."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = file.with_suffix(f".{os.getpid()}.tmp")
    temporary.write_text(json.dumps(asdict(journal)), encoding="utf-8")
    temporary.replace(file)


def read_all(folder: Path, show: str | None = None, demo: str | None = None) -> Iterator[tuple[Path, ImageJournal]]:
    """The journals of a show, or of all; a file that is no journal is passed over."""
    for file in sorted(folder.glob("*.json")):
        try:
            journal = _decode(json.loads(file.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if show in (None, journal.show) and demo in (None, journal.demo):
            yield file, journal


def _decode(value: dict[str, Any]) -> ImageJournal:
    before = ImageState(dict(value["before"]["references"]), tuple(value["before"]["ids"]))
    return ImageJournal(
        str(value["show"]),
        str(value["demo"]),
        str(value["engine"]),
        before,
        tuple(value["ids"]),
        tuple(value["references"]),
        bool(value["under_way"]),
    )
