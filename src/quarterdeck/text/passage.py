"""Text that knows where each of its lines was written.

Templates move text: an include brings in lines of other files, a loop repeats some.  A
:class:`Passage` holds text as lines, each with the pieces it was put together from, so that a
fault is shown where the author can fix it.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence

from msgspec import Struct

from quarterdeck.diagnostics import SourceSpan


class Piece(Struct, frozen=True):
    """Where a stretch of a line was written."""

    start: int
    """0-based offset in the line, in code points."""
    file: str
    line: int
    """1-based."""
    column: int
    """1-based, of the character at ``start``."""


Origin = tuple[Piece, ...]
"""The pieces of one line, by ``start``; the first begins at 0."""


class Passage(Struct, frozen=True):
    """A run of lines with their origins; never empty."""

    lines: tuple[str, ...]
    """Without line ends."""
    origins: tuple[Origin, ...]
    """One for each line."""

    @classmethod
    def of_file(cls, text: str, file: str, first_line: int = 1) -> Passage:
        """The text of a file, from ``first_line`` on, as it is written there."""
        lines = tuple(text.split("\n"))
        origins = tuple((Piece(0, file, number, 1),) for number in range(first_line, first_line + len(lines)))
        return cls(lines, origins)

    @property
    def text(self) -> str:
        """The lines as one string, without a line end after the last."""
        return "\n".join(self.lines)

    def span(self, index: int, offset: int = 0, length: int = 1) -> SourceSpan:
        """The place of ``length`` characters from ``offset`` in the line ``index``, both 0-based."""
        index = max(0, min(index, len(self.lines) - 1))
        origin = self.origins[index]
        piece = origin[0]
        for candidate in origin[1:]:
            if candidate.start > offset:
                break
            piece = candidate
        return SourceSpan(piece.file, piece.line, piece.column + offset - piece.start, max(1, length))

    def line_span(self, index: int) -> SourceSpan:
        """The place of a whole line, blanks at its ends left out."""
        index = max(0, min(index, len(self.lines) - 1))
        line = self.lines[index]
        content = line.strip()
        return self.span(index, len(line) - len(line.lstrip()) if content else 0, len(content))

    def find(self, wanted: str, first: int = 0, end: int | None = None, occurrence: int = 0) -> SourceSpan:
        """The place of a text in the lines from ``first`` to before ``end``; the first line if it isn't there.

        ``occurrence`` counts from 0: inline parsers know no positions, only an order.
        """
        needle = wanted.split("\n", 1)[0]
        stop = len(self.lines) if end is None else min(end, len(self.lines))
        for index in range(first, stop) if needle else ():
            offset = self.lines[index].find(needle)
            while offset >= 0:
                if occurrence == 0:
                    return self.span(index, offset, len(needle))
                occurrence -= 1
                offset = self.lines[index].find(needle, offset + 1)
        return self.line_span(first)

    def part(self, first: int, end: int) -> Passage:
        """The lines from ``first`` to before ``end``; a single empty line if there are none."""
        if first >= end:
            return Passage(("",), (self.origins[min(first, len(self.origins) - 1)],))
        return Passage(self.lines[first:end], self.origins[first:end])

    def cut(self, start: tuple[int, int], end: tuple[int, int]) -> Passage:
        """The text from ``start`` to before ``end``, each a line and an offset, 0-based."""
        part = self.part(start[0], end[0] + 1)
        lines = list(part.lines)
        lines[-1] = lines[-1][: end[1]]
        lines[0] = lines[0][start[1] :]
        return Passage(tuple(lines), (dropped(part.origins[0], start[1]), *part.origins[1:]))

    def with_lines(self, lines: Sequence[str]) -> Passage:
        """Other text for the same places, line by line."""
        return Passage(tuple(lines), self.origins)

    def dedented(self, indents: Iterable[int]) -> Passage:
        """Each line without as many leading characters as ``indents`` says for it."""
        amounts = tuple(indents)
        return Passage(
            tuple(line[amount:] for line, amount in zip(self.lines, amounts, strict=True)),
            tuple(dropped(origin, amount) for origin, amount in zip(self.origins, amounts, strict=True)),
        )


@functools.lru_cache(maxsize=1024)
def dropped(origin: Origin, count: int) -> Origin:
    """The origin of a line whose first ``count`` characters are gone."""
    if count == 0:
        return origin
    pieces: list[Piece] = []
    for piece in origin:
        start = piece.start - count
        moved = Piece(max(0, start), piece.file, piece.line, piece.column - min(0, start))
        if start <= 0:
            pieces = [moved]
        else:
            pieces.append(moved)
    return tuple(pieces)
