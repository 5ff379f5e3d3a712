"""``sync``: the edits of a PPTX taken back into the deck's sources.

Every edit is tried before it counts: the deck is built from the changed texts in memory, and the slides must say what
the file says, and nothing else may change.  An edit that fails is left out and reported; the others are tried again.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from quarterdeck.compile.pptx.base import BaseSlide
from quarterdeck.diagnostics import Diagnostic, QuarterdeckError, Severity, SourceSpan, in_order
from quarterdeck.files.atomic import Output
from quarterdeck.model.options import PLAIN, Choices
from quarterdeck.model.placed import PlacedTerminal
from quarterdeck.project.finish import Finish
from quarterdeck.project.outputs.formats import pptx
from quarterdeck.project.project import BuildCache, Project, load_project
from quarterdeck.text.source_file import shown_path, unsaved
from quarterdeck.workshop.edits.comparison import Comparison, Edit, Place, Refusal, compared
from quarterdeck.workshop.edits.markup import Replacement, applied
from quarterdeck.workshop.edits.pages import Page, Pages, read_pages
from quarterdeck.workshop.edits.sources import AmbiguousError, Found, Sources, written
from quarterdeck.workshop.edits.wordings import UnwritableError, ways
from quarterdeck.workshop.imports.foreign import FOLDER, ForeignLine, Losses, NewDeck, NewSlide
from quarterdeck.workshop.imports.markdown import source_lines
from quarterdeck.workshop.imports.powerpoint import read_slide

LEAST_KNOWN = 0.3
"""Share of the base's paragraphs that the deck must still give: below, it was built with other options."""
MOST_TRIALS = 100
"""Builds until edits are no longer tried one by one."""
_TAGS_AT_END = re.compile(r"(?:\s*\{%[^\n]*%\})+\s*\Z")

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


class Built(Struct, frozen=True):
    """A deck, and the slides that it gives."""

    project: Project
    pages: Pages


class Builder(Struct):
    """Builds one form of a deck again and again."""

    deck: Path
    choices: Choices = PLAIN
    finish: Finish | None = None
    cache: BuildCache = field(default_factory=BuildCache)

    def built(self) -> Built:
        """The deck as its sources are now; raises QuarterdeckError."""
        project = replace(load_project(self.deck, self.choices, self.cache), finish=self.finish)
        return Built(project, read_pages(pptx(project), shown_path(self.deck)))


def base_of(edited: Pages, name: str, original: Path | None) -> Sequence[BaseSlide]:
    """What a file keeps of itself as it was built, or else the file ``original``.

    Raises:
        QuarterdeckError: when neither has it.

    """
    base = read_pages(original).base if original is not None else edited.base
    if base is None:
        raise QuarterdeckError.of(
            f"{shown_path(original) if original is not None else name} doesn't say what it was built from",
            hint="LibreOffice and Google drop that: give the file as it was built with --base FILE"
            if original is None
            else "--base takes the PPTX as 'quarterdeck build' wrote it",
            code="no-base",
        )
    return base


def comparison_of(base: Sequence[BaseSlide], edited: Pages, now: Pages, name: str) -> Comparison:
    """What changed in a file.

    Raises:
        QuarterdeckError: when it was built from another deck, or with other options.

    """
    found = compared(base, edited.pages, now.pages)
    if found.known < LEAST_KNOWN:
        raise QuarterdeckError.of(
            f"{name} was built from another deck, or from another form of it",
            hint="give the same --set, --audience, --role, --lang and --finish as 'build' got; for a variant of a "
            "workshop, its manifest instead of the deck",
            code="other-deck",
        )
    return found


class Attempt(Struct, eq=False):
    """An edit and how it would be taken."""

    edit: Edit
    found: Found
    ways: list[tuple[Replacement, ...]]
    """What to replace in the segment, the best way first."""
    slides: frozenset[int] = frozenset()
    """The slides on which this edit was made."""


