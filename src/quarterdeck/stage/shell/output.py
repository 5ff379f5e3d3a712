"""What a terminal prints: kept in bounds for the comparison, and published in bounds for the audience."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from quarterdeck.stage.events import Listener, Output, Typed
from quarterdeck.terminal.buffer import COLUMNS, ROWS
from quarterdeck.terminal.cells import CellRow
from quarterdeck.terminal.emulator import Terminal
from quarterdeck.terminal.screenshot import joined_lines

HEAD = 512 * 1024
"""Characters kept from the beginning."""
TAIL = 64 * 1024
"""Characters kept from the end of longer output."""


class Capture:
    """Output since some moment: all of it, or its head and tail."""

    def __init__(self, columns: int = COLUMNS, rows: int = ROWS) -> None:
        self._size = (columns, rows)
        self.clear()

    def clear(self, before: str = "") -> None:
        """Start again with no output; ``before`` is the text that the cursor's line already holds."""
        self.before = before
        self._head: list[str] = [before]
        self._head_size = 0
        self._tail: deque[str] = deque()
        self._tail_size = 0
        self.newlines = 0
        """How many line ends came since."""

    def feed(self, text: str) -> None:
        """Add some output."""
        self.newlines += text.count("\n")
        if self._head_size < HEAD:
            self._head.append(text)
            self._head_size += len(text)
            return
        self._tail.append(text)
        self._tail_size += len(text)
        while self._tail_size - len(self._tail[0]) >= TAIL:
            self._tail_size -= len(self._tail.popleft())

    @property
    def text(self) -> str:
        """The output; where the middle was dropped, the head's last line is closed before the tail."""
        if not self._tail:
            return "".join(self._head)
        return "".join(self._head) + "\r\n" + "".join(self._tail)

    def rows(self) -> list[CellRow]:
        """The output as a terminal shows it, up to and including the cursor's line."""
        terminal = Terminal(*self._size)
        terminal.feed(self.text)
        return terminal.lines[: terminal.cursor_line + 1]

    def lines(self) -> list[str]:
        """The output as a reader sees it; see :func:`quarterdeck.terminal.screenshot.text_lines`."""
        terminal = Terminal(*self._size)
        terminal.feed(self.text)
        return joined_lines(terminal.lines)


LIMIT = 2 * 1024 * 1024
"""Characters of one step that are published in full."""
FRAME = 0.1
"""Seconds from one glimpse to the next, beyond the limit."""
GLIMPSE = 16 * 1024
"""Characters published of each frame beyond the limit: the last ones, which would stay on the screen."""


class AudienceFeed:
    """Publishes what an audience sees of one terminal: nothing while it is muted, and only glimpses of a flood."""

    def __init__(self, terminal: int, publish: Listener, clock: Callable[[], float]) -> None:
        """Publish events of the terminal with that number; ``clock`` returns the run's time in seconds."""
        self._terminal = terminal
        self._publish = publish
        self._clock = clock
        self.muted = False
        """Whether output and typing are kept from the audience."""
        self._passed = 0
        self._waiting = ""
        self._timer: asyncio.TimerHandle | None = None

    def begin_step(self) -> None:
        """From here on output is published in full again."""
        self.flush()
        self._passed = 0

    def print(self, text: str) -> None:
        """Publish some output, at once or in the next glimpse."""
        if self.muted:
            return
        if self._passed < LIMIT:
            self._passed += len(text)
            self._publish(Output(self._terminal, text, self._clock()))
            return
        self._waiting += text
        if len(self._waiting) > 2 * GLIMPSE:
            self._waiting = _from_line_start(self._waiting[-GLIMPSE:])
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(FRAME, self.flush)

    def type(self, text: str) -> None:
        """Publish that something was typed."""
        if not self.muted:
            self._publish(Typed(self._terminal, text, self._clock()))

    def flush(self) -> None:
        """Publish now what waits for the next glimpse."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._waiting:
            waiting, self._waiting = self._waiting, ""
            self._publish(Output(self._terminal, waiting, self._clock()))


def _from_line_start(text: str) -> str:
    """Drop a first line that was cut, so that no control sequence is cut either."""
    line_end = text.find("\n")
    return text[line_end + 1 :] if line_end >= 0 else text
