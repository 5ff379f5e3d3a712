"""Sends messages to every page, so that no page can hold up another.

What happens in one turn of the event loop is put together and encoded once for all pages that may
see the same, and written straight to those that keep up.  A page that doesn't has a queue of its
own, bounded in messages and in characters.  One that falls further behind loses its queue and gets
a snapshot of the present instead: late, but never wrong, and the others never notice.  One that
takes nothing at all for ``STUCK_SECONDS`` is dropped.

Frames bypass ASGI.  A server's frame is not masked (RFC 6455, 5.1) and, without compression, has nothing of its
connection in it, so one frame serves all pages that get the same; through ASGI, each message would be encoded and
framed again for each page, by a task of its own, which takes three times as long.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode
from websockets.http11 import Request

QUEUE_MESSAGES = 512
QUEUE_CHARACTERS = 1024 * 1024
STUCK_SECONDS = 20.0
FRAME_CHARACTERS = 64 * 1024
"""Messages that wait are sent together up to this size: in a hall full of pages each write counts."""
AUDIENCE = frozenset({"audience", "stage"})
"""The pages that show the slide to somebody."""


WIRE = "quarterdeck.wire"
"""The ASGI extension by which the application gets the wire of a WebSocket."""


class Wire(Protocol):
    """Where frames can be written."""

    def push(self, frame: bytes) -> bool:
        """Write a whole frame, at once; False when it was not, because what was written before has not gone yet."""


class WireProtocol(WebSocketsSansIOProtocol):
    """A WebSocket of uvicorn's that is a :class:`Wire` too."""

    def handle_connect(self, event: Request) -> None:
        """Tell the application of the wire."""
        super().handle_connect(event)
        if hasattr(self, "scope"):  # it has none when the handshake was refused
            self.scope["extensions"] = {**(self.scope.get("extensions") or {}), WIRE: {"wire": self}}

    def send_receive_event_to_app(self) -> None:
        """Pass a text that isn't UTF-8 on as bytes, which are refused as a page's fault; uvicorn logs one of ours."""
        if self.curr_msg_data_type == "text":
            try:
                b"".join(self.frames).decode()
            except UnicodeDecodeError:
                self.curr_msg_data_type = "bytes"
        super().send_receive_event_to_app()

    def keepalive_timeout(self) -> None:
        """Drop a page that hasn't answered a ping: uvicorn's own way would wait for it to take what is still to go."""
        self.transport.abort()

    def push(self, frame: bytes) -> bool:
        """Write a frame, unless others wait or the connection is not open."""
        transport = self.transport
        open_ = self.handshake_complete and not (self.close_sent or self.disconnected or transport.is_closing())
        if not open_ or transport.get_write_buffer_size():
            return False
        transport.write(frame)
        return True


def frame(text: str) -> bytes:
    """A text message as a server sends it."""
    return Frame(Opcode.TEXT, text.encode("utf-8", "surrogatepass")).serialize(mask=False)


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
    wire: Wire | None = None
    """Where frames can be written at once; without one, everything is delivered from the queue."""
    queue: deque[str] = field(default_factory=deque)
    waiting: int = 0
    """Characters in ``queue``."""
    delivering: bool = False
    """Whether something is being delivered that was taken from the queue."""
    resync: bool = True
    """Whether the next thing to send is a snapshot, instead of the queue."""
    resyncs: int = 0
    """How often it could not keep up."""
    leaving: bool = False
    """Whether it goes as soon as everything is delivered."""
    wake: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, text: str, encoded: bytes) -> None:
        """Send at once where everything before has been taken, else after what waits."""
        idle = not (self.delivering or self.queue)
        if idle and self.wire is not None and self.wire.push(encoded):
            return
        self.queue.append(text)
        self.waiting += len(text)
        if len(self.queue) > QUEUE_MESSAGES or self.waiting > QUEUE_CHARACTERS:
            self.resync = True
            self.resyncs += 1
            self.drop()
        self.wake.set()

    def leave(self) -> None:
        """Have it go as soon as everything is delivered."""
        self.leaving = True
        self.wake.set()

    def drop(self) -> list[str]:
        """Empty the queue; what was in it."""
        dropped = list(self.queue)
        self.queue.clear()
        self.waiting = 0
        return dropped


Snapshot = Callable[[Client], Iterable[str]]
"""The messages that bring a page to the present, whatever it has seen before."""
Wanted = Callable[[Client], bool]
"""Whether a page gets a message."""


class Hub:
    """The pages of a show."""

    def __init__(self, snapshot: Snapshot, changed: Callable[[], None] = lambda: None) -> None:
        """``changed`` is called when a page has come or gone."""
        self._snapshot = snapshot
        self._changed = changed
        self._batch: list[tuple[str, Wanted]] = []
        self._flush_handle: asyncio.Handle | None = None
        self.clients: set[Client] = set()

    def send(self, text: str, wanted: Wanted = lambda client: True) -> None:
        """Send a message to every page that is wanted, with all others of this turn of the event loop."""
        self._batch.append((text, wanted))
        if self._flush_handle is None:
            self._flush_handle = asyncio.get_running_loop().call_soon(self._flush)

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
            while not client.leaving:
                await client.wake.wait()
                client.wake.clear()
                client.delivering = True
                while client.resync or client.queue:
                    for text in frames(self._take(client)):
                        async with asyncio.timeout(STUCK_SECONDS):
                            await deliver(text)
                client.delivering = False
        finally:
            self.clients.discard(client)
            self._changed()

    @property
    def watching(self) -> int:
        """How many pages of the audience are connected; the speaker's own and their previews don't count."""
        return sum(client.page in AUDIENCE for client in self.clients)

    def _flush(self) -> None:
        """Give every page its share of what has happened."""
        if self._flush_handle is not None:
            self._flush_handle.cancel()
            self._flush_handle = None
        batch, self._batch = self._batch, []
        shares: dict[tuple[bool, ...], list[tuple[str, bytes]]] = {}
        for client in self.clients if batch else ():
            if client.resync:
                continue
            told = tuple(wanted(client) for _, wanted in batch)
            if told not in shares:
                texts = frames(text for (text, _), yes in zip(batch, told, strict=True) if yes)
                shares[told] = [(text, frame(text)) for text in texts]
            for text, encoded in shares[told]:
                client.put(text, encoded)

    def _take(self, client: Client) -> list[str]:
        if not client.resync:
            return client.drop()
        snapshot = list(self._snapshot(client))
        self._flush()  # what the others are still to get is in the snapshot already
        client.resync = False
        return snapshot


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
