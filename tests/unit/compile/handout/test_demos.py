"""Demos and exercises in a handout."""

from __future__ import annotations

from pathlib import Path

from quarterdeck.compile.handout.demos import NumberedExercise, write_demo, write_exercise, write_hints, write_solutions
from quarterdeck.compile.handout.paper import DrawnFigures, Sheet, paper_colors
from quarterdeck.compile.html.blocks import PAPER, BlockWriter
from quarterdeck.model.demo import Command, Demo, ExpectedOutput, Interaction, Key, KeyPress, Keys, Step, StepKind
from quarterdeck.model.phrases import words
from support.placed_decks import HARBOUR, deck_of, paragraph

COLORS = paper_colors(HARBOUR)
SHEET = Sheet(deck_of(), HARBOUR, COLORS, words("en"), BlockWriter(PAPER, DrawnFigures(HARBOUR, COLORS)), {})


def demo(*steps: Step, **more: object) -> Demo:
    """A demo of some steps."""
    return Demo("ports", "Ports", steps, Path("ports.md"), Path("ports.cast"), **more)  # type: ignore[arg-type]


def step(*interactions: Interaction, kind: StepKind = StepKind.SHOWN, **more: object) -> Step:
    """A step of some interactions."""
    return Step("s", kind, interactions, **more)  # type: ignore[arg-type]


def test_commands_stand_out_from_their_output() -> None:
    """Further lines of a command have the shell's second prompt; keys are named; elisions are dots."""
    typed = Command("$", ("docker run \\", "  web"), ExpectedOutput(("id [..] ok", "..."), given=True))
    page = write_demo(demo(step(typed, KeyPress("C", ExpectedOutput(("^C",), given=True)))), SHEET)
    assert (
        "<i>$ </i><b>docker run \\</b>\n<i>&gt; </i><b>  web</b>\nid <u>…</u> ok\n<u>⋮</u>\n<b>Ctrl-C</b>\n^C" in page
    )


def test_keys_look_like_keys() -> None:
    """What is typed is bold, and a key with a name looks like one."""
    pressed = Keys("/<b<Down 2>", (Key("/<b"), Key("", "Down", 2)))
    assert "<code><b>/&lt;b</b><kbd>Down ×2</kbd></code>" in write_demo(demo(step(pressed)), SHEET)


def test_long_ids_are_small() -> None:
    """Nobody reads them; the command before them is what counts."""
    digits = "0123456789abcdef" * 4
    typed = Command("$", ("docker run -d web",), ExpectedOutput((f"Id: {digits}",), given=True))
    assert f"</b>\nId: <s>{digits}</s></code>" in write_demo(demo(step(typed)), SHEET)


def test_hidden_steps_leave_their_words() -> None:
    """What a speaker says before them belongs to the story; what they run doesn't."""
    hidden = step(Command("$", ("sleep 1",)), kind=StepKind.HIDDEN, narration=(paragraph("We wait."),))
    page = write_demo(demo(hidden, closing=(paragraph("Done."),)), SHEET)
    assert "<p>We wait.</p>" in page
    assert "sleep" not in page
    assert page.endswith("<p>Done.</p></div>")


def test_programs_are_listings() -> None:
    """Code that a step gives to an interpreter isn't a transcript."""
    page = write_demo(demo(step(Command("", ("print(1)",)), runner="python")), SHEET)
    assert '<figure class="code"><figcaption>python</figcaption>' in page
    assert "console" not in page


def test_an_exercise_says_how_to_begin_and_where_help_is() -> None:
    """A demo with files is a folder; hints and solutions are chapters of their own."""
    task = demo(step(Command("$", ("ls",))), task=(paragraph("List it."),), hints=((paragraph("Use ls."),),))
    numbered = NumberedExercise(2, "A & B", task, 5)
    page = write_exercise(numbered, SHEET)
    assert "Exercise 2 · 5 min" in page
    assert "<code>quarterdeck run demos/ports.md</code>" in page
    assert 'href="#exercise-2-hints"' in page
    assert 'id="exercise-2-hints"' in write_hints([numbered], SHEET)
    assert "A &amp; B" in write_solutions([numbered], SHEET)
    folder = NumberedExercise(1, "C", demo(files=Path("ports")), 0)
    assert "<code>quarterdeck run demos/ports</code>" in write_exercise(folder, SHEET)
    assert "min" not in write_exercise(folder, SHEET).split("</p>")[0]


def test_empty_chapters_are_left_out() -> None:
    """Exercises without hints, or without steps that are shown."""
    numbered = NumberedExercise(1, "C", demo(), 0)
    assert write_hints([numbered], SHEET) == ""
    assert write_solutions([numbered], SHEET) == ""
