"""The panel of a demo."""

from pathlib import Path

import pytest

from quarterdeck.model.cast import Cast, CastEvent
from quarterdeck.model.deck import Layout
from quarterdeck.model.demo import Command, Demo, ExpectedOutput, KeyPress, Step, StepKind
from quarterdeck.model.placed import PlacedTerminal
from quarterdeck.theme.elements.terminal import terminal_panel
from quarterdeck.theme.measure.widths import Face, text_width
from support.placed_decks import HARBOUR

BOX = HARBOUR.layouts[Layout.DEMO].slots["terminal"].box


def demo(*interactions: Command | KeyPress, kind: StepKind = StepKind.SHOWN) -> Demo:
    """A demo of one step."""
    return Demo("d", "D", (Step("step-1", kind, interactions),), Path("d.md"), Path("d.cast"))


def shown(panel: PlacedTerminal) -> list[str]:
    """The lines on the screen."""
    return ["".join(run.text for run in line) for line in panel.screen]


def test_all_cells_fit_the_demo_layout() -> None:
    """100 columns and 24 lines, in type that can be read."""
    panel = terminal_panel(demo(), None, HARBOUR, BOX)
    assert (panel.columns, panel.rows) == (100, 24)
    assert text_width(Face("Cousine"), "x" * 100) * panel.size + 2 * panel.padding <= panel.box.width
    assert panel.rows * panel.line_height + 2 * panel.padding + panel.bar <= panel.box.height
    assert panel.size == 13 * 4 / 3


def test_a_short_screen_is_set_larger_than_the_cells() -> None:
    """What is only read gets 18 pt where its lines allow it, and never type that they don't fit in."""
    short = terminal_panel(demo(Command("$", ("docker ps",))), None, HARBOUR, BOX)
    assert short.screen_size == pytest.approx(18 * 4 / 3)
    wide = terminal_panel(demo(Command("$", ("x" * 85,))), None, HARBOUR, BOX)
    assert wide.size < wide.screen_size < short.screen_size
    assert text_width(Face("Cousine"), "$ " + "x" * 85) * wide.screen_size + 2 * wide.padding <= wide.box.width
    high = terminal_panel(demo(*(Command("$", ("ls",)) for _ in range(24))), None, HARBOUR, BOX)
    assert high.screen_size == high.size


def test_without_a_recording_the_transcript_is_shown() -> None:
    """Prompt, command and expected output, with elisions as dots."""
    output = ExpectedOutput(("first", "...", "id [..] end"), given=True)
    panel = terminal_panel(demo(Command("$", ("docker ps \\", "-a"), output), KeyPress("C")), None, HARBOUR, BOX)
    assert shown(panel) == ["$ docker ps \\", "> -a", "first", "…", "id … end", "^C"]
    assert panel.recorded is False
    prompt, typed = panel.screen[0]
    assert (prompt.color, typed.bold) == (HARBOUR.terminal[2], True)


def test_hidden_steps_stay_hidden() -> None:
    """What runs out of view isn't printed either."""
    panel = terminal_panel(demo(Command("$", ("secret",)), kind=StepKind.SETUP), None, HARBOUR, BOX)
    assert panel.screen == ()


def test_long_transcripts_show_their_end_and_wrap() -> None:
    """As a terminal would: the last 24 lines, cut after 100 cells."""
    lines = (*(f"line {n}" for n in range(40)), "x" * 150)
    panel = terminal_panel(demo(Command("$", ("cat",), ExpectedOutput(lines, given=True))), None, HARBOUR, BOX)
    assert len(panel.screen) == 24
    assert [len(line) for line in shown(panel)[-2:]] == [100, 50]


def test_a_recording_wins_with_its_colours() -> None:
    """The panel shows the last screen as it was, in the theme's colours."""
    cast = Cast("d", "", (CastEvent(0.1, "o", "\x1b[31mred\x1b[0m plain\r\n\x1b[7minverse\x1b[0m\x1b[38;2;1;2;3mx"),))
    panel = terminal_panel(demo(), cast, HARBOUR, BOX)
    assert panel.recorded
    assert shown(panel) == ["red plain", "inversex"]
    (red, plain), (inverse, exact) = panel.screen
    assert (red.color, plain.color) == (HARBOUR.terminal[1], HARBOUR.colors["terminal-text"])
    assert inverse.background == HARBOUR.colors["terminal-text"]
    assert inverse.color == HARBOUR.colors["terminal-background"]
    assert exact.color == "#010203"
