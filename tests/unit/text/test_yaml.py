"""YAML: nodes that know their places, and strictness where YAML is lax."""

from __future__ import annotations

import pytest

from quarterdeck.diagnostics import Diagnostics
from quarterdeck.text.passage import Passage
from quarterdeck.text.yaml import (
    MAX_DEPTH,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    faults_within,
    laid_over,
    parse_yaml,
    plain_value,
)


def parsed(text: str, file: str = "t.yaml") -> Node:
    """YAML without fault."""
    found = Diagnostics()
    node = parse_yaml(Passage.of_file(text, file), "the file", found)
    assert node is not None
    assert not found.items
    return node


def mapped(text: str, file: str = "t.yaml") -> MappingNode:
    """YAML text that holds a mapping."""
    node = parsed(text, file)
    assert isinstance(node, MappingNode)
    return node


def test_values_know_where_they_are_written() -> None:
    """The span of a key or value is its place in the file."""
    value = mapped("a:\n  b: text\n").entries["a"].value
    assert isinstance(value, MappingNode)
    key, leaf = value.entries["b"].key, value.entries["b"].value
    assert (leaf.span.line, leaf.span.column, leaf.span.length) == (2, 6, 4)
    assert str(key.span) == "t.yaml:2:3"


@pytest.mark.parametrize("text", ["a:\n\tb: 1\n", "a:\n  \tb: 1\n", "a:\n  b: 1\n\tc: 2\n"])
def test_a_tab_is_named(text: str) -> None:
    """It can't be seen in an editor, and YAML's own words don't say it."""
    found = Diagnostics()
    parse_yaml(Passage.of_file(text, "t.yaml"), "the file", found)
    (fault,) = found
    tab = next(n for n, line in enumerate(text.split("\n"), 1) if "\t" in line)
    assert (fault.span and fault.span.line, fault.hint) == (tab, "indent it with blanks")
    assert fault.message.endswith("this line begins with a tab")


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ("a: [1\nb: 2\n", 2, "invalid-yaml"),
        ("a: 1\n---\nb: 2\n", 2, "invalid-yaml"),
        ("a: *b\n", 1, "wrong-type"),
        ("a: &a [*a]\n", 1, "wrong-type"),
        ("x: 1\na: " + "[" * 60 + "]" * 60, 2, "wrong-type"),
        ("x: 1\na: " + "[" * 5000, 2, "invalid-yaml"),
        ("- " * 3000 + "x", 1, "wrong-type"),
        ("a: \x00", 1, "invalid-yaml"),
        ("a: {b: !!python/object:os.system x}", 1, "wrong-type"),
    ],
    ids=[
        "unclosed list",
        "two documents",
        "alias of nothing",
        "alias of itself",
        "deep",
        "deep and open",
        "deep lists",
        "NUL",
        "tag",
    ],
)
def test_broken_yaml_is_reported_at_its_place(text: str, line: int, code: str) -> None:
    """The author is led to the line that is wrong."""
    found = Diagnostics()
    parse_yaml(Passage.of_file(text, "t.yaml"), "the file", found)
    (fault,) = found
    assert fault.span is not None
    assert (fault.span.file, fault.span.line, fault.code) == ("t.yaml", line, code)


def test_keys_are_words_and_given_once() -> None:
    """Faults of keys stay with their mapping, since only its reader knows whether there may be one at all."""
    found = Diagnostics()
    node = parse_yaml(Passage.of_file("a: {b: 1, b: 2}\n? [x]\n: 1\n", "t.yaml"), "the file", found)
    assert node is not None and not found.items
    assert [(str(fault.span), fault.message) for fault in faults_within(node)] == [
        ("t.yaml:2:3", "a key must be a word"),
        ("t.yaml:1:11", "'b' is given twice"),
    ]
    assert plain_value(node) == {"a": {"b": 1}}


def test_the_hint_says_how_to_fix_the_syntax() -> None:
    """It may be text that was taken for YAML."""
    found = Diagnostics()
    parse_yaml(Passage.of_file("a: b: c", "t.yaml"), "the file", found, "leave a blank line")
    assert [(fault.message, fault.hint) for fault in found] == [
        ("the file isn't valid YAML: mapping values are not allowed in this context", "leave a blank line")
    ]


def test_nothing_is_not_a_fault() -> None:
    """An empty document, or one of comments, holds no node."""
    found = Diagnostics()
    assert parse_yaml(Passage.of_file("# nothing\n", "t.yaml"), "the file", found) is None
    assert not found.items


def test_an_extending_file_wins_key_by_key() -> None:
    """A theme's own keys replace those it extends; lists are replaced whole."""
    node = laid_over(mapped("a: {y: 3}\nb: [9]", "own.yaml"), mapped("a: {x: 1, y: 2}\nb: [1, 2]\nc: 0", "base.yaml"))
    assert plain_value(node) == {"a": {"x": 1, "y": 3}, "b": [9], "c": 0}
    assert isinstance(node, MappingNode)
    inner = node.entries["a"].value
    assert isinstance(inner, MappingNode)
    assert (inner.entries["x"].value.span.file, inner.entries["y"].value.span.file) == ("base.yaml", "own.yaml")


def test_plain_values() -> None:
    """Dates and numbers to the base of 60 stay as they are written, aliases share one value."""
    text = "a: &x [1, 0x10, 2.5, .5]\nb: *x\nc: 1:30\nd: 2026-05-01\ne: yes\nf: ~\ng: '1'\n<<: x\nh: 08\n"
    value = plain_value(parsed(text))
    assert value == {
        "a": [1, 16, 2.5, 0.5],
        "b": [1, 16, 2.5, 0.5],
        "c": "1:30",
        "d": "2026-05-01",
        "e": True,
        "f": None,
        "g": "1",
        "<<": "x",
        "h": "08",
    }
    assert isinstance(value, dict)
    assert value["a"] is value["b"]


def test_aliases_of_aliases() -> None:
    """A short text that stands for a billion words is refused where it becomes too much; whoever reads on walks it."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
    found = Diagnostics()
    assert parse_yaml(Passage.of_file("\n".join(lines), "t.yaml"), "the file", found) is None
    (fault,) = found
    assert fault.message == "this has over 100,000 values, or aliases of as many"
    assert str(fault.span) == "t.yaml:5:45"
    assert parse_yaml(Passage.of_file("\n".join(lines[:4]), "t.yaml"), "the file", Diagnostics()) is not None


def test_depth() -> None:
    """As many levels as anybody writes by hand, and more."""
    node = parsed("[" * MAX_DEPTH + "]" * MAX_DEPTH)
    assert isinstance(node, SequenceNode)


@pytest.mark.parametrize(
    ("text", "lines", "places"),
    [
        ("a: |\n  one\n\n  two\n", ("one", "", "two"), ("2:3", "3:1", "4:3")),
        ("a: >\n  one\n  two\n", ("one two",), ("1:4",)),
        ("a: 'one'\n", ("one",), ("1:5",)),
        ("a: one\n", ("one",), ("1:4",)),
    ],
    ids=["literal", "folded", "quoted", "plain"],
)
def test_texts_that_are_read_further(text: str, lines: tuple[str, ...], places: tuple[str, ...]) -> None:
    """Lines of a literal block are at their own places, those of others at the value's beginning."""
    node = mapped(text).entries["a"].value
    assert isinstance(node, ScalarNode)
    passage = node.passage()
    assert passage.lines == lines
    assert tuple(str(passage.line_span(n)).removeprefix("t.yaml:") for n in range(len(lines))) == places
