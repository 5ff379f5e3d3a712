"""One exercise after the other in a seat, on a stage that does what the test says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import pytest
from msgspec.structs import replace

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.model.content import Paragraph, Run
from quarterdeck.model.demo import BACKSTAGE, Demo, StepKind
from quarterdeck.seats.messages import Progress
from quarterdeck.seats.room import exercises as module
from quarterdeck.seats.room.exercises import Exercises
from quarterdeck.seats.room.kit import Kit, KitExercise
from quarterdeck.seats.room.transcript import Transcript
from quarterdeck.stage.events import Asked, Outcome
from quarterdeck.stage.shell.program import Seat
from quarterdeck.terminal.buffer import Grid
from support.scripted_stage import ScriptedEngine, ScriptedRun, demo, step
from support.waiting import until


def exercise(name: str, **fields: object) -> KitExercise:
    """An exercise of two checks and two hints."""
    checks = [
        replace(step(check, f"test {check}"), kind=StepKind.VERIFY, terminal=BACKSTAGE, missing=f"No {check}.")
        for check in ("server", "page")
    ]
    hints = tuple((Paragraph((Run(text),)),) for text in ("Look.", "Closer."))
    task = (Paragraph((Run(f"Do {name}."),)),)
    made = replace(demo(name, *checks), task=task, hints=hints, ports=(8080,) if name == "first" else ())
    return KitExercise(name, replace(made, **fields), minutes=5)


KIT = Kit((exercise("first"), exercise("second"), KitExercise("broken", None, fault="its script is damaged")))


class Bench:
    """The exercises of a seat, with its engine and its transcript."""

    def __init__(self, engine: ScriptedEngine | None = None) -> None:
        self.engine = engine or ScriptedEngine()
        self.transcript = Transcript()
        self.seats: list[Seat] = []
        self.unreachable: Exception | None = None
        self.heard: Callable[[], None] = lambda: None
        self.runs: list[ScriptedRun] = []
        self.exercises = Exercises(KIT, self.stage, self.transcript, lambda: None, self.changed)

    async def stage(self, demos: Sequence[Demo], seat: Seat) -> ScriptedEngine:
        """The engine, unless it can't be reached."""
        self.seats.append(seat)
        if self.unreachable is not None:
            raise self.unreachable
        return self.engine

    def changed(self) -> None:
        """Somebody is told."""
        self.heard()

    @property
    def screen(self) -> str:
        """What a page sees that comes now."""
        return self.transcript.since(None)[0]

    def at_work(self, name: str) -> Callable[[], bool]:
        """Whether an exercise can be worked on."""
        return lambda: (status := self.exercises.status()).exercise == name and not status.busy

    def progress(self, name: str = "first") -> Progress:
        """How far it is."""
        return self.exercises.status().progress[name]

    def typed(self, word: str) -> None:
        """A word at the prompt of the exercise under way."""
        assert self.exercises._practice is not None
        self.exercises._practice.on_event(Asked(word))


@asynccontextmanager
async def begun(bench: Bench, name: str = "first") -> AsyncIterator[Bench]:
    """The exercises while one is under way."""
    running = asyncio.create_task(bench.exercises.run())
    try:
        assert bench.exercises.begin(name)
        await until(bench.at_work(name))
        yield bench
    finally:
        bench.exercises.stop()
        async with asyncio.timeout(60):
            await running


async def test_an_exercise_is_begun_and_another_after_it() -> None:
    """What was made in the first is removed, and its screen is gone, before the second begins."""
    async with begun(Bench()) as bench:
        assert "Do first." in bench.screen
        assert bench.exercises.status().ports == (8080,)
        bench.exercises.begin("second")
        await until(bench.at_work("second"))
        assert "Do second." in bench.screen
        assert "Do first." not in bench.screen
        assert bench.exercises.status().ports == ()
        log = bench.engine.log
        assert log.index("stop first") < log.index("start second 0")
    assert bench.engine.log[-2:] == ["stop second", "close"]


async def test_of_several_that_are_chosen_at_once_the_last_counts() -> None:
    """An attendee clicks quickly through the list."""
    async with begun(Bench()) as bench:
        for name in ("second", "broken", "first", "second"):
            bench.exercises.begin(name)
        await until(bench.at_work("second"))
        assert bench.engine.log.count("start first 0") == 1
        assert not bench.exercises.begin("unknown")


