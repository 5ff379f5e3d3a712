"""Many pages of a show in one process, without browsers: ``python pages.py ROLE PORT COUNT TOKEN``.

A WebSocket client (RFC 6455) that does no more than these measurements need, so that what is measured is the
show.  ``follow`` prints, as JSON, how late each output came whose text is the time at which it was sent;
``press`` commands too, and prints how long after each press the first output of its step was on each page.
Times are seconds of the machine's monotonic clock, which all processes share.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import re
import sys
import time
from collections.abc import Callable

STATE = b'{"type":"state"'
OUTPUT = b'{"type":"output"'
PING, PONG = 0x89, 0x8A
"""The first bytes of these frames."""
STAMP = re.compile(rb"@(\d+\.\d+)@")
END = b"@end@"
PRESSES = 100


class Page(asyncio.Protocol):
    """One page: says hello, then hands each frame, which is one or more messages, to ``heard`` with its arrival's time.

    Messages are not taken apart, since all pages share this machine with the show: what is looked for is found in
    them as they are.
    """

    def __init__(self, port: int, token: str | None, heard: Callable[[Page, bytes, float], None]) -> None:
        self._port = port
        self._hello = {"type": "hello", "page": "audience"} | ({"token": token} if token else {})
        self._heard = heard
        self._buffer = b""
        self._open = False
        self.shown = asyncio.Event()
        """Set by the first state, which ends the snapshot."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for a WebSocket."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        own = f"127.0.0.1:{self._port}"
        headers = f"Host: {own}\r\nOrigin: http://{own}\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
        transport.write(f"GET /ws HTTP/1.1\r\n{headers}Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n".encode())

    def data_received(self, data: bytes) -> None:
        """Take the answer, then the messages."""
        now = time.monotonic()
        self._buffer += data
        if not self._open:
            head, found, rest = self._buffer.partition(b"\r\n\r\n")
            if not found:
                return
            assert head.startswith(b"HTTP/1.1 101"), head
            self._open, self._buffer = True, rest
            self.say(self._hello)
        while frame := self._take():
            if not self.shown.is_set() and STATE in frame:
                self.shown.set()
            self._heard(self, frame, now)

    def say(self, message: object) -> None:
        """Send a message, masked as a client's must be (by zeros, which leave it as it is)."""
        text = json.dumps(message).encode()
        assert len(text) < 126
        self._transport.write(bytes([0x81, 0x80 | len(text), 0, 0, 0, 0]) + text)

    def _take(self) -> bytes | None:
        """The next frame that has arrived whole: one or more messages, a line each."""
        buffer = self._buffer
        if len(buffer) < 2:
            return None
        start, length = 2, buffer[1] & 0x7F
        if length > 125:
            start += 2 if length == 126 else 8
            length = int.from_bytes(buffer[2:start]) if len(buffer) >= start else len(buffer)
        if len(buffer) < start + length:
            return None
        frame, self._buffer = buffer[start : start + length], buffer[start + length :]
        if buffer[0] == PING:
            self._transport.write(bytes([PONG, 0x80 | length, 0, 0, 0, 0]) + frame)
            return self._take()
        return frame


async def opened(
    port: int, count: int, token: str | None, heard: Callable[[Page, bytes, float], None]
) -> tuple[Page, ...]:
    """Pages that have had their snapshot."""
    loop = asyncio.get_running_loop()
    pages = []
    for _ in range(count):
        _, page = await loop.create_connection(lambda: Page(port, token, heard), "127.0.0.1", port)
        await page.shown.wait()
        pages.append(page)
    return tuple(pages)


async def follow(port: int, count: int) -> list[float]:
    """How late each output was on each page, until one says that it is the last."""
    late: list[float] = []
    left = count
    ended = asyncio.Event()

    def heard(page: Page, frame: bytes, now: float) -> None:
        nonlocal left
        late.extend(now - float(stamp) for stamp in STAMP.findall(frame))
        if END in frame:
            left -= 1
            if not left:
                ended.set()

    await opened(port, count, None, heard)
    print("ready", flush=True)  # noqa: T201  # for the process that waits
    await ended.wait()
    return late


async def press(port: int, count: int, token: str) -> list[float]:
    """How long after each press the first output was on each page."""
    waits: list[float] = []
    missing: set[Page] = set()
    pressed = 0.0
    ready = asyncio.Event()

    def heard(page: Page, frame: bytes, now: float) -> None:
        if page in missing and OUTPUT in frame:
            missing.discard(page)
            waits.append(now - pressed)

    def obeyed(page: Page, frame: bytes, now: float) -> None:
        if b'"activity":"ready"' in frame:
            ready.set()

    (speaker,) = await opened(port, 1, token, obeyed)
    followers = await opened(port, count, None, heard)
    speaker.say({"type": "jump", "slide": "bench"})
    for _ in range(PRESSES):
        await ready.wait()
        await asyncio.sleep(0.02)  # a speaker looks up
        ready.clear()
        missing |= set(followers)
        pressed = time.monotonic()
        speaker.say({"type": "key", "key": "next"})
    await ready.wait()
    return waits


if __name__ == "__main__":
    role, port, count, token = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    found = asyncio.run(follow(port, count) if role == "follow" else press(port, count, token))
    print(json.dumps(found))  # noqa: T201  # for the process that waits
