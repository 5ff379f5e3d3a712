"""Imports a deck of another tool: reads it, repairs it until it builds, and returns it with its files.

Each round of repairs changes one error of each slide; content that can't be shown goes into the speaker notes.  A slide
that isn't right after ``PATIENCE`` rounds is emptied into its notes, so the end is always a deck that builds.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path

from msgspec.structs import replace

from quarterdeck.diagnostics import Diagnostic, QuarterdeckError, Severity
from quarterdeck.files.atomic import Output
from quarterdeck.project.project import load_project
from quarterdeck.source.markdown.fences import find_fences
from quarterdeck.text.source_file import is_file, shown_path
from quarterdeck.theme.placement.place import OVERFLOWS
from quarterdeck.workshop.imports.foreign import ForeignLine, Losses, NewDeck, NewSlide, read_lines, split_front
from quarterdeck.workshop.imports.markdown import SEPARATOR, front_matter, source_lines
from quarterdeck.workshop.imports.powerpoint import SUFFIXES
from quarterdeck.workshop.imports.remark import PAGES, is_remark

_SLIDEV_KEYS = frozenset({"layout", "drawings", "mdc", "comark", "highlighter", "canvasWidth", "routerMode", "addons"})
_SLIDEV_MARKS = re.compile(r"^::\w+::\s*$|<v-clicks?\b|^<<< |^layout: ", re.MULTILINE)
_SLIDEV_THEMES = frozenset({"seriph", "apple-basic", "bricks", "shibainu", "penguin", "purplin", "geist", "dracula"})
_SLIDE_FRONT = re.compile(r"(?<!\A)^---\n(?:[A-Za-z][\w-]*:.*\n(?:[ \t-].*\n)*)+---$", re.MULTILINE)
_LINE_STEPS = re.compile(r"^(?:`{3,}|~{3,})[\w+-]+ ?\{[\w*,-]*\|", re.MULTILINE)
_MARP_MARKS = re.compile(r"!\[bg\b|<!--\s*_?(?:class|paginate|backgroundColor|backgroundImage|footer|header):")


class Dialect(StrEnum):
    """The tool that a deck was made for."""

    MARP = "marp"
    SLIDEV = "slidev"
    REMARK = "remark"
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
    dialect = dialect or dialect_of(path)
    _readers()[dialect](path, deck, losses)
    deck.slides = [slide for slide in deck.slides if not slide.is_empty]
    if not deck.slides:
        raise QuarterdeckError.of(f"{shown_path(path)} has no slide", code="empty-deck")
    deck.front = {"title": _title(deck, path), **deck.front}
    lines = repaired(deck, losses)
    text = "\n".join(line.text for line in lines) + "\n"
    found: Iterable[Diagnostic] = losses.found
    if dialect is Dialect.POWERPOINT:
        found = _summed(losses.found)
    if deck.is_theme:
        text = text.replace("\n---\n", f"\n{_offered_theme(path, folder)}\n---\n", 1)
    files = [Output(folder / name, data) for name, data in sorted(deck.files.items()) if name in text]
    return (Output(folder / "deck.md", text.encode()), *files), tuple(found)


def _offered_theme(path: Path, folder: Path) -> str:
    """A line of front matter that would make the imported file the deck's theme: its masters, layouts and colours."""
    return f"# theme: {json.dumps(os.path.relpath(path, folder), ensure_ascii=False)}  # to keep its design"


