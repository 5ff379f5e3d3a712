"""What a run of a demo can be told to do, live or from its recording."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from quarterdeck.model.demo import Demo, Step
from quarterdeck.stage.events import Listener, StepFinished


class DemoRun(Protocol):
    """One demo on the stage.

    All coroutines run in one asyncio loop; only ``interrupt``, ``hold``, ``go_on``, ``write`` and
    ``stop`` may be called while ``run_step`` is under way.
    """

    demo: Demo

    async def start(self, done: Sequence[Step] = ()) -> None:
        """Open the terminals and run the setup steps, then silently those in ``done`` (for *back*)."""

    async def run_step(self, step: Step) -> StepFinished:
        """Run one step to its end; never raises for what the step does, and never hangs."""

    async def interrupt(self) -> None:
        """End the step under way, first gently, then by force; within 1 s."""

    def hold(self) -> None:
        """Hold the step under way: type or play nothing more until :meth:`go_on`; its time limit stands still."""

    def go_on(self) -> None:
        """Go on with a step that was held; every step begins so."""

    async def write(self, data: bytes, terminal: int = 1) -> None:
        """Type into a terminal: the speaker has taken it over."""

    async def stop(self) -> None:
        """Run the cleanup steps, close the terminals, remove all that the demo made; a dead engine is no error."""


REPLAY = "replay"
"""The name of the engine that plays recordings."""


class Engine(Protocol):
    """What a stage runs against: ``docker`` or ``replay``."""

    name: str
    """``docker`` or ``replay``."""

    def run(self, demo: Demo, listener: Listener) -> DemoRun:
        """A run of ``demo``, not started yet, that tells ``listener`` what happens."""

    async def open(self) -> None:
        """Start what all runs share: the watchdog, the clean room's socket.  Raises QuarterdeckError."""

    async def fault(self) -> str | None:
        """Why it can't run demos now; None when it can.  Answers within 2 s."""

    async def close(self) -> None:
        """Stop every run and remove everything that is labelled with this show."""
