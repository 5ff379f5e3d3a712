"""Speaker notes on their page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.compile.pptx.writer import write_pptx
from quarterdeck.model.content import Align, Block, Code, Column, Heading, List, ListItem, Row, Run, Table, plain_text
from quarterdeck.model.deck import Layout, Slide
from quarterdeck.model.placed import NotesParagraph
from quarterdeck.theme.measure.lines import break_lines
from quarterdeck.theme.measure.runs import measured_paragraph, typefaces
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


@pytest.mark.slow
@given(st.lists(st.text(st.sampled_from("iWm@%. -/x"), min_size=1, max_size=120), min_size=1, max_size=6))
def test_notes_that_need_no_measuring_would_have_been_found_to_fit(texts: list[str]) -> None:
    """The quick look never calls notes short that aren't."""
    faces = typefaces(HARBOUR, "body", bold=False, italic=False)
    for text in texts:
        inlines = (Run(text, bold="x" in text, code="/" in text),)
        measured = measured_paragraph(inlines, faces, POINTS[0] * 4 / 3)
        lines = break_lines(measured.tokens, measured.room(PAGE_WIDTH)).ends
        assert max(1, len(lines)) <= notes._most_lines(inlines, 0)


def rows_of(
    *cells: str, aligns: tuple[Align, ...] = (Align.LEFT, Align.RIGHT, Align.CENTER)
) -> tuple[NotesParagraph, ...]:
    """The notes made of a table whose rows all have these cells."""
    row = Row(tuple((Run(cell),) for cell in cells))
    table = Table(tuple(map(Column, aligns)), row, (row,))
    return notes.notes_page((List((ListItem((table,)),)),), HARBOUR).paragraphs[1:]


def test_columns_of_tables_stand_at_tab_stops() -> None:
    """The second ends at its stop, the third is centred about its own; all are inside the page and its list."""
    head, body = rows_of("port", "80", "x")
    assert [stop.align for stop in head.tabs] == [Align.RIGHT, Align.CENTER]
    assert head.tabs == body.tabs
    assert notes.STEP < head.tabs[0].place < head.tabs[1].place < PAGE_WIDTH
    assert (head.bold, body.bold) == (True, False)
    assert plain_text(body.inlines) == "port\t80\tx"


def test_a_first_column_can_be_aligned_too() -> None:
    """Its row begins with a tab."""
    _, body = rows_of("8", "9", aligns=(Align.RIGHT, Align.LEFT))
    assert plain_text(body.inlines) == "\t8\t9"
    assert [stop.align for stop in body.tabs] == [Align.RIGHT, Align.LEFT]


def test_tables_wider_than_the_page_are_plain_lines() -> None:
    """Their cells follow one another, and break where lines do."""
    _, body = rows_of("word " * 20, "word " * 20, "y")
    assert body.tabs == ()
    assert plain_text(body.inlines).endswith("word    y")


@pytest.mark.parametrize("ordered", [True, False])
def test_no_mark_stands_before_an_empty_paragraph(ordered: bool) -> None:
    """PowerPoint would show none: code and headings take it, other things come after a blank of their own."""
    row = Row(((Run("a"),),))
    table = Table((Column(),), row, (row,))
    blocks: tuple[Block, ...] = (Code("ls\npwd"), Heading(3, (Run("Title"),)), table, bullets("nested"))
    items = (*(ListItem((block,)) for block in blocks), ListItem(()))
    page = notes.notes_page((List(items, ordered=ordered),), HARBOUR)
    marked = [p for p in page.paragraphs if p.depth == 1 and (p.bullet or p.start)]
    assert [plain_text(p.inlines) for p in marked] == ["ls", "Title", "\u00a0", "\u00a0", "\u00a0"]
