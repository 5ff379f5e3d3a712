"""What someone changed on one slide."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from msgspec import Struct

from quarterdeck.compile.pptx.base import NOTES, BaseSlide
from quarterdeck.workshop.edits.changes import Comparison, Edit, Place, Refusal
from quarterdeck.workshop.edits.pages import Page, PageParagraph, PageShape

LEAST_ALIKE = 0.5
"""Similarity from which a paragraph counts as a new wording of another, where their places don't tell."""


class _Entry(Struct, frozen=True):
    """A paragraph of one version of a slide."""

    shape: int
    paragraph: int
    sum: str
    text: str = ""


class SlideComparison:
    """The comparison of one slide."""

    def __init__(self, base: BaseSlide, edited: Page, now: Page, index: int, found: Comparison) -> None:
        self._base, self._edited, self._now = base, edited, now
        self._index, self._found = index, found
        self._same_ids = edited.name == base.id
        """Shapes keep their ids in programs that keep the names of slides."""
        self._kept = [
            _Entry(s, p, sum_) for s, shape in enumerate(base.shapes) for p, sum_ in enumerate(shape.paragraphs)
        ]
        ours = _entries(now.shapes)
        self._ours = dict(_aligned(self._kept, ours))
        """The deck's paragraph for each of the base that it still gives."""

    def compare(self) -> None:
        """Add what changed to the comparison."""
        theirs = _entries(self._edited.shapes)
        if not self._same_ids:
            self._stretch(self._kept, theirs)
            return
        ids = {shape.id: number for number, shape in enumerate(self._edited.shapes)}
        for number, shape in enumerate(self._base.shapes):
            kept = [entry for entry in self._kept if entry.shape == number]
            found = ids.pop(shape.id, None)
            if found is None:
                self._gone(number, kept)
                continue
            self._stretch(kept, [entry for entry in theirs if entry.shape == found])
            self._move(number, found)
        for number in ids.values():
            self._new_shape(self._edited.shapes[number])

    def _gone(self, number: int, kept: Sequence[_Entry]) -> None:
        shape = self._base.shapes[number]
        if shape.id == NOTES:
            what = "the speaker notes were taken away"
        elif not kept and not shape.place:
            return
        else:
            what = "a shape was taken away" + self._said(kept)
        ours = self._ours.get(kept[0]) if kept else None
        same = (n for n, s in enumerate(self._now.shapes) if not kept and (s.id, s.place) == (shape.id, shape.place))
        gone = ours.shape if ours is not None else next(same, None)
        at = Place(self._index, ours.shape, ours.paragraph) if ours is not None else None
        self._found.refusals.append(Refusal(self._index, what, "take it out of the source", at, gone=gone))

    def _said(self, kept: Sequence[_Entry]) -> str:
        texts = [self._ours[entry].text for entry in kept if entry in self._ours]
        return f": '{_short(texts[0])}'" if texts else ""

    def _new_shape(self, shape: PageShape) -> None:
        texts = [paragraph.text for paragraph in shape.paragraphs if paragraph.text]
        if shape.id == NOTES:
            what = f"speaker notes were added: '{_short(texts[0])}'"
        elif texts:
            what = f"a text box was added: '{_short(texts[0])}'"
        elif shape.element.xpath(".//p:ph"):
            return  # an empty placeholder, which shows nothing
        elif shape.element.tag.endswith(("}pic", "}graphicFrame", "}sp", "}cxnSp", "}grpSp")):
            what = f"'{shape.name}' was added"
        else:
            return
        self._found.refusals.append(Refusal(self._index, what, "add it to the source", shape=shape))

    def _move(self, number: int, found: int) -> None:
        shape, edited = self._base.shapes[number], self._edited.shapes[found]
        if not edited.place or shape.place == edited.place:
            return
        ours = next((n for n, s in enumerate(self._now.shapes) if s.id == shape.id and s.place == shape.place), None)
        texts = [paragraph.text for paragraph in edited.paragraphs if paragraph.text]
        what = f"'{_short(texts[0])}' was moved or resized" if texts else f"'{edited.name}' was moved or resized"
        if ours is None:
            self._refuse(what, "the deck places it elsewhere now", None)
        else:
            self._found.moved.append((self._index, ours, found))

    def _stretch(self, kept: Sequence[_Entry], theirs: Sequence[_Entry]) -> None:
        """Paragraphs of the base, and what they have become."""
        changes = difflib.SequenceMatcher(None, [e.sum for e in kept], [e.sum for e in theirs], autojunk=False)
        before: _Entry | None = None
        for tag, i1, i2, j1, j2 in changes.get_opcodes():
            if tag != "equal":
                after = kept[i2] if i2 < len(kept) else None
                self._hunk(kept[i1:i2], theirs[j1:j2], before, after)
            elif self._same_ids:  # other programs rewrite all looks
                self._compare_looks(kept[i1:i2], theirs[j1:j2])
            before = kept[i2 - 1] if i2 else before

    def _compare_looks(self, kept: Sequence[_Entry], theirs: Sequence[_Entry]) -> None:
        for was, becomes in zip(kept, theirs, strict=True):
            ours = self._ours.get(was)
            if ours is None:
                continue
            now = self._now.shapes[ours.shape].paragraphs[ours.paragraph]
            edited = self._paragraph(becomes)
            if edited.looks != now.looks:
                place = Place(self._index, ours.shape, ours.paragraph)
                self._found.looks.append(Edit(place, ours.text, ours.text, edited=edited))

    def _hunk(self, old: Sequence[_Entry], new: Sequence[_Entry], before: _Entry | None, after: _Entry | None) -> None:
        if self._is_table(old, new) and len(old) != len(new):
            self._refuse("rows or columns of a table were added or taken away", "change the table", (*old, before)[0])
            return
        last = before
        for was, becomes in self._paired(old, new):
            if was is None:
                self._insert([entry for entry in becomes if entry.text], last, after)
            elif was not in self._ours:
                self._conflict(was, becomes)
                last = was
            else:
                self._edit(was, becomes)
                last = was

    def _is_table(self, old: Sequence[_Entry], new: Sequence[_Entry]) -> bool:
        return any(self._edited.shapes[entry.shape].is_table for entry in new)

    def _paired(self, old: Sequence[_Entry], new: Sequence[_Entry]) -> Iterator[tuple[_Entry | None, Sequence[_Entry]]]:
        """Each paragraph with what it became; with None what was added."""
        if len(old) == len(new) and (self._same_ids or self._are_alike(old, new)):
            yield from ((was, (now,)) for was, now in zip(old, new, strict=True))
            return
        scores = [[self._alike(was, now) for now in new] for was in old]
        chosen = dict(_best(scores))
        at = 0
        for place, was in enumerate(old):
            if place in chosen:
                if chosen[place] > at:
                    yield None, new[at : chosen[place]]
                yield was, (new[chosen[place]],)
                at = chosen[place] + 1
            else:
                yield was, ()
        if at < len(new):
            yield None, new[at:]

    def _are_alike(self, old: Sequence[_Entry], new: Sequence[_Entry]) -> bool:
        return all(self._alike(was, now) >= LEAST_ALIKE for was, now in zip(old, new, strict=True))

    def _alike(self, was: _Entry, now: _Entry) -> float:
        if was not in self._ours:
            return 0.0
        text = self._ours[was].text
        return difflib.SequenceMatcher(None, text, now.text, autojunk=False).ratio()

    def _edit(self, was: _Entry, becomes: Sequence[_Entry]) -> None:
        ours = self._ours[was]
        edited = self._paragraph(becomes[0]) if becomes else None
        is_table = self._now.shapes[ours.shape].is_table
        place = Place(self._index, ours.shape, ours.paragraph)
        new = becomes[0].text if becomes else ""
        self._found.edits.append(Edit(place, ours.text, new, is_table, edited=edited))

    def _insert(self, new: Sequence[_Entry], before: _Entry | None, after: _Entry | None) -> None:
        if not new:
            return
        added = tuple(map(self._paragraph, new))
        for anchor, above in ((before, False), (after, True)):
            if anchor is not None and anchor in self._ours:
                ours = self._ours[anchor]
                place = Place(self._index, ours.shape, ours.paragraph)
                self._found.edits.append(Edit(place, ours.text, ours.text, added=added, above=above))
                return
        what = f"a paragraph was added: '{_short(new[0].text)}'"
        self._refuse(what, "the deck has changed around it", before or after)

    def _conflict(self, was: _Entry, becomes: Sequence[_Entry]) -> None:
        """A paragraph that the deck doesn't give as it was built."""
        said = becomes[0].text if becomes else ""
        known = {paragraph.text for shape in self._now.shapes for paragraph in shape.paragraphs}
        if said and said in known:
            return  # the deck says the same by now
        at = self._near(was, said)
        now = self._now.shapes[at.shape].paragraphs[at.paragraph].text if at is not None else None
        edited = f"the file says '{_short(said)}'" if said else "it was taken out of the file"
        what = f"both were changed: {edited}" + (f", the deck says '{_short(now)}'" if now else "")
        self._found.refusals.append(Refusal(self._index, what, "choose one of them", at, is_conflict=True))

    def _near(self, was: _Entry, said: str) -> Place | None:
        """What the deck gives in that place now: the most similar paragraph that the base doesn't have."""
        taken = {(entry.shape, entry.paragraph) for entry in self._ours.values()}
        new = [entry for entry in _entries(self._now.shapes) if (entry.shape, entry.paragraph) not in taken]
        new = [entry for entry in new if entry.text]
        if not new:
            return None
        every, number = _entries(self._now.shapes), self._kept.index(was)
        before = next((n for n in range(number - 1, -1, -1) if self._kept[n] in self._ours), None)
        if before is not None:
            place = every.index(self._ours[self._kept[before]]) + number - before
            if place < len(every) and every[place] in new:
                return Place(self._index, every[place].shape, every[place].paragraph)
        best = max(new, key=lambda e: (difflib.SequenceMatcher(None, e.text, said).ratio(), -abs(e.shape - was.shape)))
        return Place(self._index, best.shape, best.paragraph)

    def _refuse(self, what: str, hint: str, about: _Entry | None) -> None:
        ours = self._ours.get(about) if about is not None else None
        at = Place(self._index, ours.shape, ours.paragraph) if ours is not None else None
        self._found.refusals.append(Refusal(self._index, what, hint, at))

    def _paragraph(self, entry: _Entry) -> PageParagraph:
        return self._edited.shapes[entry.shape].paragraphs[entry.paragraph]


