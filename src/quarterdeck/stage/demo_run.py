"""What can be done with a demo on the stage, whether it runs live or plays its recording."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from quarterdeck.model.demo import Demo, Step
from quarterdeck.stage.events import Listener, StepFinished
from quarterdeck.terminal.buffer import Grid


class DemoRun(Protocol):
    """One demo on the stage.

    All coroutines run in one asyncio loop; only ``interrupt``, ``hold``, ``go_on``, ``finish_typing``, ``write``,
    ``resize`` and ``stop`` may be called while ``run_step`` is under way.
    """

    demo: Demo

    async def start(self, done: Sequence[Step] = ()) -> None:
        """Open the terminals and run the setup steps, then silently those in ``done`` (for *back*)."""

    async def run_step(self, step: Step) -> StepFinished:
        """Run one step to its end; never raises for what the step does, and never hangs."""

    async def interrupt(self) -> None:
        """End the step under way, first gently, then by force; within 1 s."""

    def hold(self) -> None:
        """Hold the step under way: type or play nothing more, and stop its clock, until :meth:`go_on`."""

    def go_on(self) -> None:
        """Continue a step that was held; no step is held when it begins."""

    def finish_typing(self) -> None:
        """Type the rest of the command under way at once; what runs already is not affected."""

    async def write(self, data: bytes, terminal: int = 1) -> None:
        """Type into a terminal: the speaker has taken it over."""

    def resize(self, grid: Grid) -> None:
        """Give its terminals another size, at any time; a recording is played as it is."""

    async def stop(self) -> None:
        """Run the cleanup steps, close the terminals, remove what the demo made; a dead engine is not an error."""


REPLAY = "replay"
"""The name of the engine that plays recordings."""


class Engine(Protocol):
    """What a stage runs against: ``docker`` or ``replay``."""

    name: str
    """``docker`` or ``replay``."""

    def run(self, demo: Demo, publish: Listener, /) -> DemoRun:
        """Return a run of ``demo``, not started yet, that calls ``publish`` with what happens."""

    async def open(self) -> None:
        """Start what all runs share, the watchdog; raises QuarterdeckError."""

    async def fault(self) -> str | None:
        """Return why it can't run demos now; None when it can.  Takes a few seconds at most."""

    async def close(self) -> None:
        """Stop every run and remove everything labelled with this show."""
