"""A terminal, as far as its screen goes: it takes output piece by piece and can be looked at.

It knows the control sequences that programs in demos send (ECMA-48, and xterm's own: the
alternate screen, scroll regions, palette colours).  It never fails: what it doesn't know changes
nothing.  It never answers a query either.
"""

from __future__ import annotations

import re

from quarterdeck.terminal.buffer import COLUMNS, ROWS, ScreenBuffer
from quarterdeck.terminal.cells import PLAIN, CellRow, CellStyle, select_graphic_rendition

TAB = 8
"""Columns from one tab stop to the next."""
USUALLY_ON = ("25",)
"""Private modes that a new terminal has on: the cursor is shown."""
MAX_SEQUENCE = 65536
"""Characters of an unfinished control sequence that are waited for; a longer one is dropped."""

_TOKEN = re.compile(
    r"(?P<text>[^\x00-\x1f\x7f-\x9f]+)"
    r"|(?P<line_end>\r+\n)"
    r"|(?P<control>[\x00-\x1a\x1c-\x1f\x7f-\x9f])"
    r"|\x1b\[(?P<parameters>[0-?]*)(?P<between>[ -/]*)(?P<final>[@-~])"
    r"|(?P<string>\x1b[\]PX^_][^\x07\x1b\x18\x1a]*(?:\x07|\x1b\\|[\x18\x1a]))"
    r"|\x1b(?P<charset>[()*+#% ][ -~])"
    r"|\x1b(?P<escape>[0-OQ-WYZ\\`-~])"
    r"|(?P<stray>\x1b)"
)
UNFINISHED = re.compile(r"\x1b(?:\[[0-?]*[ -/]*|[\]PX^_][^\x07\x1b\x18\x1a]*\x1b?|[()*+#% ])?\Z")
"""A control sequence whose end is missing, at the end of a text; to be matched where an ESC is."""

_LINE_DRAWING = str.maketrans("`afgjklmnopqrstuvwxyz{|}~", "◆▒°±┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·")
"""The character set that ``ESC ( 0`` selects (VT100 special graphics)."""