class Addition(Struct, eq=False):
    """New slides and where they would go."""

    pages: tuple[Page, ...]
    after: int
    file: Path
    offset: int
    text: str
    files: Mapping[Path, bytes]


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
        self._trials = 0

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
        attempts = self._agreed(self._attempts())
        additions = list(self._additions())
        texts = self._texts(attempts, additions)
        pictures = {path: data for addition in additions for path, data in addition.files.items()}
        outputs = [Output(path, data) for path, data in written(texts)]
        return Synced(
            (*outputs, *(Output(path, data) for path, data in pictures.items())),
            self._diff(texts, pictures),
            tuple(self._taken(attempts, additions)),
            in_order(self._refused),
        )

    # what can be tried

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

    # trying

    def _agreed(self, attempts: Iterable[Attempt]) -> list[Attempt]:
        """The attempts that give what the file says, together; the others are refused."""
        active = self._without_rivals(attempts)
        while active:
            active = self._without_overlaps(active)
            bad = self._bad(active)
            if not bad:
                return active
            for attempt, why in self._culprits(active, bad).items():
                attempt.ways.pop(0)
                if not attempt.ways:
                    active.remove(attempt)
                    self._refuse_edit(attempt.edit, why, attempt.found.span, "change it there")
        return []

    def _culprits(self, active: Sequence[Attempt], bad: Mapping[Attempt, str]) -> Mapping[Attempt, str]:
        """Those of the bad attempts that fail alone, too; all if none does."""
        if len(bad) == 1 or self._trials > MOST_TRIALS:
            return bad
        alone = {attempt: found[attempt] for attempt in bad if (found := self._bad([attempt]))}
        return alone or bad

    def _without_rivals(self, attempts: Iterable[Attempt]) -> list[Attempt]:
        """One attempt for each paragraph of the source: several slides may show it, with different edits."""
        groups: dict[tuple[Path, int], list[Attempt]] = {}
        for attempt in attempts:
            segment = attempt.found.segment
            key = (segment.file, segment.start + attempt.found.match.start)
            groups.setdefault(key, []).append(attempt)
        kept: list[Attempt] = []
        for group in groups.values():
            if len({(a.edit.new, tuple(p.text for p in a.edit.added)) for a in group}) == 1:
                group[0].slides = frozenset(attempt.edit.at.slide for attempt in group)
                kept.append(group[0])
                continue
            for attempt in group:
                why = "another slide shows this too, and was edited differently"
                self._refuse_edit(attempt.edit, why, attempt.found.span, "choose one of them", conflict=True)
        return kept

    def _without_overlaps(self, attempts: Sequence[Attempt]) -> list[Attempt]:
        """The attempts of which no two change one place differently; equal ones stay."""
        kept: list[Attempt] = []
        for attempt in attempts:
            try:
                self._texts([*kept, attempt], ())
            except ValueError:
                self._refuse_edit(
                    attempt.edit, "two edits change one place differently", attempt.found.span, "choose one of them"
                )
            else:
                kept.append(attempt)
        return kept

    def _bad(self, attempts: Sequence[Attempt]) -> dict[Attempt, str]:
        """The attempts after which the deck doesn't say what it should, and why."""
        self._trials += 1
        try:
            with unsaved(self._texts(attempts, ())):
                built = self._builder.built()
        except QuarterdeckError as error:
            faults = [fault for fault in error.diagnostics if fault.severity is Severity.ERROR]
            why = faults[0].message if faults else str(error)
            near = {a: f.message for f in faults for a in attempts if f.span is not None and _is_near(a, f.span)}
            return near or dict.fromkeys(attempts, f"the deck can't be built with it: {why}")
        pages = built.pages.pages
        if len(pages) != len(self._now.pages.pages):
            return dict.fromkeys(attempts, "it would change the number of slides")
        bad: dict[Attempt, str] = {}
        for index, page in enumerate(pages):
            own = [attempt for attempt in attempts if attempt.edit.at.slide == index]
            if _texts(page) == _expected(self._now.pages.pages[index], [attempt.edit for attempt in own]):
                continue
            bad |= self._wrong(index, page, own, attempts)
        return bad

    def _wrong(
        self, index: int, page: Page, own: Sequence[Attempt], attempts: Sequence[Attempt]
    ) -> Mapping[Attempt, str]:
        """The attempts that are to blame for what a slide says; none if that follows from an edit elsewhere."""
        expected = _expected(self._now.pages.pages[index], [attempt.edit for attempt in own])
        says = _texts(page)
        to_blame: dict[Attempt, str] = {}
        if len(says) != len(expected):
            return dict.fromkeys(own or attempts, "the deck would not say what the file says")
        for want, got in zip(expected, says, strict=True):
            if want == got:
                continue
            sources = [a for a in attempts if _is_made_from(a.edit, want, got)]
            if not sources:
                mine = [a for a in own if want == a.edit.new or any(want == p.text for p in a.edit.added)]
                to_blame |= dict.fromkeys(mine or own or attempts, "the deck would not say what the file says")
            for attempt in sources:
                if self._is_shared(attempt, index, want):
                    to_blame[attempt] = f"it is written once, and shown on the slide '{self._title(index)}' too"
        return to_blame

    def _is_shared(self, attempt: Attempt, index: int, text: str) -> bool:
        """Whether another slide of the deck shows the same lines, and was not edited so."""
        origins = self._sources.origins
        if origins[index] == origins[attempt.edit.at.slide] or index in attempt.slides:
            return False
        if attempt.found.segment == self._sources.front():
            return text == attempt.edit.old  # a footer; what is made from a title has other words, too
        return attempt.found.segment in self._sources.segments(index)

    def _texts(self, attempts: Sequence[Attempt], additions: Sequence[Addition]) -> dict[Path, str]:
        """The texts of the files that change; raises ValueError where two attempts change one place differently."""
        changes: dict[Path, list[Replacement]] = {}
        for attempt in attempts:
            segment = attempt.found.segment
            changes.setdefault(segment.file, []).extend(
                Replacement(segment.start + start, segment.start + end, text) for start, end, text in attempt.ways[0]
            )
        for addition in additions:
            change = Replacement(addition.offset, addition.offset, addition.text)
            changes.setdefault(addition.file, []).append(change)
        return {file: applied(self._sources.text(file), made) for file, made in changes.items()}

    # new slides

    def _additions(self) -> Iterator[Addition]:
        groups: dict[int | None, list[Page]] = {}
        for page, before in self._comparison.added:
            groups.setdefault(before, []).append(page)
        for before, pages in groups.items():
            addition = self._addition(before, pages)
            why = self._refusal(addition) if addition is not None else "there is no slide before it in the deck"
            if addition is not None and why is None:
                yield addition
                continue
            for page in pages:
                what = f"the new slide {page.number} ('{page.title}') was not taken: {why}"
                at = self._sources.span(before) if before is not None else SourceSpan(shown_path(self._sources.main))
                self._refuse(what, at, "import the file, and take the slide from there")

    def _addition(self, before: int | None, pages: Sequence[Page]) -> Addition | None:
        if before is None:
            return None
        origins = self._sources.origins
        after = max(n for n, origin in enumerate(origins) if origin == origins[before])
        segment = next(iter(self._sources.segments(before)), None)
        if segment is None:
            return None
        folder = self._now.project.deck.folder
        kept = {f"{FOLDER}/{path.name}": path.read_bytes() for path in (folder / FOLDER).glob("*") if path.is_file()}
        deck, losses = NewDeck(files=dict(kept)), Losses()
        width = self._edited.presentation.slide_width
        deck.slides = [
            read_slide(page.slide, ForeignLine("", f"{self._name}#slide={page.number}", 1), width, deck, losses)
            for page in pages
        ]
        self._refused += [replace(fault, code="not-synced") for fault in losses.found]
        lines = [line.text for line in source_lines(NewDeck({}, [NewSlide(deck.slides[0].origin), *deck.slides]))]
        text = "\n".join(lines).strip("\n")
        # a template's tag at the end begins, or closes, what comes after the slide
        before_tags = _TAGS_AT_END.sub("", segment.text)
        gap = "\n" if before_tags.endswith("\n") else "\n\n"
        files = {folder / name: data for name, data in deck.files.items() if name not in kept and name in text}
        end = segment.start + len(before_tags)
        return Addition(tuple(pages), after, segment.file, end, f"{gap}{text}\n", files)

    def _refusal(self, addition: Addition) -> str | None:
        """Why new slides can't be taken; None if the deck builds with them and says what they say."""
        texts = self._texts([], [addition])
        try:
            with unsaved({**texts, **{path.resolve(): data for path, data in addition.files.items()}}):
                built = self._builder.built()
        except QuarterdeckError as error:
            return error.diagnostics[0].message
        pages, before = built.pages.pages, self._now.pages.pages
        count = len(pages) - len(before)
        if count != len(addition.pages):
            return "it would not be one slide"
        new = pages[addition.after + 1 : addition.after + 1 + count]
        for page, made in zip(addition.pages, new, strict=True):
            if missing := [text for text in _texts(page) if text not in _texts(made)]:
                return f"it would not say '{missing[0][:60]}'"
        others = [*pages[: addition.after + 1], *pages[addition.after + 1 + count :]]
        if [page.title for page in others] != [page.title for page in before]:
            return "other slides would change"
        return None

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


