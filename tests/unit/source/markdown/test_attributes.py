"""Attributes in braces."""

from __future__ import annotations

import pytest

from quarterdeck.source.markdown.attributes import Attributes, parse_attributes


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
    """What isn't known is told with its offset and what was meant."""
    attributes = parsed("{.hide redy=x}")
    assert list(attributes.unknown(("hide",), ("ready",))) == [("redy", 7, "did you mean 'ready'?")]
