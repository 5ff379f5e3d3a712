"""Cutting a deck's text into slides, each with its own front matter.

Slides are separated by lines of three hyphens outside of fences.  A separator that is directly
followed by a line ``key: …`` begins the slide's front matter, which another separator closes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from quarterdeck.diagnostics import Diagnostics
from quarterdeck.source.markdown.fences import Fence, find_fences
from quarterdeck.text.passage import Passage

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
