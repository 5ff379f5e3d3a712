"""``quarterdeck`` in a terminal of its own, driven by keys as a speaker does."""

from __future__ import annotations

import codecs
import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from quarterdeck.terminal.emulator import Terminal as Emulated

COLUMNS, LINES = 110, 20
SECONDS = 60.0


@dataclass
class Terminal:
    """A command under way, and what it wrote."""

    process: subprocess.Popen[bytes]
    screen: int
    """The side of the terminal that a speaker sees."""
    other: int
    """The command's side, kept open so that its settings can be read in the end."""
    before: list[object]
    """The terminal's settings when the command began."""
    written: bytearray = field(default_factory=bytearray)
    emulated: Emulated = field(default_factory=lambda: Emulated(COLUMNS, LINES))
    """What its screen shows."""
    _decoder: codecs.IncrementalDecoder = field(default_factory=codecs.getincrementaldecoder("utf-8"))

    @property
    def rows(self) -> list[str]:
        """What stands on the screen, row by row."""
        lines, _ = self.emulated.view(self.emulated.rows)
        return [row.text.rstrip() for row in lines]

    @property
    def text(self) -> str:
        """Everything that was written; a line's end may carry a second CR, which shows nothing."""
        return self.written.decode("utf-8", "replace").replace("\r\r\n", "\r\n")

    def press(self, keys: str) -> None:
        """Press keys; from now on only what is written after them is looked for."""
        self.written.clear()
        os.write(self.screen, keys.encode())

    def until(self, wanted: str) -> None:
        """Wait until a text was written."""
        end = time.monotonic() + SECONDS
        while wanted not in self.text:
            assert time.monotonic() < end, f"no {wanted!r} in {self.text!r}"
            self.read(0.1)

    def shows(self, *wanted: str) -> None:
        """Wait until all of this stands on the screen."""
        end = time.monotonic() + SECONDS
        while not all(any(text in row for row in self.rows) for text in wanted):
            assert time.monotonic() < end, f"{wanted} is not on the screen:\n" + "\n".join(self.rows)
            self.read(0.1)

    def says(self, wanted: str) -> None:
        """Wait until this stands on the screen, however its lines are broken."""
        end = time.monotonic() + SECONDS
        while wanted not in " ".join(row.strip() for row in self.rows):
            assert time.monotonic() < end, f"{wanted!r} is not on the screen:\n" + "\n".join(self.rows)
            self.read(0.1)

    def resize(self, columns: int, lines: int) -> None:
        """Give the terminal another size."""
        self.written.clear()
        self.emulated = Emulated(columns, lines)
        set_size(self.screen, columns, lines)

    def ended(self) -> int:
        """Wait for the command's end; its exit status."""
        end = time.monotonic() + SECONDS
        while self.process.poll() is None:
            assert time.monotonic() < end, f"it does not end: {self.text!r}"
            self.read(0.1)
        self.read(0.0)
        return self.process.returncode

    @property
    def restored(self) -> bool:
        """Whether the terminal's settings are what they were."""
        return termios.tcgetattr(self.other) == self.before

    def read(self, seconds: float) -> None:
        """Take what is written within that time."""
        if select.select([self.screen], [], [], seconds)[0]:
            with contextlib.suppress(OSError):
                data = os.read(self.screen, 1 << 16)
                self.written += data
                self.emulated.feed(self._decoder.decode(data))


def set_size(descriptor: int, columns: int, lines: int) -> None:
    """Set a terminal's size (TIOCSWINSZ); its foreground processes are told."""
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))


@contextmanager
def in_terminal(
    *arguments: str | Path,
    cwd: Path,
    environ: Mapping[str, str] | None = None,
    size: tuple[int, int] = (COLUMNS, LINES),
) -> Iterator[Terminal]:
    """Run a command in a terminal of so many columns and lines; killed in the end if it still runs."""
    screen, other = pty.openpty()
    set_size(screen, *size)
    before = termios.tcgetattr(other)
    code = "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); from quarterdeck.cli import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "TERM": "xterm-256color", **(environ or {})},
        stdin=other,
        stdout=other,
        stderr=other,
        start_new_session=True,
    )
    try:
        yield Terminal(process, screen, other, before)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        os.close(screen)
        os.close(other)
