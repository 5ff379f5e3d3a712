"""A deck of another tool during its import: lines that know where they come from, what was lost, and its pictures."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from quarterdeck.diagnostics import Diagnostics, SourceSpan
from quarterdeck.source.markdown.fences import closes, code_spans, opening_of
from quarterdeck.source.template.render import project_root
from quarterdeck.text.source_file import read_source, shown_path

_COMMENT_END = "-->"
_LOOSE = re.compile(r"(?P<start>(?P<key>[_$]?[A-Za-z][\w.-]*)\s*:[ \t]+)(?P<value>\S.*?)\s*\Z")
_QUOTED_ALREADY = frozenset("[\"'{|>~&*")
_HEX = re.compile(r"#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})")
_FRONT_KEY = re.compile(r"[A-Za-z_$][\w.-]*\s*:")


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
    is_theme: bool = False
    """Whether the foreign file can be the new deck's theme."""


@dataclass(slots=True)
class Losses:
    """Collects what is lost in an import, each with its place in the foreign deck."""

    found: Diagnostics = field(default_factory=Diagnostics)

    def report(self, what: str, at: ForeignLine, hint: str | None = None) -> None:
        """Add a warning about something that was left out or changed."""
        self.found.warning(what, at.span, hint=hint, code="not-imported")


def read_lines(path: Path, losses: Losses) -> tuple[ForeignLine, ...]:
    """The lines of a foreign file, without control characters; raises QuarterdeckError when it can't be read."""
    read = Diagnostics()
    text = read_source(path, read)
    unseen = [fault for fault in read if fault.code == "control-character" and fault.span is not None]
    losses.found.extend(fault for fault in read if fault not in unseen)
    losses.found.raise_errors()
    name = shown_path(path)
    texts = (text or "").rstrip("\n").split("\n")
    for fault in reversed(unseen):
        line, column = (fault.span.line, fault.span.column) if fault.span else (1, 1)
        texts[line - 1] = texts[line - 1][: column - 1] + texts[line - 1][column:]
    lines = tuple(ForeignLine(line, name, number) for number, line in enumerate(texts, 1))
    for number in dict.fromkeys(fault.span.line for fault in unseen if fault.span):
        losses.report("characters that can't be seen were left out", lines[number - 1])
    return lines


def split_front(
    lines: Sequence[ForeignLine], losses: Losses, loose: Collection[str] = ()
) -> tuple[Mapping[str, Any], Sequence[ForeignLine]]:
    """The front matter of a file, and the lines after it; ``loose`` is that of :func:`read_yaml`."""
    end = front_end(lines, 0)
    if end is None:
        return {}, lines
    return read_yaml(lines[1:end], losses, loose), lines[end + 1 :]


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


def read_yaml(lines: Sequence[ForeignLine], losses: Losses, loose: Collection[str] = ()) -> Mapping[str, Any]:
    """The values of YAML, as text: dates and numbers are not converted.

    Values of the keys ``loose`` need no quotes, whatever is in them: so Marp reads its directives.  A colour needs none
    anywhere.  If the whole isn't YAML, each key is read by itself, without regard to missing quotes.
    """
    texts = [line.text for line in lines]
    indent = min((len(text) - len(text.lstrip()) for text in texts if text.strip()), default=0)
    quoted = [_quoted(text[indent:], loose) for text in texts]
    values = _loaded(quoted)
    if values is not None:
        return values
    found: dict[str, Any] = {}
    starts = [number for number, text in enumerate(quoted) if _FRONT_KEY.match(text)]
    for start, end in pairwise([*starts, len(quoted)]):
        part = quoted[start:end]
        own = _loaded(part)
        if own is None:
            own = _loaded([_quoted(part[0], None), *part[1:]])
        if own is None:
            losses.report("this isn't YAML, and was left out", lines[start])
        else:
            found.update(own)
    if not starts:
        losses.report("this front matter is not YAML", lines[0])
    return found


def _quoted(text: str, names: Collection[str] | None) -> str:
    """A line ``key: value`` with quotes, if its key is among ``names`` (None: any key) or its value is a colour."""
    match = _LOOSE.match(text)
    if match is None or (names is not None and match["value"][0] in _QUOTED_ALREADY):
        return text
    if names is None or match["key"].lstrip("_$") in names or _HEX.fullmatch(match["value"]):
        return f"{match['start']}'{match['value'].replace(chr(39), chr(39) * 2)}'"
    return text


