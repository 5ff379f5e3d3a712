"""Playing a recording as if the demo ran."""

from __future__ import annotations

import asyncio
import time

import pytest
from msgspec.structs import replace

from quarterdeck.model.cast import Cast, CastEvent
from quarterdeck.model.content import Asset
from quarterdeck.stage.events import Outcome, Output, PageOpened, StageEvent, StepFinished, Typed
from quarterdeck.stage.replay import ReplayEngine, recorded_steps
from quarterdeck.stage.shell.marks import PROMPT
from support.staged import demo_of, step

DEMO = demo_of(step("echo one", id="a"))


def test_the_last_run_of_a_step_counts() -> None:
    """A recording may hold several; one that was cut off ends with its last event."""
    marks = (
        (0, "m", "step:a"),
        (1, "o", "first"),
        (2, "m", "end:a:failed"),
        (3, "o", "between"),
        (4, "m", "step:a"),
        (6, "o", "second"),
        (9, "m", "end:a:passed"),
        (10, "m", "step:b"),
        (11, "o", "cut"),
    )
    steps = recorded_steps([CastEvent(time, code, data) for time, code, data in marks])
    assert [(gap, event.data) for gap, event in steps["a"].events] == [(2, "second")]
    assert steps["a"].rest == 3
    assert ([e.data for _, e in steps["b"].events], steps["b"].rest) == (["cut"], 0.0)


async def test_a_reset_shows_what_the_steps_before_printed() -> None:
    """At once, in their terminals; what is not a terminal's event is passed over."""
    events = (("m", "step:a"), ("i", "ls\r"), ("o", "1"), ("o2", "2"), ("oops", "3"), ("m", "end:a:passed"))
    cast = Cast("demo", "", tuple(CastEvent(0.5 * n, code, data) for n, (code, data) in enumerate(events)))
    told: list[StageEvent] = []
    async with asyncio.timeout(60):  # it would take an hour
        await ReplayEngine({"demo": cast}, speed=0.001).run(DEMO, told.append).start(DEMO.steps)
    assert [(e.terminal, e.data) for e in told if isinstance(e, Output | Typed)] == [
        (1, PROMPT),
        (1, "ls\r"),
        (1, "1"),
        (2, "2"),
    ]


async def test_long_pauses_are_shortened_and_an_interrupt_skips_to_the_end() -> None:
    """Nobody waits for a recorded minute; a key shows the rest of a step at once."""
    events = (CastEvent(0, "m", "step:a"), CastEvent(6000, "o", "late"), CastEvent(12000, "m", "end:a:passed"))
    told: list[StageEvent] = []
    run = ReplayEngine({"demo": Cast("demo", "abc", events)}, speed=10).run(DEMO, told.append)
    await run.start()
    async with asyncio.timeout(60):  # instead of twenty minutes
        await run.run_step(DEMO.steps[0])
    slow = ReplayEngine({"demo": Cast("demo", "abc", events)}, speed=0.01).run(DEMO, told.append)
    await slow.start()
    playing = asyncio.create_task(slow.run_step(DEMO.steps[0]))
    await asyncio.sleep(0)
    await slow.interrupt()
    async with asyncio.timeout(60):
        await playing


async def test_a_step_without_recording_says_so() -> None:
    """A step that was never recorded fails with what to do, instead of showing nothing."""
    run = ReplayEngine({}).run(DEMO, lambda event: None)
    await run.start()
    finished = await run.run_step(DEMO.steps[0])
    assert finished.outcome is Outcome.FAILED
    assert "rehearse" in (finished.faults[0].hint or "")


@pytest.mark.slow
async def test_a_held_recording_plays_nothing_more() -> None:
    """Until it goes on, from where it was held; the next step begins as any other."""
    demo = demo_of(step("echo one", id="a"), step("echo two", id="b"))
    events = (("m", "step:a"), ("o", "1"), ("o", "2"), ("m", "end:a:passed"), ("m", "step:b"), ("o", "3"))
    cast = Cast("demo", "", tuple(CastEvent(0.5 * n, code, data) for n, (code, data) in enumerate(events)))
    told: list[StageEvent] = []
    run = ReplayEngine({"demo": cast}).run(demo, told.append)
    await run.start()

    def printed() -> str:
        return "".join(e.data for e in told if isinstance(e, Output)).removeprefix(PROMPT)

    playing = asyncio.create_task(run.run_step(demo.steps[0]))
    while printed() != "1":
        await asyncio.sleep(0)
    run.hold()
    await asyncio.sleep(0.2)
    assert printed() == "1"
    run.go_on()
    await playing
    assert printed() == "12"
    run.hold()
    await run.run_step(demo.steps[1])
    assert printed() == "123"


@pytest.mark.slow
async def test_the_typing_of_a_recording_can_be_finished_at_once() -> None:
    """The rest of the command appears at once; its output comes in its own time, and so does the next command."""
    times = {
        "step": 0.0,
        "run": 0.02,
        "m": 0.04,
        "a": 1.04,
        "k": 2.04,
        "e": 3.04,
        "done": 3.06,
        "ls": 3.08,
        "l": 3.1,
        "s": 3.12,
    }
    codes = {"step": ("m", "step:a"), "run": ("i", "make\r"), "ls": ("i", "ls\r")}
    events = tuple(CastEvent(at, *codes.get(name, ("o", name))) for name, at in times.items())
    told: list[tuple[float, str]] = []
    run = ReplayEngine({"demo": Cast("demo", "", events)}, speed=0.05).run(
        DEMO, lambda event: told.append((time.monotonic(), event.data)) if isinstance(event, Output) else None
    )
    await run.start()
    began = time.monotonic()
    playing = asyncio.create_task(run.run_step(DEMO.steps[0]))
    async with asyncio.timeout(30):  # typed in its own time, the command takes a minute
        while told[-1][1] != "m":
            await asyncio.sleep(0)
        run.finish_typing()
        await playing
    assert [data for _, data in told[1:]] == ["m", "a", "k", "e", "done", "l", "s"]
    own_time = {"m": 0.8, "done": 1.2, "l": 2.0, "s": 2.4}
    assert [name for at, name in told[1:] if at - began < own_time.get(name, 0) - 0.05] == []


def test_the_recording_says_how_long_a_step_takes() -> None:
    """As it is played: a long pause counts as two seconds; nothing is known of other steps."""
    events = (CastEvent(0, "m", "step:a"), CastEvent(60, "o", "late"), CastEvent(61, "m", "end:a:passed"))
    engine = ReplayEngine({"demo": Cast("demo", "abc", events)})
    assert engine.step_seconds("demo", "a") == 3
    assert engine.step_seconds("demo", "b") == 0
    assert engine.step_seconds("other", "a") == 0


async def test_a_page_is_opened_again_where_there_is_a_picture_of_it() -> None:
    """After the step that opened it; without a picture there is nothing to show."""
    opening = demo_of(replace(step("docker run nginx", id="a"), open_url="http://localhost:8080"))
    events = (CastEvent(0, "m", "step:a"), CastEvent(0, "o", "x"), CastEvent(0, "m", "end:a:passed"))
    cast = Cast("demo", "", events)
    for recorded in (cast, replace(cast, pictures={"a": Asset("demo.a.jpg", "image/jpeg", b"")})):
        told: list[StageEvent] = []
        run = ReplayEngine({"demo": recorded}).run(opening, told.append)
        await run.start()
        await run.run_step(opening.steps[0])
        assert [event.url for event in told if isinstance(event, PageOpened)] == [
            "http://localhost:8080" for _ in recorded.pictures
        ]
    assert isinstance(told[-1], StepFinished)
