"""Copies the pictures of a foreign deck to the new one, if they are files."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from quarterdeck.source.markdown.fences import code_spans
from quarterdeck.workshop.imports.foreign import Chunk, ForeignLine, Losses, NewDeck

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
            except (OSError, ValueError):
                continue
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
