"""A terminal, as far as its screen goes: it takes output piece by piece and can be looked at.

It knows the control sequences that programs in demos send (ECMA-48, and xterm's own: the
alternate screen, scroll regions, palette colours).  It never fails: what it doesn't know changes
nothing.  It never answers a query either.
"""

from __future__ import annotations

import re

from quarterdeck.model.cells import CellRow, cell_width
from quarterdeck.model.demo import COLUMNS, ROWS
from quarterdeck.model.styling import PLAIN, CellStyle, select_graphic_rendition

TAB = 8
"""Columns from one tab stop to the next."""
USUALLY_ON = ("25",)
"""Private modes that a new terminal has on: the cursor is shown."""
MAX_SEQUENCE = 65536
"""Characters of an unfinished control sequence that are waited for; a longer one is dropped."""

_TOKEN = re.compile(
    r"(?P<text>[^\x00-\x1f\x7f-\x9f]+)"
    r"|(?P<control>[\x00-\x1a\x1c-\x1f\x7f-\x9f])"
    r"|\x1b\[(?P<parameters>[0-?]*)(?P<between>[ -/]*)(?P<final>[@-~])"
    r"|(?P<string>\x1b[\]PX^_][^\x07\x1b\x18\x1a]*(?:\x07|\x1b\\|[\x18\x1a]))"
    r"|\x1b(?P<charset>[()*+#% ][ -~])"
    r"|\x1b(?P<escape>[0-OQ-WYZ\\`-~])"
)
_UNFINISHED = re.compile(r"\x1b(?:\[[0-?]*[ -/]*|[\]PX^_][^\x07\x1b\x18\x1a]*\x1b?|[()*+#% ])?\Z")

_LINE_DRAWING = str.maketrans("`afgjklmnopqrstuvwxyz{|}~", "◆▒°±┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·")
"""The character set that ``ESC ( 0`` selects (VT100 special graphics)."""


