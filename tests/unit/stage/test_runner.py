"""Programs in other languages."""

from __future__ import annotations

from quarterdeck.stage.events import Outcome
from quarterdeck.stage.runner import as_typed
from staged import demo_of, on_stage, step, typed


async def test_a_program_is_typed_into_its_language() -> None:
    """A Python fence runs as a program, blank lines and quotes included, and its output is compared."""
    program = typed("for n in range(2):\n\n    print(f'n={n} $HOME')", "n=0 $HOME", "n=1 $HOME", prompt="")
    async with on_stage(demo_of(step(program, runner="python"))) as stage:
        (finished,) = await stage.play()
        assert finished.outcome is Outcome.PASSED, stage.screen()
        assert stage.screen()[0] == "$ python3 - <<'END'"


def test_a_program_may_hold_the_word_that_ends_it() -> None:
    """The heredoc's end is a word that the program doesn't have."""
    (command,) = as_typed(step(typed("END", prompt=""), runner="sh")).interactions
    assert command.lines == ("sh -s <<'END_'", "END", "END_")  # type: ignore[union-attr]
