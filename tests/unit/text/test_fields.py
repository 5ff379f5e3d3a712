"""Fields of YAML mappings: values with their types, and faults at the key or value itself."""

from __future__ import annotations

import pytest

from quarterdeck.diagnostics import Diagnostics
from quarterdeck.text.fields import Fields, parse_duration, parse_fields
from quarterdeck.text.passage import Passage
from quarterdeck.text.source_file import presentable

KEYS = ("text", "flag", "time", "words", "numbers", "any", "inner", "layout", "size", "color", "list", "named")


def parse(text: str, found: Diagnostics) -> Fields:
    """The fields that a text holds."""
    return parse_fields(Passage.of_file(text, "deck.md", 2), KEYS, "the deck's front matter", found)


def faults(found: Diagnostics) -> list[str]:
    """Each fault with its place."""
    return [f"{fault.span and str(fault.span).removeprefix('deck.md:')} {fault.message}" for fault in found]


def test_values() -> None:
    """Each kind of value is read as it is meant."""
    found = Diagnostics()
    front = parse(
        "text: 2026-05-01\nflag: yes\ntime: 1h 30m\nwords: one\nnumbers: [1, 22]\n"
        "any: {a: 1, b: [x, 2.5, null, true], c: 1:30, d: 2026-05-01}\ninner: {text: x}\nlayout: quote\n"
        'size: 12\ncolor: "#0b2240"\nlist: [{text: a}, {text: b}]\nnamed: {one: {flag: no}, two: }\n',
        found,
    )
    assert (front.text("text"), front.flag("flag"), front.seconds("time")) == ("2026-05-01", True, 5400)
    assert (front.names("words"), front.integers("numbers")) == (("one",), (1, 22))
    assert front.values("any") == {"a": 1, "b": ["x", 2.5, None, True], "c": "1:30", "d": "2026-05-01"}
    assert front.section("inner", ("text",)).text("text") == "x"
    assert front.choice("layout", ("quote", "content")) == "quote"
    assert (front.number("size", 1, 20), front.whole("size", 1, 20), front.numbers("numbers", 0, 30)) == (
        12,
        12,
        (1, 22),
    )
    assert (front.color("color"), front.colors("color")) == ("#0B2240", ("#0B2240",))
    assert [item.text("text") for item in front.items("list", ("text",))] == ["a", "b"]
    assert {name: keys.flag("flag") for name, keys in front.sections("named", ("flag",)).items()} == {
        "one": False,
        "two": None,
    }
    assert [(word, str(span)) for word, span in front.words("words")] == [("one", "deck.md:5:8")]
    assert not found.items


def test_nothing() -> None:
    """Keys that aren't there, or have no value, give nothing."""
    found = Diagnostics()
    front = parse("text:\nwords: []\n# only a comment", found)
    assert (front.text("text"), front.names("words"), front.flag("flag"), front.values("any")) == (None, (), None, {})
    assert (front.number("size", 1, 2), front.color("color"), front.items("list", ())) == (None, None, ())
    assert "text" in front and "flag" not in front
    assert list(parse_fields(None, KEYS, "nothing", found)) == []
    assert not found.items


@pytest.mark.parametrize(
    ("text", "read", "place"),
    [
        ("text: [a]", "text", "2:7"),
        ("flag: maybe", "flag", "2:7"),
        ("time: 45", "seconds", "2:7"),
        ("time: -5m", "seconds", "2:7"),
        ("words: [[a]]", "names", "2:8"),
        ("words: {a: b}", "words", "2:8"),
        ("words: {a: b}", "passages", "2:8"),
        ("numbers: [1.5]", "integers", "2:10"),
        ("color: red", "color", "2:8"),
        ("color: ['#12345']", "colors", "2:9"),
        ("any: [a]", "values", "2:6"),
        ("any: {a: !!python/name:os.system x}", "values", "2:10"),
        ("any: {[a]: b}", "values", "2:7"),
        ("any: {a: {b: 1, b: 2}}", "values", "2:17"),
    ],
)
def test_wrong_types(text: str, read: str, place: str) -> None:
    """A value of another type is a fault where it is written."""
    found = Diagnostics()
    front = parse(text, found)
    getattr(front, read)(text.partition(":")[0])
    (fault,) = found.errors
    assert fault.code == ("duplicate-key" if "b: 2" in text else "wrong-type")
    assert str(fault.span) == f"deck.md:{place}"


@pytest.mark.parametrize("text", ["3 pt", "200", "[1]", "'5'", ".nan", ".inf", "0", "1" * 400, "1" * 5000])
def test_numbers_are_checked(text: str) -> None:
    """A number out of range, or none at all, is an error."""
    found = Diagnostics()
    front = parse(f"size: {text}", found)
    assert front.number("size", 1, 100) is None
    assert front.whole("size", 1, 100) is None
    assert faults(found) == [
        "2:7 'size' must be a number from 1 to 100",
        "2:7 'size' must be a whole number from 1 to 100",
    ]


