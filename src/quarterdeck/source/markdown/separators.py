"""Cutting a deck's text: into slides, each with its own front matter, and into what is shown and the speaker notes.

Slides are separated by lines of three hyphens outside of fences.  A separator that is directly followed by a line
``key: …`` begins the slide's front matter, which another separator closes.

HTML comments are the speaker notes.  They are taken out before Markdown is parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from quarterdeck.diagnostics import Diagnostics
from quarterdeck.source.markdown.fences import Fence, code_spans, find_fences
from quarterdeck.text.passage import Origin, Passage, Piece, dropped

SLIDE_KEYS = (
    "id",
    "layout",
    "demo",
    "duration",
    "audience",
    "role",
    "class",
    "background",
    "transition",
    "hide",
    "incremental",
    "fit",
)
_SEPARATOR = re.compile(r"---[ \t]*\Z")
_KEY = re.compile(r"[A-Za-z_][\w-]*:(?:[ \t]|\Z)")


class SlideText(Struct, frozen=True):
    """One slide as it is written."""

    front_matter: Passage | None
    """Without the lines of hyphens."""
    body: Passage


def is_separator(line: str) -> bool:
    """Whether a line, outside of fences, separates slides."""
    return _SEPARATOR.match(line) is not None


def split_front_matter(passage: Passage, found: Diagnostics, what: str) -> tuple[Passage | None, Passage]:
    """The front matter at the beginning of a file, and what follows it."""
    lines = passage.lines
    if not is_separator(lines[0]):
        return None, passage
    closing = next((n for n in range(1, len(lines)) if is_separator(lines[n])), None)
    if closing is None:
        if len(lines) > 1 and _KEY.match(lines[1]):
            found.error(
                f"{what} isn't closed",
                passage.line_span(0),
                hint="close it with a line of three hyphens",
                code="unclosed-front-matter",
            )
            return None, passage.part(len(lines), len(lines))
        return None, passage
    content = [line for line in lines[1:closing] if line.strip() and not line.lstrip().startswith("#")]
    if content and not _KEY.match(content[0]):
        return None, passage
    return passage.part(1, closing), passage.part(closing + 1, len(lines))


def split_slides(passage: Passage, found: Diagnostics, *, begins_after_separator: bool) -> Iterator[SlideText]:
    """The slides of a deck whose front matter was taken off; stretches without text are no slides."""
    lines = passage.lines
    separators = _separators(passage, found)
    starts = [0, *(n + 1 for n in separators)]
    ends = [*separators, len(lines)]
    at = 0
    while at < len(starts):
        first, end = starts[at], ends[at]
        after_separator = begins_after_separator or at > 0
        front_matter = None
        if after_separator and first < end and _KEY.match(lines[first]):
            if at + 1 < len(starts):
                front_matter = passage.part(first, end)
                at += 1
                first, end = starts[at], ends[at]
            elif lines[first].partition(":")[0] in SLIDE_KEYS:
                found.error(
                    "the front matter of this slide isn't closed",
                    passage.line_span(first),
                    hint="close it with a line of three hyphens; if this is text, leave a line free after '---'",
                    code="unclosed-front-matter",
                )
                return
        body = passage.part(first, end)
        if front_matter is not None or body.text.strip():
            yield SlideText(front_matter, body)
        at += 1


def _separators(passage: Passage, found: Diagnostics) -> list[int]:
    lines = list(passage.lines)
    inside: set[int] = set()
    for fence in _closed_fences(passage, found):
        inside.update(range(fence.opening, fence.body(len(lines)).stop))
    return [n for n, line in enumerate(lines) if n not in inside and is_separator(line)]


def _closed_fences(passage: Passage, found: Diagnostics) -> Iterator[Fence]:
    """The fences; one that isn't closed is a fault, and ends with its slide, so that it hides no other fault."""
    lines = passage.lines
    at = 0
    while at < len(lines):
        fence = next(find_fences(lines, at), None)
        if fence is None:
            return
        opening, closing = fence.opening, fence.closing
        separator = next((n for n in range(opening, closing or len(lines)) if is_separator(lines[n])), None)
        if closing is not None and (separator is None or not _swallows(lines[separator:closing], fence.marks)):
            yield Fence(opening, closing, fence.marks, fence.info)
            at = closing + 1
            continue
        _report_open(passage, opening, fence.marks, found)
        at = len(lines) if separator is None else separator
        yield Fence(opening, at, fence.marks, fence.info)


def report_open_fences(passage: Passage, found: Diagnostics) -> None:
    """Report the fences of a file without slides that aren't closed."""
    for fence in find_fences(passage.lines):
        if fence.closing is None:
            _report_open(passage, fence.opening, fence.marks, found)


def _report_open(passage: Passage, opening: int, marks: str, found: Diagnostics) -> None:
    found.error(
        "this fence isn't closed",
        passage.line_span(opening),
        hint=f"close it with a line of {marks}",
        code="unclosed-fence",
    )


def _swallows(lines: tuple[str, ...], marks: str) -> bool:
    """Whether lines inside of a fence open another with the same marks: then its own end was forgotten."""
    return any(re.match(rf"{re.escape(marks)}[\w{{]", line) for line in lines)


_OPEN, _CLOSE = "<!--", "-->"


class Uncommented(Struct, frozen=True):
    """A text without its comments."""

    text: Passage
    comments: tuple[Passage, ...] = ()


def without_comments(passage: Passage, found: Diagnostics) -> Uncommented:
    """Take the comments out of a text; those in code stay."""
    if _OPEN not in passage.text:
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
    if "`" not in text[at:start]:
        return start
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
