"""Sends every page what happens, so that no page can hold up another.

Each page has a queue of its own, bounded in messages and in characters.  A page that can't keep up
loses its queue and gets a snapshot of the present instead: late, but never wrong, and the others
never notice.  One that takes nothing at all for ``STUCK_SECONDS`` is dropped.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

QUEUE_MESSAGES = 512
QUEUE_CHARACTERS = 1024 * 1024
STUCK_SECONDS = 20.0
FRAME_CHARACTERS = 64 * 1024
"""Messages that wait are sent together up to this size: in a hall full of pages each write counts."""
AUDIENCE = frozenset({"audience", "stage"})
"""The pages that show the slide to somebody."""


class Role(StrEnum):
    """What a page may do and gets to see."""

    SPEAKER = "speaker"
    """Commands, and gets notes, clock and faults."""
    FOLLOWER = "follower"
    """Only looks."""


@dataclass(eq=False, slots=True)
class Client:
    """One page that is connected."""

    role: Role
    page: str
    projector: bool
    """Whether it may show the pages that demos open: an audience page on this machine."""
    joined: int = field(default_factory=itertools.count().__next__)
    """Its place in the order of joining."""
    queue: deque[str] = field(default_factory=deque)
    waiting: int = 0
    """Characters in ``queue``."""
    resync: bool = True
    """Whether the next thing to send is a snapshot, instead of the queue."""
    resyncs: int = 0
    """How often it could not keep up."""
    wake: asyncio.Event = field(default_factory=asyncio.Event)


Snapshot = Callable[[Client], Iterable[str]]
"""The messages that bring a page to the present, whatever it has seen before."""


class Hub:
    """The pages of a show."""

    def __init__(self, snapshot: Snapshot, changed: Callable[[], None] = lambda: None) -> None:
        """``changed`` is called when a page has come or gone."""
        self._snapshot = snapshot
        self._changed = changed
        self.clients: set[Client] = set()

    def send(self, text: str, wanted: Callable[[Client], bool] = lambda client: True) -> None:
        """Queue a message for every page that is wanted; returns at once."""
        for client in self.clients:
            if client.resync or not wanted(client):
                continue
            client.queue.append(text)
            client.waiting += len(text)
            if len(client.queue) > QUEUE_MESSAGES or client.waiting > QUEUE_CHARACTERS:
                client.resync = True
                client.resyncs += 1
                client.queue.clear()
                client.waiting = 0
            client.wake.set()

    async def serve(self, client: Client, deliver: Callable[[str], Awaitable[None]]) -> None:
        """Deliver to one page until it goes or is stuck; begins with a snapshot.

        ``deliver`` gets one or more messages at a time, a line each.

        Raises:
            TimeoutError: when the page takes nothing for ``STUCK_SECONDS``.

        """
        self.clients.add(client)
        self._changed()
        client.wake.set()
        try:
            while True:
                await client.wake.wait()
                client.wake.clear()
                while client.resync or client.queue:
                    for text in frames(self._take(client)):
                        async with asyncio.timeout(STUCK_SECONDS):
                            await deliver(text)
        finally:
            self.clients.discard(client)
            self._changed()

    @property
    def watching(self) -> int:
        """How many pages of the audience are connected; the speaker's own and their previews don't count."""
        return sum(client.page in AUDIENCE for client in self.clients)

    def _take(self, client: Client) -> list[str]:
        if client.resync:
            client.resync = False
            return list(self._snapshot(client))
        taken = list(client.queue)
        client.queue.clear()
        client.waiting = 0
        return taken


def frames(messages: Iterable[str]) -> Iterator[str]:
    """Messages joined by line ends, which none of them contains (RFC 8259 has them escaped within strings)."""
    joined: list[str] = []
    size = 0
    for message in messages:
        if joined and size + len(message) > FRAME_CHARACTERS:
            yield "\n".join(joined)
            joined, size = [], 0
        joined.append(message)
        size += len(message)
    if joined:
        yield "\n".join(joined)
