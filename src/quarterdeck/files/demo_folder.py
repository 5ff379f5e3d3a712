"""The files that a demo brings: its stage gets exactly these, and a change to any of them is a change of the demo.

Whoever agreed to run a demo agreed to these files, so no file may reach the stage that does not count.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

_TOOLS_FOLDERS = frozenset({".git", "__pycache__"})
_RECORDING = ".cast"


def demo_files(folder: Path | None, script: Path) -> Iterator[Path]:
    """Every file of a demo's folder, links to folders among them, in the order of their paths; none without a folder.

    Left out are its script in every language, recordings, and what tools keep beside an author's files.
    Raises OSError when a folder can't be read.
    """
    if folder is not None:
        yield from sorted(path for path in _below(folder) if not _is_script(path, folder, script))


def _is_script(path: Path, folder: Path, script: Path) -> bool:
    """Whether it is ``demo.md`` or its translation, ``demo.de.md``."""
    name = script.name.partition(".")[0]
    return path.parent == folder and path.suffix == script.suffix and path.name.partition(".")[0] == name


def _below(folder: Path) -> Iterator[Path]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name in _TOOLS_FOLDERS or entry.name.endswith(_RECORDING):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _below(Path(entry.path))
            elif entry.is_file() or entry.is_symlink():
                yield Path(entry.path)
