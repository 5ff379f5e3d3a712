"""Keeps a show, for those who missed it: what its audience's pages were told, and when.

A recorder is one more page of the show, that never falls behind.  It writes a cast while the show goes
on, so that what was shown is kept even if the machine fails; the page that replays the show is made
from the messages when it has ended.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.model.cast import Cast, encode_event, encode_header
from quarterdeck.show.hub import Client, Role
from quarterdeck.show.showcast import ShowCast
from quarterdeck.show.showing import Show

PAGE = "recorder"
"""What the hub knows it by; it doesn't count as watching."""
FORGOTTEN = frozenset({"reload", "page", "files", "invitation"})
"""Messages that mean nothing afterwards: to load the page anew, pages of containers, what the server offered."""

LEAD_SECONDS = 3.0
"""What is kept, at most, of the time before the first press, so that the first slide is seen too."""

log = logging.getLogger(__name__)


class Recorder:
    """Hears what the audience is told, from the talk's first press on."""

    def __init__(self, show: Show, file: TextIO, now: Callable[[], float] = time.monotonic) -> None:
        """``file`` gets the cast, line by line."""
        self.told: list[tuple[float, dict[str, Any]]] = []
        """Messages with their seconds; what was told before the talk began has 0."""
        self._show = show
        self._now = now
        self._opened = now()
        self._zero: float | None = None
        """When the recording's time begins: shortly before the talk does."""
        self._file: TextIO | None = file
        self._cast = ShowCast(lambda id_: next((s for s in show.deck.slides if s.id == id_), None))
        self._before = 0.0
        self._write(encode_header(Cast("", "", title=show.plan.title, extra={"show": show.deck.name})))

    async def hear(self, text: str) -> None:
        """Keep one or more messages, a line each."""
        now = self._now()
        if self._zero is None and self._show.clock.began is not None:
            self._zero = max(self._opened, now - LEAD_SECONDS)
        at = round(now - self._zero, 3) if self._zero is not None else 0.0
        for line in text.split("\n"):
            message = json.loads(line)
            if message["type"] in FORGOTTEN:
                continue
            if message["type"] == "state":
                message["inviting"] = False  # nobody can follow a show that is over
            self.told.append((at, message))
            for event in self._cast.hear(at, message):
                self._write(encode_event(event, self._before))
                self._before = event.time

    def _write(self, line: str) -> None:
        """One line of the cast, through to the system; a disk that is full ends the cast, not the talk."""
        if self._file is None:
            return
        try:
            self._file.write(f"{line}\n")
            self._file.flush()
        except OSError as error:
            self._file = None
            log.error("the show's recording can't be written any more (%s)", error.strerror)


def new_recording(folder: Path, name: str, when: datetime) -> TextIO:
    """A new, empty cast in a folder, named after the deck and the time; never one that is there.

    Raises:
        QuarterdeckError: when it can't be made.

    """
    stem = f"{name}-{when:%Y-%m-%d-%H%M}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number in range(1, 1000):
            path = folder / f"{stem}{'' if number == 1 else f'-{number}'}.cast"
            if path.with_suffix(".html").exists():
                continue
            with contextlib.suppress(FileExistsError):
                return path.open("x", encoding="utf-8")
    except OSError as error:
        raise QuarterdeckError.of(
            f"can't record the show in {folder}: {error.strerror}",
            hint="choose another folder with --record, or make this one writable",
            code="unwritable-output",
        ) from None
    raise QuarterdeckError.of(f"there are too many recordings '{stem}' in {folder}", code="unwritable-output")


@contextlib.asynccontextmanager
async def recording(show: Show, file: TextIO, now: Callable[[], float] = time.monotonic) -> AsyncIterator[Recorder]:
    """Record the show while the context is open."""
    recorder = Recorder(show, file, now)
    client = Client(Role.FOLLOWER, PAGE, projector=False)
    task = asyncio.create_task(show.hub.serve(client, recorder.hear))
    try:
        yield recorder
    finally:
        await asyncio.sleep(0)  # what was told in this turn is on its way
        client.leave()
        await asyncio.wait({task})
        if fault := task.exception():
            log.error("the show's recording ended too early", exc_info=fault)
