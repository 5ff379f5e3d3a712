"""Serves a show's application from the event loop that the console runs in too."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import http.client
import socket
from collections.abc import AsyncIterator, Iterator

import uvicorn
from starlette.types import ASGIApp

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.show.web.access import REFUSAL
from quarterdeck.show.web.hub import WireProtocol
from quarterdeck.show.web.protocol import MESSAGE_LIMIT

STOP_SECONDS = 2
"""How long pages may take to say goodbye."""
ASK_SECONDS = 0.5
"""How long the program that has the port may take to answer."""
NOBODY = "nobody.invalid"
"""A name that no show has (RFC 6761, 6.4)."""
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
            raise _taken(host, port) from None
        raise QuarterdeckError.of(
            f"can't serve on {host}, port {port}: {error.strerror}",
            hint="take another port with --port",
            code="port-refused",
        ) from None
    return listener


def _taken(host: str, port: int) -> QuarterdeckError:
    """The fault of a port that is in use: by what, if that can be found out, and what it means for links in PowerPoint.

    Links of a PPTX hold the port that ``build`` was told; a show listens at its own port alone, because one that
    listened at the default port too would be in the way of a demo or of another show.
    """
    other = port + 1 if port < 65535 else port - 1
    links = f"for PowerPoint's links to it, build --port {other}"
    match _answers(host, port):
        case True:
            return QuarterdeckError.of(
                f"port {port} is in use by another show",
                hint=f"end that, or give this one another port with --port {other}; {links}",
                code="port-in-use",
            )
        case False:
            by, hint = " by another program", f"take another port with --port {other}; {links}"
        case None:
            by, hint = "", f"another show may be running; take another port with --port {other}; {links}"
    return QuarterdeckError.of(f"port {port} is in use{by}", hint=hint, code="port-in-use")


def _answers(host: str, port: int) -> bool | None:
    """Whether a show answers at a port; None if nothing answers in time."""
    connection = http.client.HTTPConnection("127.0.0.1" if host == "0.0.0.0" else host, port, timeout=ASK_SECONDS)
    try:
        connection.request("GET", "/", headers={"Host": NOBODY})
        return connection.getresponse().read(len(REFUSAL)) == REFUSAL.encode()
    except TimeoutError:
        return None
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


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
        ws_per_message_deflate=False,  # frames are made once for all pages, see the hub
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
