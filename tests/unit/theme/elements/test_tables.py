"""Tables."""

import pytest
from msgspec.structs import replace

from quarterdeck.diagnostics import SourceSpan
from quarterdeck.model.content import (
    Align,
    Code,
    Column,
    Definition,
    DefinitionList,
    LineBreak,
    Paragraph,
    Row,
    Run,
    Table,
)
from quarterdeck.model.placed import PlacedTable, PlacedText
from quarterdeck.model.theme import Box
from quarterdeck.theme.elements.context import MeasuredBlock
from quarterdeck.theme.elements.tables import PADDING, ROOMY_ROW, measured_table, measured_terms, stand_in_rows
from support.placed_decks import HARBOUR, context

SPAN = SourceSpan("deck.md", 3)


def table(*rows: tuple[str, ...], columns: tuple[Column, ...] | None = None, caption: str = "") -> Table:
    """A table of plain text, the first row its header."""
    head, *others = (Row(tuple((Run(cell),) for cell in row)) for row in rows)
    made = columns or (Column(),) * len(rows[0])
    return Table(made, head, tuple(others), (Run(caption),) if caption else (), span=SPAN)


def drawn(block: MeasuredBlock) -> PlacedTable:
    """The table of a block."""
    made = block.draw(Box(80, 160, 1120, block.height))[0]
    assert isinstance(made, PlacedTable)
    return made


def test_columns_are_as_wide_as_their_content_asks() -> None:
    """A column of sentences is wider than one of numbers; all fill the slot."""
    made = drawn(measured_table(table(("Option", "n"), ("a sentence of some length", "1")), context()))
    assert made.column_widths[0] > 3 * made.column_widths[1]
    assert sum(made.column_widths) == pytest.approx(1120, abs=2)


def test_a_long_column_leaves_short_ones_whole() -> None:
    """Only the long text is broken."""
    made = drawn(measured_table(table(("Flag", "What"), ("--detach, -d", "many words " * 30)), context()))
    flag, what = made.rows[1]
    assert flag.paragraph.lines == ("--detach, -d",)
    assert len(what.paragraph.lines) > 2


def test_widths_of_the_authors_are_kept() -> None:
    """A given share is that share, whatever stands in it."""
    columns = (Column(width=0.25), Column())
    made = drawn(measured_table(table(("a", "b"), ("word " * 40, "c"), columns=columns), context()))
    assert made.column_widths == (280, 840)


def test_rows_are_as_high_as_their_highest_cell() -> None:
    """Text never leaves its row."""
    block = measured_table(table(("a", "b"), ("short", "words " * 60)), context())
    made = drawn(replace(block, height=block.least))
    for row, height in zip(made.rows, made.row_heights, strict=True):
        lines = max(len(cell.paragraph.lines) for cell in row)
        assert height == lines * row[0].paragraph.line_height + 2 * PADDING[1]
    assert made.box.height == sum(made.row_heights)


def test_rows_are_higher_where_there_is_room() -> None:
    """All of them by the same, up to a bound, so that a short table doesn't leave its slide empty."""
    block = measured_table(table(("a",), ("1",), ("2",), caption="Table 1"), context())
    least, roomy = (block.draw(Box(80, 160, 1120, height)) for height in (block.least, block.height))
    assert isinstance(least[0], PlacedTable)
    assert isinstance(roomy[0], PlacedTable)
    grown = {after - before for before, after in zip(least[0].row_heights, roomy[0].row_heights, strict=True)}
    assert grown == {ROOMY_ROW}
    assert isinstance(roomy[1], PlacedText)
    assert roomy[1].box.bottom == 160 + block.height


def test_header_and_alignment() -> None:
    """The header is bold; each column is aligned as the author says."""
    made = drawn(measured_table(table(("a", "b"), ("1", "2"), columns=(Column(), Column(Align.RIGHT))), context()))
    assert [[cell.paragraph.bold for cell in row] for row in made.rows] == [[True, True], [False, False]]
    assert [cell.paragraph.align for cell in made.rows[1]] == [Align.LEFT, Align.RIGHT]
    assert [cell.paragraph.tag for cell in made.rows[0]] == ["th", "th"]


