"""Edits tried before they count: the deck is built from the changed texts in memory.

Its slides must say what the file says, and nothing else may change.  An edit that fails is left out, and the others
are tried again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from quarterdeck.diagnostics import QuarterdeckError, Severity, SourceSpan
from quarterdeck.text.source_file import unsaved
from quarterdeck.workshop.edits.builder import Builder, Built
from quarterdeck.workshop.edits.changes import Edit
from quarterdeck.workshop.edits.markup import Replacement
from quarterdeck.workshop.edits.pages import Page
from quarterdeck.workshop.edits.sources import Found, Sources

MOST_TRIALS = 100
"""Builds until edits are no longer tried one by one."""


class Attempt(Struct, eq=False):
    """An edit and how it would be taken."""

    edit: Edit
    found: Found
    ways: list[tuple[Replacement, ...]]
    """What to replace in the segment, the best way first."""
    slides: frozenset[int] = frozenset()
    """The slides on which this edit was made."""

    def changes(self) -> Iterator[tuple[Path, Replacement]]:
        """What its best way replaces in a file."""
        segment = self.found.segment
        for start, end, text in self.ways[0]:
            yield segment.file, Replacement(segment.start + start, segment.start + end, text)


class Failure(Struct, frozen=True):
    """An edit that was tried in all ways, or excludes another."""

    attempt: Attempt
    why: str
    hint: str = "change it there"
    is_conflict: bool = False


class Trials:
    """Finds the edits that can be taken together."""

    def __init__(self, now: Built, sources: Sources, builder: Builder) -> None:
        self._now, self._sources, self._builder = now, sources, builder
        self._built = 0
        self.failures: list[Failure] = []

    def agreed(self, attempts: Iterable[Attempt]) -> list[Attempt]:
        """The attempts that give what the file says, together; the others are failures."""
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
                    self.failures.append(Failure(attempt, why))
        return []

    def _culprits(self, active: Sequence[Attempt], bad: Mapping[Attempt, str]) -> Mapping[Attempt, str]:
        """Those of the bad attempts that fail alone, too; all if none does."""
        if len(bad) == 1 or self._built > MOST_TRIALS:
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
                self.failures.append(Failure(attempt, why, "choose one of them", is_conflict=True))
        return kept

    def _without_overlaps(self, attempts: Sequence[Attempt]) -> list[Attempt]:
        """The attempts of which no two change one place differently; equal ones stay."""
        kept: list[Attempt] = []
        for attempt in attempts:
            try:
                self._texts([*kept, attempt])
            except ValueError:
                why = "two edits change one place differently"
                self.failures.append(Failure(attempt, why, "choose one of them"))
            else:
                kept.append(attempt)
        return kept

    def _bad(self, attempts: Sequence[Attempt]) -> dict[Attempt, str]:
        """The attempts after which the deck doesn't say what it should, and why."""
        self._built += 1
        try:
            with unsaved(self._texts(attempts)):
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
            if page.texts == _expected(self._now.pages.pages[index], [attempt.edit for attempt in own]):
                continue
            bad |= self._wrong(index, page, own, attempts)
        return bad

    def _wrong(
        self, index: int, page: Page, own: Sequence[Attempt], attempts: Sequence[Attempt]
    ) -> Mapping[Attempt, str]:
        """The attempts that are to blame for what a slide says; none if that follows from an edit elsewhere."""
        expected = _expected(self._now.pages.pages[index], [attempt.edit for attempt in own])
        says = page.texts
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

    def _texts(self, attempts: Sequence[Attempt]) -> dict[Path, str]:
        return self._sources.changed(change for attempt in attempts for change in attempt.changes())

    def _title(self, index: int) -> str:
        return self._now.pages.pages[index].title


def _is_near(attempt: Attempt, span: SourceSpan) -> bool:
    at = attempt.found.span
    return at.file == span.file and abs(at.line - span.line) <= 2


def _is_made_from(edit: Edit, before: str, after: str) -> bool:
    """Whether a text elsewhere changed only by having the edited words in it."""
    return edit.old in before and before.replace(edit.old, edit.new) == after


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
