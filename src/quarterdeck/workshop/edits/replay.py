"""``merge``: the edits of a PPTX made again on the deck as it is built now; the sources stay as they are.

A paragraph that was edited is taken over with the looks of its words, in the place and with the bullet that the deck
gives it now.  What both have changed stays as the deck has it.
"""

from __future__ import annotations

import copy
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from quarterdeck.compile.pptx.base import NOTES
from quarterdeck.diagnostics import Diagnostic, Severity, SourceSpan, in_order
from quarterdeck.project.finish import packed
from quarterdeck.text.source_file import shown_path
from quarterdeck.workshop.edits.builder import Builder
from quarterdeck.workshop.edits.changes import Comparison, Edit, Refusal
from quarterdeck.workshop.edits.comparison import base_of, comparison_of
from quarterdeck.workshop.edits.pages import A, P, Page, PageParagraph, Pages, PageShape, read_pages
from quarterdeck.workshop.edits.sources import Sources

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_IMAGE, _SLIDE = "/image", "/slide"
_SECTION_SLIDE = "{http://schemas.microsoft.com/office/powerpoint/2010/main}sldId"
_FRAMES = ("./p:spPr/a:xfrm", "./p:grpSpPr/a:xfrm", "./p:xfrm")
"""Where shapes, groups and graphic frames have their places."""


class Merged(Struct):
    """A deck with edits made again."""

    pptx: bytes
    made: int
    """How many edits were made."""
    refused: tuple[Diagnostic, ...]
    """What could not be made, each with the place of its slide in the source."""


class BoundError(Exception):
    """Something belongs to a part of the edited file that can't be taken over; the message says to what."""


def merge(edited: Path, builder: Builder, original: Path | None = None) -> Merged:
    """Build a deck with the edits of a PPTX; writes nothing.

    Raises:
        QuarterdeckError: when the file can't be read, or has no base, or the deck has errors.

    """
    file = read_pages(edited)
    base = base_of(file, shown_path(edited), original)
    now = builder.built()
    comparison = comparison_of(base, file, now.pages, shown_path(edited))
    replay = _Replay(file, now.pages, Sources(now.project))
    replay.run(comparison)
    return Merged(packed(now.pages.presentation), replay.made, in_order(replay.refused))


