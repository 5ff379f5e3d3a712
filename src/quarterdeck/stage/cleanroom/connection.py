"""A non-blocking socket with what was read ahead, and relays between two of them.

Written by hand because a demo's calls are forwarded byte by byte: the Docker SDK would parse and
rebuild them, and asyncio's own streams copy more and can't be half-closed.  Raw ``sock_recv_into`` and
``sock_sendall`` on large buffers move a stream at nearly the speed of a direct connection.
"""

from __future__ import annotations

import asyncio
import re
import select
import socket
import struct
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Protocol

from quarterdeck.stage.cleanroom.http import (
    HEAD_LIMIT,
    BadMessageError,
    Chunked,
    ChunkScanner,
    Framing,
    NoBody,
    Sized,
    UntilClose,
)

SMALL = 64 << 10
LARGE = 256 << 10
"""Bytes moved at once; a unix socket gives no more than about 200 KB."""
GONE_CHECK_SECONDS = 1.0
LINGER_SECONDS = 2.0
"""After the engine has ended a tunnel, the client gets this long to close its side."""
LOCAL_PEERPID = 2
"""macOS's socket option of level 0 for the process at the other end (sys/un.h)."""
_BARE_LINE_FEED = re.compile(rb"(?<!\r)\n")


class ConnectionEndedError(Exception):
    """The other side closed in the middle of a message."""


