"""The pages that the containers of seats serve, each at an address of its own, so that absolute links in them work.

With a domain it is a name (``8080-SEAT.seats.example.org``), which needs a wildcard in DNS and, with TLS, in the
certificate; else it is a port of the desk, opened when somebody first asks for the page.  Either way it is another
origin than the desk's, so what runs in a container can't read or command the attendee's page.

The address that an attendee's page gets holds a key, which the browser keeps in a cookie; nobody else sees the page.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import re
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.seats.desk.admission import origin, tokens
from quarterdeck.seats.desk.records import Seat
from quarterdeck.seats.desk.state import Seating
from quarterdeck.seats.proxy import FRAME_LIMIT, PAGE_COOKIE, Proxy, target_of
from quarterdeck.show.web.server import bind, serving

ENTRANCE = "/.quarterdeck/"
"""Where a browser shows its key, and gets the cookie."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
GONE = "This seat is gone; its page opens again from the attendee's page.\n"
DENIED = "This page opens from the attendee's page alone.\n"
_NAME = re.compile(r"(\d{1,5})-([a-z0-9]{4,32})\Z")


@dataclass(frozen=True, slots=True)
class PageKey:
    """A page: a port of a seat."""

    seat: str
    port: int


@dataclass(slots=True)
class Pages:
    """Serves the pages of all seats."""

    seating: Seating
    scheme: str
    port: int
    """Of the desk's address, as attendees know it."""
    hosts: tuple[str, ...] = ()
    """The addresses on which the desk listens."""
    domain: str | None = None
    """The domain under which pages have their names; None for ports."""
    ports: range = range(0)
    """Ports for pages, without a domain."""
    certificate: tuple[Path, Path] | None = None
    proxy: Proxy = field(default_factory=Proxy)
    _open: dict[PageKey, tuple[int, contextlib.AsyncExitStack]] = field(default_factory=dict)
    """The desk's port of each page that was asked for, the one used last at the end."""

    async def address(self, seat: Seat, port: int, host: str) -> str:
        """The address of a page for a browser that knows the desk by ``host``; empty where there can be none."""
        page = PageKey(seat.id, port)
        entrance = f"{ENTRANCE}{_key(seat, port)}"
        if self.domain is not None:
            return f"{self._named(page)}{entrance}"
        own = await self._port_of(page)
        name = re.sub(r":\d+\Z", "", host)
        return f"{origin(self.scheme, name, own)}{entrance}" if own and name else ""

    @property
    def frames(self) -> Callable[[str], str]:
        """The source expression (CSP 3) that allows a page of the desk, by its host, to frame these pages."""
        if self.domain is not None:
            return lambda host: origin(self.scheme, f"*.{self.domain}", self.port)
        return lambda host: f"{self.scheme}://{re.sub(r':[0-9]+$', '', host)}:*"

    def named(self, host: str) -> PageKey | None:
        """The page that a ``Host`` header names, with a domain; None for the desk itself."""
        name, _, rest = re.sub(r":\d+\Z", "", host.lower()).partition(".")
        match = _NAME.match(name)
        if self.domain is None or rest != self.domain or match is None or not 1 <= int(match[1]) <= 65535:
            return None
        return PageKey(match[2], int(match[1]))

    async def serve(self, page: PageKey, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request or WebSocket for a page."""
        seat = self.seating.records.seats.get(page.seat)
        headers = Headers(scope=scope)
        if scope["type"] == "websocket":
            socket_ = WebSocket(scope, receive, send)
            if seat is None or not _knows(headers, seat, page.port) or not self._own(headers):
                await socket_.close(1008)
            else:
                await self.proxy.websocket(seat.upstream, f"/page/{page.port}{target_of(scope)}", socket_)
            return
        response = self._refused(page, seat, headers, scope)
        if response is None and seat is not None:
            await self.proxy.http(seat.upstream, f"/page/{page.port}{target_of(scope)}", scope, receive, send)
        elif response is not None:
            response.headers["Cache-Control"] = "no-store"
            response.headers["Referrer-Policy"] = "no-referrer"
            await response(scope, receive, send)

    def _refused(self, page: PageKey, seat: Seat | None, headers: Headers, scope: Scope) -> Response | None:
        """What the desk itself answers; None where the container does."""
        if seat is None:
            return PlainTextResponse(GONE, 410)
        path: str = scope["path"]
        if path.startswith(ENTRANCE):
            if not hmac.compare_digest(path.removeprefix(ENTRANCE).encode(), _key(seat, page.port).encode()):
                return PlainTextResponse(DENIED, 403)
            entered = RedirectResponse(_inside(scope), 303)
            name, secure = _cookie(page), self.scheme == "https"
            entered.set_cookie(name, _key(seat, page.port), httponly=True, samesite="strict", secure=secure)
            return entered
        if not _knows(headers, seat, page.port):
            return PlainTextResponse(DENIED, 403)
        if scope["method"] not in SAFE and not self._own(headers):
            return PlainTextResponse(DENIED, 403)
        return None

    def _own(self, headers: Headers) -> bool:
        """Whether a request that does something comes from the page itself, or from no page."""
        came_from = headers.get("origin", "null").lower()
        return came_from == "null" or came_from == f"{self.scheme}://{headers.get('host', '').lower()}"

    def _named(self, page: PageKey) -> str:
        return origin(self.scheme, f"{page.port}-{page.seat}.{self.domain}", self.port)

    async def _port_of(self, page: PageKey) -> int:
        """The desk's port for a page, opened if need be; 0 if none can be had."""
        if page in self._open:
            self._open[page] = self._open.pop(page)
            return self._open[page][0]
        await self._close_gone()
        taken = {port for port, _ in self._open.values()}
        free = [port for port in self.ports if port not in taken]
        if not free and self._open:
            oldest = next(iter(self._open))
            free = [self._open[oldest][0]]
            await self._open.pop(oldest)[1].aclose()
        for port in free:
            with contextlib.suppress(QuarterdeckError):  # another program has it
                self._open[page] = (port, await self._opened(page, port))
                return port
        return 0

    async def _opened(self, page: PageKey, port: int) -> contextlib.AsyncExitStack:
        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            await self.serve(page, scope, receive, send)

        async with contextlib.AsyncExitStack() as stack:
            listeners: list[socket.socket] = []
            for host in self.hosts:
                listeners.append(stack.enter_context(contextlib.closing(bind(host, port))))
            await stack.enter_async_context(
                serving(app, *listeners, certificate=self.certificate, message_limit=FRAME_LIMIT)
            )
            return stack.pop_all()
        raise AssertionError("a stack lets nothing pass")

    async def _close_gone(self) -> None:
        for page in [page for page in self._open if page.seat not in self.seating.records.seats]:
            await self._open.pop(page)[1].aclose()

    async def close(self) -> None:
        """Close all ports."""
        while self._open:
            await self._open.popitem()[1][1].aclose()


def _inside(scope: Scope) -> str:
    """Where a browser that was let in wants to go: the path in ``?to=``, which never leads to another server."""
    to: str = parse_qs(scope["query_string"].decode("latin-1")).get("to", ["/"])[0]
    return "/" + to.lstrip("/\\") if to.isprintable() else "/"


def _key(seat: Seat, port: int) -> str:
    """What lets a browser see a page; it tells nothing of the seat's secret."""
    return hmac.new(seat.secret.encode(), f"page {port}".encode(), hashlib.sha256).hexdigest()[:32]


def _cookie(page: PageKey) -> str:
    """A name for each page, since the ports of a host share their cookies."""
    return f"{PAGE_COOKIE}-{page.port}-{page.seat}"


def _knows(headers: Headers, seat: Seat, port: int) -> bool:
    wanted = _key(seat, port).encode()
    return any(
        hmac.compare_digest(each.encode("utf-8", "replace"), wanted)
        for each in tokens(headers, _cookie(PageKey(seat.id, port)))
    )
