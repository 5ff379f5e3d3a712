"""Speaker notes on their page: how small they must be to fit under the picture of their slide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import inf
from typing import TypeAlias, assert_never

from quarterdeck.diagnostics import Diagnostic, Severity, SourceSpan
from quarterdeck.model.content import (
    Admonition,
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
    List,
    Math,
    Media,
    Paragraph,
    Quote,
    Run,
    Table,
)
from quarterdeck.model.theme import Theme
from quarterdeck.theme.measure.lines import break_lines
from quarterdeck.theme.measure.runs import column, fount

PAGE_WIDTH, PAGE_HEIGHT = 556.8, 368.4
"""px that the notes have on a notes page of 7.5 × 10 in."""
STEP = 24.0
"""px that each level of a list is indented."""
POINTS = (12, 11, 10, 9, 8)
"""Sizes of type on paper, from the largest."""
LEADING = 1.2
WIDEST = 1.1
"""em; no ASCII character of the fonts at hand is wider."""
_POINT = 4 / 3

Line: TypeAlias = tuple[tuple[Inline, ...], int]
"""A paragraph, and the depth of its indentation."""


def notes_points(blocks: Sequence[Block], theme: Theme) -> tuple[int, int]:
    """The size in pt in which notes fit their page, and how many lines don't fit in the smallest."""
    if not blocks:
        return POINTS[0], 0
    paragraphs = list(_paragraphs(blocks, 0))
    if sum(_most_lines(*paragraph) for paragraph in paragraphs) <= _room(POINTS[0]):
        return POINTS[0], 0  # as most notes; measuring them takes as long as reading them
    faces = fount(theme, "body", bold=False, italic=False)
    for points in POINTS:
        size = points * _POINT
        lines = 0
        for inlines, depth in paragraphs:
            own = column(inlines, faces, size, depth * STEP)
            lines += max(1, len(break_lines(own.tokens, own.room(PAGE_WIDTH)).ends))
        over = lines - _room(points)
        if over <= 0:
            break
    return points, max(0, over)


def _room(points: int) -> int:
    """How many lines of a size the page has."""
    return int(PAGE_HEIGHT / (points * _POINT * LEADING))


def _most_lines(inlines: Sequence[Inline], depth: int) -> float:
    """The lines that a paragraph takes in the largest size, or more; told without measuring for ASCII alone.

    What begins a line didn't fit on the one before, so every line but the last is fuller than the room less the
    longest word.
    """
    text = "".join(inline.text if isinstance(inline, Run) else "\n" for inline in inlines)
    room = (PAGE_WIDTH - depth * STEP) / (POINTS[0] * _POINT)
    least = room - WIDEST * max(map(len, text.split()), default=0)
    if not text.isascii() or "\n" in text or least <= 0:
        return inf
    return 1 + len(text) * WIDEST // least


def notes_faults(blocks: Sequence[Block], over: int, owner: SourceSpan | None) -> Iterator[Diagnostic]:
    """Notes that would run off their page when PowerPoint prints it."""
    if over:
        yield Diagnostic(
            f"the notes are {over} line{'s' if over > 1 else ''} longer than their page, even at {POINTS[-1]} pt",
            next((block.span for block in blocks if block.span is not None), owner),
            "shorten them; the presenter page shows them whole",
            "notes-overflow",
            Severity.WARNING,
        )


def _paragraphs(blocks: Iterable[Block], depth: int) -> Iterator[Line]:
    """What the notes page has a paragraph for."""
    for block in blocks:
        match block:
            case Paragraph(inlines=inlines) | Heading(inlines=inlines):
                yield inlines, depth
            case List(items=items):
                for item in items:
                    yield from _paragraphs(item.blocks, depth + 1)
            case Code(text=text) | Math(tex=text):
                yield from (((Run(line, code=True),), depth) for line in text.split("\n"))
            case Table(header=header, rows=rows):
                for row in (header, *rows):
                    yield tuple(inline for cell in row.cells for inline in (*cell, Run("   "))), depth
            case Quote(blocks=inner, attribution=attribution):
                yield from _paragraphs(inner, depth)
                yield from [(attribution, depth)] if attribution else []
            case Admonition(title=title, blocks=inner) | Callout(title=title, blocks=inner):
                yield from [(title, depth)] if title else []
                yield from _paragraphs(inner, depth)
            case Group(blocks=inner):
                yield from _paragraphs(inner, depth)
            case DefinitionList(items=definitions):
                for definition in definitions:
                    yield definition.term, depth
                    for meaning in definition.meanings:
                        yield from _paragraphs(meaning, depth + 1)
            case Footnotes(notes=notes):
                yield from ((note, depth) for note in notes)
            case Image() | Media() | Chart() | Diagram():
                yield (Run("[picture]"),), depth
            case _:
                assert_never(block)
