"""Who may reach a show, and who may command it: over real sockets."""

import asyncio
import contextlib
import json
import logging
import resource
import socket
import subprocess
import sys
from collections import deque
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import pytest
from msgspec import structs
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.frames import Frame, Opcode
from websockets.typing import Origin

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.model.deck import Deck
from quarterdeck.show.addresses import qr_rows
from quarterdeck.show.desklink import Room, Standing
from quarterdeck.show.machine.commands import Jump, Key, Open
from quarterdeck.show.machine.state import Activity
from quarterdeck.show.show import Question, Show
from quarterdeck.show.web import access as access_module
from quarterdeck.show.web import broadcast as broadcast_module
from quarterdeck.show.web import server as server_module
from quarterdeck.show.web.access import Access, new_token
from quarterdeck.show.web.broadcast import Broadcast
from quarterdeck.show.web.hub import QUEUE_MESSAGES, Client, Role
from quarterdeck.show.web.protocol import MESSAGE_LIMIT
from quarterdeck.show.web.server import ConnectionLimit, bind, serving, show_app
from quarterdeck.show.web.websocket import BAD_MESSAGE, BROKEN, BURST, READ_ONLY, TOO_MANY, WRONG_TOKEN
from quarterdeck.stage.events import Output, PageOpened
from support.scripted_stage import DECK, ScriptedEngine, replay_engine

pytestmark = pytest.mark.slow

TOKEN = "the-speakers-token"
PAGE = """<!DOCTYPE html><html><head>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'sha256-abc='">
</head></html>"""


@dataclass
class Response:
    """What a server answered."""

    status: int
    headers: dict[str, str]
    body: str


@dataclass
class Served:
    """A show on a port."""

    show: Show
    broadcast: Broadcast
    live: ScriptedEngine
    port: int

    @property
    def origin(self) -> str:
        """Its own."""
        return f"http://127.0.0.1:{self.port}"

    async def get(self, path: str, **headers: str) -> Response:
        """One request, with exactly these headers besides a right Host."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        sent = {"Host": f"127.0.0.1:{self.port}", "Connection": "close"} | headers
        lines = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
        writer.write(f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode())
        answer = (await reader.read()).decode()
        writer.close()
        await writer.wait_closed()
        head, _, body = answer.partition("\r\n\r\n")
        status, *fields = head.split("\r\n")
        found = dict(field.split(": ", 1) for field in fields)
        return Response(int(status.split()[1]), {name.lower(): value for name, value in found.items()}, body)

    def connect(self, origin: str | None = None, host: str | None = None, max_queue: int = 16) -> connect:
        """A WebSocket, from the show's own page unless something else is said."""
        headers = {"Host": host} if host else {}
        return connect(
            f"ws://127.0.0.1:{self.port}/ws",
            origin=Origin(origin or self.origin),
            additional_headers=headers,
            proxy=None,
            max_size=None,
            max_queue=max_queue,
        )

    @asynccontextmanager
    async def page(self, page: str = "audience", token: str | None = None) -> AsyncIterator[ClientConnection]:
        """A page that has said hello."""
        async with self.connect() as socket:
            hello = {"type": "hello", "page": page} | ({} if token is None else {"token": token})
            await socket.send(json.dumps(hello))
            yield socket


@asynccontextmanager
async def serving_show() -> AsyncIterator[Served]:
    """A show of the sample deck."""
    live = ScriptedEngine()
    listener = bind("127.0.0.1", 0)
    port = listener.getsockname()[1]
    show = Show(DECK, {"hello", "ports"}, live, replay_engine())
    access = Access.of(["127.0.0.1", "localhost"], port, TOKEN)
    broadcast = Broadcast(show, lambda: PAGE)
    async with serving(show_app(broadcast, access), listener):
        yield Served(show, broadcast, live, port)
        await show.close()


_waiting: WeakKeyDictionary[ClientConnection, deque[dict[str, Any]]] = WeakKeyDictionary()
"""Messages that came together with one that a test has read."""


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    """A show of the sample deck."""
    async with serving_show() as served:
        yield served


async def heard(socket: ClientConnection) -> dict[str, Any]:
    """The next message: a frame holds one or more, a line each."""
    waiting = _waiting.setdefault(socket, deque())
    if not waiting:
        waiting.extend(map(json.loads, str(await socket.recv()).split("\n")))
    return waiting.popleft()


