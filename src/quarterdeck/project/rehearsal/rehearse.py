"""Runs demos without an audience: compares their output with the scripts, and records them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
from typing import TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace

from quarterdeck.diagnostics import Diagnostic, QuarterdeckError
from quarterdeck.model.cast import Cast
from quarterdeck.model.demo import Demo, Step, StepKind
from quarterdeck.project.rehearsal.selection import Turn, TurnQueue, claims
from quarterdeck.stage.events import Engine, Outcome, StageEvent, StepFinished
from quarterdeck.stage.recorder import Recorder
from quarterdeck.stage.steps.course import running_order
from quarterdeck.stage.steps.expectation import WRONG_OUTPUT
from quarterdeck.terminal.buffer import REHEARSED

ALREADY_DONE = "already-done"
"""The code of the fault when a check of an exercise passes before its solution."""
HARMLESS = frozenset({WRONG_OUTPUT, ALREADY_DONE})
"""Codes of faults after which a demo continues."""


class StepResult(Struct, frozen=True):
    """The result of one step."""

    demo: str
    step: Step
    finished: StepFinished
    first: bool = False
    """Whether this was the check of an exercise before its solution, which must fail."""

    @property
    def name(self) -> str:
        """The step's name in reports."""
        return step_name(self.step, first=self.first)

    @property
    def passed(self) -> bool:
        """Whether the step did what its script says."""
        return self.finished.outcome.good

    @property
    def went_on(self) -> bool:
        """Whether the next steps have the right state: the step passed, or only its output differs."""
        faults = self.finished.faults
        return self.passed or (
            self.finished.outcome is Outcome.FAILED and bool(faults) and all(f.code in HARMLESS for f in faults)
        )


class DemoResult(Struct, frozen=True):
    """The result of one demo."""

    demo: Demo
    steps: tuple[StepResult, ...]
    fault: tuple[Diagnostic, ...] = ()
    """Why the demo could not be started; empty if it could."""
    cast: Cast | None = None
    """The recording, if every step ran."""
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    """JPEGs of the pages that were opened, by the step's id."""
    round: int = 1
    """The number of this rehearsal of the demo, from 1."""

    @property
    def passed(self) -> bool:
        """Whether it was started and every step passed."""
        return not self.fault and all(s.passed for s in self.steps)


class Progress:
    """Listener for a rehearsal's progress; this base class ignores everything.

    Demos of different turns may run at the same time.
    """

    def step_began(self, turn: Turn, step: str) -> None:
        """A step has started; ``step`` is its name in reports."""

    def step_ended(self, turn: Turn, step: str, finished: StepFinished) -> None:
        """A step has ended."""

    def demo_ended(self, turn: Turn, result: DemoResult) -> None:
        """A demo has ended, and everything it made is removed."""


Photograph: TypeAlias = Callable[[Demo, Step], Awaitable[bytes | None]]
"""Takes a picture of the page that a step has opened: a JPEG, or None if it can't; it then says why by itself."""


def rehearsed(step: Step) -> bool:
    """Whether a rehearsal runs this step itself; the demo's run takes care of hidden, setup and cleanup steps."""
    return step.in_view or step.kind is StepKind.VERIFY


def step_name(step: Step, *, first: bool) -> str:
    """The name of a step in reports."""
    return f"{step.id} before the solution" if first else step.id


def planned(demo: Demo) -> list[tuple[Step, bool]]:
    """The steps that a rehearsal runs, in order; True for the checks of an exercise before its solution."""
    before = [(step, True) for step in demo.checks if demo.is_exercise]
    return before + [(step, False) for step in running_order(demo) if rehearsed(step)]


def require_steps(demos: Iterable[Demo]) -> None:
    """Raise QuarterdeckError if there is no step to rehearse: finding none is a failure, not a success."""
    if not any(rehearsed(step) for demo in demos for step in demo.steps):
        raise QuarterdeckError.of(
            "nothing to rehearse: no demo with a step was found",
            hint="attach a demo to a slide with 'demo: NAME', or put a console block on it",
            code="no-step",
        )


