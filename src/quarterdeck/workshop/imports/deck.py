"""Imports a deck of another tool: reads it, repairs it until it builds, and returns it with its files."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path

from quarterdeck.diagnostics import Diagnostic, QuarterdeckError
from quarterdeck.files.outputs import Output
from quarterdeck.text.source_file import is_file, shown_path
from quarterdeck.workshop.imports.foreign import Losses, NewDeck, read_lines, split_front
from quarterdeck.workshop.imports.powerpoint import SUFFIXES
from quarterdeck.workshop.imports.repair import repaired

_SLIDEV_KEYS = frozenset({"layout", "drawings", "mdc", "comark", "highlighter", "canvasWidth", "routerMode", "addons"})
_SLIDEV_MARKS = re.compile(r"^::\w+::\s*$|<v-clicks?\b|^<<< |^layout: ", re.MULTILINE)
_MARP_MARKS = re.compile(r"!\[bg\b|<!--\s*_?(?:class|paginate|backgroundColor|backgroundImage|footer|header):")


class Dialect(StrEnum):
    """The tool that a deck was made for."""

    MARP = "marp"
    SLIDEV = "slidev"
    PANDOC = "pandoc"
    POWERPOINT = "pptx"


Reader = Callable[[Path, NewDeck, Losses], None]


def import_deck(
    path: Path, folder: Path, dialect: Dialect | None = None
) -> tuple[tuple[Output, ...], tuple[Diagnostic, ...]]:
    """Convert the deck at ``path``: the files of the new deck in ``folder``, and warnings about what was lost.

    The warnings have their places in the old deck.

    Raises:
        QuarterdeckError: when the file can't be read, or has no slide.

    """
    if not is_file(path):
        raise QuarterdeckError.of(f"no such file: {shown_path(path)}", code="missing-file")
    losses, deck = Losses(), NewDeck()
    _readers()[dialect or dialect_of(path)](path, deck, losses)
    deck.slides = [slide for slide in deck.slides if not slide.is_empty]
    if not deck.slides:
        raise QuarterdeckError.of(f"{shown_path(path)} has no slide", code="empty-deck")
    deck.front = {"title": _title(deck, path), **deck.front}
    lines = repaired(deck, losses)
    text = "\n".join(line.text for line in lines) + "\n"
    files = [Output(folder / name, data) for name, data in sorted(deck.files.items()) if name in text]
    return (Output(folder / "deck.md", text.encode()), *files), tuple(losses.found)


def dialect_of(path: Path) -> Dialect:
    """The tool that a file was made for, detected by syntax that only this tool has; pandoc if there is none."""
    if path.suffix.lower() in SUFFIXES:
        return Dialect.POWERPOINT
    losses = Losses()
    lines = read_lines(path, losses)
    front, _ = split_front(lines, losses)
    text = "\n".join(line.text for line in lines)
    if "marp" in front or _MARP_MARKS.search(text):
        return Dialect.MARP
    if _SLIDEV_KEYS & front.keys() or _SLIDEV_MARKS.search(text):
        return Dialect.SLIDEV
    return Dialect.PANDOC


def _readers() -> Mapping[Dialect, Reader]:
    from quarterdeck.workshop.imports.marp import read_marp
    from quarterdeck.workshop.imports.pandoc import read_pandoc
    from quarterdeck.workshop.imports.powerpoint import read_powerpoint
    from quarterdeck.workshop.imports.slidev import read_slidev

    return {
        Dialect.MARP: read_marp,
        Dialect.SLIDEV: read_slidev,
        Dialect.PANDOC: read_pandoc,
        Dialect.POWERPOINT: read_powerpoint,
    }


def _title(deck: NewDeck, path: Path) -> str:
    headings = (
        line.text.lstrip("# ").strip() for slide in deck.slides for line in slide.lines if line.text.startswith("#")
    )
    return re.sub(r"[*_`{}]", "", next(headings, "")) or path.stem