async def until(socket: ClientConnection, kind: str, **fields: object) -> dict[str, Any]:
    """The next message of a kind, with these fields."""
    async with asyncio.timeout(60):
        while True:
            message = await heard(socket)
            if message["type"] == kind and all(message.get(name) == value for name, value in fields.items()):
                return message


async def heard_until(socket: ClientConnection, kind: str, **fields: object) -> list[dict[str, Any]]:
    """The messages up to the next of a kind, with these fields."""
    wanted = {"type": kind, **fields}
    messages = [await heard(socket)]
    async with asyncio.timeout(60):
        while any(messages[-1].get(name) != value for name, value in wanted.items()):
            messages.append(await heard(socket))
    return messages


async def closing_code(socket: ClientConnection) -> int:
    """How the show ended the connection."""
    async with asyncio.timeout(60):
        try:
            while True:
                await socket.recv()
        except ConnectionClosed as closed:
            assert closed.rcvd is not None
            return closed.rcvd.code


async def test_pages_carry_headers_that_keep_them_to_themselves(served: Served) -> None:
    """No referrer, no sniffing, no framing by other sites, scripts by hash or from the show only."""
    audience, presenter = await served.get("/"), await served.get("/presenter")
    for response in (audience, presenter):
        assert response.status == 200
        assert response.headers["referrer-policy"] == "no-referrer"
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["cross-origin-opener-policy"] == "same-origin"
        assert "server" not in response.headers
    assert "script-src 'sha256-abc='" in audience.headers["content-security-policy"]
    assert "frame-ancestors 'self'" in audience.headers["content-security-policy"]
    assert "script-src 'self';" in presenter.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in presenter.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/", "/presenter", "/remote", "/stage/hello"])
async def test_no_page_contains_the_token(served: Served, path: str) -> None:
    """Whoever may fetch a page doesn't become the speaker by it."""
    assert TOKEN not in (await served.get(path)).body


@pytest.mark.parametrize("host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "127.0.0.1.evil"])
async def test_a_rebound_name_is_refused(served: Served, host: str) -> None:
    """A site whose name was made to point to this machine gets nothing, by page or by WebSocket."""
    host = host.format(port=served.port)
    response = await served.get("/", Host=host)
    assert response.status == 403
    assert response.headers["referrer-policy"] == "no-referrer"
    with pytest.raises(InvalidStatus):
        async with served.connect(origin=f"http://{host}", host=host):
            pass


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "https://127.0.0.1:{port}", "http://127.0.0.1:{port}.evil"]
)
async def test_a_foreign_origin_is_refused(served: Served, origin: str) -> None:
    """Other sites' scripts can't talk to the show through the speaker's browser."""
    origin = origin.format(port=served.port)
    assert (await served.get("/", Origin=origin)).status == 403
    with pytest.raises(InvalidStatus):
        async with served.connect(origin=origin):
            pass


async def test_a_websocket_must_say_where_it_comes_from(served: Served) -> None:
    """Browsers always do; what doesn't is no page of the show."""
    with pytest.raises(InvalidStatus):
        async with connect(f"ws://127.0.0.1:{served.port}/ws", proxy=None):
            pass


async def test_localhost_is_the_shows_name_too(served: Served) -> None:
    """But a page under one name doesn't speak for the other."""
    assert (await served.get("/", Host=f"localhost:{served.port}")).status == 200
    assert (await served.get("/", Host=f"localhost:{served.port}", Origin=served.origin)).status == 403


async def test_a_wrong_token_is_refused_and_none_makes_a_follower(served: Served) -> None:
    """The page is told so that it can go on without."""
    async with served.page("presenter", "wrong") as socket:
        assert await closing_code(socket) == WRONG_TOKEN
    async with served.page("presenter") as socket:
        assert (await until(socket, "snapshot"))["role"] == "follower"


