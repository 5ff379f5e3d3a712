"""Alerts the speaker to trouble beside the talk: a deck saved with a fault, an engine that is down, our own faults.

The show continues in each case: with the last good deck, with recordings, or without what has failed.

One that was cut off by a crash or a power cut resumes at its slide, from its bookmark: with its old token, because its
pages are still open and find it again; with its clock, because the talk's time runs on while the show is away.  While a
show runs, a file that only the speaker can read holds them; it is removed when the show ends normally.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import partial
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Protocol

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.files.atomic import PRIVATE, replace_file
from quarterdeck.files.folders import bookmark_folder
from quarterdeck.project.watch import Edition
from quarterdeck.show.machine.clock import Clock
from quarterdeck.show.show import Question, Show, ShowListener
from quarterdeck.stage.events import Engine

WATCH_SECONDS = 5.0
"""From one look at the engine to the next."""
BUSY_SECONDS = 0.5
"""The same while a demo is being prepared or a step runs on it."""
LOG_SIZE = 1024 * 1024
"""Bytes after which the log starts again; the one before is kept next to it."""
LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"

log = logging.getLogger(__name__)


async def reload_on_save(
    show: Show,
    editions: AsyncIterator[Edition | QuarterdeckError],
    accept: Callable[[Edition], Collection[str]],
    doubt: Callable[[Edition], Question | None] = lambda edition: None,
) -> None:
    """Replace the show's deck by each edition that was saved, and report one with faults.  Never raises.

    ``accept`` is called with each good edition first, so that its page and its demos are there, and returns the names
    of the demos that have a recording.  ``doubt`` is asked before that: a question which the speaker must agree to, as
    when there are other commands.
    """

    def take(edition: Edition) -> None:
        recorded = accept(edition)
        show.replace(edition.project.shown, recorded)
        show.notify("")

    try:
        async for edition in editions:
            show.withdraw()
            match edition:
                case Edition():
                    question = doubt(edition)
                    if question is None:
                        take(edition)
                    else:
                        show.ask(question, partial(take, edition))
                case QuarterdeckError():
                    show.notify(fault_text(edition))
    except Exception as error:
        log.exception("saves of the deck are no longer noticed")
        show.notify(f"Saves of the deck are no longer noticed: {error}")


def fault_text(error: QuarterdeckError) -> str:
    """The first error in one line, and how many more there are; the warnings beside them don't stop the deck."""
    first = error.first
    place = f"{first.span}: " if first.span else ""
    others = sum(each.severity is first.severity for each in error.diagnostics) - 1
    more = f" (and {others} more)" if others else ""
    hint = f"; {first.hint}" if first.hint else ""
    return f"The deck as saved can't be shown: {place}{first.message}{hint}{more}"


class Watched(Protocol):
    """What uses an engine: a show, or one demo in a terminal."""

    @property
    def live_under_way(self) -> bool:
        """Whether a demo is being prepared, or a step runs, on the engine."""

    def engine_checked(self, fault: str | None) -> None:
        """Take what the engine said: why it can't run demos, or None if it can."""


async def watch_engine(show: Watched, engine: Engine, seconds: float = WATCH_SECONDS) -> None:
    """Tell the show, until cancelled, whenever its engine goes away or comes back.

    ``seconds`` pass between two looks while no demo is under way.
    """
    loop = asyncio.get_running_loop()
    due = loop.time() + seconds
    while True:
        await asyncio.sleep(min(seconds, BUSY_SECONDS))
        if not show.live_under_way and loop.time() < due:
            continue
        try:
            show.engine_checked(await engine.fault())
        except Exception:
            log.exception("the engine is no longer watched")
            return
        due = loop.time() + seconds


class _LogFile(RotatingFileHandler):
    """A log file that stays silent when it can't be written."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        """A full disk costs the log, not the show: logging's own would write into the terminal."""


class FaultAlert(logging.Handler):
    """Counts faults in the show's own code, and passes each on as a line for the speaker."""

    def __init__(self, path: Path) -> None:
        super().__init__(logging.ERROR)
        self.path = path
        """The log file."""
        self.count = 0
        self.notify: Callable[[str], None] = lambda text: None
        """Called with each line; to be set as soon as there is a show to receive it."""

    def emit(self, record: logging.LogRecord) -> None:
        """Pass one record on."""
        self.count += 1
        self.notify(f"A fault in the show: {record.getMessage()}. More in {self.path}")


@contextlib.contextmanager
def faults_logged(path: Path) -> Iterator[FaultAlert]:
    """Log warnings and faults of this process to a file while the context is open: the terminal is the console's.

    The file is made when there is something to write.
    """
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = _LogFile(path, maxBytes=LOG_SIZE, backupCount=1, encoding="utf-8", delay=True)
    file.setFormatter(logging.Formatter(LOG_FORMAT))
    file.setLevel(logging.WARNING)
    alert = FaultAlert(path)
    handlers = (file, alert)
    root = logging.getLogger()
    for handler in handlers:
        root.addHandler(handler)
    logging.captureWarnings(True)
    try:
        yield alert
    finally:
        logging.captureWarnings(False)
        for handler in handlers:
            root.removeHandler(handler)
            handler.close()


HOURS = 12
"""How long after it was cut off a show may resume."""


@dataclass(frozen=True, slots=True)
class Bookmark:
    """Where a show is."""

    token: str
    slide: str
    """The slide's id."""
    began: float | None = None
    """When the talk began, in seconds since 1970; None if it hadn't."""
    spent: Mapping[str, float] = field(default_factory=dict)
    """Seconds on each slide by its id, up to when it came to this one."""

    def clock(self) -> Clock:
        """The talk's clock, which has run on while the show was cut off."""
        if self.began is None:
            return Clock()
        return Clock.resumed(max(0.0, time.time() - self.began), self.spent, self.slide)


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
        began = None if found["began"] is None else float(found["began"])
        spent = {str(slide): float(seconds) for slide, seconds in found["spent"].items()}
        return Bookmark(str(found["token"]), str(found["slide"]), began, spent)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def write_bookmark(file: Path, bookmark: Bookmark) -> None:
    """Write the bookmark, whole or not at all; a failure is ignored, since the show can run without."""
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        content = json.dumps(asdict(bookmark))
        replace_file(file, content.encode(), mode=PRIVATE, durable=False)  # at every slide, between two key presses


class BookmarkListener(ShowListener):
    """Writes down each slide that a show comes to, and when its clock begins."""

    def __init__(self, show: Show, file: Path, token: str) -> None:
        self._show = show
        self._file = file
        self._token = token
        self._written: tuple[str, float | None] | None = None
        self.on_state()

    def on_state(self) -> None:
        """Write the bookmark if the slide has changed, or the clock was started."""
        slide, clock = self._show.slide.id, self._show.clock
        if (slide, clock.began) != self._written:
            self._written = slide, clock.began
            began = None if clock.began is None else time.time() - (clock.now() - clock.began)
            write_bookmark(self._file, Bookmark(self._token, slide, began, clock.totals()))
