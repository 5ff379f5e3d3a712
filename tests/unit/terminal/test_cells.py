"""Cells of a line, and their styles."""

from __future__ import annotations

import pytest

from quarterdeck.terminal.cells import (
    PLAIN,
    CellRow,
    CellRun,
    CellStyle,
    cell_width,
    graphic_rendition,
    palette_color,
    select_graphic_rendition,
)
from quarterdeck.terminal.screenshot import render

RED = CellStyle(fg=1)


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


@pytest.mark.parametrize(
    "style",
    [
        PLAIN,
        CellStyle(1, 15, bold=True, dim=True, italic=True, underline=True, inverse=True, strike=True),
        CellStyle(208, "#010203"),
        CellStyle(8, 0),
    ],
)
def test_a_style_is_written_as_it_is_read(style: CellStyle) -> None:
    """Whatever was set before."""
    sequence = graphic_rendition(style)
    assert sequence.startswith("\x1b[") and sequence.endswith("m")
    assert select_graphic_rendition(CellStyle(3, 4, italic=True), sequence[2:-1]) == style


@pytest.mark.parametrize("parameters", ["38", "38;5", "38;5;999", "38;2;1", "77", "38;7;1", ":", "4:x"])
def test_what_is_unknown_changes_no_colour(parameters: str) -> None:
    """As in a real terminal."""
    assert select_graphic_rendition(RED, parameters).fg == 1


@pytest.mark.parametrize(
    ("character", "width"), [("a", 1), ("日", 2), ("\u0301", 0), ("\u200d", 0), ("\u00ad", 1), ("👩", 2)]
)
def test_widths(character: str, width: int) -> None:
    """Wide characters take two cells, and combining ones none (UAX 11)."""
    assert cell_width(character) == width


def row_of(*pieces: tuple[str, CellStyle]) -> CellRow:
    """A line with these texts."""
    row = CellRow()
    for text, style in pieces:
        row.put(len(row.cells), list(text), style)
    return row


def test_runs() -> None:
    """Neighbouring cells of the same style are one run."""
    assert row_of(("ab", PLAIN), ("c", RED), ("d", RED)).runs() == (CellRun("ab"), CellRun("cd", RED))
    assert CellRow().runs() == ()


def test_overwriting() -> None:
    """Half of a wide character that is left becomes a blank; a gap is filled with blanks."""
    row = CellRow()
    row.put(0, ["日", "", "本", ""], PLAIN)
    row.put(1, ["x"], RED)
    assert row.cells == [" ", "x", "本", ""]
    row.put(6, ["y"], PLAIN)
    assert row.text == " x本  y"


def test_inserting_and_deleting() -> None:
    """What leaves the line at its end is lost."""
    row = row_of(("abcd", PLAIN))
    row.insert(1, 2, 5)
    assert row.text == "a  bc"
    row.delete(0, 2)
    assert row.text == " bc"


def test_erasing() -> None:
    """In the background of a style; without one the line gets shorter, and no longer goes on."""
    row = row_of(("abcd", PLAIN))
    row.wrapped = True
    row.erase(2, 4, PLAIN, 4)
    assert (row.text, row.wrapped) == ("ab", False)
    row.erase(1, 4, CellStyle(fg=2, bg=4), 4)
    assert (row.text, row.styles[1:]) == ("a   ", [CellStyle(bg=4)] * 3)


def test_combining() -> None:
    """A mark joins the character before it, also a wide one; at the beginning there is none."""
    row = row_of(("e", PLAIN))
    row.join(1, "\u0301")
    row.join(0, "\u0302")
    assert row.text == "e\u0301"
