"""The web application of a show, and its server, which runs in the console's event loop.

The application answers for the pages, their files, and the WebSocket that keeps them up to date.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import http.client
import resource
import signal
import socket
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp
from starlette.websockets import WebSocket
from uvicorn.protocols.http.h11_impl import H11Protocol

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.show.addresses import local_addresses
from quarterdeck.show.web.access import LOOPBACK_ADDRESSES, REFUSAL, Access, Admission, Guard
from quarterdeck.show.web.broadcast import Broadcast
from quarterdeck.show.web.documents import POLICY, audience_policy, page, static_file
from quarterdeck.show.web.hub import WireProtocol
from quarterdeck.show.web.protocol import MESSAGE_LIMIT
from quarterdeck.show.web.websocket import serve_page

STOP_SECONDS = 2
"""How long pages may take to say goodbye."""
ASK_SECONDS = 0.5
"""How long the program that has the port may take to answer."""
NOBODY = "nobody.invalid"
"""A name that no show has (RFC 6761, 6.4)."""
EVERY_IPV4, EVERY_IPV6 = "0.0.0.0", "::"
"""All addresses of this machine, those too that it gets later."""
BACKLOG = 1024
"""Connections waiting to be accepted: a hall that reloads at once."""

DESCRIPTORS = 8192
"""Open files and connections: every follower that a show admits, and as many connections of pages that load."""
ADDRESS_SHARE = 4
"""The share of them that pages from one address may use while they load: a hall may share its router's address."""
PING_SECONDS = 10.0
"""From one ping of a page to the next, and how long it may take to answer: one that doesn't is dropped."""
IDLE_SECONDS = 10.0
"""How long a connection may take to ask for something."""


class Advice(NamedTuple):
    """What users of a server are told when it can't listen."""

    everywhere: str
    """How it listens at all addresses of this machine."""
    other_port: str = ""
    """What else follows from another port, ``{port}``."""
    show: str = "a show"
    """What a show is called that has the port."""


SHOW = Advice(
    "--lan alone serves at all of them", "; for PowerPoint's links to it, build --port {port}", "another show"
)


def bind(host: str, port: int, advice: Advice = SHOW) -> socket.socket:
    """A listening socket; port 0 takes any that is free.

    Raises:
        QuarterdeckError: when the port is taken or not allowed, or this machine has no such address.

    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
        listener.setblocking(False)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise _taken(host, port, advice) from None
        if error.errno == errno.EADDRNOTAVAIL:
            raise _no_address(host, advice) from None
        raise QuarterdeckError.of(
            f"can't serve on {host}, port {port}: {error.strerror}",
            hint="take another port with --port",
            code="port-refused",
        ) from None
    return listener


def bind_all(hosts: Sequence[str], port: int, advice: Advice = SHOW) -> tuple[socket.socket, ...]:
    """Listening sockets of several addresses at one port; an IPv6 address may be one that can't be had.

    Raises:
        QuarterdeckError: see :func:`bind`.

    """
    listeners: list[socket.socket] = []
    try:
        for host in hosts:
            try:
                listeners.append(bind(host, int(listeners[0].getsockname()[1]) if listeners else port, advice))
            except (QuarterdeckError, OSError):
                if host != EVERY_IPV6:
                    raise
    except QuarterdeckError:
        for listener in listeners:
            listener.close()
        raise
    return tuple(listeners)


def _no_address(host: str, advice: Advice) -> QuarterdeckError:
    has = ", ".join(f"{a.address} ({a.interface})" for a in local_addresses() if not (a.loopback or a.link_local))
    return QuarterdeckError.of(
        f"this machine has no address {host}",
        hint=f"it has {has or 'none that others could reach'}; {advice.everywhere}",
        code="no-such-address",
    )


def _taken(host: str, port: int, advice: Advice) -> QuarterdeckError:
    """The fault of a port that is in use: by what, if that can be found out, and what it means for links in PowerPoint.

    Links of a PPTX hold the port that ``build`` was told; a show listens at its own port alone, because one that
    listened at the default port too would be in the way of a demo or of another show.
    """
    other = port + 1 if port < 65535 else port - 1
    more = f"--port {other}{advice.other_port.format(port=other)}"
    match _answers(host, port):
        case True:
            return QuarterdeckError.of(
                f"port {port} is in use by {advice.show}",
                hint=f"end that, or take another port with {more}",
                code="port-in-use",
            )
        case False:
            by, hint = " by another program", f"take another port with {more}"
        case None:
            by, hint = "", f"{advice.show} may be running; take another port with {more}"
    return QuarterdeckError.of(f"port {port} is in use{by}", hint=hint, code="port-in-use")


def _answers(host: str, port: int) -> bool | None:
    """Whether a show answers at a port; None if nothing answers in time."""
    connection = http.client.HTTPConnection("127.0.0.1" if host == EVERY_IPV4 else host, port, timeout=ASK_SECONDS)
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


class ConnectionLimit:
    """How many connections there may be that have not become a WebSocket: from one address, and from all others."""

    def __init__(self, each: int) -> None:
        """``each``: the most from one address; from all together it is twice that."""
        self._each = each
        self._open: Counter[str] = Counter()

    def admit(self, address: str) -> bool:
        """Whether one more may come; those of this machine always may."""
        if address in LOOPBACK_ADDRESSES:
            return True
        if self._open[address] >= self._each or self._open.total() >= 2 * self._each:
            return False
        self._open[address] += 1
        return True

    def release(self, address: str) -> None:
        """One that was admitted is gone, or has become a WebSocket, which :class:`Admission` counts."""
        if address not in LOOPBACK_ADDRESSES:
            self._open[address] -= 1
            self._open += Counter()  # drops those at zero


class _Connection(H11Protocol):
    """A connection that must ask for something: one that is idle, or sends its request too slowly, is closed."""

    limit: ConnectionLimit
    """Set by the class that :func:`_connections` returns."""
    _address: str | None = None
    """Whose it is, while it is counted."""
    _check: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        super().connection_made(transport)
        address = self.client[0] if self.client else ""
        if not self.limit.admit(address):
            transport.abort()
            return
        self._address = address
        self._check = self.loop.call_later(IDLE_SECONDS, self._close_if_idle)

    def handle_websocket_upgrade(self, event: Any) -> None:
        self._release()
        super().handle_websocket_upgrade(event)

    def connection_lost(self, exc: Exception | None) -> None:
        self._release()
        super().connection_lost(exc)

    def _release(self) -> None:
        if self._check is not None:
            self._check.cancel()
            self._check = None
        if self._address is not None:
            self.limit.release(self._address)
            self._address = None

    def _close_if_idle(self) -> None:
        if self.cycle is None or self.cycle.response_complete:
            self.transport.abort()
        else:
            self._check = self.loop.call_later(IDLE_SECONDS, self._close_if_idle)


def _connections(limit: ConnectionLimit) -> type[asyncio.Protocol]:
    """The class of the connections of one server."""
    return type("Connection", (_Connection,), {"limit": limit})


def raised_descriptor_limit() -> int:
    """Raise the number of files and connections that this process may have open, and return it.

    Many systems begin with 1024, which a hall, or one person in it, uses up.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = DESCRIPTORS if hard == resource.RLIM_INFINITY else min(DESCRIPTORS, hard)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return DESCRIPTORS if soft == resource.RLIM_INFINITY else soft
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


