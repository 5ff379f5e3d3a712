"""Records of what was built from what, stored next to it in ``.quarterdeck/``, one file per variant.

By them unchanged variants are skipped, interrupted builds continue, and only files that we wrote are ever removed.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath

import msgspec
from msgspec import Struct

from quarterdeck.diagnostics import Diagnostic
from quarterdeck.files.outputs import Output

FOLDER = ".quarterdeck"
"""The folder of the records, in the output folder."""
VERSION = 2


class WrittenFile(Struct, frozen=True):
    """A file that a build wrote."""

    output: str
    """The name of the output."""
    path: str
    """The path from the output folder, with slashes."""
    size: int
    modified: int
    """Modification time in nanoseconds."""
    sha256: str

    @classmethod
    def of(cls, output: str, path: PurePosixPath, folder: Path, data: bytes) -> WrittenFile:
        """The record of a file that has just been written."""
        modified = (folder / path).stat().st_mtime_ns
        return cls(output, path.as_posix(), len(data), modified, hashlib.sha256(data).hexdigest())

    def is_ours(self, folder: Path) -> bool:
        """Whether the file exists and still has the bytes that were written."""
        path = folder / self.path
        try:
            status = path.stat()
            if status.st_size != self.size:
                return False
            if status.st_mtime_ns == self.modified:
                return True
            return hashlib.sha256(path.read_bytes()).hexdigest() == self.sha256
        except OSError:
            return False


class PlannedPart(Struct, frozen=True):
    """A line of the agenda."""

    clock: str
    title: str
    minutes: int
    is_break: bool


class TalkFacts(Struct, frozen=True):
    """What the index shows about a variant's talk."""

    title: str
    slides: int
    demos: int
    seconds: float
    """The sum of its agenda."""
    budget: float | None
    parts: tuple[PlannedPart, ...]


class Record(Struct, frozen=True):
    """The record of one built variant."""

    variant: str
    manifest: str
    """The path of the manifest from the output folder, which several manifests may share."""
    key: str
    """A hash of the manifest's values for the variant, of the program, and of the user's finish function."""
    inputs: Mapping[str, str]
    files: tuple[WrittenFile, ...]
    talk: TalkFacts
    warnings: tuple[Diagnostic, ...]

    def output(self, folder: Path) -> Output:
        """The file of the record."""
        encoded = msgspec.json.encode(_Stored(VERSION, self), order="sorted")
        return Output(_path(folder, self.variant), msgspec.json.format(encoded, indent=1) + b"\n")


class _Stored(Struct, frozen=True):
    """The content of a record's file."""

    version: int
    record: Record


def read_record(folder: Path, variant: str) -> Record | None:
    """The record of a variant; None if it wasn't built, or its record has another format."""
    return _read(_path(folder, variant))


def read_records(folder: Path) -> dict[str, Record]:
    """All records of a folder, by variant."""
    found = (_read(path) for path in sorted((folder / FOLDER).glob("*.json")))
    return {record.variant: record for record in found if record is not None}


def remove_files(folder: Path, files: Iterable[WrittenFile], kept: Sequence[str]) -> tuple[list[str], list[str]]:
    """Remove files of an earlier build, and the folders that become empty.

    Returns the paths that were removed, and those that were left because someone has changed them.  ``kept`` are paths
    that are still written.
    """
    removed: list[str] = []
    changed: list[str] = []
    for file in files:
        path = folder / file.path
        inside = path.resolve().is_relative_to(folder.resolve())
        if file.path in kept or not inside or not path.exists():
            continue
        if not file.is_ours(folder):
            changed.append(file.path)
            continue
        path.unlink()
        removed.append(file.path)
        for parent in PurePosixPath(file.path).parents:
            if parent == PurePosixPath("."):
                break
            with contextlib.suppress(OSError):
                (folder / parent).rmdir()
    return removed, changed


def forget(folder: Path, variant: str) -> None:
    """Remove a variant's record."""
    _path(folder, variant).unlink(missing_ok=True)


def _path(folder: Path, variant: str) -> Path:
    return folder / FOLDER / f"{variant}.json"


def _read(path: Path) -> Record | None:
    try:
        stored = msgspec.json.decode(path.read_bytes(), type=_Stored)
    except (OSError, msgspec.DecodeError):
        return None
    return stored.record if stored.version == VERSION else None
