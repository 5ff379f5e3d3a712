"""What a command printed, bounded, however much it is."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from quarterdeck.terminal.buffer import COLUMNS, ROWS
from quarterdeck.terminal.cells import CellRow
from quarterdeck.terminal.emulator import Terminal
from quarterdeck.terminal.screenshot import joined_lines

HEAD = 512 * 1024
"""Characters kept from the beginning."""
TAIL = 64 * 1024
"""Characters kept from the end, of what is longer."""


class Capture:
    """Output since some moment: all of it, or its head and tail."""

    def __init__(self, columns: int = COLUMNS, rows: int = ROWS) -> None:
        self._size = (columns, rows)
        self.clear()

    def clear(self, before: str = "") -> None:
        """Begin anew; ``before`` stands in the line already."""
        self.before = before
        self._head: list[str] = [before]
        self._head_size = 0
        self._tail: deque[str] = deque()
        self._tail_size = 0
        self.newlines = 0
        """Line ends seen."""

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
        """The output; a line that was cut is closed before the tail."""
        if not self._tail:
            return "".join(self._head)
        return "".join(self._head) + "\r\n" + "".join(self._tail)

    def rows(self) -> list[CellRow]:
        """The output as a terminal shows it, the cursor's line last."""
        terminal = Terminal(*self._size)
        terminal.feed(self.text)
        return terminal.lines[: terminal.cursor_line + 1]

    def lines(self) -> list[str]:
        """The output as a reader sees it; see :func:`quarterdeck.terminal.screenshot.text_lines`."""
        terminal = Terminal(*self._size)
        terminal.feed(self.text)
        return joined_lines(terminal.lines)


LIMIT = 2 * 1024 * 1024
"""Characters of one step that are shown in full."""
FRAME = 0.1
"""Seconds from one glimpse to the next, beyond the limit."""
GLIMPSE = 16 * 1024
"""Characters shown of each frame, beyond the limit: its last ones, which are what would stay on the screen."""


class FloodGate:
    """Passes output on as it comes; of a flood, glimpses."""

    def __init__(self, emit: Callable[[str], None]) -> None:
        self._emit = emit
        self._passed = 0
        self._waiting = ""
        self._timer: asyncio.TimerHandle | None = None

    def begin_step(self) -> None:
        """From here on output is shown in full again."""
        self.flush()
        self._passed = 0

    def feed(self, text: str) -> None:
        """Take in some output."""
        if self._passed < LIMIT:
            self._passed += len(text)
            self._emit(text)
            return
        self._waiting += text
        if len(self._waiting) > 2 * GLIMPSE:
            self._waiting = _from_line_start(self._waiting[-GLIMPSE:])
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(FRAME, self.flush)

    def flush(self) -> None:
        """Show now what waits."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._waiting:
            waiting, self._waiting = self._waiting, ""
            self._emit(waiting)


def _from_line_start(text: str) -> str:
    """Without a first line that was cut, so that no control sequence is cut either."""
    line_end = text.find("\n")
    return text[line_end + 1 :] if line_end >= 0 else text
