"""The files that a command writes for its user: all of them or none, and a fault that says which one failed."""

from __future__ import annotations

import errno
from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct

from quarterdeck.diagnostics import Diagnostics, QuarterdeckError
from quarterdeck.files.atomic import discard, put_in_place, remove_parts, write_beside


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
            put_in_place(temporary, path)
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
