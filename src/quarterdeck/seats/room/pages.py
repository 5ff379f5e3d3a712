"""The pages that containers serve in a seat, at ``/page/PORT/…``: passed on to the seat's own loopback.

A container sees a browser that asks at ``localhost:PORT``, as the exercise's text says: many servers answer to no other
name, and take requests for changes from no other origin.
"""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from quarterdeck.seats.proxy import Proxy, Upstream, target_of

LOOPBACK = "127.0.0.1"
MOST = 65535
_PLACE = re.compile(r"/page/(\d{1,5})(?=[/?]|\Z)")
_OWN_ADDRESS = re.compile(rb"https?://(?:localhost|127\.0\.0\.1|\[::1\])(?::(\d+))?(?=[/?#]|\Z)", re.IGNORECASE)


class Pages:
    """The pages of one seat, as an ASGI application."""

    def __init__(self) -> None:
        self._proxy = Proxy()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request or WebSocket on (ASGI); the path tells the port."""
        whole = target_of(scope)
        place = _PLACE.match(whole)
        port = int(place[1]) if place and int(place[1]) <= MOST else 0  # nobody can listen on port 0
        target = whole[place.end() :] if place else ""
        upstream = Upstream(LOOPBACK, port)
        inside = {**scope, "headers": as_on_this_machine(scope["headers"], port)}
        target = target if target.startswith("/") else f"/{target}"
        if scope["type"] == "websocket":
            await self._proxy.websocket(upstream, target, WebSocket(inside, receive, send))
            return

        async def send_relative(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": with_own_redirects(message["headers"], port)}
            await send(message)

        await self._proxy.http(upstream, target, Request(inside).scope, receive, send_relative)


def as_on_this_machine(headers: list[tuple[bytes, bytes]], port: int) -> list[tuple[bytes, bytes]]:
    """A browser's headers as if it were in the seat, with the page at ``localhost``."""
    place = f"localhost:{port}".encode()
    changed = {b"host": place, b"origin": b"http://" + place}
    return [
        (name, b"null" if value == b"null" else changed.get(name, value))
        for name, value in headers
        if name != b"referer"
    ]


def with_own_redirects(headers: list[tuple[bytes, bytes]], port: int) -> list[tuple[bytes, bytes]]:
    """A container's headers: where it leads to another of its pages, without the address that only it knows.

    The date is left to the server that answers in its place.
    """
    named = [(name.lower(), value) for name, value in headers if name.lower() != b"date"]
    return [(name, relative(value, port) if name == b"location" else value) for name, value in named]


def relative(location: bytes, port: int) -> bytes:
    """An address without scheme, host and port, if those are the container's own."""
    own = _OWN_ADDRESS.match(location)
    if own is None or int(own[1] or 80) != port:
        return location
    rest = location[own.end() :]
    return rest if rest.startswith(b"/") else b"/" + rest
