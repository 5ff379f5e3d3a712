"""An engine that plays recordings as if the demo ran; :mod:`quarterdeck.stage.recorder` makes them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from quarterdeck.diagnostics import Diagnostic
from quarterdeck.model.cast import Cast, CastEvent
from quarterdeck.model.demo import Demo, Step
from quarterdeck.stage.events import (
    Cleared,
    DemoRun,
    Listener,
    Outcome,
    Output,
    PageOpened,
    StepFinished,
    StepStarted,
    Typed,
)
from quarterdeck.stage.shell.marks import PROMPT
from quarterdeck.stage.steps.course import StepControl
from quarterdeck.terminal.buffer import Grid

LONGEST_GAP = 2.0
"""Seconds: a longer pause in a recording is shortened to this."""


@dataclass(frozen=True, slots=True)
class RecordedStep:
    """One step's part of a recording."""

    events: tuple[tuple[float, CastEvent], ...]
    """Its events, each with the seconds since the one before it."""
    rest: float
    """Seconds from the last event to the step's end."""


def recorded_steps(events: Iterable[CastEvent]) -> dict[str, RecordedStep]:
    """Return the steps of a recording by id; of a step that was run more than once, the last run."""
    found: dict[str, RecordedStep] = {}
    name: str | None = None
    parts: list[tuple[float, CastEvent]] = []
    before = 0.0
    for event in events:
        gap, before = event.time - before, event.time
        kind, _, about = event.data.partition(":")
        if event.code == "m" and kind == "step":
            name, parts = about, []
        elif event.code == "m" and kind == "end":
            if name is not None:
                found[name] = RecordedStep(tuple(parts), gap)
            name = None
        elif name is not None:
            parts.append((gap, event))
    if name is not None:
        found[name] = RecordedStep(tuple(parts), 0.0)
    return found


class ReplayRun(StepControl):
    """Plays one recording; implements :class:`quarterdeck.stage.events.DemoRun`."""

    def __init__(self, demo: Demo, cast: Cast | None, publish: Listener, speed: float) -> None:
        """``speed`` 2 plays twice as fast; without a cast every step in view fails."""
        super().__init__()
        self.demo = demo
        self._steps = recorded_steps(cast.events) if cast else {}
        self._pictured = frozenset(cast.pictures) if cast else frozenset()
        """The steps that opened a page of which there is a picture."""
        self._publish = publish
        self._speed = speed
        self._began = time.monotonic()

    async def start(self, done: Sequence[Step] = ()) -> None:
        """Show the prompt, then what the steps in ``done`` printed."""
        self._publish(Cleared(self._now()))
        for terminal in self.demo.terminals:
            self._publish(Output(terminal, PROMPT, self._now()))
        for step in done:
            if recorded := self._steps.get(step.id):
                for _, event in recorded.events:
                    self._replay(event)

    async def run_step(self, step: Step) -> StepFinished:
        """Play a step as it was recorded; one that isn't in the recording fails at once."""
        began = self._now()
        self._publish(StepStarted(self.demo.name, step.id, began))
        recorded = self._steps.get(step.id)
        faults: tuple[Diagnostic, ...] = ()
        if recorded is not None:
            with self.step_under_way():
                await self._play(recorded)
            if step.open_url is not None and step.id in self._pictured:
                self._publish(PageOpened(step.open_url, self._now()))
        elif step.in_view:
            faults = (
                Diagnostic(
                    f"there is no recording of step '{step.id}' of '{self.demo.name}'",
                    step.span,
                    hint="record it with 'quarterdeck rehearse'",
                    code="not-recorded",
                ),
            )
        now = self._now()
        outcome = Outcome.FAILED if faults else Outcome.RECORDED
        finished = StepFinished(self.demo.name, step.id, outcome, now, now - began, faults)
        self._publish(finished)
        return finished

    async def write(self, data: bytes, terminal: int = 1) -> None:
        """Nothing can be typed into a recording."""

    def resize(self, grid: Grid) -> None:
        """A recording is played as it is: pages wrap its lines."""

    async def stop(self) -> None:
        """End the step under way; there is nothing to remove."""
        await self.interrupt()

    async def _play(self, recorded: RecordedStep) -> None:
        """Play a step at the speed of its recording; the rest of one that is interrupted is shown at once."""
        due = asyncio.get_running_loop().time()
        echo = ""
        """What is still to be typed of the command under way."""
        for gap, event in recorded.events:
            if not (echo and self.hurried.is_set()):
                due += min(gap, LONGEST_GAP) / self._speed
                due += await self._wait_until(due)
            self._replay(event)
            if event.code.startswith("i"):
                echo = event.data.rstrip("\r")
                self.hurried.clear()
            elif echo and event.code.startswith("o"):
                echo = echo.removeprefix(event.data) if echo.startswith(event.data) else ""
        await self._wait_until(due + min(recorded.rest, LONGEST_GAP) / self._speed)

    async def _wait_until(self, due: float) -> float:
        """Wait until the loop's time is ``due``, and longer while the step is held; return by how much."""
        if not self.interrupted.is_set() and due > asyncio.get_running_loop().time():
            with suppress(TimeoutError):
                async with asyncio.timeout_at(due):
                    await self.interrupted.wait()
        if self.going.is_set():
            return 0.0
        await self.going.wait()
        return max(0.0, asyncio.get_running_loop().time() - due)

    def _replay(self, event: CastEvent) -> None:
        kind, terminal = event.code[:1], event.code[1:]
        if terminal and not terminal.isdigit():
            return
        number = int(terminal or 1)
        match kind:
            case "o":
                self._publish(Output(number, event.data, self._now()))
            case "i":
                self._publish(Typed(number, event.data, self._now()))

    def _now(self) -> float:
        return time.monotonic() - self._began


class ReplayEngine:
    """Plays recordings; implements :class:`quarterdeck.stage.events.Engine`."""

    name = "replay"

    def __init__(self, casts: Mapping[str, Cast], *, speed: float = 1.0) -> None:
        """``casts`` by demo name; ``speed`` 2 plays twice as fast."""
        self._casts = casts
        self._speed = speed

    def step_seconds(self, demo: str, step: str) -> float:
        """How long a step took when it was recorded, long pauses shortened; 0 for one that is in no recording."""
        cast = self._casts.get(demo)
        recorded = recorded_steps(cast.events).get(step) if cast else None
        return sum(min(gap, LONGEST_GAP) for gap, _ in recorded.events) + recorded.rest if recorded else 0.0

    def replace(self, casts: Mapping[str, Cast]) -> None:
        """Use other recordings from now on: the deck was changed during its show."""
        self._casts = casts

    def run(self, demo: Demo, publish: Listener) -> DemoRun:
        """Return a run that plays the demo's recording."""
        return ReplayRun(demo, self._casts.get(demo.name), publish, self._speed)

    async def open(self) -> None:
        """Nothing is shared between runs."""

    async def fault(self) -> str | None:
        """Recordings can always be played."""
        return None

    async def close(self) -> None:
        """Nothing is left behind."""
