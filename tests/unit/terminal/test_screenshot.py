"""What a terminal shows after some output."""

from __future__ import annotations

import pytest

from quarterdeck.terminal.cells import PLAIN, CellStyle
from quarterdeck.terminal.screenshot import Emphasis, render, text_lines


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


ID = "0123456789abcdef" * 4
PROMPT = "\x1b[1;32m$\x1b[0m "


def styles(data: str) -> list[dict[str, CellStyle]]:
    """The style of each run, line by line."""
    return [{run.text: run.style for run in line} for line in render(data).lines]


def test_what_was_typed_is_bright_up_to_the_end_of_its_line() -> None:
    """However its echo comes in pieces; the prompt and the output keep their looks."""
    emphasis = Emphasis()
    pieces = [emphasis.add(PROMPT)]
    emphasis.typed()
    pieces += map(emphasis.add, ("docker", " ps\r", "\nNAMES\r\n", PROMPT))
    first, second, last = styles("".join(pieces))
    assert first["docker ps"] == CellStyle(fg=15, bold=True)
    assert second == {"NAMES": PLAIN}
    assert last["$"] == CellStyle(fg=2, bold=True)


def test_long_ids_are_dim_in_output_alone() -> None:
    """Neither in a command, nor as a part of a longer word, nor short ones."""
    emphasis = Emphasis()
    emphasis.typed()
    command, id_, digest, word, short = styles(
        emphasis.add(f"docker rm {ID}\r\n{ID}\r\nsha256:{ID}\r\nx{ID}\r\n{ID[:12]}")
    )
    assert command == {f"docker rm {ID}": CellStyle(fg=15, bold=True)}
    assert id_ == {ID: CellStyle(dim=True)}
    assert digest == {f"sha256:{ID}": CellStyle(dim=True)}
    assert word == {f"x{ID}": PLAIN}
    assert short == {ID[:12]: PLAIN}


def test_a_command_wrapped_by_its_editor_is_whole_in_any_size() -> None:
    """Readline prints a space and CR at the edge of a terminal of 40 columns, in whatever pieces they come."""
    printed = "echo abcdefghijabcdefghijabcdefghijabc \rdefghij\r\n"
    for pieces in ((printed,), printed.partition("defghij"), printed.partition(" \r")):
        emphasis = Emphasis()
        emphasis.typed()
        echo = PROMPT + "".join(map(emphasis.add, pieces))
        for columns in (30, 40, 80):
            assert text_lines(echo, columns) == ["$ echo abcdefghijabcdefghijabcdefghijabcdefghij"]


def test_an_edge_that_was_none_is_printed_after_all() -> None:
    """A space and CR before a line's end, or before an editor draws its line again."""
    for rest in ("\nnext", "\x1b[K$ again"):
        emphasis = Emphasis()
        emphasis.typed()
        assert text_lines("".join(map(emphasis.add, ("word \r", rest)))) == text_lines(f"word \r{rest}")


def test_nothing_else_changes() -> None:
    """What is seen is what was printed."""
    emphasis = Emphasis()
    data = f"a \r\nb \x1b[31mred\x1b[0m {ID}\rover"
    emphasis.typed()
    assert text_lines(emphasis.add("x\r\n") + emphasis.add(data)) == ["x", *text_lines(data)]
