"""Connections to an engine: by socket, TCP, TLS or ssh, blocking or for an event loop.

Every request of ours opens its connection here, the Docker SDK's included.  The SDK's own transports aren't used: for
ssh they need paramiko, which knows neither the user's ``ssh_config`` nor their agent as well as ``ssh`` itself, and
the clean room needs sockets that it can close one way at a time, which no HTTP library hands out.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import subprocess
import threading
from contextlib import suppress
from typing import ClassVar

from quarterdeck.stage.docker.address import AddressKind, EngineAddress, TlsFiles

DIAL_SECONDS = 10.0
AT_ONCE = 8
"""Connections for requests that a client makes at the same time."""
CHUNK = 64 << 10


class EngineError(Exception):
    """The engine refuses a request, or what it answers can't be used."""

    def __init__(self, message: str, status: int = 0, reason: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        """The HTTP status; 0 where there was none."""
        self.reason = message if reason is None else reason
        """The engine's own words."""


def dial(address: EngineAddress, timeout: float) -> socket.socket:
    """Open a blocking connection to the engine, whose operations time out after ``timeout`` seconds; raises OSError.

    For ``ssh`` the socket's other end is the standard input and output of an ssh process.
    """
    match address.kind:
        case AddressKind.UNIX:
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.settimeout(timeout)
            try:
                connection.connect(address.path)
            except BaseException:
                connection.close()
                raise
            return connection
        case AddressKind.TCP:
            connection = socket.create_connection((address.host, address.port), timeout)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return _with_tls(connection, address) if address.tls else connection
        case AddressKind.SSH:
            ours, theirs = socket.socketpair()
            with theirs:
                process = subprocess.Popen(
                    address.ssh_command(),
                    stdin=theirs.fileno(),
                    stdout=theirs.fileno(),
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                )
            # it ends when the socket is closed; its exit status must be collected then
            threading.Thread(target=process.wait, name="ssh", daemon=True).start()
            ours.settimeout(timeout)
            return ours


def _with_tls(connection: socket.socket, address: EngineAddress) -> socket.socket:
    try:
        return tls_context(address).wrap_socket(connection, server_hostname=address.host)
    except BaseException:
        connection.close()
        raise


def tls_context(address: EngineAddress) -> ssl.SSLContext:
    """The client's TLS settings for an address that has ``tls``; raises OSError when its files can't be read."""
    files = address.tls or TlsFiles(None, None, None)
    context = ssl.create_default_context(cafile=files.ca)
    if not files.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if files.certificate and files.key:
        context.load_cert_chain(files.certificate, files.key)
    return context


async def connect(address: EngineAddress) -> socket.socket:
    """A raw, non-blocking connection for the running loop; raises OSError.

    Behind TLS the socket is one end of a pair whose other end is carried over TLS.
    """
    loop = asyncio.get_running_loop()
    if address.kind is AddressKind.UNIX:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.setblocking(False)
        try:
            await loop.sock_connect(connection, address.path)
        except BaseException:
            connection.close()
            raise
        return connection
    if address.tls is not None:
        return await TlsBridge.open(address.host, address.port, tls_context(address))
    connection = await asyncio.to_thread(dial, address, DIAL_SECONDS)
    connection.setblocking(False)
    return connection


class TlsBridge:
    """Carries the bytes of a plain socket over TLS to an engine, until both directions have ended.

    The clean room works on raw sockets, because they are fast and can be closed one way at a time.  For an engine
    behind TLS it gets one end of a socket pair; this carries the other end.  A half-close becomes TLS's
    ``close_notify``, after which the engine's answer still arrives (RFC 8446, 6.1).
    """

    _running: ClassVar[set[asyncio.Task[None]]] = set()
    """The tasks that carry; referenced here so that they aren't garbage-collected while they run."""

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
        remote = await asyncio.to_thread(socket.create_connection, (host, port), DIAL_SECONDS)
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
