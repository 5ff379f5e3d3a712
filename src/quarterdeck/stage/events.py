"""What a stage can do, and the events that it publishes to the show, a rehearsal and a recorder.

A live run and a replay have the same methods and publish the same events; times count from the beginning of the run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Protocol, TypeAlias

from msgspec import Struct

from quarterdeck.diagnostics import Diagnostic
from quarterdeck.model.demo import Demo, Step
from quarterdeck.terminal.buffer import Grid


class Answer(Struct, frozen=True):
    """The real output and exit status of an interaction."""

    lines: tuple[str, ...]
    """The output as a reader saw it; see :func:`quarterdeck.terminal.screenshot.text_lines`."""
    status: int | None = None
    """The exit status; None while the command still runs: one that other commands are typed into, for example."""


class Outcome(StrEnum):
    """How a step ended."""

    PASSED = "passed"
    FAILED = "failed"
    """Wrong status or output, or not ready in time."""
    TIMED_OUT = "timed-out"
    INTERRUPTED = "interrupted"
    """By the speaker."""
    DIED = "died"
    """The shell or the engine went away in the middle."""
    RECORDED = "recorded"
    """Played from the recording."""

    @property
    def good(self) -> bool:
        """Whether the step did what its script says, or was played."""
        return self in (Outcome.PASSED, Outcome.RECORDED)

    @property
    def bad(self) -> bool:
        """Whether the step failed by itself; one that the speaker ended is neither good nor bad."""
        return not self.good and self is not Outcome.INTERRUPTED


class StepStarted(Struct, frozen=True):
    """A step begins."""

    demo: str
    step: str
    time: float
    """Seconds since the run began."""


class Typed(Struct, frozen=True):
    """Something was typed into a terminal (it is echoed as output too)."""

    terminal: int
    data: str
    time: float


class Output(Struct, frozen=True):
    """A terminal printed something; secrets are masked already, and UTF-8 sequences are whole."""

    terminal: int
    data: str
    time: float


class PageOpened(Struct, frozen=True):
    """A container's page is to be shown in the slide."""

    url: str
    time: float


class Cleared(Struct, frozen=True):
    """All terminals of the demo are emptied: it was reset, or another demo begins."""

    time: float


class StepFinished(Struct, frozen=True):
    """A step ended."""

    demo: str
    step: str
    outcome: Outcome
    time: float
    duration: float
    """Seconds since it began."""
    faults: tuple[Diagnostic, ...] = ()
    """Why it didn't pass, at positions in the demo script."""
    answers: tuple[Answer, ...] = ()
    """The real output of each interaction, as far as they got; empty for what was played from a recording."""


class Asked(Struct, frozen=True):
    """An attendee asks for something at the shell's prompt; the shell waits for the answer, an exit status."""

    word: str
    """One of the seat's words: ``verify``, for example."""


StageEvent: TypeAlias = StepStarted | Typed | Output | PageOpened | Cleared | StepFinished | Asked

Listener: TypeAlias = Callable[[StageEvent], None]
"""Called with each event in the event loop's thread, in order; must return at once."""


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
