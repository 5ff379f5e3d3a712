"""Text that is moved about still knows where it was written."""

from __future__ import annotations

import pytest

from quarterdeck.diagnostics import SourceSpan
from quarterdeck.text.passage import Passage, Piece, dropped

TEXT = Passage.of_file("one two\n  three two\n\nend", "deck.md", 7)


def test_places() -> None:
    """Lines and columns count from 1; a line's place leaves out the blanks around it."""
    assert TEXT.span(0, 4, 3) == SourceSpan("deck.md", 7, 5, 3)
    assert TEXT.line_span(1) == SourceSpan("deck.md", 8, 3, 9)
    assert TEXT.line_span(2) == SourceSpan("deck.md", 9, 1, 1)
    assert TEXT.line_span(99) == SourceSpan("deck.md", 10, 1, 3)
    assert TEXT.text == "one two\n  three two\n\nend"


@pytest.mark.parametrize(
    ("wanted", "where", "place"),
    [
        ("two", {}, "7:5"),
        ("two", {"occurrence": 1}, "8:9"),
        ("two", {"first": 1}, "8:9"),
        ("two\nmore", {}, "7:5"),
        ("end", {"end": 3}, "7:1"),
        ("none", {"first": 1}, "8:3"),
        ("", {}, "7:1"),
    ],
)
def test_finding(wanted: str, where: dict[str, int], place: str) -> None:
    """The first line of a text, in some lines; without a find the first of these."""
    assert str(TEXT.find(wanted, **where)) == f"deck.md:{place}"


def test_parts() -> None:
    """A part is never empty, and knows its place even where it has no lines."""
    assert TEXT.part(1, 2).lines == ("  three two",)
    nothing = TEXT.part(2, 2)
    assert (nothing.lines, nothing.line_span(0)) == (("",), SourceSpan("deck.md", 9, 1, 1))
    assert TEXT.part(9, 9).lines == ("",)


def test_cutting() -> None:
    """From the middle of a line to the middle of another."""
    cut = TEXT.cut((0, 4), (1, 7))
    assert cut.lines == ("two", "  three")
    assert (cut.find("two"), cut.find("three")) == (SourceSpan("deck.md", 7, 5, 3), SourceSpan("deck.md", 8, 3, 5))
    assert TEXT.cut((1, 2), (1, 7)).lines == ("three",)


def test_other_words_in_the_same_places() -> None:
    """What a template puts in is where it stands in the template."""
    assert TEXT.with_lines(("x", "y", "z", "w")).span(3) == SourceSpan("deck.md", 10, 1, 1)


def test_dedented() -> None:
    """Columns count from the line's real beginning."""
    passage = TEXT.dedented((0, 2, 0, 1))
    assert passage.lines == ("one two", "three two", "", "nd")
    assert passage.span(1) == SourceSpan("deck.md", 8, 3, 1)


def test_lines_of_several_pieces() -> None:
    """A line that a template put together has a place for each of its parts."""
    line = (Piece(0, "a.md", 1, 1), Piece(4, "b.md", 9, 3))
    passage = Passage(("abcdefgh",), (line,))
    assert passage.span(0, 3) == SourceSpan("a.md", 1, 4, 1)
    assert passage.span(0, 5) == SourceSpan("b.md", 9, 4, 1)
    assert dropped(line, 6) == (Piece(0, "b.md", 9, 5),)
    assert dropped(line, 2) == (Piece(0, "a.md", 1, 3), Piece(2, "b.md", 9, 3))
    assert dropped(line, 0) is line
