"""How faults are collected, ordered and shown."""

import pytest

from quarterdeck.diagnostics import (
    Diagnostic,
    Diagnostics,
    QuarterdeckError,
    Severity,
    SourceSpan,
    in_order,
    render,
    suggestion,
)


def test_a_fault_is_shown_with_its_line_a_caret_and_the_hint() -> None:
    """The caret stands under the word at fault."""
    fault = Diagnostic("unknown key 'titel'", SourceSpan("deck.md", 2, 1, 5), "did you mean 'title'?")
    assert render(fault, lambda file, line: "titel: A talk") == (
        "deck.md:2:1: error: unknown key 'titel'\n"
        "    2 | titel: A talk\n"
        "      | ^^^^^\n"
        "        hint: did you mean 'title'?"
    )


def test_the_caret_stands_under_the_character_after_wide_and_combining_ones() -> None:
    """Columns are code points, carets are terminal cells."""
    shown = render(Diagnostic("here", SourceSpan("d.md", 1, 4)), lambda file, line: "日e\u0301x")
    caret_line = shown.split("\n")[2]
    assert caret_line == "      |    ^", "two cells for the first character, one for the second and its accent"


@pytest.mark.parametrize("column", [1, 5, 6, 40])
def test_a_span_past_the_end_of_its_line_still_gets_one_caret(column: int) -> None:
    """A fault at the end of a line points behind its last character."""
    shown = render(Diagnostic("here", SourceSpan("d.md", 1, column, 9)), lambda file, line: "abcd")
    caret_line = shown.split("\n")[2]
    assert "^" in caret_line
    assert caret_line.index("^") - caret_line.index("|") - 2 == min(column - 1, 4)


def test_nothing_in_a_deck_reaches_the_terminal_as_a_command() -> None:
    """Escape sequences in the source, the file's name or the message are shown, not obeyed; the caret stays right."""
    fault = Diagnostic("odd \x1b[2J", SourceSpan("a\x1b]0;x\x07.md", 1, 3), "use \x9b or \u202e")
    shown = render(fault, lambda file, line: "#\x1b[31mA")
    assert not [c for c in shown if c != "\n" and (ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or c == "\u202e")]
    source, caret = shown.split("\n")[1:3]
    assert caret.index("^") == source.index("[")


def test_a_source_that_cannot_be_read_is_left_out() -> None:
    """The position and message are still there."""
    assert render(Diagnostic("gone", SourceSpan("d.md", 3, 1)), lambda file, line: None) == "d.md:3:1: error: gone"


def test_faults_come_in_the_order_of_the_source_each_once() -> None:
    """The same fault found by two parts is said once; one without a position comes first."""
    late, early = Diagnostic("late", SourceSpan("a.md", 9)), Diagnostic("early", SourceSpan("a.md", 2))
    everywhere = Diagnostic("everywhere")
    assert in_order([late, early, late, everywhere]) == (everywhere, early, late)


def test_all_faults_are_raised_together_and_warnings_alone_are_not() -> None:
    """One error stops; it brings the warnings along."""
    found = Diagnostics()
    found.warning("small")
    found.raise_errors()
    found.error("big")
    with pytest.raises(QuarterdeckError) as raised:
        found.raise_errors()
    assert {(d.message, d.severity) for d in raised.value.diagnostics} == {
        ("small", Severity.WARNING),
        ("big", Severity.ERROR),
    }


def test_a_near_word_is_suggested_and_else_all_are_named() -> None:
    """A typo gets one answer, a guess gets the list."""
    assert suggestion("titel", ["title", "theme"]) == "did you mean 'title'?"
    assert suggestion("xyz", ["title", "theme"]) == "known: theme, title"
    assert suggestion("xyz", []) is None
