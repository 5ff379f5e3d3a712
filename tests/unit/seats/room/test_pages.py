"""The pages of a seat's containers, as a browser gets them through the seat."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.types import ASGIApp
from starlette.websockets import WebSocket
from websockets.asyncio.client import connect

from quarterdeck.seats.proxy import Upstream, ask
from quarterdeck.seats.room.pages import Pages, relative
from quarterdeck.show.web.server import bind, serving
from support.ports import free_port


async def told(request: Request) -> Response:
    """What the container was asked."""
    return JSONResponse({"target": f"{request.url.path}?{request.url.query}", **dict(request.headers)})


async def moved(request: Request) -> Response:
    """A redirect to itself, by the name under which it was asked."""
    return RedirectResponse(f"http://{request.headers['host']}/there?x=1")


async def chat(socket: WebSocket) -> None:
    """Tell what it was asked with."""
    await socket.accept()
    await socket.send_json({"path": socket.url.path, **dict(socket.headers)})
    await socket.close()


CONTAINER = Starlette(routes=[Route("/moved", moved), WebSocketRoute("/live", chat), Route("/{path:path}", told)])


@asynccontextmanager
async def served(app: ASGIApp) -> AsyncIterator[int]:
    """The port at which an application is served."""
    listener = bind("127.0.0.1", 0)
    async with serving(app, listener):
        yield int(listener.getsockname()[1])


@asynccontextmanager
async def in_a_seat() -> AsyncIterator[tuple[Upstream, int]]:
    """A seat, and the port of a container in it."""
    async with AsyncExitStack() as exits:
        container = await exits.enter_async_context(served(CONTAINER))
        seat = await exits.enter_async_context(served(Starlette(routes=[Mount("/page", Pages())])))
        yield Upstream("127.0.0.1", seat), container


async def test_a_container_is_asked_at_localhost() -> None:
    """Many servers answer to no other name; path and query are the browser's."""
    async with in_a_seat() as (seat, port):
        for target, asked in (("/a/b?x=%20", "/a/b?x=%20"), ("", "/?"), ("?y", "/?y")):
            answer = await ask(seat, "GET", f"/page/{port}{target}", seconds=30)
            assert answer.status == 200
            heard = read(answer.body)
            assert (heard["target"], heard["host"]) == (asked, f"localhost:{port}")


async def test_a_websocket_of_a_container() -> None:
    """It believes that the page is its own, too."""
    async with in_a_seat() as (seat, port):
        url = f"ws://127.0.0.1:{seat.port}/page/{port}/live"
        async with connect(url, proxy=None, origin="https://seats.example.org") as page:  # type: ignore[arg-type]
            heard = read(await page.recv(decode=False))
        assert (heard["path"], heard["host"]) == ("/live", f"localhost:{port}")
        assert heard["origin"] == f"http://localhost:{port}"


async def test_a_port_where_nobody_listens_is_told() -> None:
    """The page says so, instead of loading for ever; and there is no such port."""
    async with in_a_seat() as (seat, _):
        for port in (free_port(), 0, 99999):
            answer = await ask(seat, "GET", f"/page/{port}/", seconds=30)
            assert answer.status == 502
            assert b"Nothing answers" in answer.body


@pytest.mark.parametrize(
    ("location", "passed"),
    [
        ("http://localhost:8080/a?b#c", "/a?b#c"),
        ("http://127.0.0.1:8080", "/"),
        ("HTTP://LOCALHOST:8080?q", "/?q"),
        ("http://localhost:8081/a", "http://localhost:8081/a"),
        ("http://localhost/a", "http://localhost/a"),
        ("http://localhost.example.org:8080/a", "http://localhost.example.org:8080/a"),
        ("https://example.org/", "https://example.org/"),
        ("/a", "/a"),
    ],
)
def test_redirects_stay_at_the_address_of_the_browser(location: str, passed: str) -> None:
    """A container knows only its own; others are left alone."""
    assert relative(location.encode(), 8080).decode() == passed


async def test_a_redirect_is_passed_on() -> None:
    """Without the address that only the container knows."""
    async with in_a_seat() as (seat, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", seat.port)
        writer.write(f"GET /page/{port}/moved HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        answer = (await reader.read()).decode().lower()
        writer.close()
        assert "location: /there?x=1\r\n" in answer
        assert answer.count("\r\ndate:") == 1


def read(data: bytes) -> dict[str, str]:
    """A JSON object."""
    value: dict[str, str] = json.loads(data)
    return value
