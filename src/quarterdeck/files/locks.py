"""Files that are locked by who has them open (flock(2)): the kernel gives the lock back when the process is gone."""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path


def take(file: Path) -> int | None:
    """A lock on a file, made for it, as a descriptor; None while somebody else has it.  Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    with suppress(BlockingIOError, FileNotFoundError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(descriptor), file.stat()):
            return descriptor  # otherwise who had it before has removed the file
    os.close(descriptor)
    return None


def give_back(file: Path, descriptor: int) -> None:
    """The lock and its file are needed no more."""
    with suppress(OSError):
        file.unlink()
    os.close(descriptor)


def remove_abandoned(folder: Path, pattern: str) -> None:
    """Remove the files of locks that nobody has: a process that is killed leaves its own."""
    for file in folder.glob(pattern):
        with suppress(OSError):
            descriptor = take(file)
            if descriptor is not None:
                give_back(file, descriptor)


SUFFIX = ".running"


def hold(folder: Path, show: str) -> Path:
    """Say that a show is running, until this process ends; gives the file, to be removed then.

    Raises OSError when the folder can't be written.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = folder / f"{show}{SUFFIX}"
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    return file


def running(folder: Path) -> tuple[str, ...]:
    """The shows that are running, or still being cleaned up after."""
    return tuple(file.stem for file in sorted(folder.glob(f"*{SUFFIX}")) if _is_held(file))


def _is_held(file: Path) -> bool:
    try:
        descriptor = os.open(file, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False  # it has ended meanwhile
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
