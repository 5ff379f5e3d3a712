"""What a terminal shows after some output."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.terminal.cells import CellRun, CellStyle, palette_color
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


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        ("", []),
        ("one\r\ntwo\r\n", ["one", "two"]),
        ("  indented  \r\n\r\n\r\n", ["  indented"]),
        ("10%\r50%\r100%\r\n", ["100%"]),
        ("pulling: waiting\rpulling: done\x1b[K\r\n", ["pulling: done"]),
        ("abc\b\bX", ["aXc"]),
        ("a\tb", ["a       b"]),
        ("\x1b[31mred\x1b[0m and \x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", ["red and link"]),
        ("one\r\ntwo\x1b[1A\rONE", ["ONE", "two"]),
        ("one\r\ntwo\r\nthree\x1b[2A\x1b[J", ["one"]),
        ("old\r\n\x1b[H\x1b[2J\x1b[3Jnew", ["new"]),
        ("abcdef\x1b[4D\x1b[2P", ["abef"]),
        ("abcd\x1b[2D\x1b[2@XY", ["abXYcd"]),
        ("\x1b(0lqk\x1b(B ok", ["┌─┐ ok"]),
        ("a\x07b\x00c\x9bd", ["abcd"]),
        ("before\x1b[?1049hfull screen\x1b[?1049l after", ["before after"]),
        ("日本\x1b[2D語", ["日語"]),
        ("日本\r\x1b[CX", [" X本"]),
        ("e\u0301te", ["e\u0301te"]),
    ],
)
def test_what_a_reader_sees(data: str, lines: list[str]) -> None:
    """Overwriting, erasing and moving about give the text that stands there in the end."""
    assert text_lines(data) == lines


def test_a_long_line_is_one_line() -> None:
    """A line that the terminal wrapped is compared as the program printed it."""
    line = "word " * 50 + "end"
    assert text_lines(line + "\r\nnext", columns=80) == [line, "next"]


def test_a_full_line_and_a_line_end_make_no_blank_line() -> None:
    """A line exactly as wide as the terminal, and its line end, are one line (deferred wrap)."""
    assert text_lines("x" * 20 + "\r\ny", columns=20) == ["x" * 20, "y"]


def test_a_wide_character_that_does_not_fit_wraps_whole() -> None:
    """A wide character at the right edge moves to the next line, and no blank is read in its place."""
    assert text_lines("abc日本", columns=4) == ["abc日本"]
    assert [len(line) for line in render("abc日本", columns=4).lines] == [1, 1]


def test_a_redrawn_block_of_progress_lines() -> None:
    """Programs such as docker pull go up and rewrite lines; only the final ones are seen."""
    data = "a: 0\r\nb: 0\r\n\x1b[2A\x1b[2Ka: 1\r\n\x1b[1B" + "\x1b[1A\x1b[2K\rb: 1\r\n"
    assert text_lines(data) == ["a: 1", "b: 1"]


def test_everything_that_scrolled_off_is_kept() -> None:
    """Output longer than the screen is compared from its first line."""
    data = "".join(f"line {n}\r\n" for n in range(200))
    assert text_lines(data) == [f"line {n}" for n in range(200)]
    assert [run.text for line in render(data).visible() for run in line] == [f"line {n}" for n in range(176, 200)]


def test_absolute_positions_count_from_the_top_of_the_screen() -> None:
    """After scrolling, row 1 is the first one in view, not the first ever printed."""
    assert text_lines("1\r\n2\r\n3\r\n4\x1b[HX", rows=2) == ["1", "2", "X", "4"]


def test_a_scroll_region_leaves_the_rest_alone() -> None:
    """A program that scrolls a part of the screen keeps its header and footer in place."""
    assert text_lines("head\r\n1\r\n2\r\nfoot\x1b[2;3r\x1b[3;1H\r\n3", rows=4) == ["head", "2", "3", "foot"]


def test_colours_and_faces() -> None:
    """Styles come out as runs: the sixteen colours, the palette, direct colours and faces."""
    data = "\x1b[1;31mE\x1b[22;97mW\x1b[38;5;208mP\x1b[48;2;1;2;3mD\x1b[0;7mI\x1b[38:2::9:8:7;3;4mX\x1b[m."
    assert render(data).lines[0] == (
        CellRun("E", CellStyle(fg=1, bold=True)),
        CellRun("W", CellStyle(fg=15)),
        CellRun("P", CellStyle(fg=208)),
        CellRun("D", CellStyle(fg=208, bg="#010203")),
        CellRun("I", CellStyle(inverse=True)),
        CellRun("X", CellStyle(fg="#090807", italic=True, underline=True, inverse=True)),
        CellRun("."),
    )


def test_the_palette_is_xterms() -> None:
    """Indices from 16 on have fixed colours: a cube, then greys."""
    assert (palette_color(16), palette_color(208), palette_color(255)) == ("#000000", "#ff8700", "#eeeeee")
    with pytest.raises(ValueError, match="15"):
        palette_color(15)


def test_an_endless_control_sequence_does_not_swallow_the_output() -> None:
    """After a title that never ends the terminal shows text again."""
    assert text_lines("\x1b]0;" + "x" * (MAX_SEQUENCE + 1))[0].startswith("]0;xxx")


def test_bounded_scrollback_stays_bounded() -> None:
    """A terminal that is only looked at keeps no more lines than it was told to."""
    terminal = Terminal(scrollback=10)
    for _ in range(10_000):
        terminal.feed("y\r\n")
    assert len(terminal.lines) <= 2 * 10 + 24 + 1


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