def _loaded(texts: Sequence[str]) -> dict[str, Any] | None:
    import yaml

    try:
        values = yaml.load("\n".join(texts), Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError, ValueError):
        return None
    if values in (None, ""):
        return {}
    if not isinstance(values, dict):
        return None
    return {str(key): value for key, value in values.items()}


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


FOLDER = "img"
IMAGE = re.compile(
    r"""!\[(?P<alt>(?:[^\[\]\\]|\\.)*)\]\(\s*(?:<(?P<long>[^<>\n]*)>|(?P<target>[^()\s]*(?:\([^()\s]*\)[^()\s]*)*))"""
    r"""(?:\s+(?:"[^"]*"|'[^']*'))?\s*\)(?P<attributes>\{[^{}\n]*\})?"""
)
_PER_UNIT = {"px": 1.0, "": 1.0, "pt": 96 / 72, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4, "em": 24.0, "rem": 24.0}
_LENGTH = re.compile(r"(\d+(?:\.\d+)?)\s*(%|px|pt|in|cm|mm|em|rem)?\Z")


@dataclass(frozen=True, slots=True)
class Pictures:
    """Where pictures are looked up, and where they are copied."""

    folders: Sequence[Path]
    """The folders that targets, with or without a leading ``/``, are relative to; the first with the file counts."""
    deck: NewDeck
    losses: Losses

    def target(self, source: str, at: ForeignLine) -> str | None:
        """The picture's path in the new deck; None, with a report, if it can't be copied."""
        if urlsplit(source).scheme not in ("", "file"):
            self.losses.report(
                f"a picture on the web was left out: {source[:100]}", at, "download it, and name the file"
            )
            return None
        name = unquote(source.partition("#")[0].partition("?")[0]).removeprefix("file://").lstrip("/")
        for folder in self.folders:
            path = folder / name
            try:
                data = path.read_bytes()
                outside = not path.resolve().is_relative_to(project_root(folder.resolve()))
            except (OSError, ValueError):
                continue
            if outside:  # somebody else's deck must not publish what lies on this disk
                self.losses.report(
                    f"'{source}' lies outside of the deck's project and was left out", at, "copy it beside the deck"
                )
                return None
            return self.keep(path.name, data)
        self.losses.report(f"the picture '{source}' doesn't exist", at)
        return None

    def keep(self, name: str, data: bytes) -> str:
        """Put a picture into the new deck's folder, the same bytes only once; returns its path."""
        stem, dot, ending = re.sub(r"[^\w.-]+", "-", name).rpartition(".")
        path = f"{FOLDER}/{stem}{dot}{ending}"
        if self.deck.files.setdefault(path, data) != data:
            path = f"{FOLDER}/{stem}-{hashlib.sha256(data).hexdigest()[:8]}{dot}{ending}"
            self.deck.files[path] = data
        return path

    def in_text(self, chunk: Chunk, describe: Callable[[re.Match[str], str, ForeignLine], str]) -> Chunk:
        """The chunk with each picture replaced by ``describe(match, path, line)``, or by a link if it isn't a file."""
        lines = []
        for line in chunk.lines:
            kept = list(code_spans(line.text))

            def said(match: re.Match[str], line: ForeignLine = line, kept: Sequence[tuple[int, int]] = kept) -> str:
                if any(begin <= match.start() < end for begin, end in kept):
                    return match[0]
                source = match["long"] if match["long"] is not None else match["target"]
                path = self.target(source, line)
                if path is not None:
                    return describe(match, path, line)
                return f"[{match['alt'] or source}](<{source}>)" if urlsplit(source).scheme in ("http", "https") else ""

            lines.append(line.with_text(IMAGE.sub(said, line.text)))
        return Chunk(chunk.kind, tuple(lines))


def length(text: str) -> str | None:
    """A length in percent or pixels, as our pictures take it; None for other units."""
    match = _LENGTH.match(text.strip())
    if match is None:
        return None
    number, unit = float(match[1]), match[2] or ""
    if unit == "%":
        return f"{number:g}%"
    return f"{round(number * _PER_UNIT[unit])}px"