def _summed(found: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """One warning for each slide, with all that was lost on it."""
    slides: dict[str, list[Diagnostic]] = {}
    for fault in found:
        slides.setdefault(fault.span.file if fault.span else "", []).append(fault)
    for faults in slides.values():
        counts = Counter(fault.message for fault in faults)
        said = (f"{message} ({count} times)" if count > 1 else message for message, count in counts.items())
        hint = next((fault.hint for fault in faults if fault.hint), None)
        yield replace(faults[0], message="; ".join(said), hint=hint)


def dialect_of(path: Path) -> Dialect:
    """The tool that a file was made for, detected by syntax that only this tool has; pandoc if there is none.

    HTML pages are remark's, or else refused when they are read.
    """
    if path.suffix.lower() in SUFFIXES:
        return Dialect.POWERPOINT
    if path.suffix.lower() in PAGES:
        return Dialect.REMARK
    losses = Losses()
    lines = read_lines(path, losses)
    front, body = split_front(lines, losses)
    text = "\n".join(line.text for line in lines)
    if "marp" in front or _MARP_MARKS.search(text):
        return Dialect.MARP
    if is_remark(front, body):
        return Dialect.REMARK
    if (
        _SLIDEV_KEYS & front.keys()
        or front.get("theme") in _SLIDEV_THEMES
        or any(pattern.search(text) for pattern in (_SLIDEV_MARKS, _SLIDE_FRONT, _LINE_STEPS))
    ):
        return Dialect.SLIDEV
    return Dialect.PANDOC


def _readers() -> Mapping[Dialect, Reader]:
    from quarterdeck.workshop.imports.marp import read_marp
    from quarterdeck.workshop.imports.pandoc import read_pandoc
    from quarterdeck.workshop.imports.powerpoint import read_powerpoint
    from quarterdeck.workshop.imports.remark import read_remark
    from quarterdeck.workshop.imports.slidev import read_slidev

    return {
        Dialect.MARP: read_marp,
        Dialect.SLIDEV: read_slidev,
        Dialect.REMARK: read_remark,
        Dialect.PANDOC: read_pandoc,
        Dialect.POWERPOINT: read_powerpoint,
    }


def _title(deck: NewDeck, path: Path) -> str:
    headings = (
        line.text.lstrip("# ").strip() for slide in deck.slides for line in slide.lines if line.text.startswith("#")
    )
    return re.sub(r"[*_`{}]", "", next(headings, "")) or path.stem


PATIENCE = 25
"""Repairs of a slide before all of it goes into its notes."""
ROUNDS = PATIENCE + 5
"""The maximum number of attempts; each one changes every slide with an error once."""
MARKS = ("<!--", "-->")
"""The lines around speaker notes."""
LINKS = frozenset({"bad-link", "dead-link"})
_LINK = re.compile(
    r"(?<![!\\])\[((?:[^\[\]\\]|\\.)*)\]\(\s*(?:<([^<>\n]*)>|([^()\s]*(?:\([^()\s]*\)[^()\s]*)*))(?:\s+\"[^\"]*\")?\s*\)"
)
_WEB = re.compile(r"(?:https?|mailto):", re.IGNORECASE)
_SIZE = re.compile(r"(!\[[^\]\n]*\]\([^()\n]*\))\{(?:(?:width|height)=[^\s{}]+ ?)+\}")
"""A picture with nothing but a size."""


def repaired(deck: NewDeck, losses: Losses) -> list[ForeignLine]:
    """The deck's source, changed until it builds.

    Raises:
        QuarterdeckError: with the errors that are left, which is a bug of this program.

    """
    faults: Sequence[Diagnostic] = ()
    repairs: Counter[int] = Counter()
    for _ in range(ROUNDS):
        lines = source_lines(deck)
        faults = _faults(deck, lines)
        if not faults:
            return lines
        _change(deck, lines, faults, losses, repairs)
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


def _change(
    deck: NewDeck, lines: Sequence[ForeignLine], faults: Iterable[Diagnostic], losses: Losses, repairs: Counter[int]
) -> None:
    places = _places(deck)
    changed: set[int] = set()
    for fault in faults:
        number = min(fault.span.line if fault.span else 1, len(lines))
        slide = max((n for n, first in enumerate(places) if first <= number), default=0)
        if slide in changed:
            continue  # the first fault of a slide may be the cause of the others
        changed.add(slide)
        repairs[slide] += 1
        if repairs[slide] > PATIENCE:
            _all_into_notes(deck.slides[slide], fault, losses)
        else:
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
    if fault.code in LINKS and _unlinked(slide, at, fault, losses):
        return
    if fault.code in OVERFLOWS and _unsized(slide, at, losses):
        return
    if fault.code in OVERFLOWS and "fit" not in slide.front and "layout" not in slide.front:
        slide.front["fit"] = "split"
        losses.report("this slide was too full: it continues on the next one", slide.origin)
    elif head and offset < head and fault.code in OVERFLOWS and _into_notes(slide, _last_line(slide), fault, losses):
        pass
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


def _unlinked(slide: NewSlide, at: ForeignLine, fault: Diagnostic, losses: Losses) -> bool:
    """Keep the text of links that lead to no slide and to nothing on the web; False if there is none in the line."""
    place = next((n for n, line in enumerate(slide.lines) if line == at), None)
    if place is None:
        return False
    column = fault.span.column - 1 if fault.span else 0
    for match in _LINK.finditer(at.text):
        target = match[2] if match[2] is not None else match[3]
        if match.start() <= column < match.end() and not _WEB.match(target):
            losses.report(f"the link to '{target}' was left out, its text stays: {fault.message}", at)
            slide.lines[place] = at.with_text(at.text[: match.start()] + match[1] + at.text[match.end() :])
            return True
    return False


def _unsized(slide: NewSlide, at: ForeignLine, losses: Losses) -> bool:
    """Let pictures in a line that doesn't fit take the room that there is; False if none has a size of its own."""
    place = next((n for n, line in enumerate(slide.lines) if line == at), None)
    plain = _SIZE.sub(r"\1", at.text)
    if place is None or plain == at.text:
        return False
    losses.report("the size of a picture was left out: it is larger than its place", at)
    slide.lines[place] = at.with_text(plain)
    return True


def _last_line(slide: NewSlide) -> ForeignLine:
    """The last line of a slide's content, notes left out."""
    texts = [line.text for line in slide.lines]
    end = next((n for n, text in enumerate(texts) if text == "<!--"), len(texts))
    return next((line for line in reversed(slide.lines[:end]) if line.text.strip()), slide.origin)


def _into_notes(slide: NewSlide, at: ForeignLine, fault: Diagnostic, losses: Losses) -> bool:
    """Move the block around a line into the notes, unchanged; False if the slide doesn't have the line."""
    places = [n for n, line in enumerate(slide.lines) if line == at]
    begin, end = _block(slide.lines, places[0] if places else 0)
    block = slide.lines[begin:end]
    if not block:
        return False
    if _in_comment(slide.lines, begin):
        losses.report(f"this can't be shown and became plain text in the notes: {fault.message}", at, fault.hint)
        slide.lines[begin:end] = _noted(block)[2:-1]
        return True
    losses.report(f"this can't be shown and was moved to the notes: {fault.message}", at, fault.hint)
    slide.lines = [*slide.lines[:begin], at.with_text(""), *slide.lines[end:], *_noted(block)]
    return bool(places)


def _all_into_notes(slide: NewSlide, fault: Diagnostic, losses: Losses) -> None:
    """Leave the slide nothing but a title, and move all else into its notes."""
    losses.report(f"this slide can't be shown and was moved to the notes: {fault.message}", slide.origin, fault.hint)
    slide.front = {}
    texts = [line for line in slide.lines if line.text.strip() not in MARKS]
    heading = next((line.text for line in texts if line.text.startswith("#")), "")
    title = " ".join(re.sub(r"[^\w\s,.]", "", heading).split())[:60] or "…"
    slide.lines = [slide.origin.with_text(f"# {title}"), *_noted(texts)]


def _noted(block: Sequence[ForeignLine]) -> list[ForeignLine]:
    """Lines as code in a comment.  An arrow ``-->``, as Mermaid has it, would end the comment: it gets a backslash."""
    first = block[0]
    longest = max((len(run) for line in block for run in re.findall(r"`+", line.text)), default=0)
    marks = "`" * max(4, longest + 1)
    lines = [line.with_text(line.text.replace("-->", r"--\>").replace("<!--", r"\<!--")) for line in block]
    opening = [first.with_text(text) for text in ("", "<!--", f"{marks}text")]
    return [*opening, *lines, first.with_text(marks), first.with_text("-->")]


def _in_comment(lines: Sequence[ForeignLine], place: int) -> bool:
    """Whether a line is part of a comment already."""
    before = "\n".join(line.text for line in lines[:place])
    return before.rfind("<!--") > before.rfind("-->")


def _block(lines: Sequence[ForeignLine], place: int) -> tuple[int, int]:
    """The range of lines of the fence or paragraph around a line."""
    texts = [line.text for line in lines]
    for fence in find_fences(texts):
        end = len(texts) if fence.closing is None else fence.closing + 1
        if fence.opening <= place < end:
            return fence.opening, end
    begin = end = place
    while begin > 0 and texts[begin - 1].strip() and texts[begin - 1] not in (SEPARATOR, *MARKS):
        begin -= 1
    while end < len(texts) and texts[end].strip() and texts[end] not in MARKS:
        end += 1
    return begin, max(end, place + 1)
