"""The screen of a terminal, and the prompt on it of a program that reads commands itself: a shell, a REPL.

Such a program prints no marks.  It waits when its prompt is in the cursor's line with nothing
after it, and stays there for a moment.  The line is looked at as a terminal shows it, because
line editors redraw theirs at every key.
"""

from __future__ import annotations

import re

from quarterdeck.model.demo import prompt_pattern
from quarterdeck.terminal.buffer import USUAL, Grid
from quarterdeck.terminal.emulator import Terminal
from quarterdeck.terminal.screenshot import joined_lines

QUIET = 0.08
"""Seconds without output after which a line that is the prompt, and nothing else, is one."""
QUIET_AT_END = 0.32
"""Seconds without output after which a line that ends with the prompt is one."""
UNREAD = 32 * 1024
"""Characters rendered at most at a time; of more, the last half is enough to know the cursor's line."""


class PromptWatch:
    """Renders one terminal's output, and recognises a prompt that waits."""

    def __init__(self, grid: Grid = USUAL) -> None:
        self._columns, self._rows = grid.columns, grid.rows
        self._terminal = Terminal(grid.columns, grid.rows, scrollback=grid.rows)
        self._unread = ""
        self._newline = False
        self._echo = ""
        self._before = ""
        self._pressed = False
        """Whether keys were pressed since a line was sent: a program that leaves the screen may print no new line."""

    def resize(self, grid: Grid) -> None:
        """The terminal has another size."""
        self._line()
        self._columns, self._rows = grid.columns, grid.rows
        self._terminal.resize(grid.columns, grid.rows)

    def typed(self, key: str = "") -> None:
        """A line was sent, or Ctrl and ``key``: the prompt on the screen now is no longer the one waited for.

        After a key the next prompt may come in the same line: terminals echo it as ``^C``, without a new line.
        """
        self._newline = self._pressed = False
        self._echo = f"^{key}" if key else ""
        self._before = self.cursor_line()

    def pressed(self) -> None:
        """Keys are pressed in a program on the screen: any other line of the cursor may be the prompt waited for."""
        self.typed()
        self._pressed = True

    def feed(self, text: str) -> None:
        """Render output, by the time somebody asks."""
        self._newline = self._newline or "\n" in text
        self._unread += text
        if len(self._unread) > UNREAD:
            self._unread = self._unread[-UNREAD // 2 :]

    def cursor_line(self) -> str:
        """Return the text of the cursor's line, wraps joined; not stripped."""
        return self._line()[0]

    @property
    def cursor_column(self) -> int:
        """Cells left of the cursor."""
        self._line()
        return self._terminal.cursor_column

    def cursor_report(self) -> str:
        """Return where the cursor is, as a terminal replies to a program that asks (CPR, ECMA-48 8.3.14)."""
        self._line()
        row = min(self._terminal.cursor_line + 1, self._rows)
        return f"\x1b[{row};{min(self._terminal.cursor_column + 1, self._columns)}R"

    def screen_lines(self) -> list[str]:
        """The lines on the screen, wraps joined, without blanks at their ends and blank lines at the end."""
        self._line()
        return joined_lines(self._terminal.view(self._rows)[0])

    @property
    def alternate(self) -> bool:
        """See :attr:`quarterdeck.terminal.emulator.Terminal.alternate`."""
        self._line()
        return self._terminal.alternate

    @property
    def application_cursor(self) -> bool:
        """See :attr:`quarterdeck.terminal.emulator.Terminal.application_cursor`."""
        self._line()
        return self._terminal.application_cursor

    def undo_modes(self) -> str:
        """See :meth:`quarterdeck.terminal.emulator.Terminal.undo_modes`."""
        self._line()
        return self._terminal.undo_modes()

    def quiet_needed(self, prompt: str) -> float | None:
        """Return the seconds of silence after which ``prompt`` counts as waiting; None when it isn't there.

        ``prompt`` may hold ``[..]`` for any text.
        """
        line, at_end = self._line()
        if not at_end or not (self._newline or self._echo or (self._pressed and line != self._before)):
            return None
        pattern = prompt_pattern(prompt)
        line = line.rstrip()
        if not self._newline and self._echo:
            line = self._after_echo(line, pattern)
        if re.fullmatch(pattern, line):
            return QUIET
        return QUIET_AT_END if re.search(rf"(?:{pattern})\Z", line) else None

    def _after_echo(self, line: str, pattern: str) -> str:
        """Return what a program printed into the line in which a key was pressed; nothing while that can't be told."""
        if line.count(self._echo) > self._before.count(self._echo):
            return line.rpartition(self._echo)[2]
        return "" if re.search(rf"(?:{pattern})\Z", self._before.rstrip()) else line

    def _line(self) -> tuple[str, bool]:
        self._terminal.feed(self._unread)
        self._unread = ""
        lines, at = self._terminal.lines, self._terminal.cursor_line
        at_end = not "".join(lines[at].cells[self._terminal.cursor_column :]).strip()
        text = lines[at].text
        while at > 0 and lines[at - 1].wrapped:
            at -= 1
            text = lines[at].text + text
        return text, at_end
