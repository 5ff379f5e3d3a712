"""A deck that was built, edited as in PowerPoint, and changed since."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pptx import Presentation

from quarterdeck.model.options import PLAIN, Choices
from quarterdeck.project.outputs.formats import pptx
from quarterdeck.project.project import load_project
from quarterdeck.workshop.edits.builder import Builder
from quarterdeck.workshop.edits.pages import read_pages
from quarterdeck.workshop.edits.replay import Merged, merge
from quarterdeck.workshop.edits.sync import Synced, sync

DECK = """\
---
title: Harbour
vars: {client: ACME}
---
# Ships and *harbours*

- A ship needs a **safe** harbour
- A harbour needs `ships`
- The end

<!--
Say: hello to everyone.

Second line.
-->

---

# Figures for {{ client }}

| port | ships |
| --- | --- |
| Kiel | 12 |
| Rostock | 12 |

Everything for {{ client }} and its friends

{% include "part.md" %}

---
id: last
demo: greet
layout: demo
---

# Live

Look at this
"""
PART = "## Included words\n\nThey stand in another file\n"
DEMO = "# A greeting\n\nSay it.\n\n```console\n$ echo ahoy\nahoy\n```\n"


class EditedDeck:
    """A deck in a folder, and its PPTX as someone has edited it."""

    def __init__(self, folder: Path, choices: Choices = PLAIN) -> None:
        self.folder = folder
        self.file = folder / "edited.pptx"
        self.choices = choices
        self.presentation: Any = None

    def build(self, **sources: str) -> None:
        """Write the sources, ``deck`` first (``demos__x`` is ``demos/x.md``), and build them."""
        for name, text in sources.items():
            self.write(name, text)
        data = pptx(load_project(self.folder, self.choices))
        (self.folder / "built.pptx").write_bytes(data)
        self.presentation = Presentation(io.BytesIO(data))

    def write(self, name: str, text: str) -> None:
        """Write a source."""
        path = self.folder / f"{name.replace('__', '/')}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    def read(self, name: str = "deck") -> str:
        """A source as it is."""
        return (self.folder / f"{name.replace('__', '/')}.md").read_text("utf-8")

    def slide(self, name: str) -> Any:
        """A slide of the PPTX by the deck's id."""
        return next(s for s in self.presentation.slides if s._element.cSld.get("name") == name)

    def paragraphs(self) -> Iterator[Any]:
        """All paragraphs of slides, tables and notes."""
        for slide in self.presentation.slides:
            for shape in _flat(slide.shapes):
                if shape.has_text_frame:
                    yield from shape.text_frame.paragraphs
                elif getattr(shape, "has_table", False) and shape.has_table:
                    for cell in (cell for row in shape.table.rows for cell in row.cells):
                        yield from cell.text_frame.paragraphs
            if slide.has_notes_slide:
                yield from slide.notes_slide.notes_text_frame.paragraphs

    def paragraph(self, text: str) -> Any:
        """The first paragraph with that text."""
        return next(p for p in self.paragraphs() if "".join(r.text for r in p.runs) == text)

    def say(self, old: str, new: str) -> None:
        """Change words within the first run that has them."""
        run = next(run for p in self.paragraphs() for run in p.runs if old in run.text)
        run.text = run.text.replace(old, new)

    def sync(self, original: Path | None = None) -> Synced:
        """Save, and ask for the edits."""
        self.presentation.save(str(self.file))
        return sync(self.file, Builder(self.folder, self.choices), original)

    def taken(self) -> Synced:
        """Save, and take the edits."""
        found = self.sync()
        for output in found.outputs:
            output.path.parent.mkdir(exist_ok=True)
            output.path.write_bytes(output.data)
        return found

    def merge(self) -> tuple[Merged, list[list[str]]]:
        """Save, and replay the edits: the texts of each slide of the new file."""
        self.presentation.save(str(self.file))
        merged = merge(self.file, Builder(self.folder, self.choices))
        pages = read_pages(merged.pptx).pages
        return merged, [[p.text for shape in page.shapes for p in shape.paragraphs] for page in pages]


def messages(found: Synced | Merged) -> list[str]:
    """What was refused: ``file:line message``."""
    return [f"{Path(d.span.file).name}:{d.span.line} {d.message}" if d.span else d.message for d in found.refused]


def _flat(shapes: Any) -> Iterator[Any]:
    for shape in shapes:
        if shape.shape_type == 6:
            yield from _flat(shape.shapes)
        else:
            yield shape


Change = Callable[[EditedDeck], None]
