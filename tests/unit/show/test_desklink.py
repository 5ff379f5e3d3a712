"""A show asks the desk of the seats how far the room is, and says it."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import msgspec
import pytest

from quarterdeck.seats.desk.roommessages import RoomSummary
from quarterdeck.seats.desk.roommessages import Standing as DeskStanding
from quarterdeck.show import desklink
from quarterdeck.show.desklink import DeskLink, Room, SilentError, Standing, ask, decode_room, watch_room
from support.stand_in_desk import TOKEN, StandInDesk, summary


@pytest.fixture
def desk() -> Iterator[StandInDesk]:
    """A desk that answers."""
    with StandInDesk() as desk:
        yield desk


class Listening:
    """Takes what a show would be told."""

    def __init__(self) -> None:
        self.room: Room | None = None
        self.said: list[str] = []
        self.notice = ""

    def enter_room(self, room: Room) -> None:
        """What slides would show."""
        self.room = room

    def notify(self, notice: str) -> None:
        """What the speaker would read."""
        self.notice = notice
        self.said.append(notice)

    def unnotify(self, notice: str) -> None:
        """As a show does it."""
        if self.notice == notice:
            self.notice = ""


@contextlib.asynccontextmanager
async def watching(show: Listening, link: str) -> AsyncIterator[Callable[[Callable[[], bool]], Awaitable[None]]]:
    """The show asks the desk all the time; yields what waits for a condition."""

    async def until(condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not condition():
                await asyncio.sleep(0.005)

    task = asyncio.create_task(watch_room(show, DeskLink.of(link), 0.01))
    yield until
    task.cancel()
    await asyncio.wait({task})


@pytest.mark.parametrize(
    ("url", "where"),
    [
        ("http://10.0.0.5:7700/room#token=abc", ("10.0.0.5", 7700, False, "10.0.0.5:7700", "/room/summary")),
        (
            "https://seats.example.org/room#token=abc",
            ("seats.example.org", 443, True, "seats.example.org", "/room/summary"),
        ),
        ("https://example.org/seats/room#token=abc", ("example.org", 443, True, "example.org", "/seats/room/summary")),
        ("http://[::1]:7700/room#token=abc", ("::1", 7700, False, "[::1]:7700", "/room/summary")),
    ],
)
def test_a_link_says_where_the_desk_is(url: str, where: tuple[object, ...]) -> None:
    """The organiser's link is used as ``seats serve`` prints it."""
    link = DeskLink.of(url)
    assert (link.host, link.port, link.tls, link.authority, link.target) == where
    assert link.token == "abc"
    assert "abc" not in repr(link)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "seats.example.org/room#token=abc",
        "ftp://seats.example.org/room#token=abc",
        "https://seats.example.org/#token=abc",
        "https://seats.example.org/room",
        "https://seats.example.org/room#token=",
        "https://seats.example.org/room#token=a%0d%0ab",
        "https://user@seats.example.org/room#token=abc",
        "https://seats.example.org:99999/room#token=abc",
        "https:///room#token=abc",
    ],
)
def test_what_is_no_organisers_link_is_refused(url: str) -> None:
    """A link without its token, or to something else, is a fault before the show starts."""
    with pytest.raises(ValueError) as caught:
        DeskLink.of(url)
    assert "abc" not in str(caught.value)


async def test_the_desk_is_asked_with_its_token(desk: StandInDesk) -> None:
    """The token is in a header, and not in the path that servers log."""
    room = await ask(DeskLink.of(desk.link), None)
    assert room.standing("web") == "11 of 14 have solved it"
    assert desk.asked == [("/room/summary", f"Bearer {TOKEN}")]


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (403, b"", "the link's token is not this desk's"),
        (302, b"", "it answers with status 302"),
        (200, b"<html>", "what answers isn't a desk"),
        (200, b" " * (desklink.ANSWER_LIMIT + 1), "what answers isn't a desk"),
    ],
)
async def test_what_is_wrong_with_the_answer_is_said(desk: StandInDesk, status: int, body: bytes, why: str) -> None:
    """The speaker reads what to look for; a redirection is not followed with the token."""
    desk.status, desk.body = status, body
    with pytest.raises(SilentError, match=f"^{why}$"):
        await ask(DeskLink.of(desk.link), None)
    assert len(desk.asked) == 1


