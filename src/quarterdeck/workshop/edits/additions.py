"""Slides that someone added to a file, imported as Markdown and tried in their place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from quarterdeck.diagnostics import Diagnostic, QuarterdeckError
from quarterdeck.text.source_file import unsaved
from quarterdeck.workshop.edits.builder import Builder, Built
from quarterdeck.workshop.edits.markup import Replacement
from quarterdeck.workshop.edits.pages import Page, Pages
from quarterdeck.workshop.edits.sources import Segment, Sources
from quarterdeck.workshop.imports.foreign import FOLDER, ForeignLine, Losses, NewDeck, NewSlide
from quarterdeck.workshop.imports.markdown import source_lines
from quarterdeck.workshop.imports.powerpoint import read_slide

_TAGS_AT_END = re.compile(r"(?:\s*\{%[^\n]*%\})+\s*\Z")


class Addition(Struct, eq=False):
    """New slides and where they would go."""

    pages: tuple[Page, ...]
    after: int
    file: Path
    offset: int
    text: str
    files: Mapping[Path, bytes]

    def change(self) -> tuple[Path, Replacement]:
        """What goes into the file."""
        return self.file, Replacement(self.offset, self.offset, self.text)


class Untaken(Struct, frozen=True):
    """New slides that can't be taken."""

    pages: tuple[Page, ...]
    before: int | None
    """Index of the deck's slide that they follow; None where there is none."""
    why: str


class Additions:
    """Finds where new slides would go, and whether the deck then has them as they are in the file."""

    def __init__(self, edited: Pages, name: str, now: Built, sources: Sources, builder: Builder) -> None:
        self._edited, self._name = edited, name
        self._now, self._sources, self._builder = now, sources, builder
        self.losses: list[Diagnostic] = []
        """What the import left out."""

    def tried(self, added: Sequence[tuple[Page, int | None]]) -> Iterator[Addition | Untaken]:
        """The new slides, those that go to one place of the source together: a slide may be shown as several."""
        groups: dict[Segment | None, list[tuple[Page, int | None]]] = {}
        for page, before in added:
            groups.setdefault(self._segment(before), []).append((page, before))
        for segment, group in groups.items():
            pages, before = [page for page, _ in group], group[0][1]
            if segment is None or before is None:
                yield Untaken(tuple(pages), before, "there is no slide before it in the deck")
                continue
            addition = self._addition(segment, before, pages)
            why = self._refusal(addition)
            yield addition if why is None else Untaken(tuple(pages), before, why)

    def _segment(self, before: int | None) -> Segment | None:
        """Where the slide is written that others follow."""
        return next(iter(self._sources.segments(before)), None) if before is not None else None

    def _addition(self, segment: Segment, before: int, pages: Sequence[Page]) -> Addition:
        origins = self._sources.origins
        after = max(n for n, origin in enumerate(origins) if origin == origins[before])
        folder = self._now.project.deck.folder
        kept = {f"{FOLDER}/{path.name}": path.read_bytes() for path in (folder / FOLDER).glob("*") if path.is_file()}
        deck, losses = NewDeck(files=dict(kept)), Losses()
        width = self._edited.presentation.slide_width
        deck.slides = [
            read_slide(page.slide, ForeignLine("", f"{self._name}#slide={page.number}", 1), width, deck, losses)
            for page in pages
        ]
        self.losses += [replace(fault, code="not-synced") for fault in losses.found]
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
        texts = self._sources.changed([addition.change()])
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
            if missing := [text for text in page.texts if text not in made.texts]:
                return f"it would not say '{missing[0][:60]}'"
        others = [*pages[: addition.after + 1], *pages[addition.after + 1 + count :]]
        if [page.title for page in others] != [page.title for page in before]:
            return "other slides would change"
        return None
