"""Lines of a terminal: what moves and erases them."""

from __future__ import annotations

import pytest

from quarterdeck.terminal.buffer import ScreenBuffer
from quarterdeck.terminal.cells import PLAIN
from quarterdeck.terminal.emulator import Terminal
from quarterdeck.terminal.screenshot import text_lines


def buffer(*lines: str, columns: int = 10, rows: int = 4, scrollback: int | None = None) -> ScreenBuffer:
    """A buffer with these lines, the cursor at the end of the last."""
    made = ScreenBuffer(columns, rows, scrollback)
    for number, line in enumerate(lines):
        if number:
            made.x = 0
            made.line_feed()
        made.print(line, PLAIN)
    return made


def shown(made: ScreenBuffer) -> list[str]:
    """The lines of the screen, as far as there are any."""
    return [line.text for line in made.lines[made.top :]]


def test_absolute_positions_count_from_the_top_of_the_screen() -> None:
    """After scrolling, row 1 is the first one in view, not the first ever printed."""
    assert text_lines("1\r\n2\r\n3\r\n4\x1b[HX", rows=2) == ["1", "2", "X", "4"]


def test_a_scroll_region_leaves_the_rest_alone() -> None:
    """A program that scrolls a part of the screen keeps its header and footer in place."""
    assert text_lines("head\r\n1\r\n2\r\nfoot\x1b[2;3r\x1b[3;1H\r\n3", rows=4) == ["head", "2", "3", "foot"]


def test_bounded_scrollback_stays_bounded() -> None:
    """A terminal that is only looked at keeps no more lines than it was told to."""
    terminal = Terminal(scrollback=10)
    for _ in range(10_000):
        terminal.feed("y\r\n")
    assert len(terminal.lines) <= 2 * 10 + 24 + 1


def test_scrolling_keeps_what_leaves_the_top() -> None:
    """Above the screen, in order."""
    made = buffer("1", "2", "3", "4", "5")
    assert (shown(made), [line.text for line in made.lines[: made.top]]) == (["2", "3", "4", "5"], ["1"])


def test_printing_wraps() -> None:
    """At the edge, when the next character comes; wide ones as a whole; or not at all."""
    made = buffer("abcdefghij")
    assert (made.x, shown(made), made.lines[0].wrapped) == (10, ["abcdefghij"], False)
    made.print("k", PLAIN)
    assert (shown(made), made.lines[0].wrapped) == (["abcdefghij", "k"], True)
    made = buffer("abcdefghi")
    made.print("日", PLAIN)
    assert shown(made) == ["abcdefghi", "日"]
    made = buffer("abcdefghij")
    made.autowrap = False
    made.print("k", PLAIN)
    assert shown(made) == ["abcdefghik"]


def test_inserting_pushes_text() -> None:
    """In insert mode, up to the edge."""
    made = buffer("abc")
    made.inserting = True
    made.move(1, 0)
    made.print("X", PLAIN)
    assert shown(made) == ["aXbc"]


@pytest.mark.parametrize(
    ("change", "lines"),
    [
        (lambda b: b.insert_lines(1, 1), ["1", "", "2", "3"]),
        (lambda b: b.delete_lines(1, 2), ["1", "4", "", ""]),
        (lambda b: b.insert_lines(1, 99), ["1", "", "", ""]),
        (lambda b: (b.set_region(2, 3), b.insert_lines(0, 1)), ["1", "2", "3", "4"]),
        (lambda b: (b.set_region(2, 3), b.delete_lines(1, 1)), ["1", "3", "", "4"]),
        (lambda b: (b.set_region(3, 2), b.move(0, 3), b.line_feed()), ["2", "3", "4", ""]),
        (lambda b: (b.move(0, 0), b.reverse_line_feed()), ["", "1", "2", "3"]),
        (lambda b: (b.move(0, 2), b.reverse_line_feed()), ["1", "2", "3", "4"]),
    ],
)
def test_lines_move_in_their_region(change: object, lines: list[str]) -> None:
    """What is outside of it stays; a region upside down is none."""
    made = buffer("1", "2", "3", "4")
    change(made)  # type: ignore[operator]
    assert shown(made) == lines


@pytest.mark.parametrize(
    ("part", "lines"),
    [(0, ["one", "t"]), (1, ["", "  o", "three"]), (2, ["", ""]), (3, ["one", "two", "three"])],
)
def test_erasing_the_screen(part: int, lines: list[str]) -> None:
    """From the cursor on, up to it, all of it, or what is kept above."""
    made = buffer("one", "two", "three")
    made.move(1, 1)
    made.erase_screen(part, PLAIN)
    assert [line.rstrip() for line in shown(made)] == lines


def test_erasing_a_line() -> None:
    """From the cursor on, up to it, or all of it."""
    for part, text in ((0, "a"), (1, "  c"), (2, "")):
        made = buffer("abc")
        made.move(1, 0)
        made.erase_line(part, PLAIN)
        assert shown(made) == [text]
    made = buffer("abc")
    made.move(0, 0)
    made.erase_cells(2, PLAIN)
    assert shown(made) == ["  c"]


def test_what_is_kept_above_can_be_erased() -> None:
    """``clear`` does so."""
    made = buffer("1", "2", "3", "4", "5")
    made.erase_screen(3, PLAIN)
    assert (made.top, shown(made)) == (0, ["2", "3", "4", "5"])


def test_the_alternate_screen_is_empty_and_keeps_nothing() -> None:
    """The main one comes back as it was."""
    made = buffer("1", "2")
    made.show_alternate(True)
    assert (made.alternate, [line for line in shown(made) if line]) == (True, [])
    for text in "abcdef":
        made.print(text, PLAIN)
        made.line_feed()
    assert made.top == 0
    made.show_alternate(False)
    assert shown(made)[:2] == ["1", "2"]
