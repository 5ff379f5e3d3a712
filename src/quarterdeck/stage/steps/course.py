"""The course of a demo's steps: the order in which they run, and what a speaker can do to the one under way.

The order is not that of the script: setup comes first, cleanup last.  An interaction is done when the next one in the
same terminal can begin, so its ending depends on what that is typed into.

A step under way, live or replayed, can be interrupted, held and continued, and its typing finished.  Its time limit
follows: its clock stops while the step is held, and an interruption ends it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import TypeAlias

from quarterdeck.model.demo import IN_VIEW, Command, Demo, Interaction, KeyPress, Keys, Step, StepKind


def running_order(demo: Demo, *, cleanup: bool = True) -> list[Step]:
    """Return the steps in the order in which they run: setup, those in the script's order, verify, cleanup.

    Without ``cleanup`` neither verify nor cleanup steps are included.
    """
    kinds = set(StepKind) if cleanup else {StepKind.SETUP, StepKind.HIDDEN, *IN_VIEW}
    order = {StepKind.SETUP: 0, StepKind.VERIFY: 2, StepKind.CLEANUP: 3}
    return sorted((s for s in demo.steps if s.kind in kinds), key=lambda step: order.get(step.kind, 1))


def hidden_before(demo: Demo, step: Step) -> list[Step]:
    """Return the hidden steps that run together with a shown one: those between it and the shown one before it.

    The first verify step runs those after the last shown one.
    """
    found: list[Step] = []
    for other in running_order(demo):
        if other.id == step.id:
            return found
        if other.kind is StepKind.HIDDEN:
            found.append(other)
        elif other.in_view:
            found = []
    return []


SHELL_PROMPT = "$"


@dataclass(frozen=True, slots=True)
class AtShellPrompt:
    """Done when the stage's shell marks its prompt; the status is known then."""


@dataclass(frozen=True, slots=True)
class AtNestedPrompt:
    """Done when a program that reads commands itself, a REPL say, shows its prompt."""

    prompt: str


@dataclass(frozen=True, slots=True)
class OnceSettled:
    """Runs until a key ends it (``tail -f``): done when the expected output is there, or when it falls quiet."""


@dataclass(frozen=True, slots=True)
class OnScreen:
    """Takes the whole screen until a key ends it: done when the screen is as expected, or still."""


@dataclass(frozen=True, slots=True)
class InBackground:
    """Done once it runs."""


Ending: TypeAlias = AtShellPrompt | AtNestedPrompt | OnceSettled | OnScreen | InBackground

InteractionKey: TypeAlias = tuple[str, int]
"""A step's id, and the place of an interaction in it."""


def endings(steps: Iterable[Step]) -> Mapping[InteractionKey, Ending]:
    """Return how each interaction ends; ``steps`` are in the order in which they run."""
    found: dict[InteractionKey, Ending] = {}
    next_in: dict[tuple[int, str | None], Interaction] = {}
    for step in reversed(tuple(steps)):
        terminal = (step.terminal, step.service)
        for place in range(len(step.interactions) - 1, -1, -1):
            interaction = step.interactions[place]
            last = place == len(step.interactions) - 1
            if step.background and last:
                found[step.id, place] = InBackground()
            else:
                found[step.id, place] = _before(next_in.get(terminal), interaction)
            next_in[terminal] = interaction
    return found


def _before(following: Interaction | None, current: Interaction) -> Ending:
    match following:
        case Command(nested=True, prompt=prompt):
            return AtNestedPrompt(prompt)
        case Command():
            return AtShellPrompt()
        case Keys():
            return OnScreen()
        case None | KeyPress(prompt="") if isinstance(current, Keys):
            return OnScreen()
        case KeyPress(prompt=""):
            return OnceSettled()
        case KeyPress(prompt=prompt):
            return _at(prompt)
        case None:
            return _at(current.prompt)


