"""The lines of a terminal, its cursor, and what moves and erases them."""

from __future__ import annotations

import re

from msgspec import Struct

from quarterdeck.terminal.cells import CellRow, CellStyle, cell_width

COLUMNS = 100
"""Cells in a line, where nothing else is asked for."""
ROWS = 24
"""Lines of a screen, where nothing else is asked for."""
COLUMNS_ALLOWED = (20, 240)
"""The least and the most columns that an author may ask for."""
ROWS_ALLOWED = (4, 80)
"""The least and the most rows."""


class Grid(Struct, frozen=True):
    """The cells of a terminal: what ``stty size`` prints, the other way round."""

    columns: int = COLUMNS
    rows: int = ROWS


USUAL = Grid()
"""The size where nothing else is known."""
REHEARSED = Grid(80, 18)
"""The size that rehearsals record in, unless the author asks for another: what a slide shows in type of 18 pt, so that
programs that lay their output out for the terminal's width do so for one that is shown."""

_NARROW = re.compile("[ -\u02ff\u2500-\u259f\u2800-\u28ff]*")
"""Text of which every character surely takes one cell: Latin, line drawing, braille; most of all output."""


class ScreenBuffer:
    """The screen is a window on the last lines; what was scrolled off its top is kept above it."""

    def __init__(self, columns: int, rows: int, scrollback: int | None) -> None:
        """``scrollback``: lines kept above the screen at least; None keeps all."""
        self.columns = columns
        self.rows = rows
        self._scrollback = scrollback
        self.clear()

    def clear(self) -> None:
        """As new."""
        self.lines = [CellRow()]
        """All lines; those of the screen begin at ``top``, and exist as far as the cursor was."""
        self.top = 0
        self.x = 0
        """The cursor's column.  May equal ``columns``: then the next character wraps (VT100's deferred wrap)."""
        self.y = 0
        """The cursor's row on the screen."""
        self.region = (0, self.rows - 1)
        """First and last row of what scrolls."""
        self.autowrap = True
        self.inserting = False
        self._main: tuple[list[CellRow], int] | None = None

    def resize(self, columns: int, rows: int) -> None:
        """Change the size.  Lines stay as they are: a program that is told of the size draws again what it must."""
        self.columns, self.rows = columns, rows
        self.region = (0, rows - 1)
        self.x = min(self.x, columns)
        if self.y >= rows:
            self.top += self.y - (rows - 1)
            self.y = rows - 1

    @property
    def row(self) -> CellRow:
        """The cursor's line."""
        return self.lines[self.top + self.y]

    @property
    def alternate(self) -> bool:
        """Whether the alternate screen is shown, which keeps nothing."""
        return self._main is not None

    def show_alternate(self, on: bool) -> None:
        """Change to the alternate screen, which is empty then, or back."""
        if on and self._main is None:
            self._main = (self.lines, self.top)
            self.lines, self.top = [], 0
        elif not on and self._main is not None:
            self.lines, self.top = self._main
            self._main = None
        self._reach(self.y)

    # Printing

    def print(self, text: str, style: CellStyle) -> None:
        """Write text at the cursor, wrapping where it reaches the edge."""
        if not _NARROW.fullmatch(text):
            for character in text:
                self._print_any(character, style)
            return
        at = 0
        while at < len(text):
            self._wrap_before(1)
            end = at + self.columns - self.x
            self._put(list(text[at:end]), style)
            at = end

    def _print_any(self, character: str, style: CellStyle) -> None:
        width = min(cell_width(character), self.columns)
        if width == 0:
            self.row.join(self.x, character)
        else:
            self._wrap_before(width)
            self._put([character, ""][:width], style)

    def _wrap_before(self, width: int) -> None:
        if self.x + width <= self.columns:
            return
        if self.autowrap:
            self.row.wrapped = True
            self.x = 0
            self.line_feed()
        else:
            self.x = self.columns - width

    def _put(self, cells: list[str], style: CellStyle) -> None:
        if self.inserting:
            self.row.insert(self.x, len(cells), self.columns)
        self.row.put(self.x, cells, style)
        self.x += len(cells)

    # Moving about

    def move(self, column: int, row: int) -> None:
        """Put the cursor somewhere on the screen, or as near as can be."""
        self.x = min(max(0, column), self.columns - 1)
        self.y = min(max(0, row), self.rows - 1)
        self._reach(self.y)

    def line_feed(self) -> None:
        """The cursor goes down a row; at the region's end the region moves up instead."""
        if self.y == self.region[1]:
            self.scroll()
        elif self.y < self.rows - 1:
            self.y += 1
            self._reach(self.y)

    def reverse_line_feed(self) -> None:
        """The cursor goes up a row; at the region's begin the region moves down instead."""
        if self.y == self.region[0]:
            self.insert_lines(self.y, 1)
        else:
            self.move(self.x, self.y - 1)

    def set_region(self, first: int, last: int) -> None:
        """Set what scrolls, by rows from 1; 0 for ``last`` is the screen's end."""
        top = max(1, first) - 1
        bottom = min(last or self.rows, self.rows) - 1
        if top < bottom:
            self.region = (top, bottom)
            self.move(0, 0)

    def scroll(self) -> None:
        """Move the region up by a line; what leaves the top of the screen is kept above it."""
        first, last = self.region
        self._reach(last)
        self.lines.insert(self.top + last + 1, CellRow())
        if first > 0 or self.alternate:
            del self.lines[self.top + first]
            return
        self.top += 1
        if self._scrollback is not None and self.top > 2 * self._scrollback:
            surplus = self.top - self._scrollback
            del self.lines[:surplus]
            self.top -= surplus

    def insert_lines(self, row: int, count: int) -> None:
        """Push the region's lines from ``row`` on down."""
        first, last = self.region
        if first <= row <= last:
            self._reach(last)
            for _ in range(min(count, last - row + 1)):
                del self.lines[self.top + last]
                self.lines.insert(self.top + row, CellRow())

    def delete_lines(self, row: int, count: int) -> None:
        """Take lines out of the region; those below move up."""
        first, last = self.region
        if first <= row <= last:
            self._reach(last)
            for _ in range(min(count, last - row + 1)):
                del self.lines[self.top + row]
                self.lines.insert(self.top + last, CellRow())

    def _reach(self, row: int) -> None:
        while len(self.lines) <= self.top + row:
            self.lines.append(CellRow())

    # Erasing

    def erase_cells(self, count: int, style: CellStyle) -> None:
        """Blank some cells from the cursor on."""
        self.row.erase(self.x, min(self.x + count, self.columns), style, self.columns)

    def erase_line(self, part: int, style: CellStyle) -> None:
        """Blank the cursor's line: 0 from the cursor on, 1 up to the cursor, 2 all of it."""
        match part:
            case 0:
                self.row.erase(min(self.x, self.columns - 1), self.columns, style, self.columns)
            case 1:
                self.row.erase(0, min(self.x + 1, self.columns), style, self.columns)
            case 2:
                self.row.erase(0, self.columns, style, self.columns)

    def erase_screen(self, part: int, style: CellStyle) -> None:
        """Blank the screen: 0 from the cursor on, 1 up to the cursor, 2 all of it; 3 what is kept above it."""
        match part:
            case 0:
                self.erase_line(0, style)
                del self.lines[self.top + self.y + 1 :]
            case 1:
                for at in range(self.top, self.top + self.y):
                    self.lines[at] = CellRow()
                self.erase_line(1, style)
            case 2:
                del self.lines[self.top :]
            case 3:
                del self.lines[: self.top]
                self.top = 0
        self._reach(self.y)
