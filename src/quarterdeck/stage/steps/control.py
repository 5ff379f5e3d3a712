"""What a speaker can do to the step under way, live or replayed: interrupt it, hold it, let it continue,
finish its typing.

A step's time limit follows: its clock stops while the step is held, and an interruption ends it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from types import TracebackType


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
