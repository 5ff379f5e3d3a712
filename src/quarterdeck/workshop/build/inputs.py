"""The inputs of a variant: every file that can change its outputs, with a hash of its content.

Contents are compared, not times: a key or a time stamp that misses one of them would leave a wrong output.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import quarterdeck
from quarterdeck.model.options import Choices
from quarterdeck.project.project import Project
from quarterdeck.project.watch import watched
from quarterdeck.text.source_file import is_translation, translation_of

ABSENT = ""
"""The digest of a file that doesn't exist; once it does, its variants are built again."""
UNSETTLED = "?"
"""The digest of a file that was changed while it was being read; it never matches."""
_TOOLS_FOLDERS = frozenset({".git", "__pycache__"})


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
            if entry.name not in _TOOLS_FOLDERS:
                yield from _below(Path(entry.path))
        else:
            yield Path(entry.path)


def _changed_since(path: Path, since: int) -> bool:
    try:
        return path.is_file() and path.stat().st_mtime_ns >= since
    except OSError:
        return False