async def test_keys_and_sizes_go_to_the_terminal() -> None:
    """Ctrl-Q, which ends ``quarterdeck run``, has no effect; a size counts for the next exercise, too."""
    async with begun(Bench()) as bench:
        bench.exercises.press("l\x11s\r")
        await until(lambda: "write ls\r" in bench.engine.log)
        bench.exercises.resize(Grid(60, 20))
        assert bench.engine.grids[-1] == Grid(60, 20)
        status = bench.exercises.status()
        assert (status.columns, status.rows) == (60, 20)
        bench.exercises.begin("second")
        await until(bench.at_work("second"))
        assert bench.seats[-1].grid == Grid(60, 20)
        assert "exit" in bench.seats[-1].words


async def test_progress_is_kept_over_resets_and_exercises() -> None:
    """Hints that were seen stay seen, and what was done stays done; what is missing is that of the last look."""
    bench = Bench(ScriptedEngine(outcomes={"page": Outcome.FAILED}))
    async with begun(bench):
        for word in ("hint", "verify"):
            bench.exercises.ask(word)
        await until(lambda: bench.progress().checks == 2)
        assert bench.progress() == Progress(1, 2, 1, done=False, missing=("No page.",))
        bench.engine.outcomes["page"] = Outcome.PASSED
        bench.typed("verify")
        await until(lambda: bench.progress().done)
        assert bench.progress() == Progress(2, 2, 1, done=True)
        bench.exercises.ask("reset")
        assert bench.exercises.status().busy
        await until(bench.at_work("first"))
        assert bench.progress() == Progress(0, 0, 1, done=True)
        bench.exercises.begin("second")
        await until(bench.at_work("second"))
        assert bench.progress("first").done
        assert bench.progress("second") == Progress()


async def test_the_task_has_the_hints_that_were_shown() -> None:
    """Once they were asked for."""
    async with begun(Bench()) as bench:
        assert "Look." not in (bench.exercises.task("first") or "")
        bench.exercises.ask("hint")
        await until(lambda: "Look." in (bench.exercises.task("first") or ""))
        assert bench.exercises.task("unknown") is None


async def test_what_was_done_in_a_seat_that_is_gone_is_done() -> None:
    """Of exercises that this seat has."""
    async with begun(Bench()) as bench:
        bench.exercises.resume({"second": Progress(2, 2, 0, done=True), "gone": Progress()})
        assert bench.progress("second").done
        assert "gone" not in bench.exercises.status().progress


@pytest.mark.parametrize("fault", ["unreachable", "broken stage", "damaged script", "a bug of ours"])
async def test_a_fault_is_told_in_the_terminal_and_the_seat_lives(fault: str) -> None:
    """Another exercise can be begun, and the same one again when the trouble is over."""
    bench = Bench()
    running = asyncio.create_task(bench.exercises.run())
    name = "broken" if fault == "damaged script" else "first"
    match fault:
        case "unreachable":
            bench.unreachable = QuarterdeckError.of("no engine answers", hint="wait a little")
        case "broken stage":
            bench.engine.broken = True
        case "a bug of ours":
            bench.unreachable = ZeroDivisionError("by zero")
    bench.exercises.begin(name)
    told: list[str] = []
    bench.heard = lambda: told.append(bench.exercises.status().fault)
    await until(lambda: told and told[-1])
    said = bench.exercises.status().fault
    assert said in bench.screen
    assert "Begin it again, or another exercise." in bench.screen
    assert bench.at_work(name)()
    bench.exercises.press("ignored")
    bench.exercises.ask("verify")
    bench.unreachable, bench.engine.broken = None, False
    bench.exercises.begin("second")
    await until(bench.at_work("second"))
    assert bench.exercises.status().fault == ""
    bench.exercises.stop()
    await running


async def test_an_exercise_that_cannot_be_left_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that hangs while one is prepared holds nobody for ever."""
    monkeypatch.setattr(module, "LEAVE_SECONDS", 0.05)
    never = asyncio.get_running_loop().create_future()
    bench = Bench(ScriptedEngine(pause=lambda what: never))
    running = asyncio.create_task(bench.exercises.run())
    bench.exercises.begin("first")
    await until(lambda: "start first 0" in bench.engine.log)
    bench.engine.pause = ScriptedEngine().pause
    bench.exercises.begin("second")
    await until(bench.at_work("second"))
    assert "stop first" in bench.engine.log
    bench.exercises.stop()
    await running


async def test_it_can_be_stopped_before_anything_has_begun() -> None:
    """A seat that nobody has used ends as quickly."""
    bench = Bench()
    running = asyncio.create_task(bench.exercises.run())
    bench.exercises.stop()
    async with asyncio.timeout(60):
        await running
