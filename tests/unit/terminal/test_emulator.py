"""Control sequences, as xterm obeys them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.terminal.cells import CellStyle
from quarterdeck.terminal.emulator import MAX_SEQUENCE, Terminal
from quarterdeck.terminal.screenshot import joined_lines, render, text_lines

PIECES = st.lists(
    st.one_of(
        st.text(max_size=12),
        st.sampled_from(
            ["\r", "\n", "\r\n", "\b", "\t", "\x1b7", "\x1b8", "\x1bM", "\x1bc", "\x1b(0", "\x1b(B", "\x1b"]
        ),
        st.builds(
            lambda private, numbers, final: f"\x1b[{private}{';'.join(map(str, numbers))}{final}",
            st.sampled_from(["", "", "", "?", ">"]),
            st.lists(st.integers(0, 2000), max_size=3),
            st.sampled_from("@ABCDEFGHJKLMPSTXadefhlmrsu`"),
        ),
        st.sampled_from(["日本", "👩‍💻", "é", "\x1b[?1049h", "\x1b[?1049l", "\x1b[?7l", "\x1b[4h", "\x1b]0;title\x07"]),
    ),
    max_size=30,
).map("".join)


def test_an_endless_control_sequence_does_not_swallow_the_output() -> None:
    """After a title that never ends the terminal shows text again."""
    assert text_lines("\x1b]0;" + "x" * (MAX_SEQUENCE + 1))[0].startswith("]0;xxx")


@pytest.mark.slow
@given(PIECES, st.integers(1, 12), st.integers(1, 5))
def test_no_output_breaks_the_terminal(data: str, columns: int, rows: int) -> None:
    """Whatever a program sends, lines fit the screen and the cursor stays on it."""
    screen = render(data, columns, rows)
    assert 0 <= screen.cursor_column <= columns
    assert 0 <= screen.cursor_line < len(screen.lines)


@pytest.mark.slow
@given(PIECES, st.data())
def test_output_may_arrive_in_pieces(text: str, data: st.DataObject) -> None:
    """Where output is cut in transit makes no difference to what is seen."""
    at = data.draw(st.integers(0, len(text)))
    terminal = Terminal(20, 5)
    terminal.feed(text[:at])
    terminal.feed(text[at:])
    assert joined_lines(terminal.lines) == text_lines(text, 20, 5)


def test_what_a_killed_program_left_is_undone() -> None:
    """After a full-screen program was killed, what is sent to undo it makes the terminal behave like a new one."""
    terminal = Terminal()
    assert terminal.undo_modes() == ""
    terminal.feed("text\x1b[?1049h\x1b[2;5r\x1b[?25l\x1b[?1000;1006h\x1b[?7l\x1b[4h\x1b(0\x1b[31m")
    terminal.feed(terminal.undo_modes())
    assert terminal.undo_modes() == ""
    terminal.feed("ure")
    assert joined_lines(terminal.lines) == ["texture"]


@pytest.mark.parametrize(
    ("data", "column", "row"),
    [
        ("\x1b[5;7H", 6, 4),
        ("\x1b[99;99H", 19, 9),
        ("\x1b[5;7H\x1b[2A\x1b[3C", 9, 2),
        ("\x1b[5;7H\x1b[E", 0, 5),
        ("\x1b[5;7H\x1b[4G", 3, 4),
        ("\x1b[5;7H\x1b7\x1b[H\x1b8", 6, 4),
        ("ab\x1b[3d", 2, 2),
        ("a\tb", 9, 0),
    ],
)
def test_the_cursor_moves(data: str, column: int, row: int) -> None:
    """Rows and columns count from 1 in sequences, and end at the screen's edges."""
    terminal = Terminal(20, 10)
    terminal.feed(data)
    assert (terminal.cursor_column, terminal.cursor_line) == (column, row)


def test_modes() -> None:
    """The cursor may be hidden, and another screen shown for a while."""
    terminal = Terminal(20, 10)
    assert (terminal.cursor_shown, terminal.alternate) == (True, False)
    terminal.feed("shell\x1b[?25l\x1b[?1049h")
    assert (terminal.cursor_shown, terminal.alternate) == (False, True)
    terminal.feed("editor\x1b[?1049l\x1b[?25h")
    assert (terminal.cursor_shown, terminal.alternate) == (True, False)
    assert joined_lines(terminal.lines) == ["shell"]


def test_a_reset_forgets_everything() -> None:
    """Styles, modes, and what was on the screen."""
    terminal = Terminal(20, 5)
    terminal.feed("\x1b[31mred\x1b[?7l\x1bcx")
    assert joined_lines(terminal.lines) == ["x"]
    assert terminal.lines[0].styles == [CellStyle()]
    assert terminal.undo_modes() == ""


def test_a_smaller_view() -> None:
    """Its last lines up to the cursor's, which stays in sight."""
    terminal = Terminal(20, 10)
    terminal.feed("".join(f"{n}\r\n" for n in range(6)) + "end")
    rows, cursor = terminal.view(3)
    assert ([row.text for row in rows], cursor) == (["4", "5", "end"], 2)
