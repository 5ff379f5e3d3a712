"""What a terminal shows after it was sent some output: a pure renderer.

Everything ever printed is kept, as in a terminal with endless scrollback, because transcripts are
compared with all of a command's output.

What a reader's eye should find first is emphasised: commands bold and bright, long ids dim.  Recordings hold what was
printed and nothing else; every output adds the emphasis when it shows them, and a running show adds it the same way.  A
command is known from what was typed: its echo is everything up to the end of its line, in any program.  What a speaker
types by hand isn't known, and stays plain.  Where a line editor (readline) wraps a command at the terminal's edge, it
prints a space and goes back; in a terminal of another size that would overwrite the line's beginning, so it is left
out: terminals wrap by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct

from quarterdeck.terminal.buffer import COLUMNS, ROWS
from quarterdeck.terminal.cells import CellRow, CellRun


class Screen(Struct, frozen=True):
    """What a terminal shows, with everything that scrolled off its top."""

    lines: tuple[tuple[CellRun, ...], ...]
    """From the oldest to the last that was ever reached."""
    wrapped: tuple[bool, ...]
    """For each line whether it goes on in the next one, because it was too long."""
    cursor_line: int
    """Index into ``lines``."""
    cursor_column: int
    """Cells left of the cursor."""
    columns: int
    rows: int

    def visible(self) -> tuple[tuple[CellRun, ...], ...]:
        """The last ``rows`` lines, after blank ones at the end are left out."""
        end = len(self.lines)
        while end and not any(run.text.strip() for run in self.lines[end - 1]):
            end -= 1
        return self.lines[max(0, end - self.rows) : end]


def render(data: str, columns: int = COLUMNS, rows: int = ROWS) -> Screen:
    """What a terminal of that size shows after ``data``."""
    from quarterdeck.terminal.emulator import Terminal  # decks without recordings emulate nothing

    terminal = Terminal(columns, rows)
    terminal.feed(data)
    return Screen(
        lines=tuple(row.runs() for row in terminal.lines),
        wrapped=tuple(row.wrapped for row in terminal.lines),
        cursor_line=terminal.cursor_line,
        cursor_column=terminal.cursor_column,
        columns=columns,
        rows=rows,
    )


def text_lines(data: str, columns: int = COLUMNS, rows: int = ROWS) -> list[str]:
    """The lines a reader sees after ``data``.

    Without colours, soft wraps joined, right-stripped, without blank lines at the end.
    """
    from quarterdeck.terminal.emulator import Terminal  # decks without recordings emulate nothing

    terminal = Terminal(columns, rows)
    terminal.feed(data)
    return joined_lines(terminal.lines)


def joined_lines(rows: Iterable[CellRow]) -> list[str]:
    """The text of rows; see :func:`text_lines`."""
    lines: list[str] = []
    current = ""
    for row in rows:
        current += row.text
        if not row.wrapped:
            lines.append(current.rstrip())
            current = ""
    if current:
        lines.append(current.rstrip())
    while lines and not lines[-1]:
        lines.pop()
    return lines


COMMAND_ON, COMMAND_OFF = "\x1b[1;97m", "\x1b[22;39m"
"""SGR: bold and bright white; normal intensity and the terminal's own colour (ECMA-48 8.3.117; 97 is aixterm's)."""
DIM_ON, DIM_OFF = "\x1b[2m", "\x1b[22m"
EDGE = " \r"
"""What readline prints where a line that it edits wraps, as soon as the last column is taken."""
_EDGE = re.compile(rf"{EDGE}(?=[^\x00-\x1f])")
LONG_ID = re.compile(r"(?<![0-9A-Za-z])(?:sha256:)?[0-9a-f]{40,128}(?![0-9A-Za-z])")
"""Ids of containers, layers and commits in full length: nobody reads them."""


class Emphasis:
    """Adds emphasis to the output of one terminal, piece by piece."""

    def __init__(self) -> None:
        self._typed = False
        """Whether something was typed whose echo has not begun."""
        self._echoing = False
        self._held = ""
        """The end of an echo that what follows says how to take."""

    def typed(self) -> None:
        """Something was typed: what is printed from here to the end of the line is its echo."""
        self._typed = True

    def add(self, data: str) -> str:
        """Return a piece of output with its emphasis."""
        data, self._held = self._held + data, ""
        before = ""
        if self._typed:
            self._typed, before = False, "" if self._echoing else COMMAND_ON
            self._echoing = True
        if not self._echoing:
            return LONG_ID.sub(_dim, data)
        end = data.find("\n")
        if end < 0:
            if data.endswith(EDGE):
                data, self._held = data.removesuffix(EDGE), EDGE
            return before + _EDGE.sub("", data)
        self._echoing = False
        end -= data[:end].endswith("\r")
        return before + _EDGE.sub("", data[:end]) + COMMAND_OFF + LONG_ID.sub(_dim, data[end:])


def _dim(match: re.Match[str]) -> str:
    return f"{DIM_ON}{match[0]}{DIM_OFF}"
