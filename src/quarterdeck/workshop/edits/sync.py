"""``sync``: the edits of a PPTX taken back into the deck's sources, or reported with their places."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

from msgspec import Struct

from quarterdeck.diagnostics import Diagnostic, Severity, SourceSpan, in_order
from quarterdeck.files.atomic import Output
from quarterdeck.model.placed import PlacedTerminal
from quarterdeck.text.source_file import shown_path
from quarterdeck.workshop.edits.additions import Addition, Additions, Untaken
from quarterdeck.workshop.edits.builder import Builder, Built
from quarterdeck.workshop.edits.changes import Comparison, Edit, Place, Refusal
from quarterdeck.workshop.edits.comparison import base_of, comparison_of
from quarterdeck.workshop.edits.markup import Replacement
from quarterdeck.workshop.edits.pages import Page, Pages, read_pages
from quarterdeck.workshop.edits.sources import AmbiguousError, Found, Sources, written
from quarterdeck.workshop.edits.trials import Attempt, Trials
from quarterdeck.workshop.edits.wordings import UnwritableError, ways

SCREEN = "Screen"
"""The name of the shape that has a terminal's text (``compile/pptx/elements/terminal.py``)."""


class Taken(Struct, frozen=True):
    """An edit that was taken."""

    span: SourceSpan
    what: str


class Synced(Struct):
    """What ``sync`` found."""

    outputs: tuple[Output, ...]
    diff: str
    """The changes of the sources, as a unified diff."""
    taken: tuple[Taken, ...]
    refused: tuple[Diagnostic, ...]
    """What was not taken, each with its place."""


def sync(edited: Path, builder: Builder, original: Path | None = None) -> Synced:
    """Take the edits of a PPTX back into a deck; writes nothing.

    Raises:
        QuarterdeckError: when the file can't be read, or has no base, or the deck has errors.

    """
    file = read_pages(edited)
    base = base_of(file, shown_path(edited), original)
    now = builder.built()
    comparison = comparison_of(base, file, now.pages, shown_path(edited))
    return _Sync(file, shown_path(edited), now, comparison, builder).run()