def test_a_wrong_number_of_a_list_is_named_itself() -> None:
    """The others are read."""
    found = Diagnostics()
    assert parse("numbers: [1, 2.5, x, 900]", found).numbers("numbers", 0, 10) == (1, 2.5)
    message = "'numbers' must hold numbers from 0 to 10"
    assert faults(found) == [f"2:19 {message}", f"2:22 {message}"]


def test_whole_numbers_have_no_fractions() -> None:
    """``20.0`` is whole, ``20.5`` isn't."""
    found = Diagnostics()
    assert parse("size: 20.0", found).whole("size", 1, 100) == 20
    assert parse("size: 20.5", found).whole("size", 1, 100) is None
    assert parse("size: 0x10", found).number("size", 1, 100) == 16
    assert len(found) == 1


def test_unknown_keys_are_errors_with_a_suggestion() -> None:
    """A misspelt key isn't ignored; one that belongs elsewhere leads there."""
    found = Diagnostics()
    passage = Passage.of_file("lyout: quote\nfit: split\n", "deck.md", 2)
    parse_fields(passage, KEYS, "the front matter", found, elsewhere={"fit": "'fit' goes into a slide's front matter"})
    assert faults(found) == ["2:1 unknown key 'lyout' in the front matter", "3:1 unknown key 'fit' in the front matter"]
    assert [fault.hint for fault in found] == ["did you mean 'layout'?", "'fit' goes into a slide's front matter"]


def test_missing_keys_are_named_together() -> None:
    """At the mapping that lacks them; a key without a value is missing too."""
    found = Diagnostics()
    front = parse("inner:\n  colour: red\n  size:\n", found)
    inner = front.section("inner", (), ("color", "size"), "a style")
    assert faults(found) == ["3:3 unknown key 'colour' in a style", "3:3 a style lacks color, size"]
    assert found.items[0].hint == "did you mean 'color'?"
    assert list(inner) == []


def test_sections_of_another_kind_are_faults() -> None:
    """Mappings and lists of mappings are told apart from all else."""
    found = Diagnostics()
    front = parse("inner: x\nlist: {a: b}\nnamed: [x]\n", found)
    assert not front.section("inner", KEYS).entries
    assert front.items("list", KEYS) == ()
    assert front.sections("named", KEYS) == {}
    assert faults(found) == [
        "2:8 'inner' must be a mapping",
        "3:7 'list' must be a list",
        "4:8 'named' must be a mapping of names",
    ]
    found = Diagnostics()
    parse("list: [x]\n", found).items("list", KEYS)
    assert faults(found) == ["2:8 an entry of 'list' must be keys with values"]


def test_all_faults_are_found_at_once() -> None:
    """One run shows all there is to fix."""
    found = Diagnostics()
    front = parse("text: a\ntext: b\nflg: true\ntime: 5\nlayout: qoute\n", found)
    front.seconds("time")
    front.choice("layout", ("quote", "content"))
    assert faults(found) == [
        "3:1 'text' is given twice",
        "4:1 unknown key 'flg' in the deck's front matter",
        "5:7 'time' must be a length of time",
        "6:9 unknown layout 'qoute'",
    ]
    assert found.items[-1].hint == "did you mean 'quote'?"


def test_a_choice_says_what_it_is_of() -> None:
    """Where the key doesn't say it."""
    found = Diagnostics()
    assert parse("text: Comic", found).choice("text", ("Arial",), "font") is None
    assert [(fault.message, fault.code) for fault in found] == [("unknown font 'Comic'", "unknown-font")]


def test_fields_over_others() -> None:
    """A translation's keys win, one by one; the others keep their places."""
    found = Diagnostics()
    front = parse("text: neu\n", found).over(parse("text: old\nlayout: quote\n", found))
    assert (front.text("text"), front.text("layout"), str(front.span("layout"))) == ("neu", "quote", "deck.md:3:9")


def test_passages_know_their_lines() -> None:
    """A task in several lines is read as Markdown, each line at its place."""
    found = Diagnostics()
    (passage,) = parse("text: |\n  one\n  two\n", found).passages("text")
    assert (passage.lines, str(passage.line_span(1))) == (("one", "two"), "deck.md:4:3")
    assert len(parse("words: [one, '', two]\n", found).passages("words")) == 2


@pytest.mark.parametrize(
    "text", ["a: b: c", "- x", "text: 'open", "just words", "a: b\n---\nc: d", "\t- x", "? [a]\n: b"]
)
def test_no_mapping(text: str) -> None:
    """Text that is not a mapping of keys is a fault, not a crash."""
    found = Diagnostics()
    parse(text, found)
    assert found.errors
    assert all(fault.span is not None for fault in found.errors)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("20s", 20), ("1h30m", 5400), ("1.5 min", 90), ("250ms", 0.25), ("45", None), ("0s", None), ("5m x", None)],
)
def test_durations(text: str, seconds: float | None) -> None:
    """Every length of time has a unit."""
    assert parse_duration(text) == seconds


def test_text_is_presentable() -> None:
    """Control characters of a value reach no output."""
    assert parse('text: "a\\x07b"', Diagnostics()).text("text") == presentable("a\x07b")
