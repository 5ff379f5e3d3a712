"""A show that was cut off, by a crash or a power cut, goes on where it was, and its pages find it again.

While a show goes on, a file that only the speaker can read holds its token and slide; a show that ends in good
order takes it away.
"""

from __future__ import annotations

import contextlib
import json
import time
from dataclasses import dataclass
from pathlib import Path

from quarterdeck.files.atomic import PRIVATE, replace_file
from quarterdeck.files.state import bookmark_folder

HOURS = 12
"""How long after it was cut off a show may go on."""


@dataclass(frozen=True, slots=True)
class Bookmark:
    """Where a show is."""

    token: str
    slide: str
    """The slide's id."""


def bookmark_file(deck: Path, port: int) -> Path:
    """Where the bookmark of a deck's show on a port is kept: two shows never share a port."""
    import hashlib

    name = hashlib.sha256(f"{deck.resolve()}\0{port}".encode()).hexdigest()
    return bookmark_folder() / name


def left_behind(file: Path) -> Bookmark | None:
    """The bookmark of a show that was cut off; None when there is none, or it is too old or no bookmark."""
    try:
        if time.time() - file.stat().st_mtime > HOURS * 3600:
            return None
        found = json.loads(file.read_text("utf-8"))
        return Bookmark(str(found["token"]), str(found["slide"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def keep(file: Path, bookmark: Bookmark) -> None:
    """Write the bookmark, whole or not at all; a show goes on without where that fails."""
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        content = json.dumps({"token": bookmark.token, "slide": bookmark.slide})
        replace_file(file, content.encode(), mode=PRIVATE, durable=False)  # at every slide, between two key presses


def take_away(file: Path) -> None:
    """The show has ended in good order."""
    with contextlib.suppress(OSError):
        file.unlink(missing_ok=True)
