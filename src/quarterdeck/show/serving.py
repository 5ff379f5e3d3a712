"""Serves a show's application from the event loop that the console runs in too."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
from collections.abc import AsyncIterator, Iterator

import uvicorn
from starlette.types import ASGIApp

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.show.protocol import MESSAGE_LIMIT
from quarterdeck.show.wires import WireProtocol

STOP_SECONDS = 2
"""How long pages may take to say goodbye."""
BACKLOG = 1024
"""Connections waiting to be accepted: a hall that reloads at once."""


def bind(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes any that is free.

    Raises:
        QuarterdeckError: when the port is taken or not allowed.

    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
        listener.setblocking(False)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            hint = f"another show may be running; take another port with --port {port + 1}"
            raise QuarterdeckError.of(f"port {port} is in use", hint=hint, code="port-in-use") from None
        raise QuarterdeckError.of(
            f"can't serve on {host}, port {port}: {error.strerror}",
            hint="take another port with --port",
            code="port-refused",
        ) from None
    return listener


class _Server(uvicorn.Server):
    """Leaves signals alone, since they are the show's, and says when it serves."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.serves = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.serves.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def serving(app: ASGIApp, listener: socket.socket) -> AsyncIterator[None]:
    """Serve ``app`` on a bound socket while the context is open."""
    config = uvicorn.Config(
        app,
        ws=WireProtocol,
        ws_max_size=MESSAGE_LIMIT,
        ws_per_message_deflate=False,  # frames are made once for all pages, see wires
        lifespan="off",
        log_config=None,
        log_level="warning",  # addresses that pages asked for may hold what belongs in no log
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        await server.serves.wait()
        yield
    finally:
        server.should_exit = True
        await task
