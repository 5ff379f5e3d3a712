"""Which shows are running on this machine: each one's watchdog holds a lock for as long as it lives.

The kernel gives the lock back when the process is gone, however it went (flock(2)).
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

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
