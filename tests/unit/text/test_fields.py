"""Front matter: values with their types, and faults at the key or value itself."""

from __future__ import annotations

import pytest

from quarterdeck.diagnostics import Diagnostics
from quarterdeck.text.fields import FrontMatter, parse_front_matter
from quarterdeck.text.passage import Passage

KEYS = ("text", "flag", "time", "words", "numbers", "any", "inner", "layout")


def parse(text: str, found: Diagnostics) -> FrontMatter:
    """The front matter that a text is."""
    return parse_front_matter(Passage.of_file(text, "deck.md", 2), KEYS, "the deck's front matter", found)


def test_values() -> None:
    """Each kind of value is read as it is meant."""
    found = Diagnostics()
    front = parse(
        "text: 2026-05-01\nflag: yes\ntime: 1h 30m\nwords: one\nnumbers: [1, 22]\n"
        "any: {a: 1, b: [x, 2.5, null, true], c: 1:30, d: 2026-05-01}\ninner: {text: x}\nlayout: quote\n",
        found,
    )
    assert (front.text("text"), front.flag("flag"), front.seconds("time")) == ("2026-05-01", True, 5400)
    assert (front.names("words"), front.integers("numbers")) == (("one",), (1, 22))
    assert front.values("any") == {"a": 1, "b": ["x", 2.5, None, True], "c": "1:30", "d": "2026-05-01"}
    assert front.section("inner", ("text",)).text("text") == "x"
    assert front.choice("layout", ("quote", "content")) == "quote"
    assert not found.items


def test_nothing() -> None:
    """Keys that aren't there, or have no value, give nothing."""
    front = parse("text:\nwords: []\n# only a comment", Diagnostics())
    assert (front.text("text"), front.names("words"), front.flag("flag"), front.values("any")) == (None, (), None, {})


@pytest.mark.parametrize(
    ("text", "read", "place"),
    [
        ("text: [a]", "text", "2:7"),
        ("flag: maybe", "flag", "2:7"),
        ("time: 45", "seconds", "2:7"),
        ("time: -5m", "seconds", "2:7"),
        ("words: [[a]]", "names", "2:8"),
        ("numbers: [1.5]", "integers", "2:10"),
        ("any: [a]", "values", "2:6"),
        ("any: {a: !!python/name:os.system x}", "values", "2:10"),
        ("any: {[a]: b}", "values", "2:7"),
    ],
)
def test_wrong_types(text: str, read: str, place: str) -> None:
    """A value of another type is a fault where it stands."""
    found = Diagnostics()
    front = parse(text, found)
    getattr(front, read)(text.partition(":")[0])
    (fault,) = found.errors
    assert (fault.code, str(fault.span)) == ("wrong-type", f"deck.md:{place}")


@pytest.mark.parametrize(
    "text", ["a: b: c", "- x", "text: 'open", "just words", "a: b\n---\nc: d", "\t- x", "? [a]\n: b"]
)
def test_no_mapping(text: str) -> None:
    """What is no mapping of keys is a fault, not a crash."""
    found = Diagnostics()
    parse(text, found)
    assert found.errors
    assert all(fault.span is not None for fault in found.errors)
