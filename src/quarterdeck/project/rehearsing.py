"""Running demos without an audience: in order, compared, recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from quarterdeck.diagnostics import Diagnostic, QuarterdeckError
from quarterdeck.model.cast import Cast, encode
from quarterdeck.model.demo import Demo, Step, StepKind
from quarterdeck.project.outputs import Output, write
from quarterdeck.stage.events import Outcome, StageEvent, StepFinished
from quarterdeck.stage.recording import Recorder
from quarterdeck.stage.run import Engine

GOOD = frozenset({Outcome.PASSED, Outcome.RECORDED})


@dataclass(frozen=True, slots=True)
class StepResult:
    """How one step went."""

    demo: str
    step: Step
    finished: StepFinished

    @property
    def passed(self) -> bool:
        """Whether it did what it should."""
        return self.finished.outcome in GOOD


@dataclass(frozen=True, slots=True)
class DemoResult:
    """How one demo went."""

    demo: Demo
    steps: tuple[StepResult, ...]
    fault: tuple[Diagnostic, ...] = ()
    """Why it could not be started, when it couldn't."""
    cast: Cast | None = None
    """Its recording, when every step passed."""

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


async def rehearse(demos: Iterable[Demo], engine: Engine, progress: Progress) -> tuple[DemoResult, ...]:
    """Run every step of the demos in order on the engine, which is opened and closed here.

    After a step that didn't pass, the rest of its demo is left out: it would run on a wrong state.

    Raises:
        QuarterdeckError: when the engine can't be opened.

    """
    await engine.open()
    try:
        return tuple([await _rehearse_demo(demo, engine, progress) for demo in demos])
    finally:
        await engine.close()


async def _rehearse_demo(demo: Demo, engine: Engine, progress: Progress) -> DemoResult:
    recorder = Recorder(demo)
    recording = False

    def listen(event: StageEvent) -> None:
        if recording:
            recorder(event)

    run = engine.run(demo, listen)
    results: list[StepResult] = []
    try:
        await run.start()
        recording = True
        for step in filter(rehearsed, demo.steps):
            recording = step.kind is StepKind.SHOWN
            progress(demo, step, None)
            finished = await run.run_step(step)
            progress(demo, step, finished)
            results.append(StepResult(demo.name, step, finished))
            if not results[-1].passed:
                break
    except QuarterdeckError as error:
        return DemoResult(demo, tuple(results), error.diagnostics)
    finally:
        recording = False
        await run.stop()
    good = all(r.passed for r in results)
    return DemoResult(demo, tuple(results), cast=recorder.cast() if good else None)


def save_casts(results: Iterable[DemoResult]) -> list[Path]:
    """Put the new recordings beside their scripts; gives the files written."""
    outputs = [Output(r.demo.cast_path, encode(r.cast).encode()) for r in results if r.cast]
    write(outputs)
    return [o.path for o in outputs]
