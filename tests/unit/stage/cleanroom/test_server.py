"""The clean room in front of engines that misbehave."""

from __future__ import annotations

import asyncio
import errno
import json
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.stage.cleanroom import server
from quarterdeck.stage.cleanroom.server import CleanRoom
from quarterdeck.stage.docker.address import parse_address
from support.fake_engine import Demo, FakeEngine, Said
from support.waiting import wait_until


@pytest.fixture
def opened(engine: FakeEngine, tmp_path: Path) -> Iterator[CleanRoom]:
    """A clean room in front of it."""
    room = CleanRoom(engine.address, show="s", demo="d", folder=tmp_path, journals=tmp_path)
    asyncio.run(room.__aenter__())
    yield room
    asyncio.run(room.close())


def send(room: CleanRoom, request: bytes) -> bytes:
    """Raw bytes to the room, and what came back."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(60)
        connection.connect(room.docker_host.removeprefix("unix://"))
        connection.sendall(request)
        received = b""
        while chunk := connection.recv(1 << 16):
            received += chunk
    return received


PING = b"GET /_ping HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n"


def test_socket_is_private_and_short(opened: CleanRoom) -> None:
    """Only this user can reach it, and its path fits every system."""
    path = Path(opened.docker_host.removeprefix("unix://"))
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert len(str(path)) < 100


def test_socket_goes_with_the_room(engine: FakeEngine, tmp_path: Path) -> None:
    """Nothing is left of it."""

    async def visit() -> Path:
        async with CleanRoom(engine.address, show="s", demo="d", folder=tmp_path, journals=tmp_path) as room:
            return Path(room.docker_host.removeprefix("unix://"))

    assert not asyncio.run(visit()).parent.exists()


def test_engine_that_is_down(tmp_path: Path) -> None:
    """A room can't be opened in front of no engine."""
    room = CleanRoom(parse_address(f"unix://{tmp_path}/none"), show="s", demo="d", folder=tmp_path, journals=tmp_path)
    with pytest.raises(QuarterdeckError, match="can't be asked"):
        asyncio.run(room.__aenter__())


def test_engine_that_goes_away(opened: CleanRoom, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo's command is told so, once the show has had the time to notice."""
    monkeypatch.setattr(server, "WITHHELD_SECONDS", 0.0)
    engine.close()
    answer = send(opened, PING)
    assert answer.startswith(b"HTTP/1.1 503 ")
    assert b"can't be reached" in answer


def test_the_loss_of_the_engine_is_kept_from_the_projector(opened: CleanRoom, engine: FakeEngine) -> None:
    """Its client would print an error; a show plays the recording meanwhile."""
    engine.close()
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(opened.docker_host.removeprefix("unix://"))
        connection.sendall(PING)
        connection.settimeout(0.2)
        with pytest.raises(TimeoutError):
            connection.recv(1)
    asyncio.run(opened.close())  # doesn't wait for it


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"HTTP/1.1 101 Switching\r\nUpgrade: tcp\r\n\r\n",
        b"garbage\r\n\r\n",
    ],
)
def test_engine_that_talks_nonsense(answer: bytes, opened: CleanRoom, engine: FakeEngine) -> None:
    """It is a bad gateway, not a hang."""
    engine.answer("GET", "/_ping", Said(raw=answer))
    assert send(opened, PING).startswith(b"HTTP/1.1 502 ")


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\nConte"])
def test_engine_that_hangs_up(answer: bytes, opened: CleanRoom, engine: FakeEngine) -> None:
    """The connection ends, as it would without the clean room."""
    engine.answer("GET", "/_ping", Said(raw=answer))
    assert send(opened, PING) == b""


def test_request_is_cleaned(opened: CleanRoom, engine: FakeEngine) -> None:
    """The engine gets no header that concerns the demo's connection only."""
    headers = b"Connection: close, Upgrade\r\nUpgrade: h2c\r\nTE: trailers\r\nAccept-Encoding: gzip\r\nX-Kept: yes\r\n"
    send(opened, b"GET /v1.41/_ping HTTP/1.1\r\nHost: other\r\n" + headers + b"\r\n")
    sent = engine.requests[-1]
    assert (sent.target, sent.headers) == ("/v1.41/_ping", (("Host", "docker"), ("X-Kept", "yes")))


