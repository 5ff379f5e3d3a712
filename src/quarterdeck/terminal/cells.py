"""The cells of a terminal, line by line."""

from __future__ import annotations

import functools
import unicodedata

from msgspec import Struct

from quarterdeck.terminal.sgr import PLAIN, CellStyle


class CellRun(Struct, frozen=True):
    """Neighbouring cells of a line that look the same."""

    text: str
    style: CellStyle = PLAIN


@functools.lru_cache(maxsize=4096)
def cell_width(character: str) -> int:
    """Cells that a character takes: 0 for what joins the one before, 2 for wide ones (UAX 11)."""
    if unicodedata.category(character) in ("Mn", "Me", "Cf") and character != "\u00ad":
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


class CellRow:
    """One line; shorter than the terminal while nothing was printed further right."""

    __slots__ = ("cells", "styles", "wrapped")

    def __init__(self) -> None:
        self.cells: list[str] = []
        """A character with what combines with it; "" is the right half of a wide one."""
        self.styles: list[CellStyle] = []
        """One for each cell."""
        self.wrapped = False
        """Whether the line was too long and goes on in the next one."""

    @property
    def text(self) -> str:
        """The characters alone."""
        return "".join(self.cells)

    def runs(self) -> tuple[CellRun, ...]:
        """The cells, those that look the same taken together."""
        runs: list[CellRun] = []
        start = 0
        for at in range(1, len(self.cells) + 1):
            if at == len(self.cells) or self.styles[at] != self.styles[start]:
                runs.append(CellRun("".join(self.cells[start:at]), self.styles[start]))
                start = at
        return tuple(runs)

    def put(self, column: int, cells: list[str], style: CellStyle) -> None:
        """Write cells over what stands there; half of a wide character that is left becomes a blank."""
        if column == len(self.cells):
            self.cells += cells
            self.styles += [style] * len(cells)
            return
        end = column + len(cells)
        self._reach(column)
        if column and self.cells[column : column + 1] == [""]:
            self.cells[column - 1] = " "
        if self.cells[end : end + 1] == [""]:
            self.cells[end] = " "
        self.cells[column:end] = cells
        self.styles[column:end] = [style] * len(cells)

    def join(self, column: int, mark: str) -> None:
        """Add a combining character to the cell left of ``column``."""
        at = min(column, len(self.cells)) - 1
        if at > 0 and self.cells[at] == "":
            at -= 1
        if at >= 0:
            self.cells[at] += mark

    def erase(self, start: int, end: int, style: CellStyle, columns: int) -> None:
        """Blank the cells from ``start`` to before ``end``, in the background of ``style``."""
        if end >= columns:
            self.wrapped = False
        if end >= len(self.cells) and style.bg is None:
            self._cut(start)
        elif start < end:
            self.put(start, [" "] * (end - start), CellStyle(bg=style.bg))

    def insert(self, column: int, count: int, columns: int) -> None:
        """Push the cells from ``column`` on to the right; what leaves the line is lost."""
        if column < len(self.cells):
            self._split(column)
            self.cells[column:column] = [" "] * count
            self.styles[column:column] = [PLAIN] * count
            self._cut(columns)

    def delete(self, column: int, count: int) -> None:
        """Take out cells; those right of them move left."""
        self._split(column)
        self._split(column + count)
        del self.cells[column : column + count], self.styles[column : column + count]

    def _reach(self, column: int) -> None:
        missing = column - len(self.cells)
        if missing > 0:
            self.cells += [" "] * missing
            self.styles += [PLAIN] * missing

    def _cut(self, column: int) -> None:
        self._split(column)
        del self.cells[column:], self.styles[column:]

    def _split(self, column: int) -> None:
        """Blank a wide character that stands across the border left of ``column``."""
        if 0 < column < len(self.cells) and self.cells[column] == "":
            self.cells[column - 1 : column + 1] = [" ", " "]
