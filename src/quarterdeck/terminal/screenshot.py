"""What a terminal shows after it was sent some output: a pure renderer.

Everything ever printed is kept, as in a terminal with endless scrollback, because transcripts are
compared with all of a command's output.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from quarterdeck.terminal.buffer import COLUMNS, ROWS
from quarterdeck.terminal.cells import CellRow, CellRun
from quarterdeck.terminal.emulator import Terminal


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
