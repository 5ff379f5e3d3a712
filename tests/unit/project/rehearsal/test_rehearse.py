"""Rehearsals on an engine whose steps do what the test says."""

from xml.etree import ElementTree as ET

import pytest
from msgspec.structs import replace

from quarterdeck.diagnostics import Diagnostic, QuarterdeckError
from quarterdeck.model.content import Paragraph, Run
from quarterdeck.model.demo import BACKSTAGE, Demo, Step, StepKind
from quarterdeck.project.rehearsal.rehearse import Progress, rehearse, require_steps
from quarterdeck.project.rehearsal.reports import FlakyStep, flaky_steps, junit
from quarterdeck.project.rehearsal.selection import Turn
from quarterdeck.stage.events import Listener, Outcome, StepFinished
from quarterdeck.stage.steps.expectation import WRONG_OUTPUT
from support.scripted_stage import HELLO, PORTS, ScriptedEngine, ScriptedRun, demo, step


async def test_demos_run_in_order_and_are_recorded() -> None:
    """Every step of every demo, on an engine that is opened before and closed after."""
    engine = ScriptedEngine()
    results = await rehearse([HELLO, PORTS], [engine])
    runs = ["start hello 0", "run step-1", "run step-2", "stop hello", "start ports 0", "run run", "run curl"]
    assert engine.log == ["open", *runs, "stop ports", "close"]
    assert all(r.passed and r.cast is not None for r in results)
    assert [name for name, _ in results[0].cast.steps()] == ["step-1", "step-2"]  # type: ignore[union-attr]


async def test_after_a_failure_the_next_demo_begins() -> None:
    """The rest of the demo would run on a wrong state; what failed is not recorded."""
    engine = ScriptedEngine(outcomes={"step-1": Outcome.FAILED})
    first, second = await rehearse([HELLO, PORTS], [engine])
    assert "run step-2" not in engine.log
    assert (first.passed, first.cast, second.passed) == (False, None, True)


class PrintsSomethingElse(ScriptedEngine):
    """Its first step does what it should, and prints something else."""

    def run(self, demo: Demo, listener: Listener) -> ScriptedRun:
        """A run of a demo."""
        engine = self

        class Run(ScriptedRun):
            async def run_step(self, step: Step) -> StepFinished:
                finished = await super().run_step(step)
                if step.id != "step-1":
                    return finished
                return replace(finished, outcome=Outcome.FAILED, faults=(Diagnostic("other", code=WRONG_OUTPUT),))

        return Run(demo, listener, engine)


async def test_after_other_output_the_demo_goes_on() -> None:
    """One rehearsal tells all that is out of date; it is a failure all the same."""
    engine = PrintsSomethingElse()
    (result,) = await rehearse([HELLO], [engine])
    assert "run step-2" in engine.log
    assert not result.passed


async def test_verify_steps_come_last_and_out_of_the_recording() -> None:
    """Wherever they are written; setup, hidden and cleanup steps are the run's own business."""
    verify = replace(step("check", "test -e x"), kind=StepKind.VERIFY)
    hidden = replace(step("prepare", "touch x"), kind=StepKind.HIDDEN)
    engine = ScriptedEngine()
    (result,) = await rehearse([demo("d", verify, hidden, step("show", "ls"))], [engine])
    assert [e for e in engine.log if e.startswith("run")] == ["run show", "run check"]
    assert result.cast is not None
    assert [name for name, _ in result.cast.steps()] == ["show"]


async def test_a_demo_that_cannot_start_is_a_fault_of_its_own() -> None:
    """The others are rehearsed, and the engine is closed."""
    engine = ScriptedEngine(broken=True)
    results = await rehearse([HELLO, PORTS], [engine])
    assert [(r.passed, r.fault[0].message) for r in results] == [(False, "the engine is down")] * 2
    assert engine.log[-1] == "close"


async def test_a_demo_that_continues_nothing_known_does_not_stop_the_others() -> None:
    """An engine may refuse a run at once."""

    class Refusing(ScriptedEngine):
        def run(self, demo: Demo, listener: Listener) -> ScriptedRun:
            if demo.continues:
                raise QuarterdeckError.of("no such demo", code="unknown-demo")
            return super().run(demo, listener)

    first, second = await rehearse([replace(HELLO, continues="nothing"), PORTS], [Refusing()])
    assert (first.fault[0].code, second.passed) == ("unknown-demo", True)


