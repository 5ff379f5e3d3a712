"""Speaker notes on the page that PowerPoint prints for them, below the picture of the slide.

The page has one text placeholder, so blocks become paragraphs: lists keep their marks, code its lines, tables their
columns; pictures leave their alternative text.  The type is as large as fits, and every run states its size:
LibreOffice takes no sizes from the notes master, and PowerPoint shrinks notes only when they are edited.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import inf
from typing import TypeAlias, assert_never

from msgspec import Struct
from msgspec.structs import replace

from quarterdeck.diagnostics import Diagnostic, Severity, SourceSpan
from quarterdeck.model.content import (
    Admonition,
    Align,
    Block,
    Callout,
    Chart,
    Code,
    DefinitionList,
    Diagram,
    Footnotes,
    Group,
    Heading,
    Image,
    Inline,
    InlineMath,
    LineBreak,
    List,
    Math,
    Media,
    Paragraph,
    Quote,
    Run,
    Table,
)
from quarterdeck.model.placed import NotesParagraph, TabStop
from quarterdeck.model.theme import Theme
from quarterdeck.theme.elements.lists import BULLETS, CHECKED, UNCHECKED, attributed
from quarterdeck.theme.measure.lines import break_lines
from quarterdeck.theme.measure.runs import Typefaces, measured_paragraph, one_line, tokens, typefaces

PAGE_WIDTH, PAGE_HEIGHT = 556.8, 368.4
"""px that the notes have on a notes page of 7.5 × 10 in."""
STEP = 24.0
"""px that each level of a list is indented."""
POINTS = (12, 11, 10, 9, 8)
"""Sizes of type on paper, from the largest."""
LEADING = 1.2
WIDEST = 1.1
"""em; no ASCII character of our fonts is wider."""
_POINT = 4 / 3

BLANK = "\u00a0"
"""The text of an item that begins with a table or another list."""
APART = "   "
"""Between the cells of a table that is too wide for columns."""
GAP = 1.5
"""em between the columns of a table."""


class NotesPage(Struct, frozen=True):
    """The speaker notes of a slide, ready for PowerPoint's notes page."""

    paragraphs: tuple[NotesParagraph, ...]
    points: int
    """The size of their type in pt."""
    over: int = 0
    """How many lines don't fit, even in the smallest size."""


def notes_page(blocks: Sequence[Block], theme: Theme) -> NotesPage:
    """The notes in the largest size in which they fit."""
    if not blocks:
        return NotesPage((), POINTS[0])
    parts = list(_paragraphs(blocks, 0))
    paragraphs = tuple(part for part in parts if isinstance(part, NotesParagraph))
    if len(paragraphs) == len(parts) and sum(_most_lines(p.inlines, p.depth) for p in paragraphs) <= _room(POINTS[0]):
        return NotesPage(paragraphs, POINTS[0])  # as most notes; measuring them takes as long as reading them
    for points in POINTS:
        size = points * _POINT
        paragraphs = tuple(part if isinstance(part, NotesParagraph) else part.paragraph(size, theme) for part in parts)
        over = sum(_lines(paragraph, size, theme) for paragraph in paragraphs) - _room(points)
        if over <= 0:
            break
    return NotesPage(paragraphs, points, max(0, over))


def _lines(paragraph: NotesParagraph, size: float, theme: Theme) -> int:
    """How many lines a paragraph takes."""
    if paragraph.tabs:
        return 1
    faces = _faces(theme, bold=paragraph.bold)
    own = measured_paragraph(paragraph.inlines, faces, size, paragraph.depth * STEP)
    return max(1, len(break_lines(own.tokens, own.room(PAGE_WIDTH)).ends))


def _faces(theme: Theme, *, bold: bool) -> Typefaces:
    """The faces of notes, whose runs are all of one size."""
    return replace(typefaces(theme, "body", bold=bold, italic=False), code=1.0)


def _room(points: int) -> int:
    """How many lines of a size the page has."""
    return int(PAGE_HEIGHT / (points * _POINT * LEADING))


def _most_lines(inlines: Sequence[Inline], depth: int) -> float:
    """An upper bound of the lines that a paragraph takes in the largest size, found without measuring it.

    The word that begins a line didn't fit on the line before, so every line but the last is fuller than the width
    less the longest word.  There is no bound (inf) for text other than ASCII.
    """
    text = "".join(inline.text if isinstance(inline, Run) else "\n" for inline in inlines)
    room = (PAGE_WIDTH - depth * STEP) / (POINTS[0] * _POINT)
    least = room - WIDEST * max(map(len, text.split()), default=0)
    if not text.isascii() or "\n" in text or least <= 0:
        return inf
    return 1 + len(text) * WIDEST // least


def notes_faults(blocks: Sequence[Block], over: int, owner: SourceSpan | None) -> Iterator[Diagnostic]:
    """A warning about notes that would run off their page when PowerPoint prints it."""
    if over:
        yield Diagnostic(
            f"the notes are {over} line{'s' if over > 1 else ''} longer than their page, even at {POINTS[-1]} pt",
            next((block.span for block in blocks if block.span is not None), owner),
            "shorten them; the presenter page shows them whole",
            "notes-overflow",
            Severity.WARNING,
        )


