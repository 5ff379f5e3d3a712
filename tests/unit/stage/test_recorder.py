"""Recordings, and playing them."""

from __future__ import annotations

from quarterdeck.model.cast import Cast, decode, encode
from quarterdeck.stage.events import Cleared, Outcome, Output, StageEvent, StepFinished, StepStarted, Typed
from quarterdeck.stage.recorder import STEP_LIMIT, STEP_TAIL, Recorder
from quarterdeck.stage.replay import ReplayEngine
from quarterdeck.terminal.screenshot import text_lines
from support.staged import demo_of, on_stage, step, typed

DEMO = demo_of(
    step(typed("echo one", "one"), id="a"),
    step(typed("echo two; sleep 0.1; echo three"), id="b"),
    step(typed("echo other"), id="c", terminal=2),
    script_hash="abc",
)


async def recorded() -> tuple[Cast, list[str]]:
    """The cast of a real run, and what its audience read."""
    recorder = Recorder(DEMO)
    async with on_stage(DEMO) as stage:
        await stage.play()
        for event in stage.events:
            recorder(event)
        return recorder.cast(), stage.screen()


def screen(events: list[StageEvent], terminal: int = 1) -> list[str]:
    """What an audience reads."""
    return text_lines("".join(e.data for e in events if isinstance(e, Output) and e.terminal == terminal))


async def test_a_recording_looks_like_the_run() -> None:
    """The cast holds what the audience saw, step by step, and survives being written and read."""
    cast, seen = await recorded()
    assert text_lines(cast.output()) == seen
    assert [name for name, _ in cast.steps()] == ["a", "b", "c"]
    assert (cast.demo, cast.script_hash) == ("demo", "abc")
    assert decode(encode(cast), "demo.cast") == cast


async def test_a_replay_tells_what_the_run_told() -> None:
    """Playing gives the same screens and the same kinds of events, with the outcome 'recorded'."""
    cast, seen = await recorded()
    events: list[StageEvent] = []
    run = ReplayEngine({"demo": cast}, speed=20).run(DEMO, events.append)
    await run.start()
    finished = [await run.run_step(s) for s in DEMO.shown_steps]
    assert [f.outcome for f in finished] == [Outcome.RECORDED] * 3
    assert screen(events) == seen
    assert screen(events, terminal=2) == ["$ echo other", "other", "$"]
    assert [type(e) for e in events if not isinstance(e, Output | Typed)] == [Cleared] + [StepStarted, StepFinished] * 3


async def test_any_step_can_be_played_after_a_reset() -> None:
    """Going back shows at once what the earlier steps printed; then the step plays."""
    cast, seen = await recorded()
    events: list[StageEvent] = []
    run = ReplayEngine({"demo": cast}, speed=20).run(DEMO, events.append)
    await run.start(DEMO.shown_steps[:1])
    assert screen(events) == ["$ echo one", "one", "$"]
    await run.run_step(DEMO.shown_steps[1])
    assert screen(events) == seen


async def test_commands_are_typed_out_in_a_recording() -> None:
    """A rehearsal types at once, but its recording shows the command growing key by key, in under 1.2 s."""
    cast, _ = await recorded()
    name, events = next(iter(cast.steps()))
    echoed = [e for e in events if e.code == "o"][: len("echo one")]
    assert name == "a"
    assert "".join(e.data for e in echoed) == "echo one"
    assert len({e.time for e in echoed}) == len("echo one")
    assert 0.1 < echoed[-1].time - echoed[0].time < 1.2


def test_a_flood_is_recorded_by_its_head_and_tail() -> None:
    """However much a step prints, its part of the cast stays small, and ends as the screen did."""
    recorder = Recorder(DEMO)
    recorder(StepStarted("demo", "a", 0.0))
    for n in range(20_000):
        recorder(Output(1, f"line {n:06} {'x' * 80}\r\n", n / 1000))
    recorder(StepFinished("demo", "a", Outcome.PASSED, 20.0, 20.0))
    cast = recorder.cast()
    assert len(cast.output()) < STEP_LIMIT + STEP_TAIL + 200
    assert text_lines(cast.output())[-1].startswith("line 019999")


def test_what_happens_between_steps_is_not_recorded() -> None:
    """Taking over the terminal, and waiting for the next key, leave no trace and take no time."""
    recorder = Recorder(DEMO)
    recorder(StepStarted("demo", "a", 1.0))
    recorder(StepFinished("demo", "a", Outcome.PASSED, 1.5, 0.5))
    recorder(Output(1, "improvised", 60.0))
    recorder(StepStarted("demo", "b", 100.0))
    recorder(StepFinished("demo", "b", Outcome.PASSED, 100.5, 0.5))
    cast = recorder.cast()
    assert "improvised" not in cast.output()
    assert cast.events[-1].time == 1.0
