"""The size of a demo's terminal: how large its type is, and how many cells it has.

The type is as large as the demo allows, up to the theme's ``terminal`` style (22 pt in built-in themes), and no smaller
than that style's minimum (16 pt); the terminal then has as many columns and rows as the panel holds, and the programs
on it really run in that size.  What the demo allows is known

* from its author: ``terminal: 80x20``, at whatever size of type these fit;
* else from its recording, or without one from its transcript: no line should wrap in type of 18 pt or more; where that
  can't be, lines wrap at 18 pt as they do in any terminal, as long as all rows fit; then type gets smaller, and at the
  minimum what doesn't fit scrolls.

Where steps open pages of containers, these take the lower half of the panel, and the terminal scrolls above them: type
is then no larger than lets all rows stand there, but for 18 pt.

Two terminals of a demo are side by side where no line of theirs wraps so in type of 18 pt or more, else one above the
other.  A full-screen program draws for the size it was recorded in, so that size is kept.  Without a recording type has
at most 18 pt, because a transcript leaves out lines.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from quarterdeck.model.cast import Cast
from quarterdeck.model.placed import PAGES_EDGE, PAGES_TOP, TerminalType
from quarterdeck.model.theme import HEIGHT, WIDTH, Box, TextStyle
from quarterdeck.terminal.buffer import Grid
from quarterdeck.terminal.cells import cell_width
from quarterdeck.terminal.screenshot import text_lines
from quarterdeck.theme.elements.context import POINT, line_height

PADDING = 14.0
"""px from the panel's edge to the cells."""
BAR = 34.0
"""px of the title bar."""
GAP = 20.0
"""px between two terminals of one demo."""
COMFORTABLE = 18 * POINT
"""px of type in which a line rather wraps than that all get smaller."""
COLUMNS = 60
"""Columns that a terminal should have at least, where its panel is wide enough at the smallest type."""
BESIDE_COLUMNS = 36
"""The same for two terminals side by side."""
SMALLEST = 6 * POINT
"""px of the smallest type in which a size that an author asks for is shown."""
SLACK = 1
"""Cells left free after the longest line, for the cursor, and so that no renderer's rounding breaks the line."""
LARGER = 1.2
"""By how much type grows at each level that the speaker asks for."""
LEVELS = 3
"""How many such levels there are."""
_DRAWN = re.compile(r"\x1b\[\d+(?:;\d*)?[Hfdr]|\x1b\[\?(?:47|1047|1049)h")
"""Places on the screen by number, scrolling regions, the alternate screen: drawn for one size."""
_MOVED = re.compile(r"\x1b\[\d*[ABEF]|\x1b[78M]|\x1b\[[su]")
"""The cursor goes up and down: right in any size in which no line wraps."""


class Usage(Struct, frozen=True):
    """What a demo needs of one of its terminals."""

    widths: tuple[int, ...]
    """Cells of each line, lines that had wrapped joined."""
    drawn: Grid | None = None
    """The size that it has to have; None for any."""
    wraps: bool = True
    """Whether lines may wrap elsewhere than they did."""

    @property
    def columns(self) -> int:
        """Columns in which no line wraps."""
        return max(self.widths, default=0) + SLACK

    def rows(self, columns: int) -> int:
        """Rows that all lines take in so many columns."""
        return sum(max(1, math.ceil(width / columns)) for width in self.widths)


def recorded_usage(cast: Cast, output: str) -> Usage:
    """What a recording's output on one terminal needs."""
    lines = text_lines(output, cast.columns, cast.rows)
    widths = tuple(sum(map(cell_width, line)) for line in lines)
    drawn = Grid(cast.columns, cast.rows) if _DRAWN.search(output) else None
    return Usage(widths, drawn, wraps=not _MOVED.search(output))


