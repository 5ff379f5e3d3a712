"""Where faults in the show's own code go: to a file, because the terminal is the console's.

The speaker is told in a line that there was one, and where it is written; the show goes on.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator
from logging.handlers import RotatingFileHandler
from pathlib import Path

SIZE = 1024 * 1024
"""Bytes after which the file begins anew; the one before is kept beside it."""
FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"

Tell = Callable[[str], None]


class _File(RotatingFileHandler):
    """A file that, when it can't be written, is no trouble of its own."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        """A full disk costs the log, not the show: logging's own would write into the terminal."""


class FaultTeller(logging.Handler):
    """Tells the speaker of faults, and knows how many there were."""

    def __init__(self, path: Path) -> None:
        super().__init__(logging.ERROR)
        self.path = path
        self.told = 0
        self.tell: Tell = lambda text: None
        """Given a line for the speaker; to be set as soon as there is somebody to hear it."""

    def emit(self, record: logging.LogRecord) -> None:
        """Tell of one."""
        self.told += 1
        self.tell(f"A fault in the show: {record.getMessage()}. More in {self.path}")


@contextlib.contextmanager
def faults_logged(path: Path) -> Iterator[FaultTeller]:
    """Log warnings and faults of this process to ``path`` instead of its terminal.

    The file is made when there is something to write.
    """
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = _File(path, maxBytes=SIZE, backupCount=1, encoding="utf-8", delay=True)
    file.setFormatter(logging.Formatter(FORMAT))
    file.setLevel(logging.WARNING)
    teller = FaultTeller(path)
    handlers = (file, teller)
    root = logging.getLogger()
    for handler in handlers:
        root.addHandler(handler)
    logging.captureWarnings(True)
    try:
        yield teller
    finally:
        logging.captureWarnings(False)
        for handler in handlers:
            root.removeHandler(handler)
            handler.close()
