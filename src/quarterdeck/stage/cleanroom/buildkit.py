"""What is overheard of BuildKit's own API, which buildx speaks through a tunnel.

It is gRPC in HTTP/2, of which the clean room reads no more than it needs: the tags and the entitlements in
a ``SolveRequest``, the image in a ``SolveResponse`` (moby/buildkit, ``api/services/control/control.proto``).
These stand in protocol buffers as plain text with its length before it.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager

from quarterdeck.model.demo import Permissions
from quarterdeck.stage.cleanroom.image_request import ImageRequest
from quarterdeck.stage.cleanroom.policy import RefusedError

CARRIED = 1024
"""Bytes kept from one piece to the next, since what is looked for may be cut in two."""
_NAME = re.compile(rb"\n\x04name\x12(?:([\x01-\x7f])|([\x80-\xff])([\x01-\x07]))")
"""A map's entry ``name``, the exporter's tags; then its length, one or two bytes of a varint."""
_IMAGE = re.compile(rb"containerimage\.(?:config\.)?digest\x12\x47(sha256:[0-9a-f]{64})")
_ENTITLEMENTS = {b"\x4a\x0cnetwork.host": "host-network", b"\x4a\x11security.insecure": "privileged"}
"""Field 9 of a ``SolveRequest`` → the exception that lifts the rule."""


class Solving:
    """One tunnel."""

    def __init__(self, work: ImageRequest, permissions: Permissions) -> None:
        self._work = work
        self._permissions = permissions
        self._carried = b""

    async def inward(self, data: bytes) -> bytes:
        """Take in what goes to the engine."""
        await self._overhear(data)
        return data

    async def outward(self, data: bytes) -> bytes:
        """Take in what comes from the engine."""
        await self._overhear(data)
        return data

    async def _overhear(self, data: bytes) -> None:
        heard = self._carried + data
        self._carried = heard[-CARRIED:]
        for words, allow in _ENTITLEMENTS.items():
            if words in heard and allow not in self._permissions.allow:
                raise RefusedError("builds with entitlements are not for demos", allow=allow)
        for found in _NAME.finditer(heard):
            short, low, high = found.groups()
            length = short[0] if short else (low[0] & 0x7F) | high[0] << 7
            names = heard[found.end() : found.end() + length]
            if len(names) == length and names.isascii():
                await self._work.expect(filter(None, names.decode().split(",")))
        for image in _IMAGE.finditer(heard):
            self._work.saw(image[1].decode())


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