def test_the_caption_stands_below() -> None:
    """With the style of captions."""
    block = measured_table(table(("a",), ("1",), caption="Table 1"), context())
    grid, caption = block.draw(Box(80, 160, 1120, block.height))
    assert isinstance(grid, PlacedTable)
    assert isinstance(caption, PlacedText)
    assert grid.box.bottom < caption.box.y
    assert caption.box.bottom == 160 + block.height
    assert caption.paragraphs[0].size == HARBOUR.styles["caption"].size


def test_a_word_too_wide_for_its_column_is_an_error() -> None:
    """It names the column and the word."""
    wide = table(*((("x" * 60,) * 4,) * 2))
    found = measured_table(wide, context()).faults
    assert found
    assert "wider than column 1" in found[0].message
    assert found[0].span == SPAN


def lines_of(*cells: str) -> list[tuple[str, ...]]:
    """The lines of the first column of code, beside a column of many words."""
    rows = tuple(Row(((Run(cell, code=True),), (Run("so many words that the other column " * 4),))) for cell in cells)
    made = Table((Column(), Column()), Row(((Run("a"),), (Run("b"),))), rows)
    return [row[0].paragraph.lines for row in drawn(measured_table(made, context())).rows[1:]]


@pytest.mark.parametrize("command", ["docker-compose", "apt-get", "x-y-z", "kube-controller-manager-and-more"])
def test_code_is_not_broken_at_hyphens(command: str) -> None:
    """Though words are: a command is copied from the table whole, where there is width for it."""
    assert lines_of(command, "a") == [(command,), ("a",)]


def test_code_breaks_between_words_and_where_there_is_no_width() -> None:
    """Options stay whole; a name wider than half the slide is broken at a hyphen rather than refused."""
    for line in lines_of("kubectl get pods --all-namespaces", "a")[0]:
        assert not line.endswith("-")
    words = tuple(Run(word, code=True) for word in ("-".join(["namespace"] * 8),) * 3)
    made = Table((Column(),) * 3, Row(tuple((Run("h"),) for _ in words)), (Row(tuple((word,) for word in words)),))
    block = measured_table(made, context())
    assert block.faults == ()
    assert all(len(cell.paragraph.lines) > 1 for cell in drawn(block).rows[1])


def terms(*items: tuple[str, ...]) -> DefinitionList:
    """A list of terms, each with its meanings."""
    made = (
        Definition((Run(term),), tuple((Paragraph((Run(said),)),) for said in meanings)) for term, *meanings in items
    )
    return DefinitionList(tuple(made), span=SPAN)


def test_terms_stand_beside_their_meanings() -> None:
    """In bold, in a column as wide as the longest of them; several meanings are below each other."""
    made = drawn(measured_terms(terms(("Port", "left"), ("Starboard", "right", "green " * 60)), context()))
    assert made.header_rule is None
    assert [[cell.paragraph.bold for cell in row] for row in made.rows] == 2 * [[True, False]]
    assert all(len(row[0].paragraph.lines) == 1 for row in made.rows)
    assert made.column_widths[0] < 0.25 * 1120
    assert sum(made.column_widths) == 1120
    assert LineBreak() in made.rows[1][1].paragraph.inlines
    assert made.rows[1][1].paragraph.lines[0] == "right"


def test_terms_that_are_too_long_or_explained_by_more_than_text_do_not() -> None:
    """They stand above their meanings, as before."""
    assert stand_in_rows(terms(("Port", "left")), context())
    assert not stand_in_rows(terms(("Port", "left"), ("word " * 20, "x")), context())
    assert not stand_in_rows(terms(("Starboard", "right")), context(200.0))
    code = DefinitionList((Definition((Run("ls"),), ((Code("ls"),),)),))
    assert not stand_in_rows(code, context())


def test_a_word_that_is_too_long_for_a_meaning_is_a_fault() -> None:
    """At the list's place."""
    (fault,) = measured_terms(terms(("Port", "w" * 200)), context()).faults
    assert (fault.code, fault.span) == ("table-overflow", SPAN)
