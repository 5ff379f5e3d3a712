"""Running demos without an audience: in order, compared, recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from quarterdeck.diagnostics import Diagnostic, QuarterdeckError
from quarterdeck.model.cast import Cast
from quarterdeck.model.demo import Demo, Step, StepKind
from quarterdeck.stage.comparing import WRONG_OUTPUT
from quarterdeck.stage.events import Outcome, StageEvent, StepFinished
from quarterdeck.stage.liverun import running_order
from quarterdeck.stage.recording import Recorder
from quarterdeck.stage.run import Engine


@dataclass(frozen=True, slots=True)
class StepResult:
    """How one step went."""

    demo: str
    step: Step
    finished: StepFinished

    @property
    def passed(self) -> bool:
        """Whether it did what it should."""
        return self.finished.outcome.good

    @property
    def went_on(self) -> bool:
        """Whether it passed, or did what it should and only printed something else."""
        faults = self.finished.faults
        return self.passed or (
            self.finished.outcome is Outcome.FAILED and bool(faults) and all(f.code == WRONG_OUTPUT for f in faults)
        )


@dataclass(frozen=True, slots=True)
class DemoResult:
    """How one demo went."""

    demo: Demo
    steps: tuple[StepResult, ...]
    fault: tuple[Diagnostic, ...] = ()
    """Why it could not be started, when it couldn't."""
    cast: Cast | None = None
    """Its recording, when every step ran."""
    round: int = 1
    """Which rehearsal of it this was, of several in a row."""

    @property
    def passed(self) -> bool:
        """Whether it was started and every step passed."""
        return not self.fault and all(s.passed for s in self.steps)


Progress: TypeAlias = Callable[[Demo, Step, StepFinished | None], None]
"""Told of each step as it begins (None) and as it ends."""


def rehearsed(step: Step) -> bool:
    """Whether a rehearsal runs this step itself; the run takes care of hidden, setup and cleanup steps."""
    return step.kind in (StepKind.SHOWN, StepKind.VERIFY)


def require_steps(demos: Iterable[Demo]) -> None:
    """Raise QuarterdeckError unless there is a step to rehearse: finding none is a failure, not a success."""
    if not any(rehearsed(step) for demo in demos for step in demo.steps):
        raise QuarterdeckError.of(
            "nothing to rehearse: no demo with a step was found",
            hint="attach a demo to a slide with 'demo: NAME', or put a console block on it",
            code="no-step",
        )


async def rehearse(
    demos: Sequence[Demo], engine: Engine, progress: Progress, rounds: int = 1
) -> tuple[DemoResult, ...]:
    """Run every step of the demos in order on the engine, which is opened and closed here.

    With several rounds all demos run again, as often as that.

    A step that only printed something else than expected is a fault, and the demo goes on; after one
    that failed otherwise the rest is left out, since it would run on a wrong state.

    Raises:
        QuarterdeckError: when the engine can't be opened.

    """
    await engine.open()
    try:
        return tuple(
            [
                replace(await _rehearse_demo(demo, engine, progress), round=number)
                for number in range(1, rounds + 1)
                for demo in demos
            ]
        )
    finally:
        await engine.close()


async def _rehearse_demo(demo: Demo, engine: Engine, progress: Progress) -> DemoResult:
    recorder = Recorder(demo)
    recording = False

    def listen(event: StageEvent) -> None:
        if recording:
            recorder(event)

    results: list[StepResult] = []
    try:
        run = engine.run(demo, listen)
    except QuarterdeckError as error:
        return DemoResult(demo, (), error.diagnostics)
    try:
        await run.start()
        for step in filter(rehearsed, running_order(demo)):
            recording = step.kind is StepKind.SHOWN
            progress(demo, step, None)
            finished = await run.run_step(step)
            progress(demo, step, finished)
            results.append(StepResult(demo.name, step, finished))
            if not results[-1].went_on:
                break
    except QuarterdeckError as error:
        return DemoResult(demo, tuple(results), error.diagnostics)
    finally:
        recording = False
        await run.stop()
    whole = all(r.went_on for r in results)
    return DemoResult(demo, tuple(results), cast=recorder.cast() if whole else None)