@pytest.mark.parametrize(
    "message",
    [
        {"type": "key", "key": "next"},
        {"type": "jump", "slide": "end"},
        {"type": "open", "demo": "ports"},
        {"type": "input", "data": "rm -rf /\r"},
        {"type": "point", "x": 0.5, "y": 0.5},
        {"type": "draw", "slide": "welcome", "stroke": "s", "ink": "pen", "points": [[0.5, 0.5]]},
        {"type": "erase", "slide": "welcome", "whole": True},
    ],
)
async def test_a_follower_can_send_nothing_that_changes_the_show(served: Served, message: dict[str, object]) -> None:
    """It is turned away, and the show stays where it is."""
    before = served.show.state
    async with served.page("audience") as socket:
        await until(socket, "state")
        await socket.send(json.dumps(message))
        assert await closing_code(socket) == READ_ONLY
    assert served.show.state == before
    assert not any(entry.startswith("write") for entry in served.live.log)


async def test_a_follower_never_hears_what_is_the_speakers(served: Served) -> None:
    """No notes, no clock, no faults."""
    async with served.page("audience") as follower, served.page("presenter", TOKEN) as speaker:
        outline = await until(speaker, "outline")
        assert "Say who you are." in outline["slides"][0]["notes"]
        await speaker.send('{"type": "key", "key": "next"}')
        await until(speaker, "state", slide="why")
        told = []
        while True:
            message = await heard(follower)
            told.append(message)
            if message.get("slide") == "why":
                break
    assert {message["type"] for message in told} <= {"snapshot", "state"}
    assert all(not {"clock", "fault", "intent", "pages"} & set(message) for message in told)


@pytest.mark.parametrize(
    "text", ["no json", "{}", '{"type": "key", "key": "next", "x": 1}', '{"type": "hello", "page": "audience"}']
)
async def test_malformed_messages_end_the_connection_only(served: Served, text: str) -> None:
    """The page is turned away with the reason, and others go on."""
    async with served.page("presenter", TOKEN) as bad, served.page("presenter", TOKEN) as good:
        await until(bad, "state")
        await bad.send(text)
        assert await closing_code(bad) == BAD_MESSAGE
        await good.send('{"type": "key", "key": "next"}')
        await until(good, "state", slide="why")


@pytest.mark.parametrize("field", ["\N{GRINNING FACE}" * 60, "x\ud800"])
async def test_any_field_name_is_refused_in_order(served: Served, field: str) -> None:
    """A reason that quotes it fits the closing frame, and the speaker is not told of a failure."""
    async with served.connect() as socket:
        await socket.send(json.dumps({"type": "hello", "page": "audience", field: 1}))
        assert await closing_code(socket) == BAD_MESSAGE
    assert served.show.notices.text == ""


@pytest.mark.parametrize(
    "frames", [[(1, True, b"\xff\xfe")], [(1, False, b"\xc3"), (0, True, b"\x28")], [(2, True, b"x")]]
)
async def test_what_is_no_text_is_the_pages_fault_and_not_ours(
    served: Served, frames: list[tuple[int, bool, bytes]], caplog: pytest.LogCaptureFixture
) -> None:
    """A follower's malformed frames end its connection; no fault is logged, so that nothing is told to the speaker."""
    async with served.page() as socket:
        for opcode, whole, data in frames:
            socket.transport.write(Frame(Opcode(opcode), data, fin=whole).serialize(mask=True))
        assert await closing_code(socket) == BAD_MESSAGE
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
    assert served.show.notices.text == ""


def test_connections_of_one_address_leave_room_for_others() -> None:
    """As do those of many addresses for pages on this machine."""
    limit = ConnectionLimit(3)
    assert [limit.admit("10.0.0.1") for _ in range(4)] == [True, True, True, False]
    assert [limit.admit("10.0.0.2") for _ in range(4)] == [True, True, True, False]
    assert not limit.admit("10.0.0.3")
    assert limit.admit("127.0.0.1")
    limit.release("127.0.0.1")
    limit.release("10.0.0.1")
    assert limit.admit("10.0.0.3")


