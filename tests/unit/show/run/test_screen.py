"""What ``quarterdeck run`` draws, and what it leaves as it is."""

from __future__ import annotations

from dataclasses import replace

from msgspec import structs

from quarterdeck.model.content import Paragraph, Run
from quarterdeck.show.machine.plan import PlannedSlide, ShowPlan
from quarterdeck.show.machine.transitions import begin
from quarterdeck.show.run.screen import ENTER, LEAVE, Frame, SoloScreen, narration_lines
from quarterdeck.stage.events import Outcome
from quarterdeck.terminal.cells import CellRun
from quarterdeck.terminal.emulator import Terminal
from support.drawn_screen import DrawnScreen
from support.scripted_stage import HELLO


def test_only_what_has_changed_is_drawn() -> None:
    """A page of text that stays is not sent again; another size redraws everything; the end gives the screen back."""
    seen = DrawnScreen(30, 6)
    screen = SoloScreen(seen.write, lambda: seen.size)
    terminal = Terminal(100, 24)
    frame = Frame((CellRun("left"),), (CellRun("right"),), (CellRun("bottom"),), 1)
    screen.enter()
    terminal.feed("one\r\ntwo 漢字\r\n\x1b[31mred\x1b[0m ")
    screen.draw(frame, {1: terminal})
    assert seen.rows == ["left" + " " * 21 + "right", "one", "two 漢字", "red", "", "bottom"]
    terminal.feed("\r\nfour")
    screen.draw(frame, {1: terminal})
    assert "one" not in seen.written[-1]
    assert "four" in seen.written[-1]
    assert seen.written[-1].endswith("\x1b[5;5H\x1b[?25h\x1b[?2026l"), "the cursor stands where the demo's stands"
    seen.size = (12, 5)
    screen.draw(frame, {1: terminal})
    assert "two 漢字" in seen.written[-1]
    screen.leave()
    assert (seen.written[0], seen.written[-1]) == (ENTER, LEAVE)


def test_wide_characters_are_cut_whole() -> None:
    """Half of one would shift the rest of the line."""
    seen = DrawnScreen(6, 4)
    screen = SoloScreen(seen.write, lambda: seen.size)
    terminal = Terminal(100, 24)
    terminal.feed("abc漢字漢")
    screen.draw(Frame((), (), (), 1), {1: terminal})
    assert seen.rows[1] == "abc漢"


def test_a_full_screen_program_has_the_screen_to_itself() -> None:
    """Otherwise the terminals share it, with a line above each that names it."""
    seen = DrawnScreen(30, 8)
    screen = SoloScreen(seen.write, lambda: seen.size)
    first, second = Terminal(100, 24), Terminal(100, 24)
    first.feed("one")
    second.feed("two")
    screen.draw(Frame((), (), (), 2), {1: first, 2: second})
    assert [row.rstrip("─") for row in seen.rows[1:7]] == ["── terminal 1 ", "one", "", "── terminal 2 ", "two", ""]
    second.feed("\x1b[?1049h\x1b[Heditor")
    screen.draw(Frame((), (), (), 2), {1: first, 2: second})
    assert seen.rows[1] == "editor"
    assert not any("terminal" in row for row in seen.rows)


def test_an_overlay_hides_the_terminals_and_the_cursor() -> None:
    """The help, for example."""
    seen = DrawnScreen(20, 5)
    screen = SoloScreen(seen.write, lambda: seen.size)
    terminal = Terminal(100, 24)
    terminal.feed("behind")
    screen.draw(Frame((), (), (), 1, ("help",)), {1: terminal})
    assert seen.rows[1:4] == ["help", "", ""]
    assert seen.written[-1].endswith("\x1b[?25l\x1b[?2026l")


def test_what_the_speaker_says_is_above_the_last_line() -> None:
    """The narration of the step at hand, wrapped; nothing in a low window, or when every step is done."""
    said = (Paragraph((Run("First, say hello to everybody in the room."),)),)
    steps = (structs.replace(HELLO.shown_steps[0], narration=said), *HELLO.shown_steps[1:])
    plan = ShowPlan("Hello", (PlannedSlide("hello", "Hello", 0, "hello", steps),))
    state = begin(plan, 0).state
    assert narration_lines(plan, state, 24, 30) == ["First, say hello to", "everybody in the room."]
    assert narration_lines(plan, state, 24, 10) == ()
    assert narration_lines(plan, replace(state, outcomes=((Outcome.PASSED,) * 2,)), 24, 30) == ()
    seen = DrawnScreen(40, 24)
    screen = SoloScreen(seen.write, lambda: seen.size)
    terminal = Terminal(100, 24)
    terminal.feed("\r\n".join(map(str, range(30))))
    screen.draw(Frame((), (), (CellRun("bottom"),), 1, narration=("say this", "and that")), {1: terminal})
    assert [row.strip() for row in seen.rows[-4:]] == ["29", "say this", "and that", "bottom"]
