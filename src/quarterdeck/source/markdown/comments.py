"""HTML comments: the speaker notes.  They are taken out before Markdown is parsed."""

from __future__ import annotations

from msgspec import Struct

from quarterdeck.diagnostics import Diagnostics
from quarterdeck.source.markdown.fences import code_spans, find_fences
from quarterdeck.text.passage import Origin, Passage, Piece, dropped

_OPEN, _CLOSE = "<!--", "-->"


class Uncommented(Struct, frozen=True):
    """A text without its comments."""

    text: Passage
    comments: tuple[Passage, ...] = ()


def without_comments(passage: Passage, found: Diagnostics) -> Uncommented:
    """Take the comments out of a text; those in code stay."""
    if not any(_OPEN in line for line in passage.lines):
        return Uncommented(passage)
    visible = _without_fences(passage)
    comments: list[Passage] = []
    lines, origins = list(passage.lines), list(passage.origins)
    removals: list[tuple[tuple[int, int], tuple[int, int]]] = []
    at = 0
    while (start := _next_comment(visible, at)) is not None:
        end = passage.text.find(_CLOSE, start + len(_OPEN))
        begin = _position(passage, start)
        if end < 0:
            found.error(
                "this comment isn't closed",
                passage.span(begin[0], begin[1], len(_OPEN)),
                hint="close it with '-->' before the slide ends",
                code="unclosed-comment",
            )
            end = len(passage.text)
        content = passage.cut(_position(passage, start + len(_OPEN)), _position(passage, end))
        if content.text.strip():
            comments.append(_aligned(content))
        at = min(end + len(_CLOSE), len(passage.text))
        removals.append((begin, _position(passage, at)))
    for first, last in reversed(removals):
        _remove(lines, origins, first, last)
    return Uncommented(Passage(tuple(lines), tuple(origins)), tuple(comments))


def _next_comment(text: str, at: int) -> int | None:
    """Where the next comment begins that isn't in inline code, and isn't escaped (CommonMark 2.4)."""
    start = _next_opening(text, at)
    if start is None:
        return None
    for begin, end in code_spans(text[at:]):
        if at + end <= start:
            continue
        if at + begin > start:
            break
        start = _next_opening(text, at + end)
        if start is None:
            return None
    return start


def _next_opening(text: str, at: int) -> int | None:
    start = text.find(_OPEN, at)
    while start >= 0:
        backslashes = len(text[:start]) - len(text[:start].rstrip("\\"))
        if backslashes % 2 == 0:
            return start
        start = text.find(_OPEN, start + 1)
    return None


def _without_fences(passage: Passage) -> str:
    """The text with blanks in place of fenced code, so that offsets stay."""
    lines = list(passage.lines)
    for fence in find_fences(passage.lines):
        for number in fence.body(len(lines)):
            lines[number] = " " * len(lines[number])
        lines[fence.opening] = " " * len(lines[fence.opening])
        if fence.closing is not None:
            lines[fence.closing] = " " * len(lines[fence.closing])
    return "\n".join(lines)


def _position(passage: Passage, offset: int) -> tuple[int, int]:
    text = passage.text
    return text.count("\n", 0, offset), offset - (text.rfind("\n", 0, offset) + 1)


def _aligned(content: Passage) -> Passage:
    """Without the indentation that all lines of a note share."""
    indents = [len(line) - len(line.lstrip()) for line in content.lines]
    shared = min((i for i, line in zip(indents[1:], content.lines[1:], strict=True) if line.strip()), default=0)
    return content.dedented((indents[0], *(min(i, shared) for i in indents[1:])))


def _remove(lines: list[str], origins: list[Origin], first: tuple[int, int], last: tuple[int, int]) -> None:
    (top, left), (bottom, right) = first, last
    if top == bottom:
        origins[top] = _joined(origins[top], left, right)
        lines[top] = lines[top][:left] + lines[top][right:]
        return
    lines[top] = lines[top][:left]
    for number in range(top + 1, bottom):
        lines[number] = ""
    origins[bottom] = dropped(origins[bottom], right)
    lines[bottom] = lines[bottom][right:]


def _joined(origin: Origin, left: int, right: int) -> Origin:
    """The origin of a line without the characters from ``left`` to before ``right``."""
    before = tuple(piece for piece in origin if piece.start < left)
    after = (Piece(p.start + left, p.file, p.line, p.column) for p in dropped(origin, right))
    return (*before, *after)
