"""Who may talk to a show: checks on every request and WebSocket, and the headers of every response.

Pages of other sites must not reach a show through the speaker's browser (cross-site requests, DNS
rebinding), and other machines only with ``--lan``.  So ``Host`` must be one of the show's own names, or the address at
which the request came in, because this machine may get new ones during a show; and ``Origin``, where there is one, its
own; a WebSocket must have one.

The speaker's pages keep the token in their origin's storage, not in a cookie: a browser sends cookies of 127.0.0.1 to
every port, so a demo's own web server would get it.
"""

from __future__ import annotations

import hmac
import ipaddress
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from quarterdeck.show.web.hub import Role

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
TOKEN_BYTES = 18

REFUSAL = "This show does not answer to that address.\n"
"""What a show says to a ``Host`` that isn't its own; another show that wants its port knows it by that."""
HEADERS: Mapping[str, str] = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}


def new_token() -> str:
    """A random token for the speaker's pages."""
    return secrets.token_urlsafe(TOKEN_BYTES)


@dataclass(frozen=True, slots=True)
class Access:
    """The names a show answers to, and the token that lets a page command it."""

    hosts: frozenset[str]
    """``Host`` headers that are its own, with the port."""
    token: str

    @classmethod
    def of(cls, names: Iterable[str], port: int, token: str) -> Access:
        """For the host names and addresses (IPv6 in brackets) at one port."""
        hosts = {f"{name.lower()}:{port}" for name in names}
        return cls(frozenset(hosts), token)

    def allows(self, headers: Headers, *, websocket: bool, local: tuple[str, int | None] | None = None) -> bool:
        """Whether a request comes to the show by its own name, and from its own pages.

        ``local``: the address and port of this machine at which it came in.
        """
        host = headers.get("host", "").lower()
        if len(headers.getlist("host")) != 1 or not (host in self.hosts or is_address(host, local)):
            return False
        origin = headers.get("origin")
        if origin is None:
            return not websocket
        return origin.lower() == f"http://{headers['host'].lower()}"

    def role(self, token: str | None) -> Role | None:
        """What a page with that token may do; None for a wrong one."""
        if token is None:
            return Role.FOLLOWER
        return Role.SPEAKER if hmac.compare_digest(token.encode(), self.token.encode()) else None


def is_address(host: str, local: tuple[str, int | None] | None) -> bool:
    """Whether a ``Host`` header is an address, and no name: that at which the request came in, ``local``."""
    address, _, port = host.rpartition(":")
    try:
        named = ipaddress.ip_address(address.removeprefix("[").removesuffix("]"))
        return local is not None and port == str(local[1]) and named == ipaddress.ip_address(local[0])
    except ValueError:
        return False


class Doorkeeper(Protocol):
    """Decides which requests reach an application."""

    def allows(self, headers: Headers, *, websocket: bool, local: tuple[str, int | None] | None = None) -> bool:
        """Whether a request comes to the application by its own name, and from its own pages."""


class Guard:
    """Refuses what a :class:`Doorkeeper` does not allow, before the application sees it."""

    def __init__(self, app: ASGIApp, access: Doorkeeper, refusal: str = REFUSAL) -> None:
        self._app = app
        self._access = access
        self._refusal = refusal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or WebSocket (ASGI)."""
        headers, local = Headers(scope=scope), scope.get("server")
        allowed = self._access.allows(headers, websocket=scope["type"] == "websocket", local=local)
        if scope["type"] == "websocket":
            if allowed:
                await self._app(scope, receive, send)
            else:
                await send({"type": "websocket.close", "code": 1008})
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        if allowed:
            await self._app(scope, receive, send_guarded)
        else:
            refusal = PlainTextResponse(self._refusal, status_code=403)
            await refusal(scope, receive, send_guarded)


FOLLOWERS_LIMIT = 2000
"""Followers on other machines at once; more are turned away, and try again later."""
ADDRESS_LIMIT = 250
"""Followers from one address: many, since everybody in a room may share the address of its router."""
WAITING_LIMIT = 100
"""Connections from one address that have not said yet what they are."""

LOOPBACK_ADDRESSES = frozenset({"127.0.0.1", "::1", "::ffff:127.0.0.1"})


class FullError(Exception):
    """The page is refused, because too many others follow or wait."""


class Admission:
    """Limits how many pages follow a show at once."""

    def __init__(self) -> None:
        self._waiting: Counter[str] = Counter()
        self._following: Counter[str] = Counter()

    @contextmanager
    def waiting(self, address: str) -> Iterator[None]:
        """Admit a connection that has yet to say what it is, while the context is open.

        Raises:
            FullError: when too many from its address do.

        """
        if address not in LOOPBACK_ADDRESSES and self._waiting[address] >= WAITING_LIMIT:
            raise FullError("too many connections from this address")
        with _counted(self._waiting, address):
            yield

    @contextmanager
    def following(self, address: str, role: Role) -> Iterator[None]:
        """Admit a page while the context is open; the speaker's, and those on this machine, always.

        Raises:
            FullError: when too many follow, or too many from its address.

        """
        if role is Role.SPEAKER or address in LOOPBACK_ADDRESSES:
            yield
            return
        if self._following.total() >= FOLLOWERS_LIMIT:
            raise FullError("too many pages follow this show")
        if self._following[address] >= ADDRESS_LIMIT:
            raise FullError("too many pages from this address follow this show")
        with _counted(self._following, address):
            yield


@contextmanager
def _counted(counter: Counter[str], address: str) -> Iterator[None]:
    counter[address] += 1
    try:
        yield
    finally:
        counter[address] -= 1
        if not counter[address]:
            del counter[address]
