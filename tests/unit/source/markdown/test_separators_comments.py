"""Comments are speaker notes: they are taken out, and all else keeps its place."""

from __future__ import annotations

import pytest

from quarterdeck.diagnostics import Diagnostics, SourceSpan
from quarterdeck.model.content import Paragraph, plain_text
from quarterdeck.source.markdown.separators import without_comments
from quarterdeck.text.passage import Passage
from support.deck_folder import DeckFolder


def taken(text: str) -> tuple[Passage, tuple[Passage, ...], Diagnostics]:
    """A text without its comments, the comments, and the faults."""
    found = Diagnostics()
    result = without_comments(Passage.of_file(text, "deck.md", 3), found)
    return result.text, result.comments, found


@pytest.mark.parametrize(
    ("text", "rest", "comments"),
    [
        ("a <!-- n --> b", "a  b", ["n "]),
        ("a<!--\n  one\n    two\n-->b", "a\n\n\nb", ["\none\n  two\n"]),
        ("`<!-- c -->` <!-- n -->", "`<!-- c -->` ", ["n "]),
        ("```\n<!-- c -->\n```", "```\n<!-- c -->\n```", []),
        ("<!-- -->x", "x", []),
        ("<!-- a --><!-- b -->", "", ["a ", "b "]),
        ("plain", "plain", []),
        ("\\<!-- no --\\> <!-- n -->", "\\<!-- no --\\> ", ["n "]),
        ("a \\\\<!-- n -->b", "a \\\\b", ["n "]),
        ("\\<!-- `x` -->", "\\<!-- `x` -->", []),
        ("`\\<!-- c -->` \\<!-- no", "`\\<!-- c -->` \\<!-- no", []),
    ],
)
def test_taken_out(text: str, rest: str, comments: list[str]) -> None:
    """Those in code and escaped ones stay; empty ones are no notes; indentation that all lines share goes."""
    passage, notes, found = taken(text)
    assert (passage.text, [note.text for note in notes]) == (rest, comments)
    assert not found.items


def test_places_stay() -> None:
    """What stands after a comment, or in it, is still found where it was written."""
    passage, (note,), _ = taken("a <!-- one\n  two --> b")
    assert passage.find("b") == SourceSpan("deck.md", 4, 11, 1)
    assert note.find("two") == SourceSpan("deck.md", 4, 3, 3)


def test_an_open_comment_is_a_fault() -> None:
    """It would hide the rest of the slide."""
    passage, notes, found = taken("x\ny <!-- n")
    assert [(fault.code, str(fault.span)) for fault in found] == [("unclosed-comment", "deck.md:4:3")]
    assert (passage.text, [note.text for note in notes]) == ("x\ny ", ["n"])


def test_notes(folder: DeckFolder) -> None:
    """Comments are notes, wherever they stand, and those in code stay code."""
    deck = folder.load(
        "# A\n\n<!-- one **two** -->\n\ntext <!-- three --> more `<!-- code -->`\n\n```html\n<!-- four -->\n```\n"
    ).deck
    slide = deck.slides[0]
    assert [plain_text(block.inlines) for block in slide.notes if isinstance(block, Paragraph)] == ["one two", "three"]
    paragraph = slide.slots["body"][0]
    assert isinstance(paragraph, Paragraph)
    assert plain_text(paragraph.inlines) == "text  more <!-- code -->"


def test_an_escaped_comment_is_text(folder: DeckFolder) -> None:
    r"""``\<!--`` shows what is written after the backslash, up to the end of the line and beyond."""
    deck = folder.load(
        "# First\n\n---\n\n# A\n\nText \\<!-- not a comment --\\> end and `<!-- code -->`\n\nalso \\<!-- this -->\n"
    ).deck
    slide = deck.slides[1]
    assert not slide.notes
    shown = [plain_text(block.inlines) for block in slide.slots["body"] if isinstance(block, Paragraph)]
    assert shown == ["Text <!-- not a comment --> end and <!-- code -->", "also <!-- this -->"]
