"""What reaches a seat and its containers, and what comes back: over real sockets."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from quarterdeck.seats import proxy as proxy_module
from quarterdeck.seats.messages import Input, decode_status, encode
from quarterdeck.seats.proxy import (
    Proxy,
    UnreachableError,
    Upstream,
    ask,
    other_cookies,
    sets_ours,
    target_of,
    terminal,
)
from quarterdeck.seats.spawner import SeatOrder
from quarterdeck.show.web.server import bind, serving
from support.seats import StandInSeat

pytestmark = pytest.mark.slow

SECRET = "the-desk-knows"
CHUNKED = {"Transfer-Encoding": "chunked"}


@dataclass
class Front:
    """A server that passes everything on to port 8080 of a seat."""

    seat: Upstream
    behind: StandInSeat
    port: int

    async def get(
        self, path: str, method: str = "GET", body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> tuple[int, str, bytes]:
        """Status, head and body of an answer."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        sent = {"Host": "8080-x.seats.example.org", "Connection": "close", **(headers or {})}
        if body and "Transfer-Encoding" not in sent:
            sent["Content-Length"] = str(len(body))
        lines = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
        writer.write(f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode() + body)
        head, _, rest = (await reader.read()).partition(b"\r\n\r\n")
        writer.close()
        return int(head.split()[1]), head.decode(), rest


@asynccontextmanager
async def fronted() -> AsyncIterator[Front]:
    """A seat, and a server before it."""
    behind = StandInSeat(SeatOrder("abcd1234", "w", SECRET, 0), "one")
    await behind.start()
    assert behind.place
    seat = Upstream(behind.place.address, behind.place.port, SECRET)
    proxy = Proxy()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await proxy.websocket(seat, f"/page/8080{target_of(scope)}", WebSocket(scope, receive, send))
        else:
            await proxy.http(seat, f"/page/8080{target_of(scope)}", scope, receive, send)

    listener = bind("127.0.0.1", 0)
    async with serving(app, listener):
        yield Front(seat, behind, listener.getsockname()[1])
    await behind.stop()


async def test_the_desk_is_answered_and_nobody_else() -> None:
    """A neighbour on the host's bridge that has found the port learns nothing."""
    async with fronted() as front:
        answer = await ask(front.seat, "GET", "/status", seconds=30)
        assert decode_status(answer.body).exercise == "try-first"
        stranger = Upstream(front.seat.address, front.seat.port, "guess")
        assert (await ask(stranger, "GET", "/status", seconds=30)).status == 403
        with pytest.raises(InvalidStatus):
            async with terminal(stranger):
                pass


async def test_a_seat_that_does_not_answer_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither one that is gone, nor one that is silent or floods the desk, holds it up."""
    async with fronted() as front:
        monkeypatch.setattr(proxy_module, "REPORT_LIMIT", 20)
        with pytest.raises(UnreachableError, match="too much"):
            await ask(front.seat, "GET", "/status", seconds=30)
        front.behind.silent = True
        with pytest.raises(UnreachableError):
            await ask(front.seat, "GET", "/status", seconds=0.05)
    with pytest.raises(UnreachableError):
        await ask(front.seat, "GET", "/status", seconds=30)


async def test_a_terminal_echoes() -> None:
    """A key goes to the seat and comes back."""
    async with fronted() as front, terminal(front.seat) as up:
        assert "output" in str(await up.recv())
        assert "status" in str(await up.recv())
        await up.send(encode(Input("x")))
        assert '"x"' in str(await up.recv())


async def test_a_containers_page_comes_through() -> None:
    """Its path, query and host name are what the browser asked for; redirects lead where they should."""
    async with fronted() as front:
        status, _, body = await front.get("/a%20b/c?q=1&r=%2F")
        assert (status, body) == (200, b"<h1>Hello from 8080</h1>8080-x.seats.example.org q=1&r=%2F")
        assert front.behind.asked[-1].scope["raw_path"] == b"/page/8080/a%20b/c"
        status, head, _ = await front.get("/away")
        assert status == 302
        assert "location: /hello" in head.lower()


async def test_bodies_go_both_ways() -> None:
    """A form, and an upload in chunks."""
    async with fronted() as front:
        status, head, body = await front.get("/echo", "PUT", b"x" * 200_000)
        assert (status, body) == (200, b"x" * 200_000)
        assert "x-was: PUT" in head
        chunked = b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
        status, _, body = await front.get("/echo", "POST", chunked, CHUNKED)
        assert (status, body) == (200, b"abcde")


async def test_too_large_an_upload_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether it says so at once or not; the seat's server isn't flooded through the desk."""
    monkeypatch.setattr(proxy_module, "UPLOAD_LIMIT", 1000)
    async with fronted() as front:
        assert (await front.get("/echo", "POST", b"x" * 2000))[0] == 413
        chunked = b"7d0\r\n" + b"x" * 2000 + b"\r\n0\r\n\r\n"
        assert (await front.get("/echo", "POST", chunked, CHUNKED))[0] == 413


