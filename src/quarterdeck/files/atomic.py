"""Writing files so that a fault, a full disk or a kill leaves what was there whole."""

from __future__ import annotations

import contextlib
import errno
import glob
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from quarterdeck.diagnostics import Diagnostics, QuarterdeckError
from quarterdeck.lazy import dataclass

PART = ".part"
"""How the name of a file ends that isn't in its place yet."""


@dataclass(frozen=True, slots=True)
class Output:
    """A file to be written."""

    path: Path
    data: bytes


def write(outputs: Iterable[Output]) -> None:
    """Write the files: first all of them beside their places, then each is moved into its place.

    A file whose bytes are already there is left alone, so that its time of change says when it changed.

    Raises:
        QuarterdeckError: naming the file, when a folder or file can't be written; nothing was replaced
            unless the last moves failed, and then each file is either the old or the new one, whole.

    """
    staged: list[tuple[Path, Path]] = []
    path = Path()
    try:
        for output in outputs:
            path = output.path
            if _holds(path, output.data):
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            _clear_away(path)
            staged.append((_stage(output), path))
        for temporary, path in staged:  # the path is named if the move fails
            temporary.replace(path)
    except OSError as error:
        raise QuarterdeckError.of(
            f"can't write {path}: {error.strerror or error}",
            hint=f"what was there is untouched; choose another folder, or {_remedy(error)}",
            code="unwritable-output",
        ) from None
    finally:
        for temporary, _ in staged:
            temporary.unlink(missing_ok=True)


def _remedy(error: OSError) -> str:
    return "make room" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "make this one writable"


def report_others(outputs: Iterable[Output], found: Diagnostics) -> None:
    """Tell of whatever else is there under an output's name, where nothing may be written over."""
    for output in outputs:
        if output.path.exists() and not _holds(output.path, output.data):
            hint = "move it away, or choose another folder with -o"
            found.error(f"{output.path} is there already, and is another file", hint=hint, code="file-exists")


def _holds(path: Path, data: bytes) -> bool:
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except OSError:
        return False


def _clear_away(path: Path) -> None:
    """Remove what a killed command has left beside a file that is about to be written."""
    for part in path.parent.glob(f".{glob.escape(path.name)}.*{PART}"):
        part.unlink(missing_ok=True)


def _stage(output: Output) -> Path:
    """Write the data to a new file beside its place, through to the disk."""
    descriptor, name = tempfile.mkstemp(dir=output.path.parent, prefix=f".{output.path.name}.", suffix=PART)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(output.data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o666 & ~_umask())
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    return temporary


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def shown_size(count: int) -> str:
    """Bytes as people read them: ``1.2 GB``, ``3.4 MB`` or ``56 kB``."""
    for limit, unit in ((1e9, "GB"), (1e6, "MB")):
        if count >= limit:
            return f"{count / limit:.1f} {unit}"
    return f"{count / 1e3:.0f} kB"