@pytest.mark.slow
async def test_idle_connections_do_not_keep_pages_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody opens connections and says nothing, or not enough: they are closed, and pages come in meanwhile."""
    monkeypatch.setattr(server_module, "IDLE_SECONDS", 3600.0)
    monkeypatch.setattr(server_module, "raised_descriptor_limit", lambda: 10 * server_module.ADDRESS_SHARE)
    listener = bind("0.0.0.0", 0)
    port = listener.getsockname()[1]
    show = Show(DECK, {"hello", "ports"}, ScriptedEngine(), replay_engine())
    broadcast = Broadcast(show, lambda: PAGE)
    served = Served(show, broadcast, ScriptedEngine(), port)

    async def dial() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", port, local_addr=("127.0.0.2", 0))

    async def ended(reader: asyncio.StreamReader) -> None:
        with contextlib.suppress(ConnectionResetError):
            assert await reader.read() == b""

    async with serving(show_app(broadcast, Access.of(["127.0.0.1"], port, TOKEN)), listener), asyncio.timeout(60):
        flood = [await dial() for _ in range(30)]
        for _, writer in flood[::2]:
            writer.write(b"GET / HTTP/1.1\r\nX-Slow: ")
        for reader, _ in flood[10:]:
            await ended(reader)  # too many of one address
        assert (await served.get("/")).status == 200
        for _, writer in flood:
            writer.close()
        monkeypatch.setattr(server_module, "IDLE_SECONDS", 3.0)
        async with served.page() as page:
            idle = [await dial() for _ in range(5)]
            for _, writer in idle[::2]:
                writer.write(b"GET / HTTP/1.1\r\nX-Slow: ")
            await until(page, "state")
            for reader, _ in idle:
                await ended(reader)
            show.command(Key.NEXT)
            await until(page, "state", slide="why")
        for _, writer in idle:
            writer.close()
        await show.close()


def test_the_show_may_have_many_connections() -> None:
    """The limit of a shell, often 1024, is raised as far as the system lets it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    low = min(256, soft)
    program = (
        "import resource; from quarterdeck.show.web.server import raised_descriptor_limit; "
        f"resource.setrlimit(resource.RLIMIT_NOFILE, ({low}, {hard})); print(raised_descriptor_limit())"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert int(ran.stdout) == (8192 if hard == resource.RLIM_INFINITY else min(8192, hard))


async def test_a_failure_with_one_page_is_that_pages_alone(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page is told, and so is the speaker, in the show's own notice instead of a traceback."""

    async def fail(client: Client, deliver: object) -> None:
        raise LookupError("a fault in the show")

    monkeypatch.setattr(served.broadcast.hub, "serve", fail)
    async with served.page() as socket:
        assert await closing_code(socket) == BROKEN
    assert served.show.notices.text == "a page was lost: LookupError"


async def test_a_page_for_which_there_is_no_place_is_told_to_come_back(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Followers of other machines only: the speaker's page gets in."""
    monkeypatch.setattr(access_module, "FOLLOWERS_LIMIT", 0)
    monkeypatch.setattr(access_module, "LOOPBACK_ADDRESSES", frozenset())
    async with served.page() as socket:
        assert await closing_code(socket) == TOO_MANY
    async with served.page("presenter", TOKEN) as socket:
        await until(socket, "state")


async def test_the_token_is_in_no_log(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    """Not of a page that is served, refused, or fails."""
    with caplog.at_level(logging.INFO):
        async with served.page("presenter", TOKEN) as socket:
            await until(socket, "state")
        async with served.page("presenter", f"{TOKEN}x") as socket:
            assert await closing_code(socket) == WRONG_TOKEN
        async with served.connect() as socket:
            await socket.send(json.dumps({"type": "hello", "page": "presenter", "token": TOKEN, "more": 1}))
            assert await closing_code(socket) == BAD_MESSAGE
        await served.get(f"/presenter?token={TOKEN}")
        await served.get(f"/missing/{TOKEN}")
    assert TOKEN not in caplog.text


async def test_binary_and_oversize_messages_are_refused(served: Served) -> None:
    """Neither reaches the show."""
    async with served.page("presenter", TOKEN) as socket:
        await socket.send(b'{"type": "key", "key": "next"}')
        assert await closing_code(socket) == BAD_MESSAGE
    async with served.page("presenter", TOKEN) as socket:
        await socket.send("x" * (MESSAGE_LIMIT + 1))
        assert await closing_code(socket) == 1009
    assert served.show.state.slide == 0


async def test_a_flood_of_messages_is_cut_off(served: Served) -> None:
    """Even with the token a page can't send more than a person's hands do."""
    async with served.page("presenter", TOKEN) as socket:
        await until(socket, "state")
        for _ in range(2 * BURST):
            try:
                await socket.send('{"type": "point", "x": 0.5, "y": 0.5}')
            except ConnectionClosed:
                break
        assert await closing_code(socket) == TOO_MANY


@pytest.mark.parametrize(
    "path",
    [
        "/static/../access.py",
        "/static/..%2faccess.py",
        "/static/%2e%2e/%2e%2e/show/access.py",
        "/static//etc/passwd",
        "/static/deck.js",
        "/static/built-from.txt",
        "/..%2f..%2f..%2fetc/passwd",
        "/stage/nothing",
        "/stage/..%2f..%2fetc%2fpasswd",
        "/anything",
    ],
)
async def test_only_the_pages_own_files_are_served(served: Served, path: str) -> None:
    """No path leads to another file."""
    assert (await served.get(path)).status == 404


async def test_a_late_page_is_where_the_others_are(served: Served) -> None:
    """State, and the whole output of each terminal so far."""
    async with served.page("presenter", TOKEN) as speaker:
        for slide in ("why", "why", "why", "first-demo", "first-demo"):
            await speaker.send('{"type": "key", "key": "next"}')
            await until(speaker, "state", slide=slide)
        await until(speaker, "state", activity="ready")
        await speaker.send('{"type": "key", "key": "next"}')
        await until(speaker, "state", steps=["passed", "next"])
        async with served.page("audience") as late:
            output = await until(late, "output", demo="hello")
            state = await until(late, "state")
    assert output["data"] == "$ echo hello\r\nhello\r\n$ "
    assert (state["slide"], state["fragment"], state["steps"]) == ("first-demo", 1, ["passed", "next"])


def seats_of(deck: Deck) -> Show:
    """A show of a deck whose fourth slide sets an exercise, and of a room that does it."""
    slides = tuple(structs.replace(each, exercise="web" if each.id == "between" else None) for each in deck.slides)
    show = Show(structs.replace(deck, slides=slides), (), ScriptedEngine(), replay_engine())
    show.enter_room(Room("http://192.0.2.1:7700/", "TIDE-42", 14, {"web": Standing(11), "other": Standing(3)}))
    return show


async def test_pages_that_come_late_know_how_far_the_room_is() -> None:
    """Each has the line of each exercise of the deck, and of no other."""
    show = seats_of(DECK)
    broadcast = Broadcast(show, lambda: PAGE)
    told = [json.loads(text) for text in broadcast.snapshot(Client(Role.FOLLOWER, "audience", projector=True))]
    (seats,) = [message for message in told if message["type"] == "seats"]
    assert (seats["address"], seats["code"]) == ("http://192.0.2.1:7700/", "TIDE-42")
    assert seats["exercises"] == [{"slide": "between", "text": "11 of 14 have solved it"}]
    assert list(qr_rows("http://192.0.2.1:7700/?code=TIDE-42")) == seats["rows"]
    await show.close()


async def test_without_followers_only_an_exercise_invites() -> None:
    """The key that shows the code large does so at an exercise, and takes it away anywhere."""
    show = seats_of(DECK)
    show.command(Key.INVITE)
    assert not show.state.inviting
    show.command(Jump("between"))
    show.command(Key.INVITE)
    assert show.state.inviting
    show.command(Jump("end"))
    assert show.invites
    show.command(Key.INVITE)
    assert not show.state.inviting
    await show.close()


async def test_a_notice_is_taken_back_unless_there_is_another() -> None:
    """That the desk is back doesn't hide what the speaker should know besides."""
    show = seats_of(DECK)
    show.notify("one")
    show.notify("two")
    show.unnotify("one")
    assert show.notices.text == "two"
    show.unnotify("two")
    assert show.notices.text == ""
    await show.close()


async def test_a_page_that_stops_reading_delays_nobody_and_catches_up(served: Served) -> None:
    """Megabytes go to the others meanwhile; when it reads on, it ends up where the show is."""
    async with served.connect(max_queue=1) as slow, served.page() as quick:
        await slow.send('{"type": "hello", "page": "audience"}')
        await until(quick, "state")
        behind: list[Client] = []
        for number in range(10 * QUEUE_MESSAGES):  # the connection holds some of it, on some machines much
            served.show.on_event("hello", Output(1, f"{number}{'x' * 16_000}\r\n", 0.0))
            served.broadcast.point(number / (10 * QUEUE_MESSAGES), 0)  # not joined with the next output
            await until(quick, "point")
            if behind := [client for client in served.broadcast.hub.clients if client.resyncs]:
                break
        (client,) = behind
        served.show.command(Key.LAST)
        await until(quick, "state", slide="end")
        await until(slow, "state", slide="end")
    assert client.resyncs == 1


async def test_a_served_page_opens_on_every_audience_page_and_as_a_card_elsewhere(served: Served) -> None:
    """The speaker's pages and previews show where it is, and don't load it."""
    served.show.command(Open("ports"))
    async with (
        served.page("audience") as projector,
        served.page("audience") as second,
        served.page("stage", TOKEN) as stage,
        served.page("preview") as preview,
        served.page("presenter", TOKEN) as speaker,
    ):
        everybody = {projector: True, second: True, stage: True, preview: False, speaker: False}
        for page in everybody:
            await until(page, "state", activity="ready")
        await speaker.send('{"type": "key", "key": "next"}')
        for page, framed in everybody.items():
            message = await until(page, "pages")
            assert [each["url"] for each in message["pages"]] == ["http://localhost:8080"]
            assert message["framed"] is framed
        assert (await until(speaker, "state", steps=["passed", "next"]))["served"] is True


async def test_a_page_that_comes_late_shows_what_a_demo_opened(served: Served) -> None:
    """Reloaded, or opened in the middle: it gets what the others have; once the containers are gone, a card."""
    served.show.command(Open("ports"))
    async with served.page("audience") as projector:
        await until(projector, "state", activity="ready")
        served.show.command(Key.NEXT)
        opened = (await until(projector, "pages"))["pages"]
        await until(projector, "state", steps=["passed", "next"])
        async with served.page("audience") as late:
            assert (await until(late, "pages", framed=True))["pages"] == opened
        served.show.command(Open("hello"))
        await until(projector, "state", demo="hello", activity="ready")
        async with served.page("audience") as later:
            assert (await until(later, "pages", framed=False))["pages"] == opened


async def test_where_recordings_are_played_no_page_is_loaded() -> None:
    """There is no container: pages show the pictures of the recordings, also the projector's, the speaker's too."""
    show = Show(DECK, {"hello", "ports"}, replay_engine(), replay_engine())
    broadcast = Broadcast(show, lambda: "")
    show.command(Open("ports"))
    async with asyncio.timeout(60):
        while show.state.stage is None or show.state.stage.activity is not Activity.READY:
            await asyncio.sleep(0)
        show.command(Key.NEXT)
        while show.state.steps != 1:
            await asyncio.sleep(0)
    told = [json.loads(text) for text in broadcast.snapshot(Client(Role.FOLLOWER, "audience", projector=True))]
    (pages,) = (message for message in told if message["type"] == "pages")
    assert (pages["framed"], pages["live"]) == (False, False)
    assert [(page["url"], page["step"]) for page in pages["pages"]] == [("http://localhost:8080", "run")]
    await show.close()


async def test_two_pages_of_a_demo_are_shown_together(served: Served) -> None:
    """The third takes the first one's place; an address that is opened again is loaded again where it is."""
    served.show.command(Open("ports"))
    async with served.page("audience") as projector:
        await until(projector, "state", activity="ready")
        shown: list[list[tuple[str, int]]] = []
        for port in (8081, 8082, 8081, 8083):
            served.show.on_event("ports", PageOpened(f"http://localhost:{port}", 0.0))
            message = await until(projector, "pages")
            shown.append([(each["url"][-4:], each["number"]) for each in message["pages"]])
    assert shown == [
        [("8081", 1)],
        [("8081", 1), ("8082", 2)],
        [("8081", 3), ("8082", 2)],
        [("8082", 2), ("8083", 4)],
    ]


async def test_back_and_reset_bring_pages_back(served: Served) -> None:
    """Back closes what the undone step opened, and loads again what earlier ones did; the step opens its page again."""
    served.show.command(Open("ports"))
    async with served.page("audience") as projector:
        await until(projector, "state", activity="ready")
        for steps in (["passed", "next"], ["passed", "passed"]):
            served.show.command(Key.NEXT)
            await until(projector, "state", steps=steps)
        served.show.command(Key.BACK)
        told = await heard_until(projector, "state", activity="ready", steps=["passed", "next"])
        assert [[each["number"] for each in m["pages"]] for m in told if m["type"] == "pages"] == [[2]]
        served.show.command(Key.RESET)
        told = await heard_until(projector, "state", activity="ready", steps=["next", "waiting"])
        assert [m["pages"] for m in told if m["type"] == "pages"] == [[]]
        served.show.command(Key.NEXT)
        assert [each["number"] for each in (await until(projector, "pages"))["pages"]] == [3]


async def test_a_key_enlarges_a_page_closes_it_and_brings_it_back(served: Served) -> None:
    """Without a page it does nothing; a page that is opened is always seen."""
    served.show.command(Open("ports"))
    async with served.page("presenter", TOKEN) as speaker:
        await until(speaker, "state", activity="ready")
        await speaker.send('{"type": "key", "key": "page"}')
        served.show.command(Key.NEXT)
        assert (await until(speaker, "state", steps=["passed", "next"]))["page"] == "beside"
        for view in ("large", "closed", "beside", "large"):
            await speaker.send('{"type": "key", "key": "page"}')
            await until(speaker, "state", page=view)
        served.show.on_event("ports", PageOpened("http://localhost:8081", 0.0))
        await until(speaker, "state", page="beside")


async def test_every_page_is_told_that_the_show_has_ended(served: Served) -> None:
    """The speaker's and the followers'."""
    async with served.page("audience") as follower, served.page("presenter", TOKEN) as speaker:
        for page in (follower, speaker):
            await until(page, "state")
        served.broadcast.end()
        for page in (follower, speaker):
            await until(page, "ended")


async def test_every_page_gets_signs_of_life(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the show's clock, from which it knows when something was pressed."""
    monkeypatch.setattr(broadcast_module, "BEAT_SECONDS", 0.01)
    async with served.page() as audience, served.page("presenter", TOKEN) as presenter:
        for page in (audience, presenter):
            first = await until(page, "beat")
            assert (await until(page, "beat"))["at"] > first["at"]


async def test_an_order_that_was_long_on_its_way_is_dropped(served: Served) -> None:
    """The network was gone; two presses of that time don't arrive together, nor what was typed."""
    async with served.page("presenter", TOKEN) as presenter:
        now = (await until(presenter, "snapshot"))["at"]
        for message in ({"type": "key", "key": "next"}, {"type": "jump", "slide": "end"}) * 2:
            await presenter.send(json.dumps(message | {"at": now - 25.0, "revision": 0}))
        await presenter.send(json.dumps({"type": "key", "key": "blank", "at": now, "revision": 0}))
        state = await until(presenter, "state", blank="black")
    assert state["slide"] == "welcome"
    assert state["revision"] == 1


async def test_two_speakers_who_press_in_the_same_moment_go_on_once(served: Served) -> None:
    """The one who comes second pressed for a state that isn't shown any more; pressing again counts."""
    async with served.page("presenter", TOKEN) as one, served.page("remote", TOKEN) as two:
        now = (await until(one, "snapshot"))["at"]
        press = {"type": "key", "key": "next", "revision": 0, "at": now}
        for page in (one, two):
            await page.send(json.dumps(press))
        await one.send(json.dumps({"type": "key", "key": "blank", "revision": 1, "at": now}))
        await until(two, "state", slide="why", fragment=0, blank="black")
        later = now + 60.0
        for key in ("blank", "next"):
            await two.send(json.dumps({"type": "key", "key": key, "revision": 2, "at": later}))
        await until(one, "state", slide="why", fragment=1, blank=None)


async def test_a_page_whose_network_is_gone_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its connection would stay for a quarter of an hour."""
    monkeypatch.setattr(server_module, "PING_SECONDS", 0.1)
    async with serving_show() as served, served.page() as audience:
        await until(audience, "snapshot")
        assert served.broadcast.hub.watching == 1
        audience.transport.pause_reading()  # and so it answers nothing
        async with asyncio.timeout(60):
            while served.broadcast.hub.watching:
                await asyncio.sleep(0.01)


async def test_only_a_speaker_is_asked_and_answers(served: Served) -> None:
    """A page that comes late is asked, too; to a follower it's nothing."""
    agreed = []
    async with served.page("presenter", TOKEN) as speaker, served.page("audience") as follower:
        assert (await until(speaker, "question"))["number"] == 0
        await until(follower, "state")
        served.show.ask(Question("Other commands", (("hello", "rm --recursive /"),)), lambda: agreed.append("yes"))
        asked = await until(speaker, "question", number=1)
        assert asked["lines"] == [{"demo": "hello", "text": "rm --recursive /"}]
        async with served.page("remote", TOKEN) as late:
            await until(late, "question", number=1)
        await follower.send(json.dumps({"type": "answer", "question": 1, "yes": True}))
        assert await closing_code(follower) == READ_ONLY
        for number in (7, 1):
            assert not agreed
            await speaker.send(json.dumps({"type": "answer", "question": number, "yes": True}))
        await until(speaker, "question", number=0)
    assert agreed == ["yes"]


async def test_drawings_reach_every_page_late_ones_too(served: Served) -> None:
    """Until they are undone or erased; a slide that the show doesn't have takes none."""
    async with served.page("presenter", TOKEN) as speaker, served.page("audience") as page:
        for stroke in "ab":
            await speaker.send(
                json.dumps({"type": "draw", "slide": "why", "stroke": stroke, "ink": "pen", "points": [[0.5, 0.25]]})
            )
            await until(page, "draw", slide="why", stroke=stroke, points=[[0.5, 0.25]])
        await speaker.send('{"type": "draw", "slide": "nowhere", "stroke": "c", "ink": "pen", "points": [[0, 0]]}')
        await speaker.send('{"type": "erase", "slide": "why", "whole": false}')
        await until(page, "erase", slide="why", stroke="b")
        async with served.page("audience") as late:
            drawn = [m for m in await heard_until(late, "state") if m["type"] == "draw"]
            assert [m["stroke"] for m in drawn] == ["a"]
        await speaker.send('{"type": "erase", "slide": "why", "whole": true}')
        await until(page, "erase", slide="why", stroke=None)


async def test_the_pointer_goes_with_the_page_that_pointed(served: Served) -> None:
    """A phone may fall asleep while a finger rests on the slide; one that has lifted it says nothing more."""
    async with served.page("audience") as page:
        for last in ((0.5, 0.25), (None, None)):
            async with served.page("remote", TOKEN) as phone:
                await phone.send('{"type": "point", "x": 0.5, "y": 0.25}')
                await until(page, "point", x=0.5, y=0.25)
                await phone.send(json.dumps({"type": "point", "x": last[0], "y": last[1]}))
                await until(page, "point", x=last[0], y=last[1])
            if last != (None, None):
                await until(page, "point", x=None, y=None)
        served.show.command(Key.BLANK)
        told = await heard_until(page, "state")
        assert [message for message in told if message["type"] == "point"] == []


async def test_a_port_in_use_is_named_with_a_remedy(served: Served) -> None:
    """No traceback, but what to do."""
    with pytest.raises(QuarterdeckError, match=f"port {served.port} is in use by another show") as caught:
        await asyncio.to_thread(bind, "127.0.0.1", served.port)
    assert f"build --port {served.port + 1}" in str(caught.value.diagnostics[0].hint)


@pytest.mark.parametrize(("says", "who"), [(b"220 mail\r\n", "by another program"), (b"", "")])
def test_a_port_in_use_by_something_else(says: bytes, who: str) -> None:
    """Links in PowerPoint would lead to it; one that says nothing may be anything."""
    with socket.create_server(("127.0.0.1", 0)) as taken, ThreadPoolExecutor(1) as other:
        port = taken.getsockname()[1]

        def answer() -> None:
            caller, _ = taken.accept()
            with caller:
                caller.sendall(says)
                caller.recv(1 if says else 0)
                while not says and caller.recv(4096):
                    pass

        other.submit(answer)
        with pytest.raises(QuarterdeckError) as caught:
            bind("127.0.0.1", port)
    assert caught.value.diagnostics[0].message == f"port {port} is in use {who}".strip()
    assert f"build --port {port + 1}" in str(caught.value.diagnostics[0].hint)


def test_tokens_are_long_and_never_the_same() -> None:
    """Nobody guesses one."""
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert min(map(len, tokens)) >= 24
