"""Names in decks and scripts: where they lead, where they stand, how they are renamed; outline and quick fixes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path

from msgspec import Struct

from quarterdeck.diagnostics import Diagnostic, QuarterdeckError, SourceSpan
from quarterdeck.editor.workspace import MARKDOWN, Workspace
from quarterdeck.model.deck import Deck, Slide
from quarterdeck.source.demos.catalog import demo_names, find_script
from quarterdeck.source.markdown.fences import find_fences
from quarterdeck.text.source_file import is_file
from quarterdeck.theme.file import SUFFIXES, TEMPLATE_SUFFIXES
from quarterdeck.workshop.manifest.manifest import MANIFEST

_DEMO = re.compile(r"(?P<key>demo|continues):[ \t]*(?P<name>[\w][\w.-]*)[ \t]*\Z")
_ID = re.compile(r"id:[ \t]*(?P<name>[\w][\w.-]*)[ \t]*\Z")
_TITLE_ID = re.compile(r"#+ .*\{[^{}]*#(?P<name>[\w][\w.-]*)[^{}]*\}[ \t]*\Z")
_LINK = re.compile(r"\]\(#(?P<name>[\w][\w.-]*)\)")
_FILE = re.compile(r"\{%-?\s*include\s+[\"'](?P<include>[^\"']+)[\"']|!\[[^\]]*\]\((?P<picture>[^)\s]+)")
_THEME = re.compile(r"(?:theme|extends):[ \t]*(?P<theme>\S+)")
_SELECTING = re.compile(r"\s*(?:-\s+)?(?:include|exclude|after):")
_VALID = re.compile(r"[\w][\w.-]*\Z")
_SUGGESTED = re.compile(r"did you mean '([^']+)'\?")
MOST_SCRIPTS = 2000
"""Markdown files that are searched for a demo's name."""
CLOSE = 0.5
"""How alike a word and its replacement must be."""


class Name(Struct, frozen=True):
    """A name that stands somewhere."""

    kind: str
    """``demo`` or ``slide``."""
    name: str
    span: SourceSpan
    """Where: the file is the resolved path."""


class Renaming(Struct, frozen=True):
    """The edits that give something another name."""

    places: tuple[SourceSpan, ...]
    """Where the old name stands."""
    files: tuple[tuple[Path, Path], ...] = ()
    """Files and folders that are called so, with their new paths."""


def name_at(workspace: Workspace, file: Path, line: int, column: int) -> Name | None:
    """The demo or slide that is named at a place, 1-based; None if there is none."""
    text = workspace.line(file, line)
    if match := _DEMO.match(text):
        return Name("demo", match["name"], _name_span(file, line, match))
    for match in _slide_names(text):
        span = _name_span(file, line, match)
        if span.column <= column <= span.column + span.length:
            return Name("slide", match["name"], span)
    return None


def _slide_names(line: str) -> Iterator[re.Match[str]]:
    """Where a line names slides: its own, or those that it links to."""
    yield from filter(None, (_ID.match(line), _TITLE_ID.match(line)))
    yield from _LINK.finditer(line)


def _name_span(file: Path, line: int, match: re.Match[str]) -> SourceSpan:
    return SourceSpan(str(file), line, match.start("name") + 1, len(match["name"]))


def definition(workspace: Workspace, file: Path, line: int, column: int) -> SourceSpan | None:
    """Where that leads which stands at a place: a demo's script, a slide, an included file, a picture, a theme."""
    named = name_at(workspace, file, line, column)
    if named is not None and named.kind == "demo":
        script = find_script(workspace.demos_folder(file), named.name)
        return SourceSpan(str(script.path)) if script is not None else None
    if named is not None:
        deck = workspace.deck(file)
        slide = next((s for s in (deck.slides if deck is not None else ()) if s.id == named.name), None)
        return _resolved(slide.title_span or slide.span) if slide is not None and slide.span is not None else None
    text = workspace.line(file, line)
    for match in _FILE.finditer(text):
        path = file.parent / (match["include"] or match["picture"])
        if match.start() < column <= match.end() + 1 and is_file(path):
            return SourceSpan(str(path.resolve()))
    theme = _THEME.match(text)
    if theme is not None and theme["theme"].endswith((*SUFFIXES, *TEMPLATE_SUFFIXES)):
        path = file.parent / theme["theme"]
        return SourceSpan(str(path.resolve())) if is_file(path) else None
    return None


def occurrences(workspace: Workspace, file: Path, named: Name) -> tuple[SourceSpan, ...]:
    """Where a demo or slide is named, in the files of its decks."""
    if named.kind == "demo":
        return tuple(_demo_places(workspace, file, named.name))
    deck = workspace.deck(file)
    return tuple(_slide_places(workspace, deck, named.name)) if deck is not None else ()