def _is_near(attempt: Attempt, span: SourceSpan) -> bool:
    at = attempt.found.span
    return at.file == span.file and abs(at.line - span.line) <= 2


def _is_made_from(edit: Edit, before: str, after: str) -> bool:
    """Whether a text elsewhere changed only by having the edited words in it, as they are or in capitals."""
    return any(
        cased(edit.old) in before and before.replace(cased(edit.old), cased(edit.new)) == after
        for cased in (str, str.upper)
    )


def _texts(page: Page) -> list[str]:
    return [p.text for shape in page.shapes for p in shape.paragraphs if p.text]


def _expected(now: Page, edits: Sequence[Edit]) -> list[str]:
    """What a slide says after its edits."""
    changed = {(edit.at.shape, edit.at.paragraph): edit for edit in edits if not edit.added}
    added: dict[tuple[int, int, bool], list[str]] = {}
    for edit in edits:
        if edit.added:
            key = (edit.at.shape, edit.at.paragraph, edit.above)
            added.setdefault(key, []).extend(p.text for p in edit.added)
    texts: list[str] = []
    for s, shape in enumerate(now.shapes):
        for p, paragraph in enumerate(shape.paragraphs):
            change = changed.get((s, p))
            texts += added.get((s, p, True), ())
            texts.append(paragraph.text if change is None else change.new)
            texts += added.get((s, p, False), ())
    return [text for text in texts if text]