def test_many_connections(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    """A demo that opens ever more of them has to wait, and doesn't use up the show's descriptors."""
    monkeypatch.setattr(server, "MOST_CONNECTIONS", 5)
    idle = [demo.connect() for _ in range(20)]
    with demo.connect() as late:
        late.sendall(PING)
        late.settimeout(0.2)
        with pytest.raises(TimeoutError):
            late.recv(1)
        wait_until(lambda: demo.room.connections == 5)
        for connection in idle:
            connection.close()
        late.settimeout(60)
        assert late.recv(1 << 16).startswith(b"HTTP/1.1 200 OK")


def test_no_descriptor_left(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections are accepted again as soon as there is one."""
    accept, failures = socket.socket.accept, [OSError(errno.EMFILE, "Too many open files")] * 2

    def fails(listener: socket.socket) -> object:
        if failures:
            raise failures.pop()
        return accept(listener)

    monkeypatch.setattr(socket.socket, "accept", fails)
    assert send(demo.room, PING).startswith(b"HTTP/1.1 200 OK")
    assert not failures


def test_newer_engine(engine: FakeEngine, tmp_path: Path) -> None:
    """Clients are told of no version that the room doesn't know, and the engine is asked in one that it does."""
    engine.api_version = "1.60"

    async def visit() -> list[bytes]:
        async with CleanRoom(engine.address, show="s", demo="d", folder=tmp_path, journals=tmp_path) as room:
            requests = (PING, PING.replace(b"/_ping", b"/v1.52/_ping"))
            return [await asyncio.to_thread(send, room, request) for request in requests]

    told, refused = asyncio.run(visit())
    assert b"Api-Version: 1.51\r\n" in told
    assert [sent.target for sent in engine.requests if sent.path == "/_ping"] == ["/v1.51/_ping"]
    assert refused.startswith(b"HTTP/1.1 400 ")
    assert b"too new" in refused


def test_newer_engine_says_its_version(opened: CleanRoom, engine: FakeEngine) -> None:
    """``GET /version`` names one that the room knows, which some clients then speak."""
    engine.api_version = "1.60"
    answer = send(opened, PING.replace(b"/_ping", b"/version"))
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["ApiVersion"] == "1.51"


def test_connection_is_kept(opened: CleanRoom, engine: FakeEngine) -> None:
    """Several requests on one connection, sent at once."""
    plain = PING.replace(b"Connection: close\r\n", b"")
    assert send(opened, plain + plain + PING).count(b"HTTP/1.1 200 OK") == 3
    assert [sent.path for sent in engine.requests].count("/_ping") == 3


def test_refused_head_has_no_body(opened: CleanRoom) -> None:
    """The next answer on the same connection begins where the client expects it."""
    head = b"HEAD /_ping?surprise=1 HTTP/1.1\r\nHost: d\r\n\r\n"
    refused, _, rest = send(opened, head + PING).partition(b"\r\n\r\n")
    assert refused.startswith(b"HTTP/1.1 403 ")
    assert rest.startswith(b"HTTP/1.1 200 OK")


def test_expect_continue(opened: CleanRoom, engine: FakeEngine) -> None:
    """A client may wait for leave to send a large body, as curl does."""
    head = b"POST /auth HTTP/1.1\r\nHost: d\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\n"
    answer = send(opened, head + b"{}")
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK")


def test_refusal_in_the_middle_of_an_upload(opened: CleanRoom) -> None:
    """The reason arrives, though the body was not read."""
    body = b"x" * 3_000_000
    head = b"POST /swarm/init HTTP/1.1\r\nHost: d\r\nContent-Length: %d\r\n\r\n" % len(body)
    answer = send(opened, head + body)
    assert answer.startswith(b"HTTP/1.1 403 ")
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["message"].startswith("quarterdeck: ")


def test_reset_in_front_of_a_dead_engine(opened: CleanRoom, engine: FakeEngine) -> None:
    """It raises, so that the stage can leave the rest to the watchdog."""
    engine.close()
    with pytest.raises(OSError):
        asyncio.run(opened.reset())
