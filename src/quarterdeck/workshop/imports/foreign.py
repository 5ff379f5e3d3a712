"""A deck of another tool while it is being taken over: lines that know where they come from, and what was lost."""

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
class Line:
    """A line of text, and where it was written."""

    text: str
    file: str
    number: int
    """1-based."""

    def saying(self, text: str) -> Line:
        """Another text in its place."""
        return Line(text, self.file, self.number)

    @property
    def span(self) -> SourceSpan:
        """Where its text begins."""
        indent = len(self.text) - len(self.text.lstrip())
        return SourceSpan(self.file, self.number, indent + 1, max(1, len(self.text) - indent))


class PieceKind(StrEnum):
    """What a run of lines is."""

    TEXT = "text"
    FENCE = "fence"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of lines of one kind."""

    kind: PieceKind
    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        """Its lines, joined."""
        return "\n".join(line.text for line in self.lines)

    @property
    def comment(self) -> str:
        """What a comment says."""
        return self.text.strip().removeprefix("<!--").removesuffix(_COMMENT_END).strip()

    def saying(self, text: str) -> Piece:
        """Another text of as many lines in its place."""
        return Piece(self.kind, tuple(line.saying(new) for line, new in zip(self.lines, text.split("\n"), strict=True)))


@dataclass(slots=True)
class NewSlide:
    """A slide of the deck that is being written."""

    origin: Line
    """The line that begins it in the foreign deck."""
    front: dict[str, object] = field(default_factory=dict)
    """Keys of a slide."""
    lines: list[Line] = field(default_factory=list)

    def add(self, origin: Line, *texts: str) -> None:
        """Append lines that come from one place."""
        self.lines += [origin.saying(text) for text in texts]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is on it."""
        return not self.front and not any(line.text.strip() for line in self.lines)


@dataclass(slots=True)
class NewDeck:
    """The deck that is being written."""

    front: dict[str, object] = field(default_factory=dict)
    """Keys of a deck."""
    slides: list[NewSlide] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    """Pictures and the like, by path from the deck's folder."""


@dataclass(slots=True)
class Losses:
    """What doesn't carry over, each with its place in the foreign deck."""

    found: Diagnostics = field(default_factory=Diagnostics)

    def tell(self, what: str, at: Line, hint: str | None = None) -> None:
        """Note something that was left behind or has changed."""
        self.found.warning(what, at.span, hint=hint, code="not-imported")


def read_lines(path: Path, losses: Losses) -> tuple[Line, ...]:
    """The lines of a foreign file; raises QuarterdeckError when it can't be read."""
    text = read_source(path, losses.found)
    losses.found.raise_errors()
    name = shown_path(path)
    return tuple(Line(line, name, number) for number, line in enumerate((text or "").rstrip("\n").split("\n"), 1))


def split_front(lines: Sequence[Line], losses: Losses) -> tuple[Mapping[str, Any], Sequence[Line]]:
    """The YAML that a file opens with, and the rest."""
    end = front_end(lines, 0)
    if end is None:
        return {}, lines
    return read_yaml(lines[1:end], losses), lines[end + 1 :]


def front_end(lines: Sequence[Line], opening: int) -> int | None:
    """The line that closes the front matter which the separator at ``opening`` begins; None where it begins none."""
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


def read_yaml(lines: Sequence[Line], losses: Losses) -> Mapping[str, Any]:
    """YAML as other tools read it: dates and the like stay text."""
    import yaml

    try:
        values = yaml.load("\n".join(line.text for line in lines), Loader=yaml.BaseLoader)
    except yaml.YAMLError:
        losses.tell("this front matter is no YAML", lines[0])
        return {}
    return values if isinstance(values, dict) else {}


def pieces(lines: Sequence[Line]) -> Iterator[Piece]:
    """Text, fences and comments, in order."""
    at = 0
    text: list[Line] = []
    while at < len(lines):
        end, kind = _special(lines, at)
        if end is None:
            text.append(lines[at])
            at += 1
            continue
        if text:
            yield Piece(PieceKind.TEXT, tuple(text))
            text = []
        yield Piece(kind, tuple(lines[at:end]))
        at = end
    if text:
        yield Piece(PieceKind.TEXT, tuple(text))


def _special(lines: Sequence[Line], at: int) -> tuple[int | None, PieceKind]:
    """Where the fence or comment ends that begins at a line."""
    first = lines[at].text
    if opening := opening_of(first):
        closing = next((n for n in range(at + 1, len(lines)) if closes(lines[n].text, opening[0])), len(lines) - 1)
        return closing + 1, PieceKind.FENCE
    if first.lstrip().startswith("<!--"):
        for number in range(at, len(lines)):
            before, end, after = lines[number].text.partition(_COMMENT_END)
            if end:
                whole = not after.strip() and (number > at or "<!--" not in before.lstrip()[4:])
                return (number + 1 if whole else None), PieceKind.COMMENT
    return None, PieceKind.TEXT
