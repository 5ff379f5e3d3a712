"""Records of what was built from what, stored next to it in ``.quarterdeck/``, one file per variant.

By them unchanged variants are skipped, interrupted builds continue, and only files that we wrote are ever removed.  The
inputs of a variant are all files that can change its outputs, each with a hash of its content.  Contents are compared,
not times: a key or a time stamp that misses one of them would leave a wrong output.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import msgspec
from msgspec import Struct

import quarterdeck
from quarterdeck.diagnostics import Diagnostic
from quarterdeck.files.atomic import Output
from quarterdeck.files.folders import TOOLS_FOLDERS
from quarterdeck.model.options import Choices
from quarterdeck.project.project import Project
from quarterdeck.project.watch import watched
from quarterdeck.text.source_file import is_translation, translation_of

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


ABSENT = ""
"""The digest of a file that doesn't exist; once it does, its variants are built again."""
UNSETTLED = "?"
"""The digest of a file that was changed while it was being read; it never matches."""


@dataclass(slots=True)
class FileDigests:
    """The digests of files, each computed once."""

    base: Path
    """The folder that names are relative to."""
    known: dict[str, str] = field(default_factory=dict)

    def name(self, path: Path) -> str:
        """A path as it is stored: relative to ``base``."""
        return os.path.relpath(path, self.base)

    def of(self, name: str) -> str:
        """The SHA-256 of a file, or of all files in a folder, in hex; ``ABSENT`` if there is none."""
        if name not in self.known:
            self.known[name] = _content(Path(os.path.normpath(self.base / name)))
        return self.known[name]


def inputs_of(project: Project, choices: Choices, contents: FileDigests, since: int) -> dict[str, str]:
    """The digest of every file that the project was made from; ``since`` is when reading began, in ns."""
    result: dict[str, str] = {}
    for path in sorted(set(_paths(project, choices))):
        name = contents.name(path)
        result[name] = UNSETTLED if _changed_since(path, since) else contents.of(name)
    return result


def unchanged(inputs: Mapping[str, str], contents: FileDigests) -> bool:
    """Whether every file still has its digest."""
    return all(contents.of(name) == content for name, content in inputs.items())


def program() -> str:
    """A hash of this program's files, which changes with every version and every edit."""
    folder = Path(quarterdeck.__file__).parent
    digest = hashlib.sha256(quarterdeck.__version__.encode())
    for path in _below(folder):
        status = path.stat()
        digest.update(f"{path.relative_to(folder)}\0{status.st_size}\0{status.st_mtime_ns}\0".encode())
    return digest.hexdigest()


def _paths(project: Project, choices: Choices) -> Iterator[Path]:
    files = watched([project])
    yield from files
    for demo in project.deck.scripts.values():
        if demo.files is not None:
            yield demo.files.resolve()
    if choices.language is not None:
        for path in files:
            if path.suffix == ".md" and not is_translation(path):
                yield translation_of(path, choices.language)


def _content(path: Path) -> str:
    if path.is_dir():
        digest = hashlib.sha256()
        for file in _below(path):
            digest.update(f"{file.relative_to(path)}\0{_content(file)}\0".encode("utf-8", "surrogateescape"))
        return digest.hexdigest()
    try:
        with path.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError:
        return ABSENT


def _below(folder: Path) -> Iterator[Path]:
    """All files of a folder and its subfolders, in order."""
    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        if entry.is_dir(follow_symlinks=False):
            if entry.name not in TOOLS_FOLDERS:
                yield from _below(Path(entry.path))
        else:
            yield Path(entry.path)


def _changed_since(path: Path, since: int) -> bool:
    try:
        return path.is_file() and path.stat().st_mtime_ns >= since
    except OSError:
        return False
