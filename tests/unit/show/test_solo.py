"""One demo in a terminal."""

import asyncio

import pytest

from quarterdeck.show.commands import Ended
from quarterdeck.show.solo import HINTS, Solo, status_line
from quarterdeck.stage.events import Outcome
from scripted_stage import DECK, ScriptedEngine, replay_engine


@pytest.mark.parametrize("columns", [20, 40, 80, 120, 200])
def test_the_status_line_always_says_how_to_go_on_and_how_to_end(columns: int) -> None:
    """It fills the line, never more, and what it leaves out is what is needed least."""
    line = status_line("A long title of a demo · 1 of 3 steps done · next: run docker ps --all", columns)
    assert len(line) == columns
    if columns >= 40:
        assert HINTS[0] in line
        assert HINTS[1] in line
    assert columns < 200 or HINTS[-1] in line


async def test_a_step_that_was_given_up_has_failed() -> None:
    """The exit status tells of a step that never came to its own end, too."""
    demo = next(iter(DECK.demos.values()))
    solo = Solo(
        demo, ScriptedEngine(), replay_engine(), recorded=False, write=lambda text: None, size=lambda: (100, 30)
    )
    await asyncio.sleep(0)
    solo.hear(Ended(solo.state.turn, Outcome.TIMED_OUT, "the step did not end"))
    assert solo.failed
    solo.hear(Ended(solo.state.turn, Outcome.PASSED))
    assert not solo.failed
    await solo.close()