class _Replay:
    """Changes the slides of the deck as it was built just now."""

    def __init__(self, edited: Pages, now: Pages, sources: Sources) -> None:
        self._edited, self._now, self._sources = edited, now, sources
        self.made = 0
        self.refused: list[Diagnostic] = []

    def run(self, comparison: Comparison) -> None:
        """Make all edits that can be made."""
        for edit in comparison.edits:
            self._try(lambda edit=edit: self._edit(edit), edit.at.slide, f"'{(edit.new or edit.old)[:60]}'")
        for edit in comparison.looks:
            self._try(lambda edit=edit: self._edit(edit), edit.at.slide, f"'{edit.old[:60]}'")
        for index in comparison.hidden:
            root, hidden = self._page(index).slide._element, self._edited.pages[comparison.pairs[index]].is_hidden
            self._try(lambda root=root, hidden=hidden: root.set("show", "01"[not hidden]), index, "hiding a slide")
        for slide, shape, edited in comparison.moved:
            self._move(self._page(slide).shapes[shape], self._edited.pages[comparison.pairs[slide]].shapes[edited])
        for refusal in comparison.refusals:
            self._other(refusal)
        self._add_slides(comparison.added)
        for index in comparison.removed:
            title = f"the slide '{self._page(index).title}' that was taken out"
            self._try(lambda index=index: self._remove_slide(index), index, title)

    def _try(self, make: Any, slide: int | None, what: str) -> None:
        try:
            make()
        except BoundError as error:
            self._refuse(f"{what} could not be made again: {error}", slide)
        else:
            self.made += 1

    def _page(self, slide: int) -> Page:
        return self._now.pages[slide]

    def _refuse(self, what: str, slide: int | None, hint: str | None = None, code: str = "not-merged") -> None:
        at = self._sources.span(slide) if slide is not None else SourceSpan(shown_path(self._sources.main))
        self.refused.append(Diagnostic(what, at, hint, code, Severity.WARNING))

    # paragraphs

    def _edit(self, edit: Edit) -> None:
        shape = self._page(edit.at.slide).shapes[edit.at.shape]
        paragraph = shape.paragraphs[edit.at.paragraph]
        if edit.added:
            self._refuse_builds(shape, edit.at.slide)
            self._insert(paragraph, edit)
        elif edit.is_table or edit.new:
            source = edit.edited
            assert source is not None
            copies = [_copied(element, source.owner, paragraph.owner, self._now.pages) for element in source.elements]
            self._rewrite(paragraph, copies)
        else:
            self._refuse_builds(shape, edit.at.slide)
            for element in paragraph.elements:
                _without(element)

    def _rewrite(self, paragraph: PageParagraph, copies: Sequence[Any]) -> None:
        first, *others = paragraph.elements
        for element in others:
            element.getparent().remove(element)
        properties = first.find(f"{A}pPr")
        last = first
        for number, new in enumerate(copies):
            if (old := new.find(f"{A}pPr")) is not None:
                new.remove(old)
            if properties is not None:
                new.insert(0, copy.deepcopy(properties))
            last.addnext(new)
            if number == 0:
                first.getparent().remove(first)
            last = new

    def _insert(self, anchor: PageParagraph, edit: Edit) -> None:
        copies = [
            _copied(element, p.owner, anchor.owner, self._now.pages) for p in edit.added for element in p.elements
        ]
        if edit.above:
            for copied in copies:
                anchor.elements[0].addprevious(copied)
            return
        for copied in reversed(copies):
            anchor.elements[-1].addnext(copied)

    def _refuse_builds(self, shape: PageShape, slide: int) -> None:
        """Animations name paragraphs by their numbers, which would be others."""
        root = self._page(slide).slide._element
        if root.xpath(f".//p:timing//p:spTgt[@spid='{shape.id}']//p:pRg") and shape.id != NOTES:
            raise BoundError("the paragraphs of this text appear one by one")

    # shapes

    def _move(self, shape: PageShape, edited: PageShape) -> None:
        frame = next((found[0] for path in _FRAMES if (found := edited.element.xpath(path))), None)
        if frame is None:
            return
        for path in _FRAMES:
            for old in shape.element.xpath(path):
                old.getparent().replace(old, copy.deepcopy(frame))
                self.made += 1
                return
        holder = shape.element.find(f"{P}spPr")
        if holder is not None:
            holder.insert(0, copy.deepcopy(frame))
            self.made += 1

    def _other(self, refusal: Refusal) -> None:
        slide = refusal.slide
        if slide is not None and refusal.shape is not None:
            shape = refusal.shape
            self._try(lambda: self._add_shape(self._page(slide), shape), slide, refusal.what)
        elif slide is not None and refusal.gone is not None:
            gone = self._page(slide).shapes[refusal.gone]
            self._try(lambda: self._remove_shape(gone, slide), slide, refusal.what)
        else:
            hint = "the deck's stays; change the new file by hand" if refusal.is_conflict else "do it again by hand"
            self._refuse(refusal.what, slide, hint, "edit-conflict" if refusal.is_conflict else "not-merged")

    def _add_shape(self, page: Page, shape: PageShape) -> None:
        if shape.id == NOTES:
            frame = page.slide.notes_slide.notes_text_frame
            frame.text = "\n".join(paragraph.text for paragraph in shape.paragraphs)
            return
        owner = next((p.owner for p in shape.paragraphs), None) or self._owner(shape)
        tree = page.slide.shapes._spTree
        _append(tree, _copied(shape.element, owner, page.slide, self._now.pages))

    def _owner(self, shape: PageShape) -> Any:
        root = shape.element.getroottree().getroot()
        return next(page.slide for page in self._edited.pages if page.slide._element is root)

    def _remove_shape(self, shape: PageShape, slide: int) -> None:
        if shape.id == NOTES:
            for paragraph in shape.paragraphs:
                for element in paragraph.elements:
                    _without(element)
            return
        if self._page(slide).slide._element.xpath(f".//p:timing//p:spTgt[@spid='{shape.id}']"):
            raise BoundError("it is animated")
        shape.element.getparent().remove(shape.element)

    # slides

    def _add_slides(self, added: Sequence[tuple[Page, int | None]]) -> None:
        last: dict[int | None, Any] = {}
        for page, before in added:
            what = f"the new slide {page.number} ('{page.title}')"
            if before is None and before not in last:
                last[before] = None
            elif before is not None and before not in last:
                last[before] = self._entry(self._page(before))
            try:
                entry = self._add_slide(page, last[before])
            except BoundError as error:
                self._refuse(f"{what} could not be made again: {error}", before)
            else:
                last[before] = entry
                self.made += 1

    def _entry(self, page: Page) -> Any:
        """The entry of a slide in the presentation's list."""
        entries = self._now.presentation.slides._sldIdLst
        return next(entry for entry in entries if entry.id == page.slide.slide_id)

    def _add_slide(self, page: Page, after: Any) -> Any:
        presentation = self._now.presentation
        layouts = {layout.name: layout for layout in presentation.slide_layouts}
        layout = layouts.get(page.slide.slide_layout.name)
        if layout is None:
            raise BoundError(f"the deck's theme has no layout '{page.slide.slide_layout.name}'")
        elements = [e for e in page.slide.shapes._spTree if e.tag not in (f"{P}nvGrpSpPr", f"{P}grpSpPr")]
        slide = presentation.slides.add_slide(layout)
        entries = presentation.slides._sldIdLst
        entry = entries[-1]
        tree = slide.shapes._spTree
        for old in [e for e in tree if e.tag not in (f"{P}nvGrpSpPr", f"{P}grpSpPr")]:
            tree.remove(old)
        try:
            for element in elements:
                _append(tree, _copied(element, page.slide, slide, self._now.pages))
        except BoundError:
            presentation.part.drop_rel(entry.rId)
            entries.remove(entry)
            raise
        notes = next((shape for shape in page.shapes if shape.id == NOTES), None)
        if notes is not None:
            slide.notes_slide.notes_text_frame.text = "\n".join(p.text for p in notes.paragraphs)
        entries.remove(entry)
        place = list(entries).index(after) + 1 if after is not None else 0
        entries.insert(place, entry)
        neighbour = after if after is not None else entries[min(1, len(entries) - 1)]
        for listed in self._listed(neighbour):
            new = copy.deepcopy(listed)
            new.set("id", str(entry.id))
            (listed.addnext if after is not None else listed.addprevious)(new)
        return entry

    def _listed(self, entry: Any) -> Iterator[Any]:
        """Where the sections of the presentation name a slide."""
        root = self._now.presentation.part._element
        yield from [found for found in root.iter(_SECTION_SLIDE) if found.get("id") == str(entry.id)]

    def _remove_slide(self, index: int) -> None:
        page = self._page(index)
        target = page.slide.part
        for other in self._now.pages:
            related = (r.target_part for r in other.slide.part.rels.values() if not r.is_external)
            if other is not page and any(part is target for part in related):
                raise BoundError(f"the slide '{other.title}' links to it")
        entry = self._entry(page)
        for listed in self._listed(entry):
            listed.getparent().remove(listed)
        self._now.presentation.part.drop_rel(entry.rId)
        entry.getparent().remove(entry)