class Panel(Struct, frozen=True):
    """Where terminals are, and how their type is set."""

    box: Box
    style: TextStyle
    cell: float
    """Width of a cell in shares of the type's size."""
    count: int
    """How many terminals share it."""
    paged: bool = False
    """Whether pages of containers take its lower part."""

    def grid(self, size: float, *, beside: bool) -> Grid:
        """The cells that each terminal has room for."""
        across = self.count if beside else 1
        down = self.count // across
        width = (self.box.width - 2 * PADDING - GAP * (across - 1)) / across
        height = (self.box.height - BAR - 2 * PADDING - GAP * (down - 1)) / down
        columns = math.floor(width / (self.cell * size) + 1e-6)
        return Grid(max(1, columns), max(1, math.floor(height / line_height(size, self.style.leading) + 1e-6)))

    @property
    def share(self) -> float:
        """The part of each terminal's height that pages of containers leave to it; 1 without such pages."""
        if not self.paged:
            return 1.0
        above = self.box.height * PAGES_TOP - BAR - PADDING - PAGES_EDGE
        return above / (self.box.height - BAR - 2 * PADDING)

    def seen(self, grid: Grid) -> Grid:
        """The cells that are seen of each terminal while pages of containers are shown."""
        return Grid(grid.columns, max(1, math.floor(grid.rows * self.share + 1e-6)))

    def type(self, size: float, grid: Grid) -> TerminalType:
        """That size of type, with the cells it is for."""
        return TerminalType(size, line_height(size, self.style.leading), grid.columns, grid.rows)


class Chosen(Struct, frozen=True):
    """The size of a demo's terminals."""

    type: TerminalType
    beside: bool
    """Whether two terminals are side by side, and not one above the other."""


def choose(panel: Panel, usages: Sequence[Usage], asked: Grid | None, *, recorded: bool) -> Chosen:
    """The largest type that the demo allows."""
    exact = asked or next((usage.drawn for usage in usages if usage.drawn), None)
    if exact is not None:
        return _exact(panel, exact)
    largest = panel.style.size if recorded else min(panel.style.size, COMFORTABLE)
    sizes = list(_sizes(largest, panel.style.minimum))
    comfortable = min(COMFORTABLE, largest)
    if panel.count > 1:
        for size in (size for size in sizes if size >= comfortable - POINT / 2):
            grid = panel.grid(size, beside=True)
            seen = panel.seen(grid) if size > comfortable + POINT / 2 else grid
            if grid.columns >= BESIDE_COLUMNS and all(_fits(usage, seen, wrapping=False) for usage in usages):
                return Chosen(panel.type(size, grid), beside=True)
    for size in sizes:
        grid = panel.grid(size, beside=False)
        wrapping = size <= comfortable + POINT / 2
        seen = grid if wrapping else panel.seen(grid)
        if grid.columns >= COLUMNS and all(_fits(usage, seen, wrapping=wrapping) for usage in usages):
            return Chosen(panel.type(size, grid), beside=False)
    smallest = sizes[-1]
    rigid = max((usage.columns for usage in usages if not usage.wraps), default=0)
    for size in _sizes(smallest, SMALLEST):  # wider than that only where wrapping would draw wrongly
        grid = panel.grid(size, beside=False)
        if grid.columns >= rigid:
            return Chosen(panel.type(size, grid), beside=False)
    return Chosen(panel.type(SMALLEST, Grid(rigid, panel.grid(SMALLEST, beside=False).rows)), beside=False)


def larger(panel: Panel, chosen: Chosen) -> tuple[TerminalType, ...]:
    """What the speaker's *larger* shows, level by level: the terminals on the whole slide, in larger type."""
    whole = Panel(Box(0, 0, WIDTH, HEIGHT), panel.style, panel.cell, panel.count)
    sizes = [round(chosen.type.size * LARGER**level / POINT) * POINT for level in range(1, LEVELS + 1)]
    return tuple(whole.type(size, whole.grid(size, beside=chosen.beside)) for size in sizes)


def _fits(usage: Usage, grid: Grid, *, wrapping: bool) -> bool:
    within = usage.columns <= grid.columns
    return (within or (wrapping and usage.wraps)) and usage.rows(grid.columns) <= grid.rows


def _exact(panel: Panel, exact: Grid) -> Chosen:
    """Exactly that size, in the largest type in which it fits."""
    size = SMALLEST
    for size in _sizes(panel.style.size, SMALLEST):
        for beside in (True, False) if panel.count > 1 else (False,):
            room = panel.grid(size, beside=beside)
            if room.columns >= exact.columns and room.rows >= exact.rows:
                return Chosen(panel.type(size, exact), beside)
    return Chosen(panel.type(size, exact), beside=False)


def _sizes(largest: float, least: float) -> Iterator[float]:
    """Sizes by whole points, from the largest down."""
    size = largest
    while size >= least - POINT / 100:
        yield size
        size -= POINT
    if size + POINT > least + POINT / 100:
        yield least