class _Sync:
    def __init__(self, edited: Pages, name: str, now: Built, comparison: Comparison, builder: Builder) -> None:
        self._edited, self._name = edited, name
        self._now, self._comparison, self._builder = now, comparison, builder
        self._sources = Sources(now.project)
        self._refused: list[Diagnostic] = []

    def run(self) -> Synced:
        for refusal in self._comparison.refusals:
            self._refuse(refusal.what, self._place(refusal), refusal.hint, conflict=refusal.is_conflict)
        for slide, shape, _ in self._comparison.moved:
            self._report_moved(slide, shape)
        for edit in self._comparison.looks:
            what, hint = f"words look different: '{edit.old[:60]}'", "mark them in the source: **bold**, *italic*"
            self._refuse(what, self._place(Refusal(edit.at.slide, what, at=edit.at)), hint)
        for index in self._comparison.hidden:
            what = "is hidden in one and shown in the other: the file and the deck"
            self._refuse(f"the slide '{self._title(index)}' {what}", self._sources.span(index), "'hide: true' hides it")
        for index in self._comparison.removed:
            hint = "take it out of the source, or give it 'hide: true'"
            self._refuse(f"the slide '{self._title(index)}' was taken out", self._sources.span(index), hint)
        attempts = self._agreed()
        changes = list(chain.from_iterable(attempt.changes() for attempt in attempts))
        additions = list(self._additions(changes))
        texts = self._sources.changed((*changes, *(addition.change() for addition in additions)))
        pictures = {path: data for addition in additions for path, data in addition.files.items()}
        outputs = [Output(path, data) for path, data in written(texts)]
        return Synced(
            (*outputs, *(Output(path, data) for path, data in pictures.items())),
            self._diff(texts, pictures),
            tuple(self._taken(attempts, additions)),
            in_order(self._refused),
        )

    # what is tried

    def _agreed(self) -> list[Attempt]:
        trials = Trials(self._now, self._sources, self._builder)
        agreed = trials.agreed(self._attempts())
        for failure in trials.failures:
            edit, found = failure.attempt.edit, failure.attempt.found
            self._refuse_edit(edit, failure.why, found.span, failure.hint, conflict=failure.is_conflict)
        return agreed

    def _attempts(self) -> Iterator[Attempt]:
        for edit in self._comparison.edits:
            found = self._found(edit)
            if found is None:
                continue
            ways = self._ways(edit, found)
            if ways:
                yield Attempt(edit, found, ways)

    def _found(self, edit: Edit) -> Found | None:
        page, at = self._now.pages.pages[edit.at.slide], edit.at
        equal = [
            Place(at.slide, s, p)
            for s, shape in enumerate(page.shapes)
            for p, paragraph in enumerate(shape.paragraphs)
            if paragraph.text == edit.old
        ]
        if not edit.old:
            self._refuse_edit(edit, "an empty cell was filled", self._sources.span(at.slide), "fill it in the source")
            return None
        if self._is_screen(edit):
            demo = self._now.project.deck.demos[self._now.project.slides[at.slide].slide.demo or ""]
            self._refuse_edit(edit, "this is a demo's terminal", demo.span, "change the demo, and record it again")
            return None
        try:
            found = self._sources.found(at.slide, edit.old, equal.index(at), len(equal))
        except AmbiguousError:
            self._refuse_edit(
                edit, "this text is there more than once", self._sources.span(at.slide), "change it there"
            )
            return None
        if found is None:
            hint = "agendas, numbers and the values of variables are made when the deck is built"
            what = "this text is not written in the deck as it is"
            self._refuse_edit(edit, what, self._sources.span(at.slide), hint)
        return found

    def _is_screen(self, edit: Edit) -> bool:
        """Whether it is a command or its output: what is run on a stage never comes from a PPTX."""
        placed = self._now.project.slides[edit.at.slide]
        screens = [screen for e in placed.elements if isinstance(e, PlacedTerminal) for screen in e.screens]
        lines = {" ".join("".join(run.text for run in line).split()) for screen in screens for line in screen.lines}
        name = self._now.pages.pages[edit.at.slide].shapes[edit.at.shape].name
        return edit.old in lines and name.startswith(SCREEN)

    def _ways(self, edit: Edit, found: Found) -> list[tuple[Replacement, ...]]:
        shapes = self._now.pages.pages[edit.at.slide].shapes
        try:
            return ways(edit, found, shapes[edit.at.shape].paragraphs[edit.at.paragraph])
        except UnwritableError as error:
            self._refuse_edit(edit, str(error), found.span, "change it there")
            return []

    def _additions(self, changes: Sequence[tuple[Path, Replacement]]) -> Iterator[Addition]:
        """The new slides that can be taken beside the changes."""
        additions = Additions(self._edited, self._name, self._now, self._sources, self._builder)
        new = []
        for page, before in self._comparison.added:
            lost = self._comparison.doubtful.get(page.number - 1)
            if lost is None:
                new.append((page, before))
            else:
                why = f"it may be '{self._title(lost)}', which is not found in the file"
                self._refuse_slides([page], before, why)
        for tried in additions.tried(new):
            if isinstance(tried, Untaken):
                self._refuse_slides(tried.pages, tried.before, tried.why)
                continue
            try:
                self._sources.changed((*changes, tried.change()))
            except ValueError:
                self._refuse_slides(tried.pages, tried.after, "an edit of the slide before it ends in the same place")
            else:
                yield tried
        self._refused += additions.losses

    def _refuse_slides(self, pages: Sequence[Page], before: int | None, why: str) -> None:
        at = self._sources.span(before) if before is not None else SourceSpan(shown_path(self._sources.main))
        for page in pages:
            what = f"the new slide {page.number} ('{page.title}') was not taken: {why}"
            self._refuse(what, at, "import the file, and take the slide from there")

    # reporting

    def _place(self, refusal: Refusal) -> SourceSpan | None:
        if refusal.slide is None:
            return SourceSpan(shown_path(self._sources.main))
        if refusal.at is not None:
            page = self._now.pages.pages[refusal.at.slide]
            text = page.shapes[refusal.at.shape].paragraphs[refusal.at.paragraph].text
            try:
                found = self._sources.found(refusal.at.slide, text, 0, 1) if text else None
            except AmbiguousError:
                found = None
            if found is not None:
                return found.span
        return self._sources.span(refusal.slide)

    def _report_moved(self, slide: int, shape: int) -> None:
        texts = [paragraph.text for paragraph in self._now.pages.pages[slide].shapes[shape].paragraphs]
        name = next((text for text in texts if text), self._now.pages.pages[slide].shapes[shape].name)
        hint = "a deck has no places for single shapes; 'quarterdeck merge' keeps it in a PPTX"
        self._refuse(f"'{name[:60]}' was moved or resized", self._sources.span(slide), hint)

    def _refuse_edit(self, edit: Edit, why: str, at: SourceSpan | None, hint: str, *, conflict: bool = False) -> None:
        if edit.added:
            said = f"added: '{edit.added[0].text[:60]}'"
        elif edit.new:
            said = f"'{_changed(edit.old, edit.new)}'"
        else:
            said = f"taken out: '{edit.old[:60]}'"
        self._refuse(f"{why} ({said})", at, hint, conflict=conflict)

    def _refuse(self, what: str, at: SourceSpan | None, hint: str | None, *, conflict: bool = False) -> None:
        code = "edit-conflict" if conflict else "not-synced"
        self._refused.append(Diagnostic(what, at, hint, code, Severity.WARNING))

    def _title(self, index: int) -> str:
        return self._now.pages.pages[index].title

    def _taken(self, attempts: Sequence[Attempt], additions: Sequence[Addition]) -> Iterator[Taken]:
        for attempt in attempts:
            edit = attempt.edit
            what = f"added: {edit.added[0].text}" if edit.added else edit.new or f"taken out: {edit.old}"
            yield Taken(attempt.found.span, what)
        for addition in additions:
            line = self._sources.text(addition.file).count("\n", 0, addition.offset) + 1
            for page in addition.pages:
                yield Taken(SourceSpan(shown_path(addition.file), line), f"new slide: {page.title}")

    def _diff(self, texts: Mapping[Path, str], pictures: Mapping[Path, bytes]) -> str:
        parts: list[str] = []
        for file, text in texts.items():
            name = shown_path(file)
            before, after = (t.splitlines(keepends=True) for t in (self._sources.text(file), text))
            parts += difflib.unified_diff(before, after, name, name)
        parts += [f"new file: {shown_path(path)}\n" for path in pictures]
        return "".join(part if part.endswith("\n") else f"{part}\n\\ No newline at end of file\n" for part in parts)


def _changed(old: str, new: str) -> str:
    """The words that differ, for messages."""
    before, after = old.split(), new.split()
    changes = difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    first = next((op for op in changes if op[0] != "equal"), None)
    if first is None:
        return new[:60]
    _, i1, i2, j1, j2 = first
    return f"{' '.join(before[max(0, i1 - 2) : i2 + 1])}' → '{' '.join(after[max(0, j1 - 2) : j2 + 1])}"
