"""BuildKit's sessions: one ends when the build that it is for was refused.

A client opens its session and asks for the build at the same time.  The docker CLI (18.09 to 23) closes the
session when the build has failed, which does nothing if it hasn't begun to open it; then it opens it, and waits
for its end for ever (moby/buildkit, ``session/session.go``: ``Close`` before ``Run``).  So the clean room ends it.
A build that has begun needs no such help: the engine waits for its session.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

ID_HEADER = "x-docker-expose-session-uuid"
AWAITED = 256
"""How many sessions are remembered that were ended before they were opened."""


class Sessions:
    """Those of one clean room, by their ids."""

    def __init__(self) -> None:
        self._ends: dict[str, asyncio.Event] = {}

    @contextmanager
    def opened(self, session: str) -> Iterator[asyncio.Event]:
        """While it is open; gives what is set when it must end."""
        try:
            yield self._ends.setdefault(session, asyncio.Event())
        finally:
            self._ends.pop(session, None)

    def end(self, session: str) -> None:
        """Its build was refused: it ends now, or once it is opened."""
        self._ends.setdefault(session, asyncio.Event()).set()
        awaited = [name for name, end in self._ends.items() if end.is_set()]
        for forgotten in awaited[:-AWAITED]:
            del self._ends[forgotten]
