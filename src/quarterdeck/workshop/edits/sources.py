"""Where the Markdown of each slide is: in the deck, in files that it includes, or in the script of its demo."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from msgspec import Struct

from quarterdeck.diagnostics import Diagnostics, SourceSpan
from quarterdeck.model.content import Block
from quarterdeck.model.deck import Slide
from quarterdeck.model.walk import every
from quarterdeck.project.project import Project
from quarterdeck.source.markdown.separators import split_front_matter, split_slides
from quarterdeck.text.passage import Passage
from quarterdeck.text.source_file import read_source, shown_path
from quarterdeck.workshop.edits.markup import Match, Replacement, applied, matches


class Segment(Struct, frozen=True):
    """The lines of one slide in a file; of a demo's script all, and of a deck its front matter."""

    file: Path
    """Resolved."""
    start: int
    """The offset of its text in the file's."""
    text: str
    first_line: int

    def span(self, offset: int, length: int = 1) -> SourceSpan:
        """The place of an offset in its text, as it is shown to the author."""
        line = self.text.count("\n", 0, offset)
        column = offset - (self.text.rfind("\n", 0, offset) + 1)
        return SourceSpan(shown_path(self.file), self.first_line + line, column + 1, max(1, length))


class Found(Struct, frozen=True):
    """A paragraph of a slide in its source."""

    segment: Segment
    match: Match

    @property
    def span(self) -> SourceSpan:
        """Where it is written."""
        text = self.segment.text[self.match.start : self.match.end]
        return self.segment.span(self.match.start, len(text.split("\n", 1)[0]))


class AmbiguousError(Exception):
    """A paragraph is written in several places, and nothing tells which of them is meant."""


class Sources(Struct, dict=True):
    """The sources of a project as they are on disk."""

    project: Project

    @cached_property
    def origins(self) -> Sequence[int]:
        """For each placed slide the number of the deck's slide that it shows: one may be shown as several."""
        found: list[int] = []
        at = -1
        slides = self.project.deck.slides
        for placed in self.project.slides:
            if at + 1 < len(slides) and placed.slide.id == slides[at + 1].id:
                at += 1
            found.append(at)
        return found

    @cached_property
    def _texts(self) -> dict[Path, str]:
        return {}

    @cached_property
    def _files(self) -> dict[Path, tuple[Segment, ...]]:
        return {}

    def text(self, file: Path) -> str:
        """The text of a file, each line ended by a line feed."""
        if file not in self._texts:
            self._texts[file] = read_source(file, Diagnostics()) or ""
        return self._texts[file]

    def changed(self, changes: Iterable[tuple[Path, Replacement]]) -> dict[Path, str]:
        """The texts of the files that change; raises ValueError where two changes of one place differ."""
        made: dict[Path, list[Replacement]] = {}
        for file, change in changes:
            made.setdefault(file, []).append(change)
        return {file: applied(self.text(file), replaced) for file, replaced in made.items()}

    def segments(self, index: int) -> tuple[Segment, ...]:
        """Where the Markdown of a placed slide may be; its own slide first."""
        slide = self.project.deck.slides[self.origins[index]]
        found = dict.fromkeys(segment for span in _spans(slide) if (segment := self._at(span)) is not None)
        for demo in (
            self.project.deck.demos.get(slide.demo or ""),
            self.project.deck.exercises.get(slide.exercise or ""),
        ):
            if demo is not None:
                found |= dict.fromkeys(self._segments(demo.path.resolve(), whole=True))
        return tuple(found)

    def front(self) -> Segment | None:
        """The front matter of the deck."""
        file = self.main
        matter, _ = split_front_matter(Passage.of_file(self.text(file), ""), Diagnostics(), "")
        return _segment(file, self.text(file), matter) if matter is not None else None

    @property
    def main(self) -> Path:
        """The deck's own file."""
        return self.project.deck.sources[0].resolve()

    def span(self, index: int) -> SourceSpan | None:
        """Where a placed slide begins."""
        slide = self.project.slides[index].slide
        return slide.title_span or slide.span

    def found(self, index: int, paragraph: str, rank: int, count: int) -> Found | None:
        """Where a paragraph of a slide is written; None if it is nowhere, as what the build makes.

        ``rank``: how many equal ones are before it on the slide; ``count``: how many there are.

        Raises:
            AmbiguousError: when there are several, and no way to tell which is meant.

        """
        parts: list[Found] = []
        front = self.front()
        for segment in (*self.segments(index), *([front] if front is not None else [])):
            here = [Found(segment, match) for match in matches(segment.text, paragraph)]
            whole = [found for found in here if found.match.is_whole]
            if len(whole) == 1 or (whole and len(whole) == count):
                return whole[rank] if len(whole) == count else whole[0]
            if whole:
                raise AmbiguousError
            parts += here
        if len(parts) > 1:
            raise AmbiguousError
        return parts[0] if parts else None

    def _at(self, span: SourceSpan) -> Segment | None:
        file = Path(span.file).resolve()
        inside = (s for s in self._segments(file) if s.first_line <= span.line <= s.first_line + s.text.count("\n"))
        return next(inside, None)

    def _segments(self, file: Path, *, whole: bool = False) -> tuple[Segment, ...]:
        if file not in self._files:
            text = self.text(file)
            passage = Passage.of_file(text, "")
            if whole:
                self._files[file] = (Segment(file, 0, text, 1),)
            else:
                matter, body = split_front_matter(passage, Diagnostics(), "")
                slides = split_slides(body, Diagnostics(), begins_after_separator=matter is not None)
                self._files[file] = tuple(
                    _segment(file, text, slide.body, first=slide.front_matter or slide.body) for slide in slides
                )
        return self._files[file]


def _segment(file: Path, text: str, passage: Passage, first: Passage | None = None) -> Segment:
    begin = (first or passage).origins[0][0].line
    end = passage.origins[-1][0].line
    lines = text.split("\n")
    start = sum(len(line) + 1 for line in lines[: begin - 1])
    return Segment(file, start, "\n".join(lines[begin - 1 : end]), begin)


def _spans(slide: Slide) -> Iterator[SourceSpan]:
    blocks: list[Block] = [block for slot in slide.slots.values() for block in every(slot)]
    spans = [slide.span, slide.title_span, *(getattr(block, "span", None) for block in (*blocks, *every(slide.notes)))]
    yield from (span for span in spans if span is not None)


def written(texts: Mapping[Path, str]) -> Iterator[tuple[Path, bytes]]:
    """The bytes of changed files, with the line ends and the byte-order mark that each has on disk."""
    for file, text in texts.items():
        before = file.read_bytes()
        ends = "\r\n" if b"\r\n" in before else "\n"
        mark = b"\xef\xbb\xbf" if before.startswith(b"\xef\xbb\xbf") else b""
        yield file, mark + text.replace("\n", ends).encode()
