"""A plain socket whose bytes are carried over TLS to an engine.

The clean room works on raw sockets, because they are fast and can be closed one way at a time.
For an engine behind TLS it gets one end of a socket pair; this carries the other end.  A half-close
becomes TLS's ``close_notify``, after which the engine's answer still arrives (RFC 8446, 6.1).
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from contextlib import suppress
from typing import ClassVar

CHUNK = 64 << 10


class TlsBridge:
    """Carries one connection; lives until both directions have ended."""

    _running: ClassVar[set[asyncio.Task[None]]] = set()
    """Keeps the carriers from being collected while they run."""

    def __init__(self, remote: socket.socket, local: socket.socket, context: ssl.SSLContext, host: str) -> None:
        self._remote = remote
        self._local = local
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=host)
        self._loop = asyncio.get_running_loop()
        self._sending = asyncio.Lock()

    @classmethod
    async def open(cls, host: str, port: int, context: ssl.SSLContext) -> socket.socket:
        """The near end of a new connection, after the handshake; raises OSError (ssl.SSLError is one)."""
        loop = asyncio.get_running_loop()
        remote = await asyncio.to_thread(socket.create_connection, (host, port), 10.0)
        remote.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        near, far = socket.socketpair()
        for end in (remote, near, far):
            end.setblocking(False)
        bridge = cls(remote, far, context, host)
        try:
            await bridge._shake_hands()
        except BaseException:
            for end in (remote, near, far):
                end.close()
            raise
        task = loop.create_task(bridge._carry())
        cls._running.add(task)
        task.add_done_callback(cls._running.discard)
        return near

    async def _shake_hands(self) -> None:
        while True:
            try:
                self._tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                await self._flush()
                await self._fill()
        await self._flush()

    async def _carry(self) -> None:
        with suppress(OSError):
            await asyncio.gather(self._outward(), self._inward())
        self._remote.close()
        self._local.close()

    async def _outward(self) -> None:
        while data := await self._loop.sock_recv(self._local, CHUNK):
            self._tls.write(data)
            await self._flush()
        with suppress(ssl.SSLError):
            self._tls.unwrap()
        await self._flush()

    async def _inward(self) -> None:
        while True:
            try:
                data = self._tls.read(CHUNK)
            except ssl.SSLWantReadError:
                if not await self._fill():
                    break
                continue
            except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                break
            if not data:
                break
            await self._loop.sock_sendall(self._local, data)
        self._local.shutdown(socket.SHUT_WR)

    async def _fill(self) -> bool:
        data = await self._loop.sock_recv(self._remote, CHUNK)
        if data:
            self._incoming.write(data)
        else:
            self._incoming.write_eof()
        return bool(data)

    async def _flush(self) -> None:
        async with self._sending:
            if data := self._outgoing.read():
                await self._loop.sock_sendall(self._remote, data)