async def test_cookies_and_secrets_stay_apart() -> None:
    """A container neither sees the desk's cookie nor sets it, and what a browser says of the secret is dropped."""
    async with fronted() as front:
        _, head, body = await front.get(
            "/cookies", headers={"Cookie": "a=1; quarterdeck-seat=mine", "Quarterdeck-Seat": "x"}
        )
        assert body == b"a=1"
        assert "session=1" in head
        assert "evil" not in head
        assert front.behind.asked[-1].headers.getlist("quarterdeck-seat") == [SECRET]


async def test_a_page_that_never_ends_ends_with_the_browser() -> None:
    """Server-sent events arrive as they are sent; a browser that leaves ends the connection to the seat."""
    async with fronted() as front:
        reader, writer = await asyncio.open_connection("127.0.0.1", front.port)
        writer.write(b"GET /endless HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"tick" in await reader.readuntil(b"tick")
        writer.close()
        assert (await front.get("/hello"))[0] == 200


async def test_connections_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """One seat's pages can't take all of the desk's connections."""
    monkeypatch.setattr(proxy_module, "CONNECTIONS_EACH", 1)
    async with fronted() as front:
        async with connect(f"ws://127.0.0.1:{front.port}/ws"):
            assert (await front.get("/hello"))[0] == 503
        status = 503
        async with asyncio.timeout(60):
            while status == 503:
                status = (await front.get("/hello"))[0]
        assert status == 200


async def test_nothing_answers_yet() -> None:
    """A page that is opened before its container says so."""
    async with fronted() as front:
        await front.behind.stop()
        assert (await front.get("/"))[0] == 502


Answering = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def behind(answering: Answering) -> AsyncIterator[int]:
    """The port of a proxy in front of a server that answers each connection as it likes."""
    proxy = Proxy()
    async with await asyncio.start_server(answering, "127.0.0.1", 0) as server:
        upstream = Upstream("127.0.0.1", server.sockets[0].getsockname()[1])

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            await proxy.http(upstream, target_of(scope), scope, receive, send)

        listener = bind("127.0.0.1", 0)
        async with serving(app, listener):
            yield int(listener.getsockname()[1])


async def answered(port: int, request: bytes) -> bytes:
    """All that comes back for a request whose connection is closed after it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    try:
        return await reader.read()
    finally:
        writer.close()


async def test_a_server_that_refuses_a_body_says_why() -> None:
    """Its answer comes before it has read what is sent; that the rest can't be sent is no fault."""

    async def answering(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 403 No\r\nContent-Length: 4\r\n\r\nnope")
        await writer.drain()
        with contextlib.suppress(OSError):
            await reader.read()
        writer.close()

    async with behind(answering) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST / HTTP/1.1\r\nHost: d\r\nContent-Length: 8000000\r\n\r\n" + b"x" * 500_000)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 403")
        assert await reader.readexactly(4) == b"nope"
        writer.close()


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200", b"what?\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000])
async def test_a_server_that_answers_nonsense_does_not_answer(answer: bytes) -> None:
    """The page says so, instead of loading for ever."""

    async def answering(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()

    async with behind(answering) as port:
        assert (await answered(port, b"GET / HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n")).startswith(
            b"HTTP/1.1 502"
        )


async def test_an_answer_that_breaks_off_does() -> None:
    """Half a file isn't taken for a whole one."""

    async def answering(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        writer.close()

    async with behind(answering) as port:
        whole = await answered(port, b"GET / HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n")
    assert b"content-length: 100" in whole
    assert whole.endswith(b"half")


async def test_a_containers_web_socket_comes_through() -> None:
    """Text and bytes, with the subprotocol that the container chose; and its end."""
    async with fronted() as front:
        url = f"ws://127.0.0.1:{front.port}/ws?x=1"
        async with connect(url, subprotocols=[Subprotocol("other"), Subprotocol("chat")]) as socket:
            assert socket.subprotocol == "chat"
            await socket.send("hello")
            assert await socket.recv() == "you said hello"
            await socket.send(b"abc")
            assert await socket.recv() == b"cba"
            await socket.send("end")
            with pytest.raises(ConnectionClosed):
                await socket.recv()
            assert (socket.close_code, socket.close_reason) == (4321, "as you like")


def test_the_desks_cookies_stay_with_it() -> None:
    """A container's web server doesn't learn what lets a browser in, and can't put another in its place."""
    assert other_cookies("a=1; quarterdeck-seat=x; __Host-quarterdeck-seat=y; quarterdeck-page-8=z; b=2") == "a=1; b=2"
    assert other_cookies("quarterdeck-seat=x") == ""
    assert sets_ours("quarterdeck-seat=evil; Path=/")
    assert sets_ours("__Host-quarterdeck-seat=evil; Secure; Path=/")
    assert sets_ours("Quarterdeck-Page-8080=x")
    assert not sets_ours("session=quarterdeck-seat")
