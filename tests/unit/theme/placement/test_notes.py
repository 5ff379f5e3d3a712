"""Speaker notes on their page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.compile.pptx.writer import write_pptx
from quarterdeck.model.content import Block, Code, Run
from quarterdeck.model.deck import Layout, Slide
from quarterdeck.theme.measure.lines import break_lines
from quarterdeck.theme.measure.runs import column, fount
from quarterdeck.theme.placement import notes
from quarterdeck.theme.placement.notes import PAGE_WIDTH, POINTS
from support.ooxml_lint import A, Pptx
from support.placed_decks import HARBOUR, bullets, deck_of, paragraph, placed


def slide_with(*notes: Block) -> Slide:
    """A slide with notes."""
    return Slide("a", Layout.CONTENT, (Run("A"),), {"body": (paragraph("x"),)}, notes)


def sizes_in_file(made: Slide) -> set[str]:
    """The sizes of the notes in the PPTX, in 1/100 pt."""
    result = placed(made)
    pptx = Pptx(write_pptx(deck_of(made), result.slides, HARBOUR, show_url="http://127.0.0.1:7777"))
    return {str(run.get("sz")) for run in pptx.xml("ppt/notesSlides/notesSlide1.xml").iter(f"{A}rPr")}


def test_short_notes_have_their_size() -> None:
    """Twelve points, whatever the program makes of the notes master."""
    assert sizes_in_file(slide_with(paragraph("Say this."), bullets("one", "two"))) == {"1200"}


@pytest.mark.parametrize("notes", [(paragraph("word " * 400),), (Code("\n".join("echo" for _ in range(24))),)])
def test_long_notes_shrink_until_they_fit(notes: tuple[Block, ...]) -> None:
    """By whole points, and no less than needed."""
    assert placed(slide_with(*notes)).diagnostics == ()
    (size,) = sizes_in_file(slide_with(*notes))
    assert 800 <= int(size) < 1200


def test_notes_longer_than_their_page_are_told() -> None:
    """With their place, and by how many lines."""
    (found,) = placed(slide_with(paragraph("word " * 2000, line=9))).diagnostics
    assert (found.code, found.severity) == ("notes-overflow", "warning")
    assert "longer than their page" in found.message
    assert found.span is not None
    assert found.span.line == 9


@given(st.lists(st.text(st.sampled_from("iWm@%. -/x"), min_size=1, max_size=120), min_size=1, max_size=6))
def test_notes_that_need_no_measuring_would_have_been_found_to_fit(texts: list[str]) -> None:
    """The quick look never calls notes short that aren't."""
    faces = fount(HARBOUR, "body", bold=False, italic=False)
    for text in texts:
        inlines = (Run(text, bold="x" in text, code="/" in text),)
        measured = column(inlines, faces, POINTS[0] * 4 / 3)
        lines = break_lines(measured.tokens, measured.room(PAGE_WIDTH)).ends
        assert max(1, len(lines)) <= notes._most_lines(inlines, 0)
