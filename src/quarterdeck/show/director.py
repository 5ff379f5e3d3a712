"""Carries out on the stage what the state machine wants, live or from the recording.

Nothing here waits in the speaker's way: :meth:`Director.perform` returns at once, everything it
starts is bounded in time, and what takes longer is abandoned and cleared away behind the scenes.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.model.demo import Demo
from quarterdeck.show.machine.commands import (
    Effect,
    Ended,
    Enter,
    Fact,
    GoOn,
    Hold,
    Interrupt,
    Leave,
    Prepared,
    RunStep,
    Source,
    Unprepared,
)
from quarterdeck.stage.demo_run import DemoRun, Engine
from quarterdeck.stage.events import Outcome, StageEvent
from quarterdeck.stage.steps.control import TimeLimit

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


class Company(Protocol):
    """Who hears from the director, in the event loop's thread."""

    def hear(self, fact: Fact) -> None:
        """An effect has come to its end."""

    def happen(self, demo: str, event: StageEvent) -> None:
        """Something happened on the stage."""

    def rewind(self, demo: str, done: int) -> bool:
        """The terminals of a demo are as they were after ``done`` steps; whether it is known how that was."""


@dataclass(slots=True)
class Act:
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
    heard: bool = False
    """Whether what happens in it is passed on."""


class Director:
    """Puts demos on the stage, one at a time."""

    def __init__(self, demos: Mapping[str, Demo], live: Engine, recordings: Engine, company: Company) -> None:
        self.demos = demos
        self._engines = {Source.LIVE: live, Source.RECORDING: recordings}
        self._company = company
        self._act: Act | None = None
        self._leaving: set[asyncio.Task[None]] = set()
        self._errands: set[asyncio.Task[None]] = set()
        self._typing = asyncio.Lock()

    def perform(self, effect: Effect) -> None:
        """Begin what the effect asks for, and return."""
        match effect:
            case Enter():
                self._clear_stage()
                act = self._act = Act(self.demos[effect.demo], effect.source)
                act.work = asyncio.create_task(self._enter(act, effect))
            case RunStep() if self._act is not None and self._act.run is not None:
                self._act.work = asyncio.create_task(self._run_step(self._act, self._act.run, effect))
            case RunStep():
                self._company.hear(Ended(effect.turn, Outcome.DIED, "the stage is empty"))
            case Hold():
                self._hold()
            case GoOn():
                self._go_on()
            case Interrupt():
                self._go_on()  # the limits of a step that is held stand still
                if self._act and self._act.run:
                    self._errand(_bounded(self._act.run.interrupt(), INTERRUPT_SECONDS))
            case Leave():
                self._clear_stage()

    def type(self, data: bytes, terminal: int) -> None:
        """Send what the speaker types to the terminal on the stage, in order."""
        if self._act and self._act.run:
            self._errand(self._write(self._act.run, data, terminal))

    async def close(self) -> None:
        """Clear the stage and wait until everything that was on it is gone, or took too long."""
        self._clear_stage()
        pending = self._leaving | self._errands
        if pending:
            await asyncio.wait(pending, timeout=STOP_SECONDS + INTERRUPT_SECONDS)

    def _hold(self) -> None:
        """Hold the step under way, and its time."""
        act = self._act
        if act and act.run and act.limit:
            act.held = True
            act.limit.hold()
            act.run.hold()

    def _go_on(self) -> None:
        """Go on with a step that was held."""
        act = self._act
        if act and act.held and act.run and act.limit:
            act.held = False
            act.limit.go_on()
            act.run.go_on()

    async def _enter(self, act: Act, effect: Enter) -> None:
        if act.source is Source.LIVE and self._leaving:
            await asyncio.wait(self._leaving, timeout=STOP_SECONDS)
        known = self._company.rewind(act.demo.name, effect.done)

        def listen(event: StageEvent) -> None:
            if act.heard:
                self._company.happen(act.demo.name, event)

        act.heard = effect.done == 0 or not known
        try:
            act.run = self._engines[act.source].run(act.demo, listen)
            async with asyncio.timeout(START_SECONDS):
                await act.run.start(act.demo.shown_steps[: effect.done])
        except TimeoutError:
            fact: Fact = Unprepared(effect.turn, f"preparing took longer than {START_SECONDS:.0f} s")
        except QuarterdeckError as error:
            fact = Unprepared(effect.turn, error.diagnostics[0].message)
        except Exception as error:
            log.exception("the stage could not be prepared")
            fact = Unprepared(effect.turn, f"the stage could not be prepared: {error}")
        else:
            act.heard = True
            fact = Prepared(effect.turn)
        act.work = None
        self._tell(act, fact)

    async def _run_step(self, act: Act, run: DemoRun, effect: RunStep) -> None:
        step = act.demo.shown_steps[effect.step]
        limit = (step.timeout or act.demo.timeout) + GRACE_SECONDS + (READY_SECONDS if step.ready else 0.0)
        try:
            async with TimeLimit(limit) as act.limit:
                finished = await run.run_step(step)
        except TimeoutError:
            fact = Ended(effect.turn, Outcome.TIMED_OUT, f"the step did not end within {limit:.0f} s")
        except Exception as error:
            log.exception("the step could not be run")
            fact = Ended(effect.turn, Outcome.DIED, f"the step could not be run: {error}")
        else:
            reason = finished.faults[0].message if finished.faults else ""
            fact = Ended(effect.turn, finished.outcome, reason)
        act.work = act.limit = None
        act.held = False
        self._tell(act, fact)

    def _tell(self, act: Act, fact: Fact) -> None:
        if act is self._act:
            self._company.hear(fact)

    def _clear_stage(self) -> None:
        self._go_on()
        act, self._act = self._act, None
        if act is None:
            return
        act.heard = False
        task = asyncio.create_task(_retire(act))
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)

    async def _write(self, run: DemoRun, data: bytes, terminal: int) -> None:
        async with self._typing:
            await _bounded(run.write(data, terminal), INTERRUPT_SECONDS)

    def _errand(self, errand: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(errand)
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)


async def _retire(act: Act) -> None:
    """End what an act is doing, and remove what it made."""
    if act.run is None:
        if act.work:
            act.work.cancel()
            await asyncio.wait({act.work})
        return
    if act.work:
        await _bounded(act.run.interrupt(), INTERRUPT_SECONDS)
        if act.work and not act.work.done():
            await asyncio.wait({act.work}, timeout=INTERRUPT_SECONDS)
        if act.work and not act.work.done():
            act.work.cancel()
            await asyncio.wait({act.work}, timeout=INTERRUPT_SECONDS)
    await _bounded(act.run.stop(), STOP_SECONDS)


async def _bounded(what: Awaitable[None], seconds: float) -> None:
    """Wait for something at most that long; what goes wrong in it is logged, since the show must go on."""
    try:
        async with asyncio.timeout(seconds):
            await what
    except TimeoutError:
        log.warning("the stage did not answer within %.0f s", seconds)
    except Exception:
        log.exception("the stage failed")