def _append(tree: Any, element: Any) -> None:
    """Add a shape to a slide, with ids that are free there."""
    known = [int(found) for found in tree.xpath(".//p:cNvPr/@id") if str(found).isdigit()]
    for number, named in enumerate(element.xpath(".//p:cNvPr"), start=max(known, default=1) + 1):
        named.set("id", str(number))
    tree.append(element)


def _copied(element: Any, source: Any, target: Any, slides: Sequence[Page]) -> Any:
    """A copy of an element of one slide for another, with its pictures and its links, also to one of ``slides``.

    Raises:
        BoundError: when it needs another part: a chart, a video, a slide that isn't there.

    """
    new = copy.deepcopy(element)
    for holder in new.iter():
        for name, value in list(holder.attrib.items()):
            if not str(name).startswith(_R) or not value:
                continue
            relation = source.part.rels[value]
            if relation.is_external:
                holder.set(name, target.part.relate_to(relation.target_ref, relation.reltype, is_external=True))
            elif relation.reltype.endswith(_SLIDE) and (page := _named(relation.target_part, slides)) is not None:
                holder.set(name, target.part.relate_to(page.slide.part, relation.reltype))
            elif relation.reltype.endswith(_IMAGE) and not relation.target_part.partname.endswith(".svg"):
                image = io.BytesIO(relation.target_part.blob)
                holder.set(name, target.part.get_or_add_image_part(image)[1])
            else:
                raise BoundError(f"it needs a part of its own ({relation.reltype.rpartition('/')[2]})")
    return new


def _named(part: Any, slides: Sequence[Page]) -> Page | None:
    """The slide with the name of that in a part."""
    name = part._element.find(f"{P}cSld").get("name", "")
    return next((page for page in slides if name and page.name == name), None)


def _without(element: Any) -> None:
    """Take a paragraph out; the last one of its text stays, empty."""
    parent = element.getparent()
    if len(parent.findall(f"{A}p")) > 1:
        parent.remove(element)
        return
    for child in list(element):
        if child.tag != f"{A}pPr":
            element.remove(child)
