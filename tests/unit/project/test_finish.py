"""A user's own function that changes the PPTX last."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from pptx import Presentation

from quarterdeck.compile.pptx.base import BaseShape
from quarterdeck.diagnostics import QuarterdeckError, render
from quarterdeck.project.finish import Finish
from quarterdeck.project.outputs.formats import pptx
from quarterdeck.project.project import load_project
from quarterdeck.workshop.edits.pages import read_pages


@pytest.fixture(scope="module")
def deck(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The PPTX of a deck of one slide."""
    folder = tmp_path_factory.mktemp("deck")
    (folder / "deck.md").write_text("---\ntitle: Small\n---\n# A small deck\n\nText\n")
    return pptx(load_project(folder))


MARKED = b"""
count = 0

def finish(presentation):
    global count
    count += 1
    presentation.core_properties.keywords = f"finished {count}"
    for slide in presentation.slides:
        slide.shapes.add_textbox(0, 0, 914400, 914400).text_frame.text = "Confidential"
"""


def test_the_function_has_the_last_word(deck: bytes) -> None:
    """What it adds is in the file; each file is finished as if it were the only one, with the same bytes each time."""
    finish = Finish("mark.py", MARKED)
    made = finish.applied(deck)
    read = Presentation(io.BytesIO(made))
    assert read.core_properties.keywords == "finished 1"
    assert [shape.text_frame.text for shape in read.slides[0].shapes][-1] == "Confidential"
    assert finish.applied(deck) == made


def test_what_it_changes_is_no_edit(deck: bytes) -> None:
    """The finished file is the base that edits are compared with."""
    pages = read_pages(Finish("mark.py", MARKED).applied(deck))
    assert pages.base is not None
    added = pages.pages[0].shapes[-1]
    assert [p.text for p in added.paragraphs] == ["Confidential"]
    assert BaseShape(added.id, added.place, (added.paragraphs[0].sum,)) in pages.base[0].shapes


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("def finish(presentation)\n    pass\n", ["finish.py:1:25: error: SyntaxError: expected ':'"]),
        (
            "def logo(slide):\n    slide.shapes.logo()\n\n\ndef finish(presentation):\n"
            "    é = [logo(s) for s in presentation.slides]\n",
            ["finish.py:2:5: error: AttributeError: 'SlideShapes' object has no attribute 'logo'", "^^^^^^^^^^^^^^^^^"],
        ),
        ("import nowhere\n", ["finish.py:1:1: error: ModuleNotFoundError: No module named 'nowhere'"]),
        ("import sys\n\ndef finish(presentation):\n    sys.exit(3)\n", ["finish.py:4:5: error: SystemExit: 3"]),
        ("def finish():\n    pass\n", ["finish.py:1:1: error: TypeError: finish() takes 0 positional arguments"]),
        ("def end(presentation):\n    pass\n", ["finish.py has no function 'finish'", "def finish(presentation)"]),
        ("async def finish(presentation):\n    pass\n", ["finish.py has no function 'finish'"]),
        (
            "def finish(presentation):\n    presentation.part.package.main_document_part.rels._rels['x'] = None\n",
            ["finish.py:1:1: error: the PPTX can't be saved after finish(): AttributeError"],
        ),
    ],
)
def test_faults_have_their_place_in_the_users_file(deck: bytes, source: str, fault: list[str]) -> None:
    """The line of the user's own that led there, whichever library it failed in."""
    with pytest.raises(QuarterdeckError) as caught:
        Finish("finish.py", source.encode()).applied(deck)
    (diagnostic,) = caught.value.diagnostics
    shown = render(diagnostic, lambda file, line: source.splitlines()[line - 1])
    assert all(part in shown for part in fault), shown


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """It is named."""
    with pytest.raises(QuarterdeckError, match=r"none\.py can't be read: No such file"):
        Finish.read(tmp_path / "none.py")
