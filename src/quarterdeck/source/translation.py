"""Translated slides, kept beside the original: ``deck.de.md`` next to ``deck.md``, and so for every include.

A translation holds slides with the ids of those that they translate, in any order.  What a translated slide
doesn't say itself (layout, demo, duration, …) stays as the original says it.  What isn't translated stays as it
is, with a warning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from quarterdeck.diagnostics import Diagnostics, QuarterdeckError, SourceSpan, suggestion
from quarterdeck.model.options import Role
from quarterdeck.source.markdown.attributes import parse_attributes
from quarterdeck.source.markdown.context import Surroundings
from quarterdeck.source.markdown.parser import link_references
from quarterdeck.source.markdown.separators import SlideText, split_front_matter, split_slides
from quarterdeck.source.slides.slide import DraftSlide, read_slide, slide_front_matter
from quarterdeck.source.template.render import Rendering
from quarterdeck.text.fields import Fields, parse_fields
from quarterdeck.text.passage import Passage
from quarterdeck.text.source_file import is_file, read_source, shown_path, translation_of

_TAG = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*\Z")
"""A language tag (BCP 47, 2.1), as far as it names files."""
_WHAT = "the translation's front matter"


class Translation(Struct):
    """The translation of one deck into one language."""

    file: Path
    """The deck's own file."""
    language: str
    found: Diagnostics
    front: Fields
    """The keys of the translated deck; none where it has no front matter."""
    body: Passage | None
    """The rest of the translated deck's file; None where there is no such file."""
    has_front_matter: bool = False
    read: list[Path] = field(default_factory=list)
    """The translated files."""
    _translated: set[str] = field(default_factory=set)
    _with_old_notes: set[str] = field(default_factory=set)
    """Translated slides whose notes are the original's."""

    @classmethod
    def of(cls, file: Path, language: str, keys: Sequence[str], found: Diagnostics) -> Translation:
        """Read the front matter of the translated deck; ``keys`` are those that a deck has.

        Raises:
            QuarterdeckError: for text that is not a language tag.

        """
        if not _TAG.match(language):
            raise QuarterdeckError.of(
                f"'{language}' is not a language tag", hint="such as de, pt-BR", code="bad-language"
            )
        path = translation_of(file, language)
        text = read_source(path, found) if is_file(path) else None
        if text is None:
            return cls(file, language, found, Fields(found), None)
        matter, body = split_front_matter(Passage.of_file(text, shown_path(path)), found, _WHAT)
        front = parse_fields(matter, keys, _WHAT, found)
        return cls(file, language, found, front, body, matter is not None, [path])

    def apply(
        self, drafts: Sequence[DraftSlide], sources: Sequence[Path], rendering: Rendering, surroundings: Surroundings
    ) -> list[DraftSlide]:
        """The slides, translated where they can be; ``sources`` are the files that they were written in."""
        rendering = replace(rendering, language=self.language)
        known = {draft.slide.id: n for n, draft in enumerate(drafts)}
        result = list(drafts)
        hold_slides = {draft.written_in for draft in drafts}
        for source in (s for s in sources if s == self.file or shown_path(s) in hold_slides):
            for text, front, references in self._slides(source, rendering):
                identifier = front.text("id") or _id_of_title(text)
                at = front.span("id") or text.body.line_span(0)
                if identifier is None:
                    self._nameless(at, drafts)
                elif identifier not in known:
                    self.found.warning(
                        f"this translates '{identifier}', which is not a slide of the deck",
                        at,
                        hint=suggestion(identifier, known),
                        code="unknown-translation",
                    )
                elif identifier in self._translated:
                    self.found.error(
                        f"'{identifier}' is translated twice", at, hint="keep one of them", code="duplicate-id"
                    )
                else:
                    number = known[identifier]
                    around = replace(surroundings, references=references)
                    result[number] = self._translate(text, front, number, drafts[number], around)
        if not self.read and not self.found.errors:
            self.found.error(
                f"this deck isn't translated into '{self.language}'",
                SourceSpan(shown_path(self.file)),
                hint=f"translated slides are kept in {shown_path(translation_of(self.file, self.language))}",
                code="missing-translation",
            )
        return result

    def report_missing(self, shown: Sequence[DraftSlide], sources: Sequence[Path], role: Role | None) -> None:
        """Warn about slides that stay as they are, once for a file that isn't translated at all, and about notes."""
        for slide in (draft.slide for draft in shown if draft.slide.id in self._with_old_notes):
            if role is not Role.ATTENDEE:
                self.found.warning(
                    f"the notes of the slide '{slide.id}' aren't translated into '{self.language}'",
                    slide.span,
                    hint="they stay as they are",
                    code="missing-translation",
                )
        for source in sources:
            name = shown_path(source)
            path = translation_of(source, self.language)
            own = [d.slide for d in shown if d.written_in == name and d.slide.id not in self._translated]
            if own and path not in self.read:
                self.found.warning(
                    f"{name} isn't translated into '{self.language}': "
                    + (f"its {len(own)} slides stay as they are" if len(own) > 1 else "its slide stays as it is"),
                    SourceSpan(name),
                    hint=f"translate it in {shown_path(path)}",
                    code="missing-translation",
                )
                continue
            for slide in own:
                self.found.warning(
                    f"the slide '{slide.id}' isn't translated into '{self.language}'",
                    slide.span,
                    hint=f"add it to {shown_path(path)}, with 'id: {slide.id}'",
                    code="missing-translation",
                )

    def _slides(self, source: Path, rendering: Rendering) -> Iterator[tuple[SlideText, Fields, Mapping[str, object]]]:
        """The slides in the translation of a file, with their front matter and the link targets of all."""
        path = translation_of(source, self.language)
        own = source == self.file
        if own:
            body = self.body
        else:
            text = read_source(path, self.found) if is_file(path) else None
            body = None if text is None else Passage.of_file(text, shown_path(path))
            if body is not None:
                self.read.append(path)
        rendered = rendering.render(body, path) if body is not None else None
        if rendered is None:
            return
        begins = own and self.has_front_matter
        references = link_references(rendered.lines)
        for each in split_slides(rendered, self.found, begins_after_separator=begins):
            if (each.front_matter or each.body).origins[0][0].file == shown_path(path):  # others come by their own file
                yield each, slide_front_matter(each, self.found), references

    def _translate(
        self, text: SlideText, front: Fields, number: int, original: DraftSlide, surroundings: Surroundings
    ) -> DraftSlide:
        self._translated.add(original.slide.id)
        merged = front.over(original.front) if original.front else front
        draft = read_slide(text, merged, number, surroundings, original)
        if original.slide.notes and not draft.slide.notes:
            self._with_old_notes.add(original.slide.id)
        slide = replace(draft.slide, id=original.slide.id, notes=draft.slide.notes or original.slide.notes)
        return replace(draft, slide=slide, steps=draft.steps or original.steps, written_in=original.written_in)

    def _nameless(self, at: SourceSpan, drafts: Sequence[DraftSlide]) -> None:
        self.found.error(
            "a translated slide says which one it translates",
            at,
            hint=f"'id: NAME'; the deck's are {', '.join(draft.slide.id for draft in drafts)}",
            code="missing-id",
        )


def _id_of_title(text: SlideText) -> str | None:
    """The id in the attributes of the first heading."""
    for line in text.body.lines:
        if line.startswith("#"):
            parsed = parse_attributes(line, line.rfind("{")) if "{" in line else None
            return parsed[0].id if parsed else None
    return None
