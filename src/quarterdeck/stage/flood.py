"""Keeping pages alive when a command prints more than anyone can read."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

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
