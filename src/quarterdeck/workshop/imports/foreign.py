"""A deck of another tool during its import: lines that know where they come from, and what was lost."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from quarterdeck.diagnostics import Diagnostics, SourceSpan
from quarterdeck.source.markdown.fences import closes, opening_of
from quarterdeck.text.source_file import read_source, shown_path

_COMMENT_END = "-->"
_FRONT_KEY = re.compile(r"[A-Za-z_][\w.-]*\s*:")


@dataclass(frozen=True, slots=True)
class ForeignLine:
    """A line of text, and its place in the foreign deck."""

    text: str
    file: str
    number: int
    """1-based."""

    def with_text(self, text: str) -> ForeignLine:
        """The same place with another text."""
        return ForeignLine(text, self.file, self.number)

    @property
    def span(self) -> SourceSpan:
        """The place of its text, without indentation."""
        indent = len(self.text) - len(self.text.lstrip())
        return SourceSpan(self.file, self.number, indent + 1, max(1, len(self.text) - indent))


class ChunkKind(StrEnum):
    """The kind of a run of lines."""

    TEXT = "text"
    FENCE = "fence"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class Chunk:
    """A run of lines of one kind."""

    kind: ChunkKind
    lines: tuple[ForeignLine, ...]

    @property
    def text(self) -> str:
        """Its lines, joined."""
        return "\n".join(line.text for line in self.lines)

    @property
    def comment(self) -> str:
        """The text of a comment, without its marks."""
        return self.text.strip().removeprefix("<!--").removesuffix(_COMMENT_END).strip()

    def with_text(self, text: str) -> Chunk:
        """The same places with another text of as many lines."""
        return Chunk(
            self.kind, tuple(line.with_text(new) for line, new in zip(self.lines, text.split("\n"), strict=True))
        )


@dataclass(slots=True)
class NewSlide:
    """A slide of the new deck."""

    origin: ForeignLine
    """The line in the foreign deck at which it begins."""
    front: dict[str, object] = field(default_factory=dict)
    """The slide's front matter."""
    lines: list[ForeignLine] = field(default_factory=list)

    def add(self, origin: ForeignLine, *texts: str) -> None:
        """Append lines that all come from ``origin``."""
        self.lines += [origin.with_text(text) for text in texts]

    @property
    def is_empty(self) -> bool:
        """Whether the slide has neither front matter nor text."""
        return not self.front and not any(line.text.strip() for line in self.lines)


@dataclass(slots=True)
class NewDeck:
    """The new deck."""

    front: dict[str, object] = field(default_factory=dict)
    """The deck's front matter."""
    slides: list[NewSlide] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    """Pictures and the like, by path from the deck's folder."""


@dataclass(slots=True)
class Losses:
    """Collects what is lost in an import, each with its place in the foreign deck."""

    found: Diagnostics = field(default_factory=Diagnostics)

    def report(self, what: str, at: ForeignLine, hint: str | None = None) -> None:
        """Add a warning about something that was left out or changed."""
        self.found.warning(what, at.span, hint=hint, code="not-imported")


def read_lines(path: Path, losses: Losses) -> tuple[ForeignLine, ...]:
    """The lines of a foreign file; raises QuarterdeckError when it can't be read."""
    text = read_source(path, losses.found)
    losses.found.raise_errors()
    name = shown_path(path)
    return tuple(
        ForeignLine(line, name, number) for number, line in enumerate((text or "").rstrip("\n").split("\n"), 1)
    )


def split_front(lines: Sequence[ForeignLine], losses: Losses) -> tuple[Mapping[str, Any], Sequence[ForeignLine]]:
    """The front matter of a file, and the lines after it."""
    end = front_end(lines, 0)
    if end is None:
        return {}, lines
    return read_yaml(lines[1:end], losses), lines[end + 1 :]


def front_end(lines: Sequence[ForeignLine], opening: int) -> int | None:
    """The index of the line that closes the front matter opened at ``opening``; None if that opens none."""
    if opening + 1 >= len(lines) or lines[opening].text.rstrip() != "---":
        return None
    for number in range(opening + 1, len(lines)):
        text = lines[number].text
        if text.rstrip() in ("---", "..."):
            keys = [line.text for line in lines[opening + 1 : number] if line.text.strip()]
            plain = [key for key in keys if not key.startswith(("#", " ", "\t", "-"))]
            return number if plain and all(map(_FRONT_KEY.match, plain)) else None
        if number == opening + 1 and not text.strip():
            return None
    return None


def read_yaml(lines: Sequence[ForeignLine], losses: Losses) -> Mapping[str, Any]:
    """The values of YAML, as text: dates and numbers are not converted."""
    import yaml

    try:
        values = yaml.load("\n".join(line.text for line in lines), Loader=yaml.BaseLoader)
    except yaml.YAMLError:
        losses.report("this front matter is not YAML", lines[0])
        return {}
    return values if isinstance(values, dict) else {}


def chunks(lines: Sequence[ForeignLine]) -> Iterator[Chunk]:
    """Text, fences and comments, in order."""
    at = 0
    text: list[ForeignLine] = []
    while at < len(lines):
        end, kind = _special(lines, at)
        if end is None:
            text.append(lines[at])
            at += 1
            continue
        if text:
            yield Chunk(ChunkKind.TEXT, tuple(text))
            text = []
        yield Chunk(kind, tuple(lines[at:end]))
        at = end
    if text:
        yield Chunk(ChunkKind.TEXT, tuple(text))


def _special(lines: Sequence[ForeignLine], at: int) -> tuple[int | None, ChunkKind]:
    """The end of the fence or comment that begins at a line, and its kind; None if none begins there."""
    first = lines[at].text
    if opening := opening_of(first):
        closing = next((n for n in range(at + 1, len(lines)) if closes(lines[n].text, opening[0])), len(lines) - 1)
        return closing + 1, ChunkKind.FENCE
    if first.lstrip().startswith("<!--"):
        for number in range(at, len(lines)):
            before, end, after = lines[number].text.partition(_COMMENT_END)
            if end:
                whole = not after.strip() and (number > at or "<!--" not in before.lstrip()[4:])
                return (number + 1 if whole else None), ChunkKind.COMMENT
    return None, ChunkKind.TEXT
