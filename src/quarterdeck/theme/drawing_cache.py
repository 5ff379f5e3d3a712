"""Caches finished drawings in the user's cache folder.

Drawing an SVG as a PNG takes a tenth of a second, as long as building thirty slides, and a diagram takes two seconds;
the result is the same each time.  The folder may be emptied, shared by processes or made read-only at any time: a
drawing that isn't found is drawn again.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from quarterdeck.files.atomic import replace_file
from quarterdeck.files.folders import drawing_cache_folder

MOST_BYTES = 64_000_000
"""Bytes of all cached drawings; beyond that, those used least recently are removed."""
ENDS = {"png": b"IEND\xaeB`\x82", "svg": b"</svg>"}
"""How whole files end: a PNG with its last chunk (PNG 3, 11.2.5)."""


def cached_drawing(kind: str, description: Iterable[str], draw: Callable[[], bytes]) -> bytes:
    """Return the cached drawing for a description, or call ``draw`` and cache what it returns.

    ``kind`` is ``png`` or ``svg``.  When ``draw`` raises, nothing is cached.
    """
    folder = drawing_cache_folder()
    path = folder / f"{_name(description)}.{kind}"
    with contextlib.suppress(OSError):
        data = path.read_bytes()
        if data.rstrip().endswith(ENDS[kind]):
            with contextlib.suppress(OSError):
                os.utime(path)  # it was used now
            return data
    data = draw()
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        replace_file(path, data, durable=False)
        _limit(folder)
    return data


def _name(description: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for part in description:
        digest.update(f"{len(part)} {part}".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _limit(folder: Path) -> None:
    """Remove the files used least recently until a quarter of the space is free."""
    entries = [(entry.stat(), entry.path) for entry in os.scandir(folder)]
    total = sum(about.st_size for about, _ in entries)
    if total <= MOST_BYTES:
        return
    for about, path in sorted(entries, key=lambda entry: entry[0].st_mtime_ns):
        if total <= MOST_BYTES * 3 / 4:
            return
        Path(path).unlink(missing_ok=True)
        total -= about.st_size