async def test_a_desk_without_the_certificate_it_should_have_gets_no_token() -> None:
    """A machine in between can't read the token: TLS is verified."""
    heard = b""

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal heard
        heard += await reader.read(4096)
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    link = DeskLink.of(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/room#token={TOKEN}")
    async with server:
        with pytest.raises(SilentError):
            await ask(link, ssl.create_default_context())
    assert heard
    assert TOKEN.encode() not in heard


async def test_a_server_that_hangs_up_is_no_desk() -> None:
    """Half an answer is not waited for, and none is no reason to ask without end."""

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    link = DeskLink.of(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/room#token=abc")
    async with server:
        with pytest.raises(SilentError, match="what answers isn't a desk"):
            await ask(link, None)
    with pytest.raises(SilentError):
        await ask(link, None)


async def test_a_desk_that_never_answers_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hanging desk is given up after some seconds."""
    monkeypatch.setattr(desklink, "ANSWER_SECONDS", 0.05)
    hanging = asyncio.Event()

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await hanging.wait()
        writer.close()

    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    async with server:
        with pytest.raises(SilentError, match="it doesn't answer"):
            await ask(DeskLink.of(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/room#token=abc"), None)
        hanging.set()


async def test_the_show_follows_the_room(desk: StandInDesk) -> None:
    """What attendees solve is seen a moment later."""
    show = Listening()
    async with watching(show, desk.link) as until:
        await until(lambda: show.room is not None and show.room.standing("web") == "11 of 14 have solved it")
        desk.body = summary(15, 12)
        await until(lambda: show.room is not None and show.room.standing("web") == "12 of 15 have solved it")
    assert show.said == []


async def test_a_silent_desk_is_told_once_and_forgotten_when_it_is_back(desk: StandInDesk) -> None:
    """One alert, not one every few seconds; its old figures are not shown meanwhile, but where to go is."""
    show = Listening()
    async with watching(show, desk.link) as until:
        await until(lambda: show.room is not None)
        desk.status = 500
        await until(lambda: bool(show.said))
        count = len(desk.asked)
        await until(lambda: len(desk.asked) > count + 3)
        assert show.said == ["The desk of the seats doesn't say how far the room is: it answers with status 500"]
        assert show.room is not None
        assert (show.room.standing("web"), show.room.code) == ("", "TIDE-42")
        desk.status = 200
        await until(lambda: show.notice == "")
        await until(lambda: show.room is not None and show.room.standing("web") != "")


async def test_a_wrong_link_is_told_at_the_first_answer(desk: StandInDesk) -> None:
    """The speaker learns before the first exercise that nothing will be shown."""
    desk.status = 403
    show = Listening()
    async with watching(show, desk.link) as until:
        await until(lambda: bool(show.said))
    assert show.room is None


@pytest.mark.parametrize(
    ("people", "done", "text"),
    [
        (14, 11, "11 of 14 have solved it"),
        (14, 1, "1 of 14 has solved it"),
        (14, 0, "0 of 14 have solved it"),
        (3, 5, "5 of 5 have solved it"),
        (0, 0, ""),
    ],
)
def test_the_line_says_how_many_have_solved_it(people: int, done: int, text: str) -> None:
    """Never more than there are, although those who have left count too; nothing while nobody is there."""
    assert Room("http://a/", "TIDE-42", people, {"web": Standing(done)}).standing("web") == text


def test_nothing_is_said_of_what_the_desk_does_not_know() -> None:
    """Another exercise, and any while the desk is silent, has no figures."""
    room = Room("http://a/", "TIDE-42", 14, {"web": Standing(11)})
    assert room.standing("other") == ""
    assert room.without_standings.standing("web") == ""
    assert room.without_standings.code == "TIDE-42"


def test_the_show_understands_what_the_desk_says() -> None:
    """The desk's own message is read as it is meant."""
    said = msgspec.json.encode(RoomSummary("http://a/", "TIDE-42", 14, {"web": DeskStanding(3, 11)}))
    assert decode_room(said) == Room("http://a/", "TIDE-42", 14, {"web": Standing(11)})


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html>",
        b"[]",
        b"{}",
        b'{"address": "http://a/", "code": "c", "people": -1, "exercises": {}}',
        b'{"address": "http://a/", "code": "c", "people": 1, "exercises": {"web": {"done": "many"}}}',
        b'{"address": "\xff", "code": "c", "people": 1, "exercises": {}}',
        b'{"address": "' + b"a" * 500 + b'", "code": "c", "people": 1, "exercises": {}}',
        b"[" * 10_000,
    ],
)
def test_anything_else_is_refused(data: bytes) -> None:
    """What is no answer of a desk never reaches a slide."""
    with pytest.raises(ValueError):
        decode_room(data)