class Terminal:
    """A terminal's screen and all that scrolled off its top."""

    def __init__(self, columns: int = COLUMNS, rows: int = ROWS, scrollback: int | None = None) -> None:
        """``scrollback``: lines kept above the screen at least; None keeps all."""
        self._buffer = ScreenBuffer(columns, rows, scrollback)
        self._pending = ""
        self._reset()

    def resize(self, columns: int, rows: int) -> None:
        """Change the size, as dragging the corner of its window does."""
        self._buffer.resize(columns, rows)

    def _reset(self) -> None:
        self._buffer.clear()
        self._style = PLAIN
        self._saved: tuple[int, int, CellStyle] = (0, 0, PLAIN)
        self._line_drawing = False
        self._private: set[str] = set()
        """Private modes that are not as in a new terminal, but for the screen's and wrapping."""

    @property
    def rows(self) -> int:
        """Lines of its screen."""
        return self._buffer.rows

    @property
    def lines(self) -> list[CellRow]:
        """All lines, from the oldest that is kept to the last that was reached."""
        return self._buffer.lines

    @property
    def cursor_line(self) -> int:
        """The cursor's line, as an index into ``lines``."""
        return self._buffer.top + self._buffer.y

    @property
    def cursor_column(self) -> int:
        """Cells left of the cursor in its line; at most as many as the terminal has."""
        return self._buffer.x

    @property
    def alternate(self) -> bool:
        """Whether a full-screen program shows the alternate screen."""
        return self._buffer.alternate

    @property
    def application_cursor(self) -> bool:
        """Whether a program asked for the cursor keys' sequences that begin with SS3 (DECCKM)."""
        return "1" in self._private

    @property
    def cursor_shown(self) -> bool:
        """Whether the cursor is to be seen (DECTCEM)."""
        return not self._private & set(USUALLY_ON)

    def view(self, rows: int) -> tuple[list[CellRow], int]:
        """So many of the last lines, or fewer, with the cursor's among them, and the cursor's place in them.

        Of the alternate screen, which has nothing above it, those of the screen alone.
        """
        buffer = self._buffer
        oldest = buffer.top if buffer.alternate else 0
        start = min(max(oldest, len(buffer.lines) - rows), self.cursor_line)
        return buffer.lines[start : start + rows], self.cursor_line - start

    def undo_modes(self) -> str:
        """What must be sent so that the terminal behaves like a new one, after a program was killed half-way."""
        buffer = self._buffer
        undo = "\x1b[?1049l" if buffer.alternate else ""
        if buffer.region != (0, buffer.rows - 1):
            undo += "\x1b7\x1b[r\x1b8"
        undo += "".join(f"\x1b[?{mode}{'h' if mode in USUALLY_ON else 'l'}" for mode in sorted(self._private))
        if not buffer.autowrap:
            undo += "\x1b[?7h"
        if buffer.inserting:
            undo += "\x1b[4l"
        if self._line_drawing:
            undo += "\x1b(B"
        return undo if self._style == PLAIN else undo + "\x1b[m"

    def feed(self, data: str) -> None:
        """Take in some output; control sequences may be split between calls."""
        data = self._pending + data
        self._pending = ""
        buffer = self._buffer
        for token in _TOKEN.finditer(data):
            match token.lastgroup:
                case "text":
                    text = token[0].translate(_LINE_DRAWING) if self._line_drawing else token[0]
                    buffer.print(text, self._style)
                case "line_end":
                    buffer.x = 0
                    buffer.line_feed()
                case "control":
                    self._control(token[0])
                case "final":
                    self._sequence(token["parameters"], token["between"] + token["final"])
                case "charset":
                    self._select_charset(token["charset"])
                case "escape":
                    self._escape(token["escape"])
                case "stray" if len(data) - token.start() <= MAX_SEQUENCE and UNFINISHED.match(data, token.start()):
                    self._pending = data[token.start() :]
                    return

    def _control(self, character: str) -> None:
        buffer = self._buffer
        match character:
            case "\r":
                buffer.x = 0
            case "\n" | "\v" | "\f":
                buffer.line_feed()
            case "\b":
                buffer.x = max(0, min(buffer.x, buffer.columns - 1) - 1)
            case "\t":
                buffer.x = min(buffer.columns - 1, (buffer.x // TAB + 1) * TAB)

    def _escape(self, code: str) -> None:
        buffer = self._buffer
        match code:
            case "7":
                self._save_cursor()
            case "8":
                self._restore_cursor()
            case "D":
                buffer.line_feed()
            case "E":
                buffer.x = 0
                buffer.line_feed()
            case "M":
                buffer.reverse_line_feed()
            case "c":
                self._reset()

    def _save_cursor(self) -> None:
        self._saved = (self._buffer.x, self._buffer.y, self._style)

    def _restore_cursor(self) -> None:
        x, y, self._style = self._saved
        self._buffer.move(x, y)

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
        if parameters.startswith(("<", "=", ">", "?")):
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
        buffer = self._buffer
        x, y, count = buffer.x, buffer.y, max(1, first)
        match code:
            case "A":
                buffer.move(x, y - count)
            case "B" | "e":
                buffer.move(x, y + count)
            case "C" | "a":
                buffer.move(x + count, y)
            case "D":
                buffer.move(min(x, buffer.columns - 1) - count, y)
            case "E":
                buffer.move(0, y + count)
            case "F":
                buffer.move(0, y - count)
            case "G" | "`":
                buffer.move(count - 1, y)
            case "H" | "f":
                buffer.move(max(1, second) - 1, count - 1)
            case "d":
                buffer.move(x, count - 1)
            case "r":
                buffer.set_region(first, second)
            case "s":
                self._save_cursor()
            case "u":
                self._restore_cursor()

    def _edit(self, code: str, first: int) -> None:
        """A sequence that changes the contents of the screen."""
        buffer = self._buffer
        count = max(1, first)
        match code:
            case "J":
                buffer.erase_screen(first, self._style)
            case "K":
                buffer.erase_line(first, self._style)
            case "L":
                buffer.insert_lines(buffer.y, count)
            case "M":
                buffer.delete_lines(buffer.y, count)
            case "P":
                buffer.row.delete(buffer.x, count)
            case "@":
                buffer.row.insert(buffer.x, min(count, buffer.columns), buffer.columns)
            case "X":
                buffer.erase_cells(count, self._style)
            case "S":
                for _ in range(min(count, buffer.rows)):
                    buffer.scroll()
            case "T":
                buffer.insert_lines(buffer.region[0], count)

    def _set_modes(self, parameters: str, on: bool) -> None:
        for mode in parameters.removeprefix("?").split(";"):
            match (parameters[:1] == "?", mode):
                case (False, "4"):
                    self._buffer.inserting = on
                case (True, "7"):
                    self._buffer.autowrap = on
                case (True, "47" | "1047" | "1049"):
                    self._show_alternate(on)
                case (True, mode) if mode.isdigit():
                    usual = on is (mode in USUALLY_ON)
                    (self._private.discard if usual else self._private.add)(mode)

    def _show_alternate(self, on: bool) -> None:
        if on is self._buffer.alternate:
            return
        if on:
            self._save_cursor()
        self._buffer.show_alternate(on)
        if not on:
            self._restore_cursor()
