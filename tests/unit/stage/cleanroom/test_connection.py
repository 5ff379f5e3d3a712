"""Relays between sockets lose nothing, read no further than they may, and notice who is gone."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterator

import pytest

from quarterdeck.stage.cleanroom.connection import ConnectionEndedError, Wire, tunnel
from quarterdeck.stage.cleanroom.http import BadMessageError, Chunked, Framing, NoBody, Sized, UntilClose
from support.waiting import until


class Pair:
    """A wire and the socket at its other end."""

    def __init__(self) -> None:
        self.far, near = socket.socketpair()
        self.near = near
        for end in (self.far, near):
            end.setblocking(False)

    async def read_all(self) -> bytes:
        """All that arrives at the far end until it ends."""
        loop = asyncio.get_running_loop()
        received = b""
        while data := await loop.sock_recv(self.far, 1 << 16):
            received += data
        return received


@pytest.fixture
def pairs() -> Iterator[tuple[Pair, Pair]]:
    """Two of them."""
    made = (Pair(), Pair())
    yield made
    for pair in made:
        pair.far.close()
        pair.near.close()


async def test_lines_that_are_left_for_another_process(pairs: tuple[Pair, Pair]) -> None:
    """Another process with the same socket can read the last lines again, until the next ones are read."""
    pair, _ = pairs
    wire = Wire(pair.near)

    def left() -> bytes:
        try:
            return pair.near.recv(100, socket.MSG_PEEK)
        except BlockingIOError:
            return b""

    pair.far.send(b"HTTP\r\n\r\nzero\n")
    with wire.leaving():
        assert await wire.head() == b"HTTP\r\n\r\n"
        assert await wire.receive() == b"zero\n"
        assert left() == b"HTTP\r\n\r\nzero\n"
        pair.far.send(b"one\ntw")
        assert await wire.receive() == b"one\n"
        assert left() == b"one\ntw"
        pair.far.send(b"o\nthree\n")
        assert await wire.receive() == b"two\nthree\n"
        waiting = asyncio.ensure_future(wire.receive())
        await until(lambda: left() == b"")
        pair.far.send(b"unended")
        assert await waiting == b"unended"
    assert left() == b""
    pair.far.send(b"after")
    assert await wire.receive() == b"after"
    assert left() == b""
    pair.far.close()
    with wire.leaving():
        assert await wire.receive() == b""


BLOB = os.urandom(700_000)
AFTER = b"GET /next"
BODIES: list[tuple[Framing, bytes]] = [
    (NoBody(), b""),
    (Sized(5), b"hello"),
    (Sized(len(BLOB)), BLOB),
    (Chunked(), b"5\r\nhello\r\n0\r\n\r\n"),
    (Chunked(), b"%x\r\n%s\r\n0\r\n\r\n" % (len(BLOB), BLOB)),
]


@pytest.mark.parametrize(("framing", "body"), BODIES, ids=lambda value: type(value).__name__)
async def test_relay_stops_at_the_end(framing: Framing, body: bytes, pairs: tuple[Pair, Pair]) -> None:
    """The body goes on as it is, and what follows it stays."""
    source, target = pairs
    wire, other = Wire(source.near), Wire(target.near)
    loop = asyncio.get_running_loop()
    sending = asyncio.ensure_future(loop.sock_sendall(source.far, body + AFTER))
    receiving = asyncio.ensure_future(target.read_all())
    await wire.relay(other, framing)
    other.end_sending()
    assert await receiving == body
    await sending
    assert await wire.receive() == AFTER


@pytest.mark.parametrize("framing", [Sized(10), Sized(500_000), Chunked()])
async def test_body_that_ends_too_early(framing: Framing, pairs: tuple[Pair, Pair]) -> None:
    """It is an end of the connection, not of the body."""
    source, target = pairs
    source.far.send(b"5\r\n")
    source.far.close()
    with pytest.raises(ConnectionEndedError):
        await Wire(source.near).relay(Wire(target.near), framing)


async def test_body_is_limited(pairs: tuple[Pair, Pair]) -> None:
    """However it is delimited."""
    source, _ = pairs
    wire = Wire(source.near)
    with pytest.raises(BadMessageError):
        await wire.body(Sized(11), 10)
    source.far.send(b"b\r\nhello world\r\n")
    with pytest.raises(BadMessageError):
        await wire.body(Chunked(), 10)
    source.far.send(b"hello world")
    with pytest.raises(BadMessageError):
        await wire.body(UntilClose(), 10)


async def test_head(pairs: tuple[Pair, Pair]) -> None:
    """In pieces, with the next message behind it; none at the end."""
    source, _ = pairs
    wire = Wire(source.near)
    waiting = asyncio.ensure_future(wire.head())
    for piece in (b"GET / HT", b"TP/1.1\r\nHost: d\r", b"\n\r\nGET"):
        await asyncio.get_running_loop().sock_sendall(source.far, piece)
        await asyncio.sleep(0)
    assert await waiting == b"GET / HTTP/1.1\r\nHost: d\r\n\r\n"
    source.far.send(b" /x HTTP/1.1\r\nHost: d\r\n\r\n")
    assert await wire.head() == b"GET /x HTTP/1.1\r\nHost: d\r\n\r\n"
    source.far.close()
    assert await wire.head() is None


async def test_stale(pairs: tuple[Pair, Pair]) -> None:
    """A connection that ended, or has bytes nobody asked for, isn't used again."""
    one, two = pairs
    wire, other = Wire(one.near), Wire(two.near)
    assert not wire.stale()
    one.far.send(b"x")
    assert wire.stale()
    two.far.close()
    assert other.stale()


async def test_watch(pairs: tuple[Pair, Pair]) -> None:
    """Who waits for the engine wakes up when the client is gone."""
    client, engine = pairs
    wire, other = Wire(client.near), Wire(engine.near)
    wire.watch(other.shut_down)
    waiting = asyncio.ensure_future(other.receive())
    client.far.close()
    async with asyncio.timeout(60):
        assert await waiting == b""


async def test_watch_leaves_the_next_request(pairs: tuple[Pair, Pair]) -> None:
    """A client that sends on isn't gone, and nothing of it is lost."""
    client, engine = pairs
    wire, other = Wire(client.near), Wire(engine.near)
    wire.watch(other.shut_down)
    client.far.send(b"next")
    await asyncio.sleep(0.01)
    wire.unwatch()
    assert not other.stale()
    assert await wire.receive() == b"next"


@pytest.mark.slow
async def test_tunnel_half_closes(pairs: tuple[Pair, Pair]) -> None:
    """After the client's last byte the engine can still answer."""
    client, engine = pairs
    running = asyncio.ensure_future(tunnel(Wire(client.near), Wire(engine.near)))
    client.far.send(b"question")
    client.far.shutdown(socket.SHUT_WR)
    assert await engine.read_all() == b"question"
    await asyncio.get_running_loop().sock_sendall(engine.far, b"answer")
    engine.far.shutdown(socket.SHUT_WR)
    assert await client.read_all() == b"answer"
    client.far.close()
    async with asyncio.timeout(60):
        await running


async def test_tunnel_ends_with_a_client_that_is_gone(pairs: tuple[Pair, Pair]) -> None:
    """Even if the engine has nothing to say."""
    client, engine = pairs
    running = asyncio.ensure_future(tunnel(Wire(client.near), Wire(engine.near)))
    client.far.close()
    async with asyncio.timeout(60):
        await running
    assert await engine.read_all() == b""