class Terminal:
    """A terminal's screen and all that scrolled off its top."""

    def __init__(self, columns: int = COLUMNS, rows: int = ROWS, scrollback: int | None = None) -> None:
        """``scrollback``: lines kept above the screen at least; None keeps all."""
        self.columns = columns
        self.rows = rows
        self._scrollback = scrollback
        self._pending = ""
        self._reset()

    def _reset(self) -> None:
        self.lines = [CellRow()]
        self._top = 0
        self._x = 0
        """May equal ``columns``: then the next character wraps (VT100's deferred wrap)."""
        self._y = 0
        self._style = PLAIN
        self._saved: tuple[int, int, CellStyle] = (0, 0, PLAIN)
        self._main: tuple[list[CellRow], int] | None = None
        """Lines and top of the main screen, while the alternate one is shown."""
        self._region = (0, self.rows - 1)
        self._line_drawing = False
        self._autowrap = True
        self._inserting = False
        self._private: set[str] = set()
        """Private modes that were switched away from what a new terminal has, but for the screen's and wrapping."""

    @property
    def cursor_line(self) -> int:
        """The cursor's line, as an index into ``lines``."""
        return self._top + self._y

    @property
    def cursor_column(self) -> int:
        """Cells left of the cursor in its line; at most ``columns``."""
        return self._x

    def undo_modes(self) -> str:
        """What must be sent so that the terminal behaves like a new one, after a program was killed half-way."""
        undo = "\x1b[?1049l" if self._main is not None else ""
        if self._region != (0, self.rows - 1):
            undo += "\x1b7\x1b[r\x1b8"
        undo += "".join(f"\x1b[?{mode}{'h' if mode in USUALLY_ON else 'l'}" for mode in sorted(self._private))
        if not self._autowrap:
            undo += "\x1b[?7h"
        if self._inserting:
            undo += "\x1b[4l"
        if self._line_drawing:
            undo += "\x1b(B"
        return undo if self._style == PLAIN else undo + "\x1b[m"

    def feed(self, data: str) -> None:
        """Take in some output; control sequences may be split between calls."""
        data = self._pending + data
        self._pending = ""
        at = 0
        while at < len(data):
            token = _TOKEN.match(data, at)
            if token is None:
                if len(data) - at <= MAX_SEQUENCE and _UNFINISHED.match(data, at):
                    self._pending = data[at:]
                    return
                at += 1  # an ESC that begins nothing: dropped, and what follows is read anew
                continue
            at = token.end()
            match token.lastgroup:
                case "text":
                    self._print(token["text"])
                case "control":
                    self._control(token["control"])
                case "final":
                    self._sequence(token["parameters"], token["between"] + token["final"])
                case "charset":
                    self._select_charset(token["charset"])
                case "escape":
                    self._escape(token["escape"])

    # What is printed

    def _print(self, text: str) -> None:
        if self._line_drawing:
            text = text.translate(_LINE_DRAWING)
        if not text.isascii():
            for character in text:
                self._print_any(character)
            return
        while text:
            self._wrap_before(1)
            room = self.columns - self._x
            self._put(list(text[:room]))
            text = text[room:]

    def _print_any(self, character: str) -> None:
        width = min(cell_width(character), self.columns)
        if width == 0:
            self.lines[self.cursor_line].join(self._x, character)
        else:
            self._wrap_before(width)
            self._put([character, ""][:width])

    def _wrap_before(self, width: int) -> None:
        if self._x + width <= self.columns:
            return
        if self._autowrap:
            self.lines[self.cursor_line].wrapped = True
            self._x = 0
            self._line_feed()
        else:
            self._x = self.columns - width

    def _put(self, cells: list[str]) -> None:
        row = self.lines[self.cursor_line]
        if self._inserting:
            row.insert(self._x, len(cells), self.columns)
        row.put(self._x, cells, self._style)
        self._x += len(cells)

    # Control characters and escape sequences

    def _control(self, character: str) -> None:
        match character:
            case "\r":
                self._x = 0
            case "\n" | "\v" | "\f":
                self._line_feed()
            case "\b":
                self._x = max(0, min(self._x, self.columns - 1) - 1)
            case "\t":
                self._x = min(self.columns - 1, (self._x // TAB + 1) * TAB)

    def _escape(self, code: str) -> None:
        match code:
            case "7":
                self._saved = (self._x, self._y, self._style)
            case "8":
                self._x, self._y, self._style = self._saved
                self._move(self._x, self._y)
            case "D":
                self._line_feed()
            case "E":
                self._x = 0
                self._line_feed()
            case "M":
                if self._y == self._region[0]:
                    self._insert_lines(self._y, 1)
                else:
                    self._move(self._x, self._y - 1)
            case "c":
                self._reset()

    def _select_charset(self, code: str) -> None:
        if code[0] == "(":
            self._line_drawing = code[1] == "0"

    def _sequence(self, parameters: str, code: str) -> None:
        """A control sequence, ``CSI parameters code``."""
        if code == "m":
            if not parameters.startswith((">", "?", "<", "=")):
                self._style = select_graphic_rendition(self._style, parameters)
            return
        if code in ("h", "l"):
            self._set_modes(parameters, code == "h")
            return
        if parameters[:1] in tuple("<=>?"):
            return
        numbers = [int(p) if p.isascii() and p.isdigit() and len(p) < 6 else 0 for p in parameters.split(";")]
        first = numbers[0]
        second = numbers[1] if len(numbers) > 1 else 0
        if code in "JKLMP@XST":
            self._edit(code, first)
        else:
            self._go(code, first, second)

    def _go(self, code: str, first: int, second: int) -> None:
        """A sequence that moves the cursor, or says where it may move."""
        count = max(1, first)
        match code:
            case "A":
                self._move(self._x, self._y - count)
            case "B" | "e":
                self._move(self._x, self._y + count)
            case "C" | "a":
                self._move(self._x + count, self._y)
            case "D":
                self._move(min(self._x, self.columns - 1) - count, self._y)
            case "E":
                self._move(0, self._y + count)
            case "F":
                self._move(0, self._y - count)
            case "G" | "`":
                self._move(count - 1, self._y)
            case "H" | "f":
                self._move(max(1, second) - 1, count - 1)
            case "d":
                self._move(self._x, count - 1)
            case "r":
                self._set_region(first, second)
            case "s":
                self._saved = (self._x, self._y, self._style)
            case "u":
                self._move(self._saved[0], self._saved[1])

    def _edit(self, code: str, first: int) -> None:
        """A sequence that changes what stands on the screen."""
        count = max(1, first)
        match code:
            case "J":
                self._erase_screen(first)
            case "K":
                self._erase_line(first)
            case "L":
                self._insert_lines(self._y, count)
            case "M":
                self._delete_lines(self._y, count)
            case "P":
                self.lines[self.cursor_line].delete(self._x, count)
            case "@":
                self.lines[self.cursor_line].insert(self._x, min(count, self.columns), self.columns)
            case "X":
                end = min(self._x + count, self.columns)
                self.lines[self.cursor_line].erase(self._x, end, self._style, self.columns)
            case "S":
                for _ in range(min(count, self.rows)):
                    self._scroll()
            case "T":
                self._insert_lines(self._region[0], count)

    def _set_modes(self, parameters: str, on: bool) -> None:
        for mode in parameters.removeprefix("?").split(";"):
            match (parameters[:1] == "?", mode):
                case (False, "4"):
                    self._inserting = on
                case (True, "7"):
                    self._autowrap = on
                case (True, "47" | "1047" | "1049"):
                    self._show_alternate(on)
                case (True, mode) if mode.isdigit():
                    usual = on is (mode in USUALLY_ON)
                    (self._private.discard if usual else self._private.add)(mode)

    # Moving about

    def _move(self, column: int, row: int) -> None:
        self._x = min(max(0, column), self.columns - 1)
        self._y = min(max(0, row), self.rows - 1)
        self._reach(self._y)

    def _reach(self, row: int) -> None:
        while len(self.lines) <= self._top + row:
            self.lines.append(CellRow())

    def _line_feed(self) -> None:
        if self._y == self._region[1]:
            self._scroll()
        elif self._y < self.rows - 1:
            self._y += 1
        self._reach(self._y)

    def _scroll(self) -> None:
        """Move the region up by a line; what leaves the top of the screen is kept, as scrollback."""
        first, last = self._region
        self._reach(last)
        self.lines.insert(self._top + last + 1, CellRow())
        if first > 0 or self._main:
            del self.lines[self._top + first]
            return
        self._top += 1
        if self._scrollback is not None and self._top > 2 * self._scrollback:
            surplus = self._top - self._scrollback
            del self.lines[:surplus]
            self._top -= surplus

    def _set_region(self, first: int, last: int) -> None:
        top = max(1, first) - 1
        bottom = min(last or self.rows, self.rows) - 1
        if top < bottom:
            self._region = (top, bottom)
            self._move(0, 0)

    def _insert_lines(self, row: int, count: int) -> None:
        first, last = self._region
        if first <= row <= last:
            self._reach(last)
            for _ in range(min(count, last - row + 1)):
                del self.lines[self._top + last]
                self.lines.insert(self._top + row, CellRow())

    def _delete_lines(self, row: int, count: int) -> None:
        first, last = self._region
        if first <= row <= last:
            self._reach(last)
            for _ in range(min(count, last - row + 1)):
                del self.lines[self._top + row]
                self.lines.insert(self._top + last, CellRow())

    # Erasing

    def _erase_line(self, part: int) -> None:
        row = self.lines[self.cursor_line]
        match part:
            case 0:
                row.erase(min(self._x, self.columns - 1), self.columns, self._style, self.columns)
            case 1:
                row.erase(0, min(self._x + 1, self.columns), self._style, self.columns)
            case 2:
                row.erase(0, self.columns, self._style, self.columns)

    def _erase_screen(self, part: int) -> None:
        match part:
            case 0:
                self._erase_line(0)
                del self.lines[self.cursor_line + 1 :]
            case 1:
                for at in range(self._top, self.cursor_line):
                    self.lines[at] = CellRow()
                self._erase_line(1)
            case 2:
                del self.lines[self._top :]
            case 3:
                del self.lines[: self._top]
                self._top = 0
        self._reach(self._y)

    def _show_alternate(self, on: bool) -> None:
        if on and self._main is None:
            self._saved = (self._x, self._y, self._style)
            self._main = (self.lines, self._top)
            self.lines, self._top = [], 0
            self._reach(self._y)
        elif not on and self._main is not None:
            self.lines, self._top = self._main
            self._main = None
            self._x, self._y, self._style = self._saved
            self._reach(self._y)
