"""The files that an editor has open, what they belong to, and what was found in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from quarterdeck.diagnostics import Diagnostic, Diagnostics, QuarterdeckError, in_order
from quarterdeck.model.deck import Deck
from quarterdeck.model.demo import Demo
from quarterdeck.model.options import Choices
from quarterdeck.project.check.rules import check_project, outside_clean_room
from quarterdeck.project.project import BuildCache, Project, load_project
from quarterdeck.source.deck import DECK_FILE, load_demo_chain, read_deck
from quarterdeck.source.demos.catalog import FOLDER, demos_folder, find_script
from quarterdeck.source.demos.script import KEYS, SCRIPT
from quarterdeck.source.markdown.separators import split_front_matter
from quarterdeck.text.passage import Passage
from quarterdeck.text.source_file import is_file, is_translation, unsaved
from quarterdeck.theme.file import BUILT_IN, SUFFIXES, load_theme
from quarterdeck.workshop.manifest.manifest import MANIFEST
from quarterdeck.workshop.manifest.read import read_manifest

MARKDOWN = ".md"
_DECKS_KEY = re.compile(
    r"^(?:demos|duration|incremental|terminal):"
    rf"|^theme:[ ]*[\"']?(?:{'|'.join(BUILT_IN)}|\S+\.(?:ya?ml|(?:ppt|pot|pps)[xm]))\b",
    re.MULTILINE,
)
"""A key by which a Markdown file of another name than ``deck.md`` is a deck: other tools have none of them."""
_SCRIPTS_KEY = re.compile(rf"^(?:{'|'.join(KEYS)}):", re.MULTILINE)
_STEP = re.compile(r"^[ ]*(?:`{3,}|~{3,})[ ]*(?:console\b|[^`\n]*\{[^}\n]*\brun\b)", re.MULTILINE)
_DEMOS_FOLDER = re.compile(r"^demos:[ ]*(\S+)", re.MULTILINE)
_EXTENDS = re.compile(r"^extends:[ ]*[\"']?[\w./-]*[\"']?[ ]*$", re.MULTILINE)
_FONTS, _COLORS = re.compile(r"^fonts:", re.MULTILINE), re.compile(r"^colors:", re.MULTILINE)
"""A theme has the first or, since it then has all keys, both others."""

DRAFT = Choices(draft=True)
"""Decks are read such that a slide is shown even while something on it doesn't fit."""


class Kind(StrEnum):
    """What a file is, for a check."""

    DECK = "deck"
    DEMO = "demo"
    THEME = "theme"
    MANIFEST = "manifest"


class Unit(Struct, frozen=True):
    """What is checked together: a deck with all its files, or one file of another kind."""

    kind: Kind
    file: Path
    """The file that the check begins with, resolved."""


Faults = Mapping[Path, tuple[Diagnostic, ...]]
"""By the resolved path of the file that each is in."""