async def rehearse(
    demos: Sequence[Demo],
    engines: Sequence[Engine],
    progress: Progress | None = None,
    *,
    rounds: int = 1,
    continued: Sequence[Demo] = (),
    photograph: Photograph | None = None,
) -> tuple[DemoResult, ...]:
    """Run every step of the demos ``rounds`` times, and return the results in order.

    As many demos run at a time as there are engines, which are opened and closed here; demos that claim the same port,
    or continue the same demo, take turns.  ``continued`` are the demos that they continue, apart from each other.
    ``photograph`` takes the pictures of the pages that steps open; None: there will be none.

    After a step whose output differs, the demo continues; after any other failure the rest of it is left out, since it
    would run on a wrong state, and the report says that it did not run.  On cancellation, everything that running demos
    have made is removed first.

    Raises:
        QuarterdeckError: when an engine can't be opened.

    """
    listener = progress or Progress()
    order = [(number, demo) for number in range(1, rounds + 1) for demo in demos]
    claimed = {demo.cast_path: claims(demo, (*continued, *demos)) for demo in demos}
    turns = TurnQueue(Turn(place, demo, number, claimed[demo.cast_path]) for place, (number, demo) in enumerate(order))
    results: dict[int, DemoResult] = {}

    async def take_turns(engine: Engine) -> None:
        while turn := await turns.take():
            result = await _rehearse_demo(turn, engine, listener, photograph)
            results[turn.place] = result
            await turns.end(turn)
            listener.demo_ended(turn, result)

    async with AsyncExitStack() as opened:
        for engine in engines:
            await engine.open()
            opened.push_async_callback(engine.close)
        async with asyncio.TaskGroup() as group:
            for engine in engines:
                group.create_task(take_turns(engine))
    return tuple(results[place] for place in range(len(order)))


async def _rehearse_demo(turn: Turn, engine: Engine, progress: Progress, photograph: Photograph | None) -> DemoResult:
    demo = turn.demo
    grid = demo.terminal or REHEARSED
    recorder = Recorder(demo, grid)
    recording = False

    def listen(event: StageEvent) -> None:
        if recording:
            recorder(event)

    results: list[StepResult] = []
    pictures: dict[str, bytes] = {}
    try:
        run = engine.run(demo, listen)
    except QuarterdeckError as error:
        return DemoResult(demo, (), error.diagnostics, round=turn.round)
    run.resize(grid)
    try:
        await run.start()
        for step, first in planned(demo):
            recording = step.in_view
            name = step_name(step, first=first)
            progress.step_began(turn, name)
            finished = await run.run_step(step)
            if first:
                finished = _not_done_yet(finished, step)
            if photograph and step.in_view and step.open_url is not None and finished.outcome is Outcome.PASSED:
                picture = await photograph(demo, step)
                pictures |= {step.id: picture} if picture else {}
            progress.step_ended(turn, name, finished)
            results.append(StepResult(demo.name, step, finished, first))
            if not results[-1].went_on:
                break
    except QuarterdeckError as error:
        return DemoResult(demo, tuple(results), error.diagnostics, round=turn.round)
    finally:
        recording = False
        await run.stop()
    cast = recorder.cast() if all(r.went_on for r in results) else None
    return DemoResult(demo, tuple(results), cast=cast, pictures=pictures, round=turn.round)


def _not_done_yet(finished: StepFinished, check: Step) -> StepFinished:
    """The result of an exercise's check before its solution: it passes the rehearsal if the check fails."""
    if finished.outcome is Outcome.FAILED:
        return replace(finished, outcome=Outcome.PASSED, faults=())
    if finished.outcome is not Outcome.PASSED:
        return finished  # it hung or died, or was played from a recording: that answers nothing
    fault = Diagnostic(
        "this check passes before the solution: attendees would have nothing to do",
        check.span,
        hint="check for something that only the solution does, or remove it from '.setup'",
        code=ALREADY_DONE,
    )
    return replace(finished, outcome=Outcome.FAILED, faults=(fault,))
