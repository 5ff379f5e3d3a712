"""Replacing files atomically: readers see the old version or the new one, never a part; outputs all or none.

The data go to a new file beside the old one, which is then renamed over it (rename(2) is atomic within a folder).
``durable`` also makes the change survive a power cut, by fsync(2) on the file before the rename and on its folder
after it.  It takes milliseconds, so caches, which check what they read and can make it again, do without.
"""

from __future__ import annotations

import contextlib
import errno
import glob
import os
from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct

from quarterdeck.diagnostics import Diagnostics, QuarterdeckError

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


class Output(Struct, frozen=True):
    """A file to be written."""

    path: Path
    data: bytes


def write(outputs: Iterable[Output]) -> None:
    """Write the files: first all of them beside their places, then each is renamed into its place.

    A file that holds these bytes already is left alone, so its time of change says when it changed.

    Raises:
        QuarterdeckError: naming the file, when a folder or file can't be written; nothing was replaced
            unless the last renames failed, and then each file is either the old or the new one, whole.

    """
    staged: list[tuple[Path, Path]] = []
    path = Path()
    try:
        for output in outputs:
            path = output.path
            if _holds(path, output.data):
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            remove_parts(path)
            staged.append((write_beside(path, output.data), path))
        for temporary, path in staged:  # the fault names ``path`` if the rename fails
            put_in_place(temporary, path, durable=False)
        for folder in dict.fromkeys(path.parent for _, path in staged):
            _sync_folder(folder)
    except OSError as error:
        raise unwritable(path, error) from None
    finally:
        for temporary, _ in staged:
            discard(temporary)


def unwritable(path: Path, error: OSError) -> QuarterdeckError:
    """The fault of an output that can't be written."""
    remedy = "free some disk space" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "make this one writable"
    return QuarterdeckError.of(
        f"can't write {path}: {error.strerror or error}",
        hint=f"nothing was changed; choose another folder with -o, or {remedy}",
        code="unwritable-output",
    )


def report_others(outputs: Iterable[Output], found: Diagnostics) -> None:
    """Add an error for each output whose place is taken by a different file, where nothing may be overwritten."""
    for output in outputs:
        if output.path.exists() and not _holds(output.path, output.data):
            hint = "move it away, or choose another folder with -o"
            found.error(f"{output.path} already exists, and is a different file", hint=hint, code="file-exists")


def _holds(path: Path, data: bytes) -> bool:
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except OSError:
        return False


def shown_size(count: int) -> str:
    """A number of bytes as people read it: ``1.2 GB``, ``3.4 MB`` or ``56 kB``."""
    for limit, unit in ((1e9, "GB"), (1e6, "MB")):
        if count >= limit:
            return f"{count / limit:.1f} {unit}"
    return f"{count / 1e3:.0f} kB"
