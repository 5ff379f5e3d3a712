"""Locks on files (flock(2)): the kernel releases one when the process that holds it is gone, however it ended.

Four kinds: a lock file that exists while the lock is held (:func:`acquire`), a folder that is locked for a moment
(:func:`locked_folder`), the list of running shows (:func:`register_show`), each a file that its watchdog locks, and the
temporary folders of their demos (:func:`hold`), which the show locks.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

RUNNING = ".running"
"""The suffix of the files of running shows."""


def acquire(file: Path) -> int | None:
    """Create ``file`` and lock it, and return its descriptor; None while another process holds it.  Raises OSError."""
    descriptor = _open(file)
    with suppress(BlockingIOError, FileNotFoundError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(descriptor), file.stat()):
            return descriptor  # otherwise the process that held it has just removed the file
    os.close(descriptor)
    return None


def release(file: Path, descriptor: int) -> None:
    """Release a lock, and remove its file."""
    with suppress(OSError):
        file.unlink()
    os.close(descriptor)


def remove_abandoned(folder: Path, pattern: str) -> None:
    """Remove lock files that no process holds: a process that is killed leaves its own behind."""
    for file in folder.glob(pattern):
        with suppress(OSError):
            descriptor = acquire(file)
            if descriptor is not None:
                release(file, descriptor)


@contextmanager
def locked_folder(folder: Path) -> Iterator[None]:
    """Lock a folder, which is created if need be; waits while another process holds it.  Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def register_show(folder: Path, show: str) -> Path:
    """List a show as running until this process ends; returns its file, which should then be removed.

    Raises OSError when the folder can't be written.
    """
    file = folder / f"{show}{RUNNING}"
    fcntl.flock(_open(file), fcntl.LOCK_EX)  # never closed: the lock lasts as long as the process
    return file


def hold(folder: Path) -> int:
    """Lock a folder, and return the descriptor that releases it when it is closed.  Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    return descriptor


def running_shows(folder: Path) -> tuple[str, ...]:
    """The ids of the shows that are running, or still being cleaned up after."""
    return tuple(file.stem for file in sorted(folder.glob(f"*{RUNNING}")) if is_held(file))


def _open(file: Path) -> int:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def is_held(path: Path) -> bool:
    """Whether a process holds the lock on a file or folder; not if it is gone."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False  # the show has ended meanwhile
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
