"""Words found in Markdown, and written over."""

from __future__ import annotations

import pytest

from quarterdeck.workshop.edits.markup import PrintedError, applied, escaped, is_code, matches, rewritten

FORMULA = "\ue000x\ue001\ue0002\ue001"


def changed(source: str, old: str, new: str, *, plain: bool = True) -> str:
    """The source after a paragraph of it became another."""
    return applied(source, rewritten(source, matches(source, old)[0], old, new, plain=plain))


@pytest.mark.parametrize(
    ("source", "old", "new", "result"),
    [
        ("A **bold** word", "A bold word", "A brave word", "A **brave** word"),
        ("A **bold** word", "A bold word", "A word", "A word"),
        ("A **bold** word", "A bold word", "A bold new word", "A **bold** new word"),
        ("See [the docs](x.md), now", "See the docs, now", "See the new docs, now", "See [the new docs](x.md), now"),
        ("See [the docs](x.md) now", "See the docs now", "See the docs right now", "See [the docs](x.md) right now"),
        ("Run `docker ps` now", "Run docker ps now", "Run docker ps_a now", "Run `docker ps_a` now"),
        ("a word.", "a word.", "a word, too.", "a word, too."),
        ("it takes a word. End", "it takes a word. End", "it takes a . End", "it takes a . End"),
        ("it takes a word. End", "it takes a word. End", "it takes a. End", "it takes a. End"),
        ("soft\nwrapped text", "soft wrapped text", "soft wrapped words", "soft\nwrapped words"),
        ("x &amp; y", "x & y", "x & z", "x &amp; z"),
        ("say it", "say it", "say *it*", "say \\*it\\*"),
        ("Show: it", "Show: it", ": it", "\\: it"),
        ("so $x^2$ holds", f"so {FORMULA} holds", f"so {FORMULA} fails", "so $x^2$ fails"),
        ("note[^1] here", "note1 here", "note1 there", "note[^1] there"),
        ("for {{ client }} only", "for ACME Inc. only", "for ACME Inc. alone", "for {{ client }} alone"),
        ("{% if x %}one two{% endif %}", "one two", "one three", "{% if x %}one three{% endif %}"),
    ],
)
def test_words_change_and_marks_stay(source: str, old: str, new: str, result: str) -> None:
    """Emphasis, code, links, notes, formulas and templates around the words are as they were."""
    assert changed(source, old, new) == result


@pytest.mark.parametrize(
    ("source", "old", "new", "what"),
    [
        ("for {{ client }} only", "for ACME only", "for Zebra only", "expression"),
        ("so $x^2$ holds", f"so {FORMULA} holds", "so it holds", "formula"),
    ],
)
def test_what_is_not_words_is_refused(source: str, old: str, new: str, what: str) -> None:
    """What an expression prints, and formulas, aren't rewritten."""
    with pytest.raises(PrintedError, match=what):
        changed(source, old, new)


def test_whole_paragraphs_win_over_parts() -> None:
    """A short text is found where it is a paragraph, an item or a cell, not within a longer one."""
    source = "Docker is fine\n\n- Docker\n\n| Docker | x |\n"
    assert [source[m.start - 2 : m.end] for m in matches(source, "Docker")] == ["- Docker", "| Docker"]
    assert [m.is_whole for m in matches("Docker is fine", "Docker")] == [False]
    assert matches("Docker\n\nis fine", "Docker is fine") == []


def test_code_is_known() -> None:
    """In fences and between backquotes nothing is escaped."""
    source = "a `b` c\n\n```\nd\n```\n"
    assert [letter for letter in "abcd" if is_code(source, source.index(letter))] == ["b", "d"]
    assert escaped("a*b | c") == "a\\*b \\| c"


def test_two_edits_of_one_place() -> None:
    """They are an error, unless they are the same."""
    match = matches("one two", "one two")[0]
    some, other = (rewritten("one two", match, "one two", f"one {word}") for word in ("three", "four"))
    assert applied("one two", [*some, *some]) == "one three"
    with pytest.raises(ValueError, match="one place"):
        applied("one two", [*some, *other])
