"""The size of a demo's terminal: of its type, and in cells."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from quarterdeck.model.cast import Cast, CastEvent
from quarterdeck.model.deck import Layout
from quarterdeck.model.demo import Demo, Step, StepKind
from quarterdeck.model.placed import PlacedTerminal
from quarterdeck.show.machine.state import ZOOM_LIMIT
from quarterdeck.terminal.buffer import REHEARSED, Grid
from quarterdeck.theme.elements.terminal import terminal_panel
from quarterdeck.theme.elements.terminal_size import LEVELS
from quarterdeck.theme.measure.fonts import Face, text_width
from quarterdeck.theme.placement.place import TERMINAL_GAP
from support.placed_decks import HARBOUR

BOX = HARBOUR.layouts[Layout.DEMO].slots["terminal"].box
PROMPT = "\x1b[1;32m$\x1b[0m "


def demo() -> Demo:
    """A demo of one step."""
    return Demo("d", "D", (Step("step-1", StepKind.SHOWN, ()),), Path("d.md"), Path("d.cast"))


def cast(*lines: str) -> Cast:
    """A recording of these lines, and a prompt."""
    return Cast("d", "", (CastEvent(0.1, "o", "".join(f"{line}\r\n" for line in lines) + PROMPT),))


def shown(panel: PlacedTerminal) -> list[str]:
    """The lines on the screen."""
    return ["".join(run.text for run in line) for line in panel.screens[0].lines]


def points(panel: PlacedTerminal) -> float:
    """The size of its type."""
    return round(panel.type.size * 3 / 4, 2)


def test_all_cells_fit_the_panel() -> None:
    """At whatever size of type: cells that are cut off would be lost."""
    for lines in (["x" * 60], ["x" * 75], ["x" * 80] * 17, ["x" * 130] * 30):
        panel = terminal_panel(demo(), cast(*lines), HARBOUR, BOX)
        width = text_width(Face("Cousine"), "x" * panel.type.columns) * panel.type.size
        assert width + 2 * panel.padding <= BOX.width
        assert panel.type.rows * panel.type.line_height + 2 * panel.padding + panel.bar <= BOX.height
        assert panel.type.columns >= 60


def test_type_is_as_large_as_the_recording_allows() -> None:
    """22 pt for short lines, down to 18 pt for longer ones; then lines wrap, as in any terminal."""
    sizes = [points(terminal_panel(demo(), cast("x" * width), HARBOUR, BOX)) for width in (20, 65, 70, 78, 90, 200)]
    assert sizes == [22, 22, 20, 18, 18, 18]
    wrapped = terminal_panel(demo(), cast("x" * 90), HARBOUR, BOX)
    assert [len(line) for line in shown(wrapped)] == [81, 9, 2]


def test_many_rows_make_type_smaller_but_never_less_than_16_pt() -> None:
    """What doesn't fit then scrolls off the top, as in any terminal."""
    sizes = [points(terminal_panel(demo(), cast(*["x"] * rows), HARBOUR, BOX)) for rows in (12, 15, 17, 100)]
    assert sizes == [22, 19, 17, 16]
    long = terminal_panel(demo(), cast(*map(str, range(100))), HARBOUR, BOX)
    assert shown(long)[-2:] == ["99", "$ "]
    assert len(shown(long)) == long.type.rows


def test_an_author_may_ask_for_any_size() -> None:
    """A terminal of exactly that size, in the largest type in which it fits."""
    for grid, size in ((Grid(80, 15), 18), (Grid(100, 24), 12), (Grid(40, 6), 22)):
        asked = replace(demo(), terminal=grid)
        panel = terminal_panel(asked, cast("x" * 90), HARBOUR, BOX)
        assert (panel.type.columns, panel.type.rows, points(panel)) == (grid.columns, grid.rows, size)


@pytest.mark.parametrize("drawing", ["\x1b[?1049h\x1b[1;1H~", "\x1b[3;20Hx", "\x1b[2;9r"])
def test_a_full_screen_program_keeps_the_size_that_it_drew_for(drawing: str) -> None:
    """In another it would be drawn in the wrong places."""
    panel = terminal_panel(demo(), cast(drawing), HARBOUR, BOX)
    assert (panel.type.columns, panel.type.rows) == (100, 24)


def test_lines_that_are_drawn_again_do_not_wrap_elsewhere() -> None:
    """A progress bar goes up by lines: they must be as many as it believes."""
    panel = terminal_panel(demo(), cast("x" * 95, "\x1b[1Aagain"), HARBOUR, BOX)
    assert panel.type.columns > 95


def test_each_level_of_larger_type_fills_the_slide() -> None:
    """As many levels as the speaker can ask for; no cell is out of sight."""
    panel = terminal_panel(demo(), cast("x" * 75), HARBOUR, BOX)
    assert len(panel.larger) == LEVELS == ZOOM_LIMIT
    sizes = [panel.type.size, *(each.size for each in panel.larger)]
    assert sizes == sorted(set(sizes))
    for each in panel.larger:
        assert each.columns * each.size * 0.6 + 2 * panel.padding <= 1280.5
        assert each.rows * each.line_height + 2 * panel.padding + panel.bar <= 720


def test_a_theme_says_how_large_type_is() -> None:
    """Its ``terminal`` style rules the live terminal, too."""
    style = HARBOUR.styles["terminal"]
    small = replace(HARBOUR, styles={**HARBOUR.styles, "terminal": replace(style, size=14 * 4 / 3, minimum=12 * 4 / 3)})
    assert points(terminal_panel(demo(), cast("x"), small, BOX)) == 14
    assert points(terminal_panel(demo(), cast(*["x"] * 90), small, BOX)) == 12


def test_what_a_rehearsal_records_is_shown_in_18_pt() -> None:
    """Programs that fill the terminal's width, or all of its rows, are shown as they were recorded."""
    slots = HARBOUR.layouts[Layout.DEMO].slots
    body = slots["body"].box
    box = slots["terminal"].box
    under_title = type(box)(box.x, body.y + TERMINAL_GAP, box.width, box.bottom - body.y - TERMINAL_GAP)
    for output in ("x" * REHEARSED.columns, "\x1b[?1049h\x1b[1;1Hfull"):
        recorded = Cast("d", "", (CastEvent(0.0, "o", output),), REHEARSED.columns, REHEARSED.rows)
        panel = terminal_panel(demo(), recorded, HARBOUR, under_title)
        assert panel.type.size >= 18 * 4 / 3
        assert panel.type.columns >= REHEARSED.columns
