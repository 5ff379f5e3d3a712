"""Strict YAML."""

import pytest

from quarterdeck.diagnostics import Diagnostics, QuarterdeckError
from quarterdeck.text.fields import Mapped, Reading, Scalar, merged, parse


def mapped(text: str) -> Mapped:
    """YAML text that holds a mapping."""
    tree = parse(text, "t.yaml")
    assert isinstance(tree, Mapped)
    return tree


def test_values_know_where_they_are_written() -> None:
    """A value's span is its place in the file."""
    value = mapped("a:\n  b: text\n").entries["a"]
    assert isinstance(value, Mapped)
    leaf = value.entries["b"]
    assert (leaf.span.line, leaf.span.column, leaf.span.length) == (2, 6, 4)
    assert str(value.keys["b"]) == "t.yaml:2:3"


@pytest.mark.parametrize(
    ("text", "line"),
    [("a: [1\nb: 2\n", 2), ("a: 1\na: 2\n", 2), ("? [x]\n: 1\n", 1)],
    ids=["unclosed list", "key twice", "key that is a list"],
)
def test_broken_yaml_is_reported_at_its_place(text: str, line: int) -> None:
    """The author is led to the line that is wrong."""
    with pytest.raises(QuarterdeckError) as caught:
        parse(text, "t.yaml")
    span = caught.value.diagnostics[0].span
    assert span is not None
    assert (span.file, span.line) == ("t.yaml", line)


def test_an_extending_file_wins_key_by_key() -> None:
    """Only what a theme says itself replaces what it extends; lists are replaced whole."""
    tree = merged(parse("a: {x: 1, y: 2}\nb: [1, 2]", "base.yaml"), parse("a: {y: 3}\nb: [9]", "own.yaml"))
    assert isinstance(tree, Mapped)
    inner = tree.entries["a"]
    assert isinstance(inner, Mapped)
    found = {key: value.text for key, value in inner.entries.items() if isinstance(value, Scalar)}
    assert found == {"x": "1", "y": "3"}
    assert inner.entries["y"].span.file == "own.yaml"
    assert len(Reading(Diagnostics()).items(tree.entries["b"], "b")) == 1


def test_unknown_keys_are_errors_with_a_suggestion() -> None:
    """A misspelt key isn't ignored."""
    found = Diagnostics()
    Reading(found).record(parse("colour: red", "t.yaml"), "a style", ("color",))
    messages = [d.message for d in found]
    assert messages == ["unknown key 'colour' in a style", "a style lacks color"]
    assert found.items[0].hint == "did you mean 'color'?"


@pytest.mark.parametrize("text", ["x: 3 pt", "x: 200", "x: [1]", "x: '5'"])
def test_numbers_are_checked(text: str) -> None:
    """A number out of range, or none at all, is an error."""
    found = Diagnostics()
    Reading(found).number(mapped(text).entries["x"], "size", 1, 100)
    assert [d.message for d in found] == ["size must be a number from 1 to 100"]
