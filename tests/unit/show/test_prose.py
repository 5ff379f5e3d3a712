"""Blocks of text on a terminal."""

from __future__ import annotations

import re

import pytest

from quarterdeck.model.content import (
    Admonition,
    Block,
    Callout,
    Code,
    Column,
    Definition,
    DefinitionList,
    Footnotes,
    Group,
    Heading,
    InlineMath,
    LineBreak,
    List,
    ListItem,
    Math,
    Paragraph,
    Quote,
    Row,
    Run,
    Table,
    WebLink,
)
from quarterdeck.model.deck import Layout, Slide
from quarterdeck.show.prose import ProseLine, notes_text, prose, slide_lines


def said(*parts: str | Run) -> Paragraph:
    """A paragraph."""
    return Paragraph(tuple(Run(part) if isinstance(part, str) else part for part in parts))


def plain(*blocks: Block, columns: int = 80) -> str:
    """What is read, without colours."""
    return re.sub(r"\x1b\[[0-9;]*m", "", prose(blocks, columns))


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        (said("Use ", Run("docker run", code=True), "."), "Use docker run.\n"),
        (said("See ", Run("this", link=WebLink("https://x.org/a"))), "See this (https://x.org/a)\n"),
        (said(Run("https://x.org/", link=WebLink("https://x.org/"))), "https://x.org/\n"),
        (Paragraph((Run("a"), LineBreak(), InlineMath("x^2"))), "a\nx^2\n"),
        (Heading(2, (Run("Head"),)), "Head\n"),
        (List((ListItem((said("one"),)), ListItem((said("two"),)))), "• one \n• two \n"),
        (List((ListItem((said("one"),)),), ordered=True, start=3), "3. one \n"),
        (Code("a\n  b"), "  a                                                                             \n    b\n"),
        (Quote((said("word"),)), "word\n"),
        (Group((said("a"), said("b"))), "a\nb\n"),
        (Admonition("tip", (Run("Tip"),), (said("x"),)), "Tip\nx\n"),
        (Callout((said("x"),)), "  x\n"),
        (Callout((said("x"),), (Run("Rule"),)), "  Rule\n  x\n"),
        (DefinitionList((Definition((Run("port"),), ((said("a door"),),)),)), "port: a door\n"),
        (Footnotes(((Run("note"),),)), "1. note\n"),
        (Math("x"), "  x\n"),
    ],
)
def test_each_kind_of_block(block: Block, expected: str) -> None:
    """Nothing is left out, markup is gone."""
    read = "\n".join(line.rstrip() for line in plain(block).split("\n"))
    assert read == "\n".join(line.rstrip() for line in expected.split("\n"))


def test_a_table_has_its_cells_in_rows() -> None:
    """The head first."""
    table = Table((Column(), Column()), Row(((Run("in"),), (Run("out"),))), (Row(((Run("80"),), (Run("8080"),))),))
    lines = [line.split() for line in plain(table).splitlines()]
    assert lines.index(["in", "out"]) < lines.index(["80", "8080"])


def test_lines_are_no_wider_than_the_terminal_nor_than_can_be_read() -> None:
    """Paragraphs are apart, code keeps its colour."""
    text = said("word " * 60)
    assert max(map(len, plain(text, columns=40).splitlines())) <= 40
    assert max(map(len, plain(text, columns=200).splitlines())) <= 88
    assert "\n\n" in plain(text, text)
    assert "\x1b[36mls\x1b[0m" in prose([said(Run("ls", code=True))], 80)


def paragraph(text: str) -> Paragraph:
    """A paragraph of plain text."""
    return Paragraph((Run(text),))


def test_paragraphs_lists_and_code_stay_apart() -> None:
    """Structure is kept with blank lines, bullets and indentation."""
    inner = List((ListItem((paragraph("deep"),)),))
    notes = (
        paragraph("First."),
        List((ListItem((paragraph("one"), inner)), ListItem((paragraph("two"),))), ordered=True, start=3),
        Code("docker ps\ndocker rm"),
    )
    assert notes_text(notes) == "First.\n\n3. one\n\n  • deep\n4. two\n\n  docker ps\n  docker rm"


def test_no_notes_are_no_text() -> None:
    """Nothing is made up."""
    assert notes_text(()) == ""


def test_a_slide_says_which_of_its_items_appears_when() -> None:
    """Nested items come with the one that they belong to, unless they have a turn of their own."""
    inner = List((ListItem((paragraph("with it"),)), ListItem((paragraph("later"),), fragment=1)))
    items = List((ListItem((paragraph("first"), inner), fragment=0), ListItem((paragraph("third"),), fragment=2)))
    slide = Slide("s", Layout.CONTENT, slots={"body": (paragraph("Always."), items)})
    assert slide_lines(slide) == (
        ProseLine("Always."),
        ProseLine(""),
        ProseLine("• first", 0),
        ProseLine("", 0),
        ProseLine("  • with it", 0),
        ProseLine("  • later", 1),
        ProseLine("• third", 2),
    )


def test_a_callout_is_read_with_its_title() -> None:
    """And without one as it stands."""
    said = (paragraph("Closed."),)
    assert notes_text((Callout(said, (Run("Rule"),)), Callout(said))) == "Rule: Closed.\n\nClosed."
