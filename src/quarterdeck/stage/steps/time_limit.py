"""A time limit that can be extended, and whose clock can be stopped: while the speaker holds a step."""

from __future__ import annotations

import asyncio
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
