"""Taking turns at tags: two demos that use the same one at once, each as if it were alone.

A build reads tags (``FROM web``) and sets some, at moments that the clean room doesn't know.  So it has
its tags to itself meanwhile, by one locked file a tag.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

from quarterdeck.files.locks import acquire, release

SUFFIX = ".turn"
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
    return folder / f"{hashlib.sha256(f'{engine} {reference}'.encode()).hexdigest()[:24]}{SUFFIX}"


def _take(files: list[Path]) -> dict[Path, int] | None:
    """All of the locks, or none: who waits for one holds no other.  Raises OSError when there can be none."""
    held: dict[Path, int] = {}
    for file in files:
        descriptor = acquire(file)
        if descriptor is None:
            _give_back(held)
            return None
        held[file] = descriptor
    return held


def _give_back(held: dict[Path, int]) -> None:
    for file, descriptor in held.items():
        release(file, descriptor)
