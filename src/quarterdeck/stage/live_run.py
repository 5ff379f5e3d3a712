"""A demo running for real: which steps run, in which order, and what is published of them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack

from quarterdeck.diagnostics import Diagnostic, QuarterdeckError
from quarterdeck.model.demo import BACKSTAGE, Demo, Step, StepKind
from quarterdeck.stage.events import Cleared, Listener, Outcome, PageOpened, StepFinished, StepStarted
from quarterdeck.stage.shell.typist import Typing
from quarterdeck.stage.steps.course import StepControl, endings, hidden_before, running_order
from quarterdeck.stage.steps.interaction import as_typed
from quarterdeck.stage.steps.step import StepResult, StepRunner
from quarterdeck.stage.terminals import LiveContext, OpenRoom, Terminals, open_terminals
from quarterdeck.terminal.buffer import USUAL, Grid

CLEANUP_SECONDS = 15.0
"""The longest that one cleanup step may take: the stage removes everything anyway."""


class LiveRun(StepControl):
    """Implements :class:`quarterdeck.stage.events.DemoRun`."""

    def __init__(
        self,
        demo: Demo,
        publish: Listener,
        open_room: OpenRoom,
        context: LiveContext,
        before: Sequence[Demo] = (),
        *,
        answers: Callable[[], Awaitable[bool]] | None = None,
    ) -> None:
        """Make it; :meth:`start` sets the stage up.

        Args:
            demo: The demo.
            publish: Called with what happens.
            open_room: Opens the clean room.
            context: What all runs of the show have in common.
            before: The demos that this one continues, the earliest first.
            answers: Returns whether the engine answers.  While it doesn't, no cleanup step is run.  None: it does.

        """
        super().__init__()
        self.demo = demo
        self._before = tuple(before)
        self._publish = publish
        self._open_room = open_room
        self._context = context
        self._answers = answers
        self._endings = endings(running_order(demo))
        self._began = time.monotonic()
        self._grid = context.seat.grid if context.seat else demo.terminal or USUAL
        """The size of its terminals."""
        self._terminals: Terminals | None = None
        """None before the stage is set up, and after it was cleared."""
        self._exits = AsyncExitStack()
        """Clears the stage."""
        self._turn = asyncio.Lock()
        """Held while the run starts or stops: one waits for the other."""
        self._stopped = False
        self._done: set[str] = set()
        """The ids of steps that have run."""

    async def start(self, done: Sequence[Step] = ()) -> None:
        """Open the terminals and run what comes before the first shown step; see ``DemoRun``.

        Raises:
            QuarterdeckError: when the stage can't be set up, or a step before the first shown one fails.

        """
        self._publish(Cleared(self._now()))
        async with self._turn:
            try:
                demos = (*self._before, self.demo)
                opening = open_terminals(demos, self._open_room, self._context, self._publish, self._now, self._grid)
                terminals = self._terminals = await self._exits.enter_async_context(opening)
                for earlier in self._before:
                    await self._run_unseen(earlier, running_order(earlier, cleanup=False))
                for number in self.demo.terminals:
                    await terminals.session(number)
                await self._run_unseen(self.demo, [s for s in self.demo.steps if s.kind is StepKind.SETUP])
                for step in done:
                    for again in (*hidden_before(self.demo, step), step):
                        await self._run(again, muted=not again.in_view, typing=Typing.INSTANT)
                self._require_wanted()
            except BaseException:
                await self._clear()
                raise

    async def run_step(self, step: Step) -> StepFinished:
        """Run one step to its end, after the hidden ones before it; see ``DemoRun``."""
        began = self._now()
        self._publish(StepStarted(self.demo.name, step.id, began))
        hidden = [other for other in hidden_before(self.demo, step) if other.id not in self._done]
        result = StepResult(Outcome.PASSED)
        with self.step_under_way():
            try:
                for present in (*hidden, step):
                    if result.outcome is Outcome.PASSED:
                        result = await self._run(present, muted=not present.in_view)
            except QuarterdeckError as error:
                result = StepResult(Outcome.FAILED, error.diagnostics)
        if step.open_url is not None and result.outcome is Outcome.PASSED:
            self._publish(PageOpened(step.open_url, self._now()))
        now = self._now()
        finished = StepFinished(
            self.demo.name, step.id, result.outcome, now, now - began, result.faults, result.answers
        )
        self._publish(finished)
        return finished

    async def write(self, data: bytes, terminal: int = 1) -> None:
        """Type into a terminal, as the speaker who has taken it over; before the stage is set up, nothing happens."""
        if self._terminals is not None:
            session = await self._terminals.session(terminal)
            await session.write(data)

    def resize(self, grid: Grid) -> None:
        """Give the terminals another size, now or when they are opened; see ``DemoRun``."""
        self._grid = grid
        if self._terminals is not None:
            self._terminals.resize(grid)

    async def stop(self) -> None:
        """Run the cleanup steps, then remove everything; see ``DemoRun``."""
        self._stopped = True
        await self.interrupt()
        async with self._turn:
            cleanup = [step for step in self.demo.steps if step.kind is StepKind.CLEANUP]
            if self._terminals is not None and cleanup and (self._answers is None or await self._answers()):
                for step in cleanup:
                    await self._try_cleanup(step)
            await self._clear()

    async def _clear(self) -> None:
        self._terminals = None
        await self._exits.aclose()

    async def _run_unseen(self, demo: Demo, steps: Sequence[Step]) -> None:
        for step in steps:
            result = await self._run(step, demo=demo, muted=True)
            if result.outcome is not Outcome.PASSED:
                what = "its setup" if demo is self.demo else f"'{demo.name}', which it continues,"
                head = Diagnostic(
                    f"the demo '{self.demo.name}' can't begin: {what} failed", step.span, code="setup-failed"
                )
                raise QuarterdeckError((head, *result.faults))

    async def _run(
        self, step: Step, *, demo: Demo | None = None, muted: bool, typing: Typing | None = None
    ) -> StepResult:
        """Run a step of ``demo``, by default the run's own; ``typing`` is by default that of the context."""
        demo = demo or self.demo
        limit = step.timeout or demo.timeout
        if step.kind is StepKind.CLEANUP:
            limit = min(limit, CLEANUP_SECONDS)
        else:
            self._require_wanted()
        terminals = self._terminals
        if terminals is None:
            raise RuntimeError("the run was not started")
        await terminals.containers_ended()
        session = await terminals.session(step.terminal, step.service)
        session.audience.muted = muted
        session.audience.begin_step()
        ends = self._endings if demo is self.demo else endings(running_order(demo))
        how = Typing.INSTANT if muted else typing or self._context.typing
        try:
            result = await StepRunner(session, as_typed(step), ends, limit, how, self).run()
        finally:
            session.audience.muted = step.terminal == BACKSTAGE
        if demo is self.demo:
            self._done.add(step.id)
        return result

    async def _try_cleanup(self, step: Step) -> None:
        """Run a cleanup step.  Whether it works doesn't matter: everything the demo made is removed after it."""
        try:
            await self._run(step, muted=True)
        except QuarterdeckError:
            return

    def _require_wanted(self) -> None:
        """A run that was stopped meanwhile runs no further step."""
        if self._stopped:
            raise QuarterdeckError.of(f"you left the demo '{self.demo.name}'", self.demo.span, code="left")

    def _now(self) -> float:
        return time.monotonic() - self._began