class Workspace:
    """The open files of one editor."""

    def __init__(self) -> None:
        self.texts: dict[Path, str] = {}
        """What the open files hold, by their resolved paths."""
        self.projects: dict[Path, Project] = {}
        """Each deck as it was when it had no error, by its file."""
        self.decks: dict[Path, Deck] = {}
        """Each deck as it is, as far as it can be read, by its file."""
        self.demos: dict[Path, Demo] = {}
        """Each script that was checked by itself, as it was when it had no error."""
        self._cache = BuildCache()

    def text(self, file: Path) -> str:
        """What a file holds in the editor, else on the disk; nothing for one that can't be read."""
        known = self.texts.get(file)
        if known is not None:
            return known
        try:
            return file.read_text("utf-8", errors="replace")
        except (OSError, ValueError):
            return ""

    def lines(self, file: Path) -> list[str]:
        """The lines of a file, without their ends."""
        return [line.rstrip("\r") for line in self.text(file).split("\n")]

    def line(self, file: Path, number: int) -> str:
        """A line of a file, counted from 1; nothing beyond its end."""
        lines = self.lines(file)
        return lines[number - 1] if number <= len(lines) else ""

    def unit(self, file: Path) -> Unit | None:
        """What a file is checked with; None for one that is nothing of Quarterdeck's."""
        if file.suffix in SUFFIXES:
            return self._yaml_unit(file)
        if file.suffix != MARKDOWN:
            return None
        file = original(file)
        if deck := self._including(file):
            return Unit(Kind.DECK, deck)
        if file.name == SCRIPT or file.parent.name == FOLDER:
            return Unit(Kind.DEMO, file) if _is_script(self.text(file)) else None
        if file.name == DECK_FILE or _DECKS_KEY.search(front_matter(self.text(file))):
            return Unit(Kind.DECK, file)
        return None

    def deck(self, file: Path) -> Deck | None:
        """The deck that a file belongs to."""
        unit = self.unit(file)
        return self.decks.get(unit.file) if unit is not None else None

    def demo(self, name: str, file: Path) -> Demo | None:
        """The demo that a deck or script calls so, as it last was without errors."""
        deck = self.deck(file)
        if deck is not None and name in deck.scripts:
            return deck.scripts[name]
        script = find_script(self.demos_folder(file), name)
        return self.demos.get(script.path) if script is not None else None

    def demos_folder(self, file: Path) -> Path:
        """The folder of the demos that a deck or script can name."""
        if file.name == SCRIPT:
            return file.parent.parent
        if file.parent.name == FOLDER:
            return file.parent
        unit = self.unit(file)
        deck = unit.file if unit is not None else file
        named = _DEMOS_FOLDER.search(front_matter(self.text(deck)))
        return deck.parent / named[1].strip("'\"") if named else demos_folder(deck.parent)

    def check(self, unit: Unit, texts: Mapping[Path, str]) -> Faults:
        """What is wrong, with ``texts`` instead of what the files hold; the files without faults are listed, too."""
        with unsaved(texts):
            found, files = self._checked(unit)
        by_file: dict[Path, list[Diagnostic]] = {file: [] for file in files}
        for fault in found:
            file = Path(fault.span.file).resolve() if fault.span else unit.file
            by_file.setdefault(file, []).append(fault)
        return {file: tuple(faults) for file, faults in by_file.items()}

    def _checked(self, unit: Unit) -> tuple[tuple[Diagnostic, ...], tuple[Path, ...]]:
        """The faults of a unit, and its files."""
        try:
            match unit.kind:
                case Kind.DECK:
                    project = load_project(unit.file, DRAFT, self._cache)
                    self.projects[unit.file], self.decks[unit.file] = project, project.deck
                    return check_project(project), (unit.file, *project.deck.sources)
                case Kind.DEMO:
                    demo = self.demos[unit.file] = load_demo_chain(unit.file)[-1]
                    return in_order(outside_clean_room(demo)), (unit.file,)
                case Kind.THEME:
                    load_theme(unit.file.name, unit.file.parent)
                case Kind.MANIFEST:
                    read_manifest(unit.file)
        except QuarterdeckError as error:
            files = self._readable(unit) if unit.kind is Kind.DECK else ()
            return in_order(error.diagnostics), (unit.file, *files)
        return (), (unit.file,)

    def _readable(self, unit: Unit) -> tuple[Path, ...]:
        """Read a deck that has errors as far as it can be; its files."""
        with suppress(QuarterdeckError):
            deck = self.decks[unit.file] = read_deck(unit.file, memo=self._cache.read).deck
            return deck.sources
        return ()

    def _including(self, file: Path) -> Path | None:
        """The deck that takes in a file: one that is open, or was, else one in this folder or one above it."""
        for path, deck in self.decks.items():
            if file in deck.sources and file != path:
                return path
        if file.name == DECK_FILE or file.parent.name == FOLDER:
            return None
        for path in decks_above(file):
            if path not in self.decks and _names(self.text(path), file):
                return path
        return None

    def _yaml_unit(self, file: Path) -> Unit | None:
        text = self.text(file)
        if file.name == MANIFEST:
            return Unit(Kind.MANIFEST, file)
        is_theme = _EXTENDS.search(text) or (_FONTS.search(text) and _COLORS.search(text))
        return Unit(Kind.THEME, file) if is_theme else None


def original(file: Path) -> Path:
    """The file that a translation translates, else the file itself."""
    if not is_translation(file):
        return file
    return file.with_name(file.stem.rpartition(".")[0] + file.suffix)


def decks_above(file: Path) -> Iterator[Path]:
    """The ``deck.md`` in each folder around a file, the nearest first."""
    return (deck for folder in file.parents if is_file(deck := folder / DECK_FILE))


def _names(text: str, file: Path) -> bool:
    """Whether a deck's text names a file that it takes in."""
    return f"{file.name}'" in text or f'{file.name}"' in text


def front_matter(text: str) -> str:
    """The YAML at the beginning of a file, without the lines around it; empty where there is none."""
    matter, _ = split_front_matter(Passage.of_file(text, ""), Diagnostics(), "")
    return matter.text if matter is not None else ""


def _is_script(text: str) -> bool:
    """Whether a file at a script's place is one, or begins to be: other projects have pages called so, too."""
    if _STEP.search(text):
        return True
    matter = front_matter(text)
    return bool(_SCRIPTS_KEY.search(matter)) if matter else not text.strip() or text.startswith("---")