class Wire:
    """One connection; closing it twice is fine."""

    __slots__ = ("_ahead", "_left", "_loop", "_watching", "sock")

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self._loop = asyncio.get_running_loop()
        self._ahead = b""
        self._left: int | None = None
        """How many of the bytes that were returned are still in the socket, while that leaves them there."""
        self._watching = False

    async def receive(self) -> bytes:
        """Return some bytes, those read ahead first; empty at the end of the stream."""
        if self._ahead:
            data, self._ahead = self._ahead, b""
            return data
        return await self._more()

    async def _more(self) -> bytes:
        if self._left is None:
            return await self._loop.sock_recv(self.sock, SMALL)
        self._take()
        while True:
            try:
                data = self.sock.recv(SMALL, socket.MSG_PEEK)
            except BlockingIOError:
                await self._readable()
            else:
                break
        whole = data[: data.rfind(b"\n") + 1] or data
        self._left = len(whole)
        return whole

    async def _readable(self) -> None:
        arrived = asyncio.Event()
        self._loop.add_reader(self.sock.fileno(), arrived.set)
        try:
            await arrived.wait()
        finally:
            self._loop.remove_reader(self.sock.fileno())

    def _take(self) -> None:
        while self._left:
            self._left -= len(self.sock.recv(self._left))

    @contextmanager
    def leaving(self) -> Iterator[None]:
        """Leave lines in the socket until the next ones are asked for, for a process that would have to go on."""
        self._left = 0
        try:
            yield
        finally:
            with suppress(OSError):
                self._take()
            self._left = None

    async def send(self, data: bytes | memoryview) -> None:
        """Send all of ``data``."""
        await self._loop.sock_sendall(self.sock, data)

    async def head(self) -> bytes | None:
        """Return a message's head with its blank line; None if the other side closed before it began."""
        received = self._ahead or await self._more()
        self._ahead = b""
        while (end := received.find(b"\r\n\r\n")) < 0:
            if _BARE_LINE_FEED.search(received):
                raise BadMessageError("a line must end with CR LF")
            if len(received) > HEAD_LIMIT:
                raise BadMessageError("the headers are too long", 431)
            more = await self._more()
            if not more:
                if not received:
                    return None
                raise ConnectionEndedError
            received += more
        self._ahead = received[end + 4 :]
        head = received[: end + 4]
        if len(head) > HEAD_LIMIT:
            raise BadMessageError("the headers are too long", 431)
        if _BARE_LINE_FEED.search(head):
            raise BadMessageError("a line must end with CR LF")
        return head

    async def body(self, framing: Framing, limit: int) -> bytes:
        """Return a whole body without its framing; raises BadMessageError (413) if it has more than ``limit`` bytes."""
        if isinstance(framing, Sized) and framing.length > limit:
            raise BadMessageError("the body is too long", 413)
        parts, size = [], 0
        async for piece in self.pieces(framing):
            parts.append(piece)
            size += len(piece)
            if size > limit:
                raise BadMessageError("the body is too long", 413)
        return b"".join(parts)

    async def pieces(self, framing: Framing) -> AsyncIterator[bytes]:
        """Yield a body in pieces as they come, without its framing."""
        match framing:
            case NoBody():
                return
            case Sized(missing):
                while missing:
                    data = await self._some()
                    self._ahead = data[missing:]
                    yield data[:missing]
                    missing -= min(missing, len(data))
            case Chunked():
                scanner = ChunkScanner()
                while not scanner.done:
                    data = await self._some()
                    end, pieces = scanner.feed(memoryview(data))
                    self._ahead = data[end:]
                    if pieces:
                        yield b"".join(pieces)
            case UntilClose():
                while data := await self.receive():
                    yield data

    async def _some(self) -> bytes:
        data = await self.receive()
        if not data:
            raise ConnectionEndedError
        return data

    async def relay(self, target: Wire, framing: Framing) -> None:
        """Send a body on as it is, framing included, reading no further than its end."""
        match framing:
            case NoBody():
                return
            case Sized(length):
                await self._relay_sized(target, length)
            case Chunked():
                await self._relay_chunked(target)
            case UntilClose():
                await self.pump(target)

    async def _relay_sized(self, target: Wire, missing: int) -> None:
        while missing and (self._ahead or missing <= SMALL):
            data = await self._some()
            self._ahead = data[missing:]
            await target.send(data[:missing])
            missing -= min(missing, len(data))
        if not missing:
            return
        buffer = memoryview(bytearray(LARGE))
        while missing:
            count = await self._loop.sock_recv_into(self.sock, buffer[: min(LARGE, missing)])
            if not count:
                raise ConnectionEndedError
            await target.send(buffer[:count])
            missing -= count

    async def _relay_chunked(self, target: Wire) -> None:
        scanner = ChunkScanner()
        buffer = memoryview(b"")
        while not scanner.done:
            if self._ahead:
                data = memoryview(self._ahead)
                self._ahead = b""
            else:
                if not buffer:
                    buffer = memoryview(bytearray(LARGE))
                count = await self._loop.sock_recv_into(self.sock, buffer)
                if not count:
                    raise ConnectionEndedError
                data = buffer[:count]
            end, _ = scanner.feed(data)
            await target.send(data[:end])
            self._ahead = bytes(data[end:])

    async def pump(self, target: Wire) -> None:
        """Send on all bytes until this side ends."""
        if self._ahead:
            await target.send(await self.receive())
        buffer = memoryview(bytearray(LARGE))
        while count := await self._loop.sock_recv_into(self.sock, buffer):
            await target.send(buffer[:count])

    def watch(self, on_gone: Callable[[], None]) -> None:
        """Call ``on_gone`` as soon as this side goes away."""

        def look() -> None:
            with suppress(BlockingIOError):
                try:
                    gone = not self.sock.recv(1, socket.MSG_PEEK)
                except BlockingIOError:
                    raise
                except OSError:
                    gone = True
                self.unwatch()
                if gone:
                    on_gone()

        self._loop.add_reader(self.sock.fileno(), look)  # of a socket the loop would compose a description
        self._watching = True

    def unwatch(self) -> None:
        """Stop watching."""
        if self._watching:
            self._watching = False
            self._loop.remove_reader(self.sock.fileno())

    def stale(self) -> bool:
        """Whether an idle connection can't be used again: it has ended, or holds unexpected bytes."""
        if self._ahead:
            return True
        try:
            self.sock.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            return True
        return True

    def hung_up(self) -> bool:
        """Whether the other side has closed, not only stopped sending."""
        poll = select.poll()
        poll.register(self.sock, 0)
        return any(event & (select.POLLHUP | select.POLLERR) for _, event in poll.poll(0))

    def peer(self) -> int:
        """The id of the process at the other end of a unix socket; 0 if the system doesn't say."""
        try:
            if sys.platform == "darwin":
                return self.sock.getsockopt(0, LOCAL_PEERPID)
            pid, _, _ = struct.unpack("3i", self.sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
        except OSError:
            return 0
        return int(pid)

    def end_sending(self) -> None:
        """Half-close: nothing more will be sent."""
        with suppress(OSError):
            self.sock.shutdown(socket.SHUT_WR)

    def shut_down(self) -> None:
        """End both directions; a reader gets the end of the stream."""
        with suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close the socket."""
        self.unwatch()
        self.sock.close()


class Tap(Protocol):
    """Reads what passes through a tunnel, and decides what is sent on."""

    async def inward(self, data: bytes) -> tuple[bytes, bytes]:
        """For bytes on their way to the engine: what to send to the engine, and what to answer the client.

        Raises BadMessageError to end the tunnel.
        """

    async def outward(self, data: bytes) -> bytes:
        """For bytes on their way to the client: what to send, so that an answer of ours can follow."""


async def tunnel(client: Wire, engine: Wire, tap: Tap | None = None, until: asyncio.Event | None = None) -> None:
    """Carry bytes both ways, each direction until it ends, without a time limit.

    A client that only half-closes still gets its output; one that is gone ends the tunnel, as ``until`` does.
    """
    writing = asyncio.Lock()

    async def inward() -> None:
        if tap is None:
            await client.pump(engine)
        else:
            async for data in client.pieces(UntilClose()):
                onward, answer = await tap.inward(data)
                async with writing:
                    await client.send(answer)
                await engine.send(onward)
        engine.end_sending()
        while not client.hung_up():  # noqa: ASYNC110
            await asyncio.sleep(GONE_CHECK_SECONDS)  # the kernel reports a hang-up only when asked

    async def outward() -> None:
        if tap is None:
            await engine.pump(client)
        else:
            async for data in engine.pieces(UntilClose()):
                onward = await tap.outward(data)
                async with writing:
                    await client.send(onward)
        client.end_sending()

    tasks: list[asyncio.Future[Any]] = [asyncio.ensure_future(inward()), asyncio.ensure_future(outward())]
    if until is not None:
        tasks.append(asyncio.ensure_future(until.wait()))
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if tasks[1].done() and not tasks[0].done():
            await asyncio.wait(tasks[:1], timeout=LINGER_SECONDS)
    finally:
        for task in tasks:
            task.cancel()
        for end in (client, engine):
            end.shut_down()
        await asyncio.gather(*tasks, return_exceptions=True)
