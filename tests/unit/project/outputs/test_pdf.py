"""Printing to PDF: paper, page numbers, the same bytes, and a machine without a browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.model.options import Role
from quarterdeck.project.outputs.pdf import page_numbers, paper_of, print_deck, print_handout, undated
from support.workshop_deck import load_workshop


def test_without_a_browser_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names what is missing, and another way to a PDF."""
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(QuarterdeckError, match="no browser was found to print the PDF with") as caught:
        print_deck(b"<html></html>")
    (fault,) = caught.value.diagnostics
    assert fault.code == "no-browser"
    assert "Chromium" in (fault.hint or "") and "?print-pdf" in (fault.hint or "")


@pytest.mark.parametrize(
    ("lang", "paper"), [("en", "A4"), ("en-US", "letter"), ("en-GB", "A4"), ("de", "A4"), ("zh-Hant-TW", "A4")]
)
def test_paper_is_that_of_the_region(lang: str, paper: str) -> None:
    """A language alone prints on A4, as most of the world does."""
    assert paper_of(lang) == paper


def test_page_numbers_follow_the_tree_of_pages() -> None:
    """Not the order in which the pages were written; a document of another kind tells nothing."""
    pdf = (
        b"%PDF-1.4\n7 0 obj\n<</Type /Page\n>>\nendobj\n3 0 obj\n<</Type /Page\n>>\nendobj\n"
        b"9 0 obj\n<</Type /Pages\n/Count 2\n/Kids [7 0 R 3 0 R]>>\nendobj\n"
        b"8 0 obj\n<</a [3 0 R /XYZ 0 800 0]\n/\xc3#bc#20b [7 0 R /XYZ 0 1 0]>>\nendobj\n"
        b"5 0 obj\n<</Title (A)\n/Dest [3 0 R /XYZ 1 2 0]>>\nendobj\n"
    )
    assert page_numbers(pdf) == {"a": 2, "ü b": 1}
    assert page_numbers(b"%PDF-1.7 packed") == {}


def test_the_time_of_printing_is_taken_out() -> None:
    """In as many bytes."""
    pdf = b"<</CreationDate (D:20261125181907+00'00')\n/ModDate (D:20261125181907+00'00')>> D:20261125181907"
    assert undated(pdf).count(b"(D:19800101000000+00'00')") == 2
    assert len(undated(pdf)) == len(pdf)


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.usefixtures("chromium")
def test_a_printed_handout(tmp_path: Path) -> None:
    """The contents say on which page each chapter is; hints and solutions begin one; printed twice it is the same."""
    project = load_workshop(tmp_path / "deck", Role.INSTRUCTOR)
    pdf = print_handout(project)
    pages = page_numbers(pdf)
    assert pages == {"publishing": 1, "exercise-1": 2, "exercise-1-hints": 3, "hints": 3, "solutions": 4}
    box = re.search(rb"/MediaBox \[0 0 (\d+)[.\d]* (\d+)", pdf)
    assert box is not None
    assert (int(box[1]), int(box[2])) in ((594, 841), (595, 842)), "A4 in points"
    assert pdf == print_handout(project)
    bookmarks = re.findall(rb"<</Title \(([^)]*)\)\n/Dest", pdf)
    assert {b"Publishing", b"A port is a door", b"Solutions"} <= set(bookmarks)
    assert b"/StructTreeRoot" in pdf, "tagged, for screen readers"