def _at(prompt: str) -> Ending:
    return AtShellPrompt() if prompt in ("", SHELL_PROMPT) else AtNestedPrompt(prompt)


class TimeLimit:
    """An async context manager; raises TimeoutError when the time is up, as :func:`asyncio.timeout` does."""

    def __init__(self, seconds: float) -> None:
        self.expired = False
        """Whether it was ended by :meth:`expire`."""
        self._left: float | None = None
        """Seconds that were left when the clock was stopped; None while it runs."""
        self._timeout = asyncio.timeout(seconds)

    async def __aenter__(self) -> TimeLimit:
        await self._timeout.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._timeout.__aexit__(kind, error, trace)

    @property
    def end(self) -> float:
        """The loop's time at which the limit is reached if the clock is not stopped (again)."""
        if self._left is not None:
            return asyncio.get_running_loop().time() + self._left
        return self._timeout.when() or 0.0

    def extend(self, seconds: float) -> None:
        """Give more time."""
        end = self.end + seconds
        if self._left is None:
            self._timeout.reschedule(end)
        else:
            self._left = end - asyncio.get_running_loop().time()

    def expire(self) -> None:
        """Let the time be up now, even while the clock is stopped."""
        if self.expired:
            return
        self.expired = True
        self._left = None
        self._timeout.reschedule(asyncio.get_running_loop().time())

    def hold(self) -> None:
        """Stop the clock."""
        if self._left is None and not self.expired:
            self._left = self.end - asyncio.get_running_loop().time()
            self._timeout.reschedule(None)

    def go_on(self) -> None:
        """Let the clock run again."""
        if self._left is not None:
            end, self._left = self.end, None
            self._timeout.reschedule(end)


class StepControl:
    """The part of :class:`quarterdeck.stage.events.DemoRun` that acts on the step under way.

    A run inherits it, and looks at :attr:`interrupted`, :attr:`going` and :attr:`hurried` in its steps.
    """

    def __init__(self) -> None:
        self.interrupted = asyncio.Event()
        """Set while the step under way is to end at once, even where it is only about to begin."""
        self.going = asyncio.Event()
        """Cleared while the step under way is held."""
        self.going.set()
        self.hurried = asyncio.Event()
        """Set while the rest of the command under way is to be typed at once."""
        self._idle = asyncio.Event()
        self._idle.set()
        self._limit: TimeLimit | None = None
        """Of what runs at present: the step under way, or one that is not shown."""

    async def interrupt(self) -> None:
        """End the step under way, and return when it has ended."""
        if not self._idle.is_set():
            self.interrupted.set()
        if self._limit is not None:
            self._limit.expire()
        self.going.set()
        await self._idle.wait()

    def hold(self) -> None:
        """Type or play nothing more of the step under way, and stop its clock, until :meth:`go_on`."""
        if self._idle.is_set():
            return
        self.going.clear()
        if self._limit is not None:
            self._limit.hold()

    def go_on(self) -> None:
        """Continue a step that was held."""
        self.going.set()
        if self._limit is not None:
            self._limit.go_on()

    def finish_typing(self) -> None:
        """Type the rest of the command under way at once."""
        if not self._idle.is_set():
            self.hurried.set()

    @contextmanager
    def step_under_way(self) -> Iterator[None]:
        """A step that can be interrupted and held runs while the context is open."""
        self._idle.clear()
        try:
            yield
        finally:
            self._idle.set()
            self.interrupted.clear()
            self.hurried.clear()
            self.going.set()

    @asynccontextmanager
    async def limited(self, seconds: float) -> AsyncIterator[TimeLimit]:
        """Set a time limit that an interruption ends, and holding stops; raises TimeoutError when it is up."""
        try:
            async with TimeLimit(seconds) as limit:
                self._limit = limit
                if self.interrupted.is_set():
                    limit.expire()
                elif not self.going.is_set():
                    limit.hold()
                yield limit
        finally:
            self._limit = None