def renaming(workspace: Workspace, file: Path, named: Name, new: str) -> Renaming:
    """The edits that rename a demo or slide.

    Raises:
        QuarterdeckError: when the new name can't be, or is taken.

    """
    if not _VALID.match(new):
        raise QuarterdeckError.of(f"'{new}' can't be a name: letters, digits, '-', '_' and '.'")
    places = occurrences(workspace, file, named)
    if named.kind == "demo":
        folder = workspace.demos_folder(file)
        if new in demo_names(folder):
            raise QuarterdeckError.of(f"there is a demo '{new}' already")
        return Renaming(places, tuple(_demo_files(folder, named.name, new)))
    deck = workspace.deck(file)
    if deck is not None and any(slide.id == new for slide in deck.slides):
        raise QuarterdeckError.of(f"there is a slide '{new}' already")
    if not any(_defines(workspace, span) for span in places):
        raise QuarterdeckError.of(f"the id '{named.name}' comes from the slide's title: give the slide an 'id:' first")
    return Renaming(places)


def outline(deck: Deck, file: Path) -> Iterator[tuple[Slide, SourceSpan]]:
    """The slides that a file holds, and where each begins."""
    for slide in deck.slides:
        span = _resolved(slide.span) if slide.span is not None else None
        if span is not None and span.file == str(file):
            yield slide, span


def slide_at(deck: Deck, file: Path, line: int) -> Slide | None:
    """The slide that a line, 1-based, belongs to; the first one for a line above it, such as the deck's own keys."""
    slides = list(outline(deck, file))
    before = [slide for slide, span in slides if span.line <= line]
    return before[-1] if before else next((slide for slide, _ in slides), None)


def replacement(fault: Diagnostic, line: str) -> str | None:
    """What the hint of a fault says instead of the words that it marks on this line; None for other hints."""
    match = _SUGGESTED.fullmatch(fault.hint or "")
    if match is None or fault.span is None:
        return None
    start = fault.span.column - 1
    marked = line[start : start + fault.span.length]
    return match[1] if SequenceMatcher(None, marked, match[1]).ratio() >= CLOSE else None


def _resolved(span: SourceSpan) -> SourceSpan:
    return SourceSpan(str(Path(span.file).resolve()), span.line, span.column, span.length)


def _demo_places(workspace: Workspace, file: Path, name: str) -> Iterator[SourceSpan]:
    """Where decks and scripts around the folder of demos name one."""
    root = workspace.demos_folder(file).parent
    for path in _markdown(root, [*workspace.texts, file]):
        for number, line in _outside_of_fences(workspace.lines(path)):
            match = _DEMO.match(line)
            if match is not None and match["name"] == name:
                yield _name_span(path, number, match)


def _slide_places(workspace: Workspace, deck: Deck, name: str) -> Iterator[SourceSpan]:
    """Where the files of a deck name a slide, and the manifest beside it selects it."""
    for path in deck.sources:
        if path.suffix != MARKDOWN:
            continue
        for number, line in _outside_of_fences(workspace.lines(path)):
            for match in _slide_names(line):
                if match["name"] == name:
                    yield _name_span(path, number, match)
    manifest = deck.folder / MANIFEST
    selected = re.compile(rf"(?<![\w.-]){re.escape(name)}(?![\w.-])")
    for number, line in enumerate(workspace.text(manifest).split("\n"), start=1):
        for match in selected.finditer(line) if _SELECTING.match(line) else ():
            yield SourceSpan(str(manifest), number, match.start() + 1, len(name))


def _defines(workspace: Workspace, span: SourceSpan) -> bool:
    """Whether a name at a place is the slide's own, not a link to it."""
    line = workspace.line(Path(span.file), span.line)
    return bool(_ID.match(line) or _TITLE_ID.match(line))


def _demo_files(folder: Path, name: str, new: str) -> Iterator[tuple[Path, Path]]:
    """The files of a demo: script, recording with its pictures, translations, or its folder."""
    if (folder / name).is_dir():
        yield folder / name, folder / new
    for path in sorted(folder.glob(f"{name}.*")):
        rest = path.name.removeprefix(name)
        if path.is_file() and path.suffix in (MARKDOWN, ".cast", ".jpg") and rest.count(".") <= 2:
            yield path, folder / f"{new}{rest}"


def _markdown(root: Path, others: Iterable[Path]) -> list[Path]:
    """The Markdown files below a folder, and others; hidden folders and packages are left out."""
    found: dict[Path, None] = dict.fromkeys(path for path in others if path.suffix == MARKDOWN)
    for path in root.rglob(f"*{MARKDOWN}"):
        parts = path.relative_to(root).parts
        if not any(part.startswith(".") or part == "node_modules" for part in parts):
            found.setdefault(path.resolve())
        if len(found) >= MOST_SCRIPTS:
            break
    return list(found)


def _outside_of_fences(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The lines that are no code, with their numbers from 1."""
    inside = {n for fence in find_fences(lines) for n in fence.body(len(lines))}
    return ((number, line) for number, line in enumerate(lines, start=1) if number - 1 not in inside)