def _paragraphs(blocks: Iterable[Block], depth: int) -> Iterator[NotesLine]:
    """The blocks as paragraphs and rows of tables, ``depth`` steps indented."""
    for block in blocks:
        match block:
            case Paragraph(inlines=inlines):
                yield _paragraph(inlines, depth)
            case Heading(inlines=inlines):
                yield _paragraph(inlines, depth, bold=True)
            case List():
                yield from _items(block, depth + 1)
            case Code(text=text, title=title):
                yield from [NotesParagraph((Run(title),), depth, bold=True)] if title else []
                yield from (NotesParagraph((Run(line, code=True),), depth) for line in text.split("\n"))
            case Math(tex=tex):
                yield _paragraph((InlineMath(tex),), depth)
            case Table():
                yield from _rows(block, depth)
            case Quote(blocks=inner):
                yield from _paragraphs(inner, depth)
                yield from (_paragraph(by.inlines, depth) for by in attributed(block))
            case Admonition(title=title, blocks=inner) | Callout(title=title, blocks=inner):
                yield from [_paragraph(title, depth, bold=True)] if title else []
                yield from _paragraphs(inner, depth)
            case Group(blocks=inner):
                yield from _paragraphs(inner, depth)
            case DefinitionList(items=definitions):
                for definition in definitions:
                    yield _paragraph(definition.term, depth, bold=True)
                    for meaning in definition.meanings:
                        yield from _paragraphs(meaning, depth + 1)
            case Footnotes(notes=notes):
                yield from (replace(_paragraph(note, depth + 1), start=1, delimiter="") for note in notes)
            case Image(alt=alt) | Media(alt=alt) | Chart(alt=alt) | Diagram(alt=alt):
                yield from [NotesParagraph((Run(alt, italic=True),), depth)] if alt else []
                if isinstance(block, Image) and block.caption:
                    yield _paragraph(block.caption, depth)
            case _:
                assert_never(block)


def _paragraph(inlines: Iterable[Inline], depth: int, *, bold: bool = False) -> NotesParagraph:
    """Text as it is written there: formulas as TeX."""
    return NotesParagraph(tuple(map(_written, inlines)), depth, bold)


def _written(inline: Inline) -> Run | LineBreak:
    return Run(inline.tex.replace("\n", " "), code=True) if isinstance(inline, InlineMath) else inline


def _items(block: List, depth: int) -> Iterator[NotesLine]:
    """The items of a list; a mark or number hangs before the first paragraph of each."""
    for item in block.items:
        lines = list(_paragraphs(item.blocks, depth))
        match lines:
            case [NotesParagraph(bullet="", start=None) as first, *lines] if first.inlines:
                pass
            case _:  # PowerPoint shows no mark before an empty paragraph
                first = NotesParagraph((Run(BLANK),), depth)
        if block.ordered:
            yield replace(first, start=block.start, delimiter=block.delimiter)
        else:
            bullet = BULLETS[0] if item.checked is None else CHECKED if item.checked else UNCHECKED
            yield replace(first, bullet=bullet)
        yield from lines


def _rows(table: Table, depth: int) -> Iterator[NotesLine]:
    rows = [tuple(map(_cell, row.cells)) for row in (table.header, *table.rows)]
    yield from [_paragraph(table.caption, depth)] if table.caption else []
    aligns = tuple(column.align for column in table.columns)
    for index, cells in enumerate(rows):
        yield _Row(cells, aligns, tuple(rows), depth, bold=index == 0)


def _cell(inlines: tuple[Inline, ...]) -> tuple[Run, ...]:
    """A cell on one line."""
    written = map(_written, inlines)
    return tuple(inline if isinstance(inline, Run) else Run(" ") for inline in written)


class _Row(Struct, frozen=True):
    """A row of a table."""

    cells: tuple[tuple[Run, ...], ...]
    aligns: tuple[Align, ...]
    table: tuple[tuple[tuple[Run, ...], ...], ...]
    """All rows, the header first: the longest cells give the widths of the columns."""
    depth: int
    bold: bool

    def paragraph(self, size: float, theme: Theme) -> NotesParagraph:
        """The row in type of ``size`` px: in columns; where these are too wide, its cells one after the other."""
        stops = self._stops(size, theme)
        inlines: list[Run] = []
        for index, cell in enumerate(self.cells):
            if not stops:
                inlines += [Run(APART)] if index else []
            elif index or self.aligns[0] is not Align.LEFT:
                inlines.append(Run("\t"))
            inlines += cell
        return NotesParagraph(tuple(inlines), self.depth, self.bold, tabs=stops)

    def _stops(self, size: float, theme: Theme) -> tuple[TabStop, ...]:
        """A tab stop for each column but a first one at the left; none where the columns are wider than the page."""
        left = self.depth * STEP
        stops = []
        for index, (align, width) in enumerate(zip(self.aligns, _widths(self.table, theme), strict=True)):
            share = {Align.LEFT: 0.0, Align.CENTER: 0.5, Align.RIGHT: 1.0}[align]
            if index or align is not Align.LEFT:
                stops.append(TabStop(left + share * width * size, align))
            left += (width + GAP) * size
        return tuple(stops) if left - GAP * size <= PAGE_WIDTH else ()


def _widths(table: Sequence[Sequence[tuple[Run, ...]]], theme: Theme) -> tuple[float, ...]:
    """The width of each column in em: that of its longest cell."""
    faces = [_faces(theme, bold=index == 0) for index in range(len(table))]
    measured = [[one_line(tokens(cell, own)) for cell in row] for row, own in zip(table, faces, strict=True)]
    return tuple(map(max, zip(*measured, strict=True)))


NotesLine: TypeAlias = NotesParagraph | _Row
