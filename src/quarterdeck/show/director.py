"""Carries out the effects of the state machine on the stage, live or from the recording.

Nothing here makes the speaker wait: :meth:`Director.perform` returns at once, everything it starts has a time limit,
and what takes longer is abandoned and cleaned up in the background.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from msgspec.structs import replace

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.model.demo import Demo
from quarterdeck.show.machine.commands import (
    Effect,
    Ended,
    EngineChecked,
    Enter,
    Fact,
    FinishTyping,
    GoOn,
    Hold,
    Interrupt,
    Leave,
    Prepared,
    RunStep,
    Source,
    Unprepared,
)
from quarterdeck.stage.events import DemoRun, Engine, Outcome, Output, StageEvent, StepFinished, Typed
from quarterdeck.stage.steps.course import TimeLimit
from quarterdeck.terminal.buffer import Grid
from quarterdeck.terminal.screenshot import Emphasis

START_SECONDS = 180.0
"""How long a demo's setup may take; its steps have limits of their own, well below."""
GRACE_SECONDS = 10.0
"""What a step may take beyond its own time limit before it is abandoned."""
READY_SECONDS = 60.0
"""What waiting for ``ready=`` may add."""
INTERRUPT_SECONDS = 2.0
STOP_SECONDS = 30.0
"""How long a demo's cleanup may take before the next one begins without it."""

log = logging.getLogger(__name__)


class StageListener(Protocol):
    """Callbacks of the director, in the event loop's thread."""

    def on_fact(self, fact: Fact) -> None:
        """An effect has ended."""

    def on_event(self, demo: str, event: StageEvent) -> None:
        """Something happened on the stage."""

    def on_rewind(self, demo: str, done: int) -> bool:
        """A demo's terminals go back to what they showed after ``done`` steps; returns whether that is known.

        If it isn't, the output of the steps that are run again is passed on.
        """


@dataclass(slots=True)
class Performance:
    """One run of a demo, from entering the stage to leaving it."""

    demo: Demo
    source: Source
    run: DemoRun | None = None
    work: asyncio.Task[None] | None = None
    """The start or step under way."""
    limit: TimeLimit | None = None
    """That of the step under way."""
    held: bool = False
    """Whether the step under way is held."""
    audible: bool = False
    """Whether its events are passed on."""
    emphasis: defaultdict[int, Emphasis] = field(default_factory=lambda: defaultdict(Emphasis))
    """By terminal: commands and output are told apart as they are passed on."""


