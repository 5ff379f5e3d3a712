"""A terminal that something is drawn to, and what can be seen on it."""

from __future__ import annotations

from collections.abc import Callable

from quarterdeck.terminal.emulator import Terminal
from support.waiting import until


class DrawnScreen:
    """A terminal of a size, and what is on it."""

    def __init__(self, columns: int, lines: int) -> None:
        self.size = (columns, lines)
        self.terminal = Terminal(columns, lines)
        self.written: list[str] = []

    def write(self, text: str) -> None:
        """Take what was written."""
        self.written.append(text)
        self.terminal.feed(text)

    @property
    def rows(self) -> list[str]:
        """Row by row."""
        lines, _ = self.terminal.view(self.size[1])
        return [row.text.rstrip() for row in lines]

    async def until(self, there: Callable[[], bool]) -> None:
        """Wait for something to be seen."""
        await until(there, pause=0.01)
