"""The files of a demo's folder: its stage gets exactly these, and a change to any of them changes the demo.

Consent to run a demo covers these files, so no other file may reach the stage.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

TOOLS_FOLDERS = frozenset({".git", "__pycache__"})
"""Folders that tools keep next to an author's files; they belong to no demo."""
_RECORDING = ".cast"


def demo_files(folder: Path | None, script: Path) -> Iterator[Path]:
    """Yield every file of a demo's folder in the order of their paths; links to folders count as files.

    Its script in any language, recordings, and folders of tools are left out.  ``folder`` is None for a demo without
    one.  Raises OSError when a folder can't be read.
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
            if entry.name in TOOLS_FOLDERS or entry.name.endswith(_RECORDING):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _below(Path(entry.path))
            elif entry.is_file() or entry.is_symlink():
                yield Path(entry.path)
