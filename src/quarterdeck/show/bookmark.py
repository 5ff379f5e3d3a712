"""Bookmarks: a show that was cut off by a crash or a power cut resumes at its slide, with its old token.

The old token, because its pages are still open and find it again.  While a show runs, a file that only the speaker can
read holds token and slide; it is removed when the show ends normally.
"""

from __future__ import annotations

import contextlib
import json
import time
from dataclasses import dataclass
from pathlib import Path

from quarterdeck.files.atomic import PRIVATE, replace_file
from quarterdeck.files.folders import bookmark_folder
from quarterdeck.show.show import Show, ShowListener

HOURS = 12
"""How long after it was cut off a show may resume."""


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


def find_bookmark(file: Path) -> Bookmark | None:
    """The bookmark of a show that was cut off; None if there is no file, or it is too old or not a bookmark."""
    try:
        if time.time() - file.stat().st_mtime > HOURS * 3600:
            return None
        found = json.loads(file.read_text("utf-8"))
        return Bookmark(str(found["token"]), str(found["slide"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_bookmark(file: Path, bookmark: Bookmark) -> None:
    """Write the bookmark, whole or not at all; a failure is ignored, since the show can run without."""
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        content = json.dumps({"token": bookmark.token, "slide": bookmark.slide})
        replace_file(file, content.encode(), mode=PRIVATE, durable=False)  # at every slide, between two key presses


class BookmarkListener(ShowListener):
    """Writes down each slide that a show comes to."""

    def __init__(self, show: Show, file: Path, token: str) -> None:
        self._show = show
        self._file = file
        self._token = token
        self._written = ""
        self.on_state()

    def on_state(self) -> None:
        """Write the bookmark if the slide has changed."""
        slide = self._show.slide.id
        if slide != self._written:
            self._written = slide
            write_bookmark(self._file, Bookmark(self._token, slide))
