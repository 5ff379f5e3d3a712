"""Finding fenced code and inline code in Markdown text before it is parsed.

Slides are split and templates rendered before Markdown is parsed, and neither may look into code.
CommonMark 4.5 (fenced code blocks) and 6.1 (code spans); a fence may be in a list or a quote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

_FENCE = re.compile(r"(?P<indent>[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*)(?P<marks>`{3,}|~{3,})(?P<info>.*)")
_TICKS = re.compile(r"\\[^`]|\\?`+")
"""An escape of something else, which may be a backslash, or backticks."""


class Fence(Struct, frozen=True):
    """A fenced block in a sequence of lines, which are counted from 0."""

    opening: int
    closing: int | None
    """None when it isn't closed."""
    marks: str
    info: str

    def body(self, count: int) -> range:
        """The lines of the code itself, in a text of ``count`` lines."""
        return range(self.opening + 1, count if self.closing is None else self.closing)


def find_fences(lines: Sequence[str], start: int = 0) -> Iterator[Fence]:
    """All fences in order, from the line ``start`` on."""
    at = start
    while at < len(lines):
        opening = opening_of(lines[at])
        if opening is None:
            at += 1
            continue
        marks, info = opening
        closing = next((n for n in range(at + 1, len(lines)) if closes(lines[n], marks)), None)
        yield Fence(at, closing, marks, info)
        at = len(lines) if closing is None else closing + 1


def opening_of(line: str) -> tuple[str, str] | None:
    """The marks and the info string of a line that opens a fence."""
    if "```" not in line and "~~~" not in line:
        return None
    match = _FENCE.match(line)
    if match is None or (match["marks"][0] == "`" and "`" in match["info"]):
        return None
    return match["marks"], match["info"].strip()


def closes(line: str, marks: str) -> bool:
    """Whether a line closes the fence that ``marks`` opened."""
    text = line.strip(" \t>")
    return len(text) >= len(marks) and text[0] == marks[0] and not text.strip(marks[0])


def code_spans(text: str) -> Iterator[tuple[int, int]]:
    """The start and end of each inline code span, its backticks included."""
    at = 0
    while opening := _TICKS.search(text, at):
        at = opening.end()
        if not opening[0].endswith("`"):
            continue
        if opening[0].startswith("\\"):
            if len(opening[0]) == 2:
                continue
            ticks = len(opening[0]) - 2
        else:
            ticks = len(opening[0])
        paragraph_end = text.find("\n\n", at)
        limit = len(text) if paragraph_end < 0 else paragraph_end
        closing = re.compile(rf"(?<!`)`{{{ticks}}}(?!`)").search(text, at, limit)
        if closing:
            yield at - ticks, closing.end()
            at = closing.end()
