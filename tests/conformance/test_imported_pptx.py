"""Our own PPTX imported again: what Markdown can say comes back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from quarterdeck.compile.pptx.elements.omml import office_math, tex_of
from quarterdeck.model.content import Chart, Code, Inline, InlineMath, List, Math, Run, Table
from quarterdeck.model.deck import Slide
from quarterdeck.model.walk import every
from quarterdeck.project.outputs.formats import pptx
from quarterdeck.project.project import Project, load_project
from quarterdeck.workshop.imports.deck import import_deck
from support.flagship import FLAGSHIP

CONFORMANCE = Path(__file__).parent / "deck"


def normal(tex: str) -> str:
    """A formula as it comes back from Office's form of it."""
    return tex_of(etree.fromstring(office_math(tex, "")))


def traits(slides: Iterator[Slide] | tuple[Slide, ...]) -> Counter[tuple[str, str]]:
    """Bold words, formulas, checkboxes, languages of code, and charts of slides."""
    found: Counter[tuple[str, str]] = Counter()
    for slide in slides:
        blocks = [block for slot in slide.slots.values() for block in every(slot)]
        for block in blocks:
            match block:
                case Code(language=str(language)) if language not in ("console", "text"):
                    found["language", language] += 1
                case Math(tex=tex):
                    found["formula", normal(tex)] += 1
                case Chart(title=str(title)):
                    found["chart", title] += 1
                case List(items=items):
                    found.update(("checkbox", str(item.checked)) for item in items if item.checked is not None)
                case Table(header=header, rows=rows):
                    for row in (header, *rows):
                        for cell in row.cells:
                            _inlines(cell, found)
            _inlines(getattr(block, "inlines", ()), found)
    return found


def _inlines(inlines: tuple[Inline, ...], found: Counter[tuple[str, str]]) -> None:
    for inline in inlines:
        match inline:
            case Run(bold=True, text=text):
                found["bold", " ".join(text.split())] += 1
            case InlineMath(tex=tex):
                found["formula", normal(tex)] += 1


def imported(project: Project, folder: Path) -> Project:
    """The deck's PPTX as a deck again."""
    (folder / "talk.pptx").write_bytes(pptx(project))
    outputs, _ = import_deck(folder / "talk.pptx", folder / "again")
    for output in outputs:
        output.path.parent.mkdir(parents=True, exist_ok=True)
        output.path.write_bytes(output.data)
    return load_project(folder / "again")


@pytest.mark.slow
@pytest.mark.parametrize("deck", [FLAGSHIP, CONFORMANCE], ids=["flagship", "everything"])
def test_nothing_that_markdown_says_is_lost(deck: Path, tmp_path: Path) -> None:
    """No bold word, formula, checkbox, language or chart title of any slide; and the title of each."""
    project = load_project(deck)
    again = imported(project, tmp_path)
    before, after = traits(p.slide for p in project.slides), traits(p.slide for p in again.slides)
    lost = {trait: count for trait, count in (before - after).items() if trait[0] != "chart"}
    assert lost == {}
    assert {kind for kind, _ in before} <= {"bold", "formula", "checkbox", "language", "chart"}
    titles = [p.slide.title_text for p in again.slides]
    assert [t for p in project.slides if not any(title.startswith(t := p.slide.title_text) for title in titles)] == []
