"""The cells of a terminal, line by line, and their styles.

Styles are set by SGR (ECMA-48 8.3.117, with xterm's 256 and direct colours).
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Sequence
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

Color: TypeAlias = int | str | None
"""0 to 15 is an ANSI colour, 16 to 255 one of xterm's palette, ``#rrggbb`` itself, None the terminal's own."""

CUBE_STEPS = (0, 95, 135, 175, 215, 255)
"""Levels of the 6 × 6 × 6 colour cube that begins at index 16."""


class CellStyle(Struct, frozen=True):
    """How a cell looks."""

    fg: Color = None
    bg: Color = None
    bold: bool = False
    dim: bool = False
    italic: bool = False
    underline: bool = False
    inverse: bool = False
    strike: bool = False


PLAIN = CellStyle()


def graphic_rendition(style: CellStyle) -> str:
    """The control sequence that sets this style, whatever was set before."""
    codes = ["0"]
    faces = ((1, style.bold), (2, style.dim), (3, style.italic), (4, style.underline))
    codes += [str(code) for code, on in (*faces, (7, style.inverse), (9, style.strike)) if on]
    codes += [*_color_codes(style.fg, 30), *_color_codes(style.bg, 40)]
    return f"\x1b[{';'.join(codes)}m"


def _color_codes(color: Color, base: int) -> list[str]:
    """``base`` is 30 for the foreground, 40 for the background."""
    match color:
        case None:
            return []
        case str():
            return [str(base + 8), "2", *(str(int(color[at : at + 2], 16)) for at in (1, 3, 5))]
        case _ if color < 8:
            return [str(base + color)]
        case _ if color < 16:
            return [str(base + 52 + color)]
        case _:
            return [str(base + 8), "5", str(color)]


def palette_color(index: int) -> str:
    """``#rrggbb`` for an index from 16 to 255 of xterm's palette; 0 to 15 belong to the theme."""
    if not 16 <= index <= 255:
        raise ValueError(f"not a fixed colour of the palette: {index}")
    if index >= 232:
        level = 8 + 10 * (index - 232)
        return f"#{level:02x}{level:02x}{level:02x}"
    red, rest = divmod(index - 16, 36)
    green, blue = divmod(rest, 6)
    return f"#{CUBE_STEPS[red]:02x}{CUBE_STEPS[green]:02x}{CUBE_STEPS[blue]:02x}"


def select_graphic_rendition(style: CellStyle, parameters: str) -> CellStyle:
    """The style after ``CSI parameters m``.  What is unknown changes nothing, as in a real terminal."""
    if not parameters:
        return PLAIN
    fields = parameters.split(";")
    at = 0
    while at < len(fields):
        field = fields[at]
        at += 1
        if ":" in field:
            style = _with_subparameters(style, field.split(":"))
            continue
        code = _number(field)
        if code in (38, 48):
            color, used = _extended_color(fields[at:])
            at += used
            if color is not None:
                style = replace(style, fg=color) if code == 38 else replace(style, bg=color)
            continue
        style = _with_code(style, code)
    return style


def _with_code(style: CellStyle, code: int) -> CellStyle:
    match code:
        case 0:
            return PLAIN
        case 1:
            return replace(style, bold=True)
        case 2:
            return replace(style, dim=True)
        case 3:
            return replace(style, italic=True)
        case 4 | 21:
            return replace(style, underline=True)
        case 7:
            return replace(style, inverse=True)
        case 9:
            return replace(style, strike=True)
        case 22:
            return replace(style, bold=False, dim=False)
        case 23:
            return replace(style, italic=False)
        case 24:
            return replace(style, underline=False)
        case 27:
            return replace(style, inverse=False)
        case 29:
            return replace(style, strike=False)
        case 39:
            return replace(style, fg=None)
        case 49:
            return replace(style, bg=None)
        case _ if 30 <= code <= 37:
            return replace(style, fg=code - 30)
        case _ if 40 <= code <= 47:
            return replace(style, bg=code - 40)
        case _ if 90 <= code <= 97:
            return replace(style, fg=code - 82)
        case _ if 100 <= code <= 107:
            return replace(style, bg=code - 92)
        case _:
            return style


def _with_subparameters(style: CellStyle, parts: Sequence[str]) -> CellStyle:
    """``4:3`` (a curly underline) and ``38:2::r:g:b``, as ITU T.416 writes them."""
    code = _number(parts[0])
    if code == 4:
        return replace(style, underline=_number(parts[1]) != 0)
    if code in (38, 48):
        rest = list(parts[1:])
        if rest[0] == "2" and len(rest) >= 5:
            del rest[1]  # the colour space's id
        color, _ = _extended_color(rest)
        if color is not None:
            return replace(style, fg=color) if code == 38 else replace(style, bg=color)
    return style


def _extended_color(fields: Sequence[str]) -> tuple[Color, int]:
    """The colour after 38 or 48, and how many fields it took."""
    match [_number(f) for f in fields[:4]]:
        case [5, index, *_]:
            return (index if index <= 255 else None), 2
        case [2, red, green, blue]:
            valid = max(red, green, blue) <= 255
            return (f"#{red:02x}{green:02x}{blue:02x}" if valid else None), 4
        case _:
            return None, len(fields)


def _number(field: str) -> int:
    """A parameter's value; an empty one counts as 0, an absurdly long one as unknown."""
    return int(field) if field.isascii() and field.isdigit() and len(field) < 6 else (0 if not field else -1)


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
        """Overwrite cells; half of a wide character that is left becomes a blank."""
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
        """Blank a wide character that reaches across the left edge of ``column``."""
        if 0 < column < len(self.cells) and self.cells[column] == "":
            self.cells[column - 1 : column + 1] = [" ", " "]