def _entries(shapes: Sequence[PageShape]) -> list[_Entry]:
    return [
        _Entry(s, p, paragraph.sum, paragraph.text)
        for s, shape in enumerate(shapes)
        for p, paragraph in enumerate(shape.paragraphs)
    ]


def _aligned(some: Sequence[_Entry], others: Sequence[_Entry]) -> Iterator[tuple[_Entry, _Entry]]:
    """The paragraphs that are the same in both, in their order."""
    changes = difflib.SequenceMatcher(None, [e.sum for e in some], [e.sum for e in others], autojunk=False)
    for a, b, count in changes.get_matching_blocks():
        yield from zip(some[a : a + count], others[b : b + count], strict=True)


def _best(scores: Sequence[Sequence[float]]) -> Iterator[tuple[int, int]]:
    """The pairs in order that are most alike altogether, each at least ``LEAST_ALIKE``."""
    rows, columns = len(scores), len(scores[0]) if scores else 0
    totals = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for row in range(rows - 1, -1, -1):
        for column in range(columns - 1, -1, -1):
            score = scores[row][column]
            paired = score + totals[row + 1][column + 1] if score >= LEAST_ALIKE else 0.0
            totals[row][column] = max(paired, totals[row + 1][column], totals[row][column + 1])
    row = column = 0
    while row < rows and column < columns:
        score = scores[row][column]
        if score >= LEAST_ALIKE and totals[row][column] == score + totals[row + 1][column + 1]:
            yield row, column
            row, column = row + 1, column + 1
        elif totals[row][column] == totals[row + 1][column]:
            row += 1
        else:
            column += 1


def _short(text: str | None, most: int = 60) -> str:
    """A text as it is quoted in messages."""
    text = " ".join((text or "").split())
    return text if len(text) <= most else f"{text[: most - 1]}…"