@contextlib.asynccontextmanager
async def serving(
    app: ASGIApp,
    *listeners: socket.socket,
    certificate: tuple[Path, Path] | None = None,
    message_limit: int = MESSAGE_LIMIT,
) -> AsyncIterator[None]:
    """Serve ``app`` on bound sockets while the context is open.

    ``certificate`` is a chain and its key, both PEM, for TLS; ``message_limit`` the bytes of a WebSocket message.
    """
    config = uvicorn.Config(
        app,
        http=_connections(ConnectionLimit(raised_descriptor_limit() // ADDRESS_SHARE)),
        ws=WireProtocol,
        ws_max_size=message_limit,
        ws_ping_interval=PING_SECONDS,
        ws_ping_timeout=PING_SECONDS,
        ws_per_message_deflate=False,  # frames are made once for all pages, see the hub
        lifespan="off",
        log_config=None,
        log_level="warning",  # addresses that pages asked for may hold what belongs in no log
        access_log=False,
        server_header=False,
        ssl_certfile=certificate and certificate[0],
        ssl_keyfile=certificate and certificate[1],
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=list(listeners)))
    try:
        await server.serves.wait()
        yield
    finally:
        server.should_exit = True
        await task


@contextlib.contextmanager
def ended_by_signals(end: Callable[[], None]) -> Iterator[None]:
    """Have Ctrl-C, a hang-up and SIGTERM end what is served normally, by calling ``end``."""
    loop = asyncio.get_running_loop()
    caught = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    for number in caught:
        loop.add_signal_handler(number, end)
    try:
        yield
    finally:
        for number in caught:
            loop.remove_signal_handler(number)


def show_app(broadcast: Broadcast, access: Access) -> Starlette:
    """The application of one show."""
    show = broadcast.show
    admission = Admission()

    def audience(request: Request) -> Response:
        html = broadcast.audience_page()
        return HTMLResponse(html, headers={"Content-Security-Policy": audience_policy(html)})

    def stage(request: Request) -> Response:
        demo = request.path_params["demo"]
        if show.plan.stage_index(demo) is None:
            return PlainTextResponse("No slide of this show has that demo.\n", status_code=404)
        if request.headers.get("sec-fetch-site") == "cross-site" and not request.query_params:
            # Another site has led the speaker's browser here: the page waits for a key before it moves the show.
            return RedirectResponse(f"/stage/{quote(demo, safe='')}?asked")
        return audience(request)

    def speaker_page(request: Request) -> Response:
        html = page(request.url.path.removeprefix("/"), show.plan.title, show.deck.lang)
        return HTMLResponse(html, headers={"Content-Security-Policy": POLICY})

    def static(request: Request) -> Response:
        file = static_file(request.path_params["name"])
        if file is None:
            return PlainTextResponse("No such file.\n", status_code=404)
        return Response(file.content, media_type=file.media_type)

    async def take_home(request: Request) -> Response:
        if broadcast.takehome is None:
            return PlainTextResponse("There is nothing to take home before the last slide.\n", status_code=404)
        try:
            file = await broadcast.takehome.file(request.path_params["name"], show.edition)
        except QuarterdeckError:
            return PlainTextResponse("The deck is just being changed; try again.\n", status_code=503)
        if file is None:
            return PlainTextResponse("No such file.\n", status_code=404)
        return Response(file.content, media_type=file.media_type, headers={"Content-Disposition": "attachment"})

    def no_icon(request: Request) -> Response:
        return Response(status_code=204)

    async def follow(socket: WebSocket) -> None:
        await serve_page(socket, broadcast, access, admission)

    return Starlette(
        routes=[
            Route("/", audience),
            Route("/stage/{demo}", stage),
            Route("/presenter", speaker_page),
            Route("/remote", speaker_page),
            Route("/static/{name}", static),
            Route("/files/{name}", take_home),
            Route("/favicon.ico", no_icon),
            WebSocketRoute("/ws", follow),
        ],
        middleware=[Middleware(Guard, access=access)],
    )
