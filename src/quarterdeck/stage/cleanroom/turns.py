"""Taking turns at tags: two demos that use the same one at once, each as if it were alone.

A build reads tags (``FROM web``) and sets some, at moments that the clean room doesn't know.  So it has
its tags to itself meanwhile: one file a tag, locked (flock(2)); the kernel gives the lock back when the
process is gone, however it went.
"""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import os
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

PATIENCE_SECONDS = 30.0
"""A build that hangs in another demo holds this one up no longer than this."""
PAUSE_SECONDS = 0.05


@asynccontextmanager
async def turn(folder: Path, engine: str, references: Iterable[str]) -> AsyncIterator[bool]:
    """Wait until no other demo uses one of these tags of that engine; gives whether it came to that in time."""
    files = sorted({_file(folder, engine, reference) for reference in references})
    deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
    while (held := _take(files)) is None:
        if asyncio.get_running_loop().time() > deadline:
            yield False
            return
        await asyncio.sleep(PAUSE_SECONDS)
    try:
        yield True
    finally:
        _give_back(held)


def _file(folder: Path, engine: str, reference: str) -> Path:
    return folder / f"{hashlib.sha256(f'{engine} {reference}'.encode()).hexdigest()[:24]}.turn"


def _take(files: list[Path]) -> dict[Path, int] | None:
    """All of the locks, or none: who waits for one holds no other.  Raises OSError when there can be none."""
    held: dict[Path, int] = {}
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        held[file] = descriptor
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            taken = _is_same(descriptor, file)
        except BlockingIOError:
            taken = False
        if not taken:
            os.close(held.pop(file))
            _give_back(held)
            return None
    return held


def _is_same(descriptor: int, file: Path) -> bool:
    """Whether the file is still there: who had it before has removed it."""
    try:
        return os.path.samestat(os.fstat(descriptor), file.stat())
    except FileNotFoundError:
        return False


def _give_back(held: dict[Path, int]) -> None:
    for file, descriptor in held.items():
        with suppress(OSError):
            file.unlink()
        os.close(descriptor)