class Director:
    """Puts demos on the stage, one at a time."""

    def __init__(self, demos: Mapping[str, Demo], live: Engine, recordings: Engine, listener: StageListener) -> None:
        self.demos = demos
        self._engines = {Source.LIVE: live, Source.RECORDING: recordings}
        self._listener = listener
        self._performance: Performance | None = None
        self._grid: Grid | None = None
        self._leaving: set[asyncio.Task[None]] = set()
        self._requests: set[asyncio.Task[None]] = set()
        self._typing = asyncio.Lock()

    def replace(self, demos: Mapping[str, Demo], names: Mapping[str, str]) -> None:
        """Use other demos from now on; what is on the stage stays there, by the name that ``names`` gives it now."""
        self.demos = demos
        performance = self._performance
        if performance and (now := demos.get(names.get(performance.demo.name, ""))):
            performance.demo = now

    def perform(self, effect: Effect) -> None:
        """Begin what the effect asks for, and return."""
        match effect:
            case Enter():
                self._clear_stage()
                entering = self._performance = Performance(self.demos[effect.demo], effect.source)
                entering.work = asyncio.create_task(self._enter(entering, effect))
            case RunStep():
                performance = self._performance
                if performance and performance.run:
                    performance.work = asyncio.create_task(self._run_step(performance, performance.run, effect))
                else:
                    self._listener.on_fact(Ended(effect.turn, Outcome.DIED, "the stage is empty"))
            case Hold():
                self._hold()
            case GoOn():
                self._go_on()
            case Interrupt():
                self._go_on()  # the time limit of a step that is held is paused
                if self._performance and self._performance.run:
                    self._request(_bounded(self._performance.run.interrupt(), INTERRUPT_SECONDS))
            case FinishTyping():
                if self._performance and self._performance.run:
                    self._performance.run.finish_typing()
            case Leave():
                self._clear_stage()

    def type(self, data: bytes, terminal: int) -> None:
        """Send what the speaker types to the terminal on the stage, in order."""
        if self._performance and self._performance.run:
            self._request(self._write(self._performance.run, data, terminal))

    def resize(self, grid: Grid) -> None:
        """Give the terminals on the stage another size, and those of the demos that enter it later."""
        if grid == self._grid:
            return
        self._grid = grid
        if self._performance and self._performance.run:
            self._performance.run.resize(grid)

    async def close(self) -> None:
        """Clear the stage and wait until everything that was on it is gone, or took too long."""
        self._clear_stage()
        pending = self._leaving | self._requests
        if pending:
            await asyncio.wait(pending, timeout=STOP_SECONDS + INTERRUPT_SECONDS)

    def _hold(self) -> None:
        """Hold the step under way, and its time."""
        performance = self._performance
        if performance and performance.run and performance.limit:
            performance.held = True
            performance.limit.hold()
            performance.run.hold()

    def _go_on(self) -> None:
        """Go on with a step that was held."""
        performance = self._performance
        if performance and performance.held and performance.run and performance.limit:
            performance.held = False
            performance.limit.go_on()
            performance.run.go_on()

    async def _enter(self, performance: Performance, effect: Enter) -> None:
        if performance.source is Source.LIVE and self._leaving:
            await asyncio.wait(self._leaving, timeout=STOP_SECONDS)
        known = self._listener.on_rewind(performance.demo.name, effect.done)

        def listen(event: StageEvent) -> None:
            match event:
                case Typed(terminal=terminal):
                    performance.emphasis[terminal].typed()
                case Output(terminal=terminal, data=data):
                    event = replace(event, data=performance.emphasis[terminal].add(data))
            if performance.audible:
                self._listener.on_event(performance.demo.name, event)

        performance.audible = effect.done == 0 or not known
        try:
            performance.run = self._engines[performance.source].run(performance.demo, listen)
            if self._grid is not None:
                performance.run.resize(self._grid)
            async with asyncio.timeout(START_SECONDS):
                await performance.run.start(performance.demo.shown_steps[: effect.done])
        except TimeoutError:
            fact: Fact = Unprepared(effect.turn, f"preparing took longer than {START_SECONDS:.0f} s")
        except QuarterdeckError as error:
            fact = Unprepared(effect.turn, str(error))  # with the cause, the last words of a setup step say
        except Exception as error:
            log.exception("the stage could not be prepared")
            fact = Unprepared(effect.turn, f"the stage could not be prepared: {error}")
        else:
            performance.audible = True
            fact = Prepared(effect.turn)
        performance.work = None
        self._report(performance, fact)

    async def _run_step(self, performance: Performance, run: DemoRun, effect: RunStep) -> None:
        step = performance.demo.shown_steps[effect.step]
        limit = (step.timeout or performance.demo.timeout) + GRACE_SECONDS + (READY_SECONDS if step.ready else 0.0)
        try:
            async with TimeLimit(limit) as performance.limit:
                finished = await run.run_step(step)
        except TimeoutError:
            fact = Ended(effect.turn, Outcome.TIMED_OUT, f"the step did not end within {limit:.0f} s")
        except Exception as error:
            log.exception("the step could not be run")
            fact = Ended(effect.turn, Outcome.DIED, f"the step could not be run: {error}")
        else:
            fact = Ended(effect.turn, finished.outcome, reason_text(finished))
        if fact.outcome.bad and performance.source is Source.LIVE:
            await self._check_engine(performance)
        performance.work = performance.limit = None
        performance.held = False
        self._report(performance, fact)

    async def _check_engine(self, performance: Performance) -> None:
        """Report an engine that is gone before the failure of the step that noticed: its recording takes over then."""
        try:
            fault = await self._engines[Source.LIVE].fault()
        except Exception:
            log.exception("the engine could not be asked")
            return
        if fault is not None:
            self._report(performance, EngineChecked(fault))

    def _report(self, performance: Performance, fact: Fact) -> None:
        if performance is self._performance:
            self._listener.on_fact(fact)

    def _clear_stage(self) -> None:
        self._go_on()
        performance, self._performance = self._performance, None
        if performance is None:
            return
        performance.audible = False
        task = asyncio.create_task(_retire(performance))
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)

    async def _write(self, run: DemoRun, data: bytes, terminal: int) -> None:
        async with self._typing:
            await _bounded(run.write(data, terminal), INTERRUPT_SECONDS)

    def _request(self, request: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(request)
        self._requests.add(task)
        task.add_done_callback(self._requests.discard)


def reason_text(finished: StepFinished) -> str:
    """Why a step did not pass, in a few words: the speaker reads it in passing, and the terminal shows the rest."""
    if not finished.faults:
        return ""
    fault = finished.faults[0]
    status = finished.answers[-1].status if finished.answers else None
    match finished.outcome, fault.code:
        case Outcome.FAILED, "wrong-status" if status is not None:
            return f"The command failed (exit status {status})"
        case Outcome.FAILED, "wrong-output":
            return "The command did not print what was expected"
        case Outcome.TIMED_OUT, _:
            return "The command took too long"
        case _:
            return fault.message.partition("\n")[0]


async def _retire(performance: Performance) -> None:
    """End what a performance is doing, and remove what it made."""
    if performance.run is None:
        if performance.work:
            performance.work.cancel()
            await asyncio.wait({performance.work})
        return
    if performance.work:
        await _bounded(performance.run.interrupt(), INTERRUPT_SECONDS)
        if performance.work and not performance.work.done():
            await asyncio.wait({performance.work}, timeout=INTERRUPT_SECONDS)
        if performance.work and not performance.work.done():
            performance.work.cancel()
            await asyncio.wait({performance.work}, timeout=INTERRUPT_SECONDS)
    await _bounded(performance.run.stop(), STOP_SECONDS)


async def _bounded(what: Awaitable[None], seconds: float) -> None:
    """Wait for something at most that long; faults in it are logged, since the show must continue."""
    try:
        async with asyncio.timeout(seconds):
            await what
    except TimeoutError:
        log.warning("the stage did not answer within %.0f s", seconds)
    except Exception:
        log.exception("the stage failed")