async def test_rounds_find_flaky_steps() -> None:
    """A step that passes only sometimes is named, with how often it did."""
    engine = ScriptedEngine()
    seen: list[str] = []

    class Fails(Progress):
        def step_began(self, turn: Turn, step: str) -> None:
            seen.append(step)
            engine.outcomes["step-2"] = Outcome.FAILED if len(seen) == 4 else Outcome.PASSED

    results = await rehearse([HELLO], [engine], Fails(), rounds=3)
    assert [r.round for r in results] == [1, 2, 3]
    assert flaky_steps(results) == (FlakyStep("hello", "step-2", 2, 3),)
    assert flaky_steps(results[:1]) == ()


def test_no_step_is_a_failure() -> None:
    """A rehearsal that runs nothing proves nothing."""
    require_steps([HELLO])
    with pytest.raises(QuarterdeckError, match="nothing to rehearse"):
        require_steps([demo("empty", replace(step("s", "true"), kind=StepKind.SETUP))])


def exercise() -> Demo:
    """An exercise of one step to its solution, with two checks."""
    solution = replace(step("solve", "true"), kind=StepKind.SOLUTION)
    checks = [replace(step(name, "test -e x"), kind=StepKind.VERIFY, terminal=BACKSTAGE) for name in ("one", "two")]
    task = (Paragraph((Run("Do it."),)),)
    return replace(demo("exercise", solution, *checks), task=task)


class Undone(ScriptedEngine):
    """An engine on which checks fail until the solution has run."""

    def run(self, demo: Demo, listener: Listener) -> ScriptedRun:
        """A run of a demo."""
        engine = self
        failing = dict.fromkeys(engine.outcomes, Outcome.FAILED)

        class UndoneRun(ScriptedRun):
            async def run_step(self, step: Step) -> StepFinished:
                finished = await super().run_step(step)
                if step.kind is StepKind.SOLUTION:
                    engine.outcomes = dict.fromkeys(failing, Outcome.PASSED)
                return finished

        return UndoneRun(demo, listener, engine)


async def test_an_exercise_is_proven_undone_then_done() -> None:
    """Each check fails, the solution runs and is recorded, each check passes."""
    engine = Undone(outcomes={"one": Outcome.FAILED, "two": Outcome.FAILED})
    (result,) = await rehearse([exercise()], [engine])
    assert [s.name for s in result.steps] == [
        "one before the solution",
        "two before the solution",
        "solve",
        "one",
        "two",
    ]
    assert result.passed
    assert result.cast is not None
    assert [name for name, _ in result.cast.steps()] == ["solve"]
    names = [case.get("name") for case in ET.fromstring(junit([result])).iter("testcase")]
    assert names == [s.name for s in result.steps]


async def test_an_exercise_that_is_done_already_is_a_fault() -> None:
    """A check that passes before the solution proves nothing; the others are looked at nevertheless."""
    engine = Undone(outcomes={"one": Outcome.FAILED, "two": Outcome.PASSED})
    (result,) = await rehearse([exercise()], [engine])
    assert not result.passed
    (fault,) = [f for s in result.steps for f in s.finished.faults]
    assert fault.code == "already-done"
    assert len(result.steps) == 5


async def test_a_check_that_hangs_before_the_solution_is_a_fault() -> None:
    """It says neither yes nor no, and what follows doesn't run."""
    engine = Undone(outcomes={"one": Outcome.TIMED_OUT})
    (result,) = await rehearse([exercise()], [engine])
    assert [s.finished.outcome for s in result.steps] == [Outcome.TIMED_OUT]
    report = ET.fromstring(junit([result]))
    assert report[0].get("skipped") == "4"


async def test_a_picture_is_taken_of_each_page_as_soon_as_it_is_opened() -> None:
    """While its container serves it; of a page whose step failed there is none."""
    engine = ScriptedEngine()

    async def photograph(demo: Demo, step: Step) -> bytes | None:
        engine.log.append(f"picture {demo.name} {step.id}")
        return None if step.open_url == "http://nowhere" else b"jpeg"

    lost = replace(step("lost", "curl nowhere"), open_url="http://nowhere")
    made = replace(PORTS, steps=(*PORTS.steps, lost))
    (result,) = await rehearse([made], [engine], photograph=photograph)
    assert result.pictures == {"run": b"jpeg"}
    assert engine.log[2:6] == ["run run", "picture ports run", "run curl", "run lost"]
    engine = ScriptedEngine(outcomes={"run": Outcome.FAILED})
    (result,) = await rehearse([PORTS], [engine], photograph=photograph)
    assert (result.pictures, [entry for entry in engine.log if entry.startswith("picture")]) == ({}, [])
