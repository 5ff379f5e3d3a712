"""The events of a stage, published to the show, a rehearsal and a recorder.

A live run and a replay publish the same events; their times count from the beginning of the run.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct

from quarterdeck.diagnostics import Diagnostic


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
