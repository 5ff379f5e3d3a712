"""Replacing files atomically: readers see the old version or the new one, never a part.

The data go to a new file beside the old one, which is then renamed over it (rename(2) is atomic within a folder).
``durable`` also makes the change survive a power cut, by fsync(2) on the file before the rename and on its folder
after it.  It takes milliseconds, so caches, which check what they read and can make it again, do without.
"""

from __future__ import annotations

import contextlib
import glob
import os
from pathlib import Path

PART = ".part"
"""The suffix of a file that isn't in its place yet."""
FOR_ALL, PRIVATE = 0o666, 0o600
"""Permissions of a new file, before the umask: for everyone, as usual, or for its owner only."""


def replace_file(path: Path, data: bytes, *, mode: int = FOR_ALL, durable: bool = True) -> None:
    """Make ``path`` a file with these bytes; its folder must exist.

    Raises:
        OSError: when it can't be written; what was there before is then unchanged.

    """
    temporary = write_beside(path, data, mode=mode, durable=durable)
    try:
        put_in_place(temporary, path, durable=durable)
    except OSError:
        discard(temporary)
        raise


def write_beside(path: Path, data: bytes, *, mode: int = FOR_ALL, durable: bool = True) -> Path:
    """Write the bytes to a new file in the same folder, for :func:`put_in_place`, and return its path.

    Raises:
        OSError: when it can't be written; nothing is left of it.

    """
    temporary = path.with_name(f".{path.name}.{os.urandom(4).hex()}{PART}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            if durable:
                file.flush()
                os.fsync(file.fileno())
    except OSError:
        discard(temporary)
        raise
    return temporary


def put_in_place(temporary: Path, path: Path, *, durable: bool = True) -> None:
    """Rename a file that was written beside ``path`` over it.  Raises OSError."""
    temporary.replace(path)
    if durable:
        _sync_folder(path.parent)


def discard(file: Path) -> None:
    """Remove a file that nobody needs any more, if it can be removed."""
    with contextlib.suppress(OSError):
        file.unlink(missing_ok=True)


def remove_parts(path: Path) -> None:
    """Remove what commands that were killed have left beside ``path``.  Raises OSError."""
    for part in path.parent.glob(f".{glob.escape(path.name)}.*{PART}"):
        part.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Make a rename durable; file systems that can't sync a folder are let be: the rename itself has succeeded."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
