"""Imports a deck of another tool: reads it, repairs it until it builds, and returns it with its files."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path

from quarterdeck.diagnostics import Diagnostic, QuarterdeckError, Severity
from quarterdeck.files.outputs import Output
from quarterdeck.project.project import load_project
from quarterdeck.source.markdown.fences import find_fences
from quarterdeck.text.source_file import is_file, shown_path
from quarterdeck.workshop.imports.foreign import ForeignLine, Losses, NewDeck, NewSlide, read_lines, split_front
from quarterdeck.workshop.imports.markdown import SEPARATOR, front_matter, source_lines
from quarterdeck.workshop.imports.powerpoint import SUFFIXES

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


ROUNDS = 40
"""The maximum number of attempts; each one changes every slide with an error once."""
OVERFLOWS = frozenset({"text-overflow", "code-overflow", "table-overflow", "formula-overflow"})


def repaired(deck: NewDeck, losses: Losses) -> list[ForeignLine]:
    """The deck's source, changed until it builds.

    Raises:
        QuarterdeckError: with the errors that are left, which is a bug of this program.

    """
    faults: Sequence[Diagnostic] = ()
    for _ in range(ROUNDS):
        lines = source_lines(deck)
        faults = _faults(deck, lines)
        if not faults:
            return lines
        _change(deck, lines, faults, losses)
    raise QuarterdeckError(faults)


def _faults(deck: NewDeck, lines: Sequence[ForeignLine]) -> Sequence[Diagnostic]:
    with tempfile.TemporaryDirectory(prefix="quarterdeck-import-") as name:
        folder = Path(name) / "decks" / "imported"
        for path, data in deck.files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "deck.md").write_text("\n".join(line.text for line in lines) + "\n", "utf-8")
        try:
            load_project(folder)
        except QuarterdeckError as error:
            return [fault for fault in error.diagnostics if fault.severity is Severity.ERROR]
    return ()


def _change(deck: NewDeck, lines: Sequence[ForeignLine], faults: Iterable[Diagnostic], losses: Losses) -> None:
    places = _places(deck)
    changed: set[int] = set()
    for fault in faults:
        number = min(fault.span.line if fault.span else 1, len(lines))
        slide = max((n for n, first in enumerate(places) if first <= number), default=0)
        if slide in changed:
            continue  # the first fault of a slide may be the cause of the others
        changed.add(slide)
        _repair_slide(deck.slides[slide], number - places[slide], lines[number - 1], fault, losses)


def _places(deck: NewDeck) -> list[int]:
    """The line, 1-based, on which each slide begins in the new source."""
    places, lines = [], 0
    for number in range(len(deck.slides)):
        places.append(lines + 1)
        lines = len(source_lines(NewDeck(deck.front, deck.slides[: number + 1])))
    return places


def _repair_slide(slide: NewSlide, offset: int, at: ForeignLine, fault: Diagnostic, losses: Losses) -> None:
    """Repair one error of a slide; ``offset`` counts the slide's lines from its separator."""
    head = len(front_matter(slide.front)) if slide.front else 0
    if fault.code in OVERFLOWS and "fit" not in slide.front and "layout" not in slide.front:
        slide.front["fit"] = "split"
        losses.report("this slide was too full: it continues on the next one", slide.origin)
    elif head and offset < head:
        _drop_key(slide, offset, at, fault, losses)
    elif slide.front.get("layout") and fault.code in {"no-slot", *OVERFLOWS}:
        _plain_layout(slide, fault, losses)
    else:
        _into_notes(slide, at, fault, losses)


def _drop_key(slide: NewSlide, offset: int, at: ForeignLine, fault: Diagnostic, losses: Losses) -> None:
    keys = list(slide.front)
    key = next((k for k in keys if at.text.startswith(f"{k}:")), keys[-1])
    losses.report(f"'{key}' of the slide was left out: {fault.message}", slide.origin)
    del slide.front[key]


def _plain_layout(slide: NewSlide, fault: Diagnostic, losses: Losses) -> None:
    """Make it a plain slide, with its columns one below the other."""
    losses.report(f"the layout '{slide.front['layout']}' became a plain one: {fault.message}", slide.origin)
    del slide.front["layout"]
    slide.front["fit"] = "split"
    lines: list[ForeignLine] = []
    depth: list[bool] = []
    for line in slide.lines:
        if line.text.startswith(":::"):
            named = line.text != ":::"
            slot = depth.pop() if not named and depth else line.text in ("::: left", "::: right")
            if named:
                depth.append(slot)
            if slot:
                lines.append(line.with_text(""))
                continue
        lines.append(line)
    slide.lines = lines


def _into_notes(slide: NewSlide, at: ForeignLine, fault: Diagnostic, losses: Losses) -> None:
    """Move the block around a line into the notes, unchanged."""
    places = [n for n, line in enumerate(slide.lines) if line == at] or [0]
    begin, end = _block(slide.lines, places[0])
    block = slide.lines[begin:end]
    losses.report(f"this can't be shown and was moved to the notes: {fault.message}", at, fault.hint)
    texts = [line.text for line in block]
    comment = any("<!--" in text or "-->" in text for text in texts)
    kept = [] if comment else [at.with_text(t) for t in ("", "<!--", "````text", *texts, "````", "-->")]
    slide.lines = [*slide.lines[:begin], at.with_text(""), *slide.lines[end:], *kept]


def _block(lines: Sequence[ForeignLine], place: int) -> tuple[int, int]:
    """The range of lines of the fence or paragraph around a line."""
    texts = [line.text for line in lines]
    for fence in find_fences(texts):
        end = len(texts) if fence.closing is None else fence.closing + 1
        if fence.opening <= place < end:
            return fence.opening, end
    begin = end = place
    while begin > 0 and texts[begin - 1].strip() and texts[begin - 1] != SEPARATOR:
        begin -= 1
    while end < len(texts) and texts[end].strip():
        end += 1
    return begin, max(end, place + 1)
