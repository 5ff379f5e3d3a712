"""One demo in a terminal, drawn on an emulated one."""

import asyncio

import pytest

from quarterdeck.show.machine.commands import Ended
from quarterdeck.show.run.demo import Solo, play
from quarterdeck.stage.events import Outcome
from support.drawn_screen import DrawnScreen
from support.scripted_stage import DECK, HELLO, PORTS, ScriptedEngine, replay_engine


def solo_on(seen: DrawnScreen, engine: ScriptedEngine, demo_name: str = "hello") -> Solo:
    """The demo on that terminal."""
    demo = DECK.demos[demo_name]
    return Solo(demo, engine, replay_engine(), recorded=True, write=seen.write, size=lambda: seen.size)


@pytest.mark.parametrize("columns", [20, 40, 80, 120, 200])
async def test_the_last_line_always_says_how_to_go_on_and_how_to_end(columns: int) -> None:
    """It fills the line, never more, and what it leaves out is what is needed least."""
    seen = DrawnScreen(columns, 10)
    solo = solo_on(seen, ScriptedEngine())
    await seen.until(lambda: columns < 40 or "2 steps, none" in seen.rows[-1])
    assert len(seen.rows) == 10
    if columns >= 40:
        assert "space next  q quit" in seen.rows[-1]
    assert columns < 200 or "r reset" in seen.rows[-1]
    await solo.close()


async def test_a_step_that_was_given_up_has_failed() -> None:
    """The exit status tells of a step that never came to its own end, too."""
    solo = solo_on(DrawnScreen(100, 30), ScriptedEngine())
    await asyncio.sleep(0)
    solo.on_fact(Ended(solo.state.turn, Outcome.TIMED_OUT, "the step did not end"))
    assert solo.failed
    solo.on_fact(Ended(solo.state.turn, Outcome.PASSED))
    assert not solo.failed
    await solo.close()


async def test_marks_badge_and_fault() -> None:
    """A step that failed is marked, its fault stands below, and the next key plays its recording."""
    seen = DrawnScreen(100, 10)
    solo = solo_on(seen, ScriptedEngine(outcomes={"step-1": Outcome.FAILED}))
    await seen.until(lambda: "○ ○  0/2   LIVE" in seen.rows[0])
    solo.press(b" ")
    await seen.until(lambda: "✗ ○  1/2   LIVE" in seen.rows[0])
    assert seen.rows[-1].startswith(" it printed something else · next: play its recording: echo hello")
    solo.press(b" ")
    await seen.until(lambda: "▶ ○  1/2   RECORDED" in seen.rows[0])
    assert seen.rows[1:4] == ["$ echo hello", "hello", "$"]
    assert solo.summary() == f"{HELLO.title}: 1 of 2 steps done"
    await solo.close()


async def test_the_page_of_a_container_can_be_opened() -> None:
    """There is no slide to show it in: the address stands below, and a key opens it."""
    seen = DrawnScreen(160, 10)
    opened: list[str] = []
    solo = Solo(
        PORTS,
        ScriptedEngine(),
        replay_engine(),
        recorded=False,
        write=seen.write,
        size=lambda: seen.size,
        browse=opened.append,
    )
    solo.press(b"o")
    await seen.until(lambda: "LIVE" in seen.rows[0])
    solo.press(b" ")
    await seen.until(lambda: "o opens http://localhost:8080" in seen.rows[-1])
    solo.press(b"o")
    assert opened == ["http://localhost:8080"]
    await solo.close()


@pytest.mark.parametrize("recorded", [True, False])
async def test_an_engine_that_goes_away_is_told_of(recorded: bool) -> None:
    """In mid-step, with what can be done: the recording plays by itself, or ``r`` begins again once it is back."""
    seen = DrawnScreen(100, 12)
    engine = ScriptedEngine(hanging={"step-1"})
    solo = Solo(HELLO, engine, replay_engine(), recorded=recorded, write=seen.write, size=lambda: seen.size)
    watching = asyncio.create_task(play(solo, lambda press: lambda: None, engine))
    await seen.until(lambda: "none run yet" in seen.rows[-1])
    solo.press(b" ")
    await seen.until(lambda: "run step-1" in engine.log)
    engine.down = "the engine does not answer"
    told = "The engine does not answer. "
    if recorded:
        await seen.until(lambda: "▶ ○  1/2   RECORDED" in seen.rows[0])
        assert seen.rows[-2].strip() == told + "Until it answers again, the demo plays its recording."
        assert not solo.failed
    else:
        await seen.until(lambda: "■ ○  1/2   LIVE" in seen.rows[0])
        assert " ".join(row.strip() for row in seen.rows[-3:-1]).strip() == (
            told + "This demo has no recording: when Docker answers again, press r to begin again."
        )
        assert solo.failed
    engine.down, engine.hanging = None, set()
    await seen.until(lambda: not any(told in row for row in seen.rows))
    solo.press(b"r")
    await seen.until(lambda: "none run yet" in seen.rows[-1])
    solo.press(b" ")
    await seen.until(lambda: "● ○  1/2   LIVE" in seen.rows[0])
    assert not solo.failed
    solo.press(b"q")
    await watching


async def test_a_held_step_goes_on_before_any_other_key_works() -> None:
    """Interrupting one that is held would wait for it."""
    seen = DrawnScreen(100, 10)
    engine = ScriptedEngine(hanging={"step-1"})
    solo = solo_on(seen, engine)
    solo.press(b"h")
    await seen.until(lambda: "none run yet" in seen.rows[-1])
    assert "hold" not in engine.log, "there is nothing to hold"
    solo.press(b" ")
    await seen.until(lambda: "run step-1" in engine.log)
    solo.press(b"h")
    await seen.until(lambda: "HELD" in seen.rows[0])
    solo.press(b"i")
    await seen.until(lambda: "■ ○  1/2   LIVE" in seen.rows[0])
    assert [word for word in engine.log if word in ("hold", "go on", "interrupt")] == ["hold", "go on", "interrupt"]
    await solo.close()
