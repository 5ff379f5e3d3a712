"""Commands and long ids in a terminal's output."""

from quarterdeck.terminal.cells import PLAIN, CellStyle
from quarterdeck.terminal.emphasis import Emphasis
from quarterdeck.terminal.screenshot import render, text_lines

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
