"""Attributes in braces."""

from __future__ import annotations

import pytest

from quarterdeck.diagnostics import Diagnostics, SourceSpan
from quarterdeck.source.markdown.attributes import NONE, Attributes, merged, parse_attributes
from quarterdeck.text.passage import Passage


def parsed(text: str) -> Attributes:
    """The attributes that a text is."""
    result = parse_attributes(text)
    assert result is not None
    assert result[1] == len(text)
    return result[0]


def test_all_forms() -> None:
    """Ids, classes, values with and without quotes, bare words and line steps."""
    attributes = parsed("""{#an-id .one .two-b width=60% title="a \\"b\\" }" alt='c d' 2-3,7|all|5 background}""")
    assert attributes.id == "an-id"
    assert attributes.classes == ("one", "two-b")
    assert attributes.values == {"width": "60%", "title": 'a "b" }', "alt": "c d", "background": ""}
    assert attributes.steps == "2-3,7|all|5"


@pytest.mark.parametrize("value", ["http://localhost:8080/a?b", "localhost:80", "/listening on \\d+/", "20s"])
def test_values_without_quotes(value: str) -> None:
    """Addresses and patterns need no quotes."""
    assert parsed(f"{{ready={value}}}").values == {"ready": value}


@pytest.mark.parametrize("text", ["{}", "{ }", "{a b", "text", "{=x}", '{a="x}', "{{x}}", "{%}", "{.}", "{#}"])
def test_braces_that_are_text(text: str) -> None:
    """What isn't attributes stays text."""
    assert parse_attributes(text) is None


def test_unknown() -> None:
    """Unknown attributes are reported at their name, with what was meant; classes are free where none are named."""
    text = "{.hid .hide redy=x ready=y}"
    attributes, found = parsed(text), Diagnostics()
    passage = Passage.of_file(text, "deck.md", 7)
    attributes.report_unknown(("ready",), passage.find, found, "of a step", classes=("hide",))
    attributes.report_unknown(("ready", "redy"), passage.find, found)
    assert [(d.message, d.span, d.hint) for d in found] == [
        ("unknown attribute '.hid' of a step", SourceSpan("deck.md", 7, 2, 4), "did you mean 'hide'?"),
        ("unknown attribute 'redy' of a step", SourceSpan("deck.md", 7, 13, 4), "did you mean 'ready'?"),
    ]
    assert attributes.offsets["redy"] == text.index("redy")


def test_merged() -> None:
    """Attributes before a block and at its end are one; the later ones win."""
    one, two = parsed("{#a .x w=1 2-3}"), parsed("{#b .y w=2}")
    both = merged(one, two)
    assert (both.id, both.classes, both.values, both.steps) == ("b", ("x", "y"), {"w": "2"}, "2-3")
    assert merged(one, NONE) is one
    assert merged(NONE, two) is two
