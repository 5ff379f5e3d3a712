"""Formulas, and the parser itself."""

from __future__ import annotations

from typing import Any

from quarterdeck.source.markdown.parser import MAX_NESTING, link_references, parse, parse_inline
from support.block_lines import body_lines
from support.deck_folder import DeckFolder


def test_case(case: Any, folder: DeckFolder) -> None:
    """The Markdown means what its case says."""
    assert body_lines(folder, case.source) == case.expected


def test_nodes_know_their_lines() -> None:
    """Lines count from 0; the end is the line after the last."""
    paragraph, div = parse("a\nb\n\n::: tip\nx\n:::\n", {})
    assert (paragraph.kind, paragraph.first, paragraph.end) == ("paragraph", 0, 2)
    assert (div.kind, div.first, [child.kind for child in div.children]) == ("div", 3, ["paragraph"])


def test_link_targets_are_shared() -> None:
    """A target defined on one slide is known on all; one in a sentence is none."""
    references = link_references(["text", "[far]: https://example.org/far", "see [x]: y"])
    assert [reference["href"] for reference in references.values()] == ["https://example.org/far"]
    (paragraph,) = parse("[there][far]", references)
    children = paragraph.children[0].token.children
    assert children is not None
    assert children[0].attrs["href"] == "https://example.org/far"
    assert link_references(["nothing here"]) == {}


def test_a_line_of_markdown() -> None:
    """Titles of boxes are one line, without blocks."""
    token = parse_inline("a *b* - c")
    assert [child.type for child in token.children or ()] == ["text", "em_open", "text", "em_close", "text"]


def test_nesting_is_bounded() -> None:
    """What is nested deeper isn't parsed, and its text isn't lost."""
    nodes, depth = parse(">" * 3 * MAX_NESTING + " x", {}), 0
    while nodes and nodes[0].children:
        nodes, depth = nodes[0].children, depth + 1
    assert depth <= MAX_NESTING


def test_unused_footnotes_are_found() -> None:
    """They come last, so that they can be reported."""
    nodes = parse("x[^1]\n\n[^1]: one\n[^2]: two\n", {})
    assert [node.token.content for node in nodes if node.kind == "footnote_unused"] == ["2"]
