"""The server of a seat, with pages connected to it, and an engine that does what the test says."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from quarterdeck.model.content import Paragraph, Run
from quarterdeck.model.demo import BACKSTAGE, Demo, StepKind
from quarterdeck.seats.messages import (
    EXERCISE_VARIABLE,
    REPORT_LIMIT,
    SECRET_VARIABLE,
    Begin,
    Input,
    Progress,
    Resume,
    SeatPageMessage,
    Size,
    Status,
    Stuck,
    Word,
    decode_status,
    encode,
)
from quarterdeck.seats.proxy import SECRET_HEADER, TERMINAL_LIMIT, Upstream, ask
from quarterdeck.seats.room import server as module
from quarterdeck.seats.room.kit import Kit, KitExercise
from quarterdeck.seats.room.server import ADDRESS_VARIABLE, KIT_VARIABLE, SeatRoom, seat_app, serve
from quarterdeck.seats.room.transcript import RESET
from quarterdeck.show.web.server import bind, serving
from quarterdeck.stage.shell.program import Seat
from quarterdeck.terminal.buffer import Grid
from support.scripted_stage import ScriptedEngine, demo, step
from support.waiting import until

SECRET = "tell nobody"


def exercise(name: str) -> KitExercise:
    """An exercise of one check and one hint."""
    check = replace(step("server", "test server"), kind=StepKind.VERIFY, terminal=BACKSTAGE, missing="No server.")
    told = {text: (Paragraph((Run(f"{text} {name}."),)),) for text in ("Do", "Look at")}
    return KitExercise(name, replace(demo(name, check), task=told["Do"], hints=(told["Look at"],)))


class Page:
    """A page that sees the terminal."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.printed = ""
        self.status: Status | None = None

    async def say(self, message: SeatPageMessage) -> None:
        """Send a message."""
        await self.socket.send(encode(message))

    async def hear(self) -> None:
        """Take the next message."""
        message = await self.socket.recv(decode=False)
        if json.loads(message)["type"] == "output":
            self.printed += json.loads(message)["data"]
        else:
            self.status = decode_status(message)

    async def sees(self, text: str) -> None:
        """Wait until the terminal has printed something."""
        while text not in self.printed:
            await self.hear()

    async def ready(self, name: str = "first") -> Status:
        """Wait until an exercise can be worked on."""
        while self.status is None or self.status.exercise != name or self.status.busy:
            await self.hear()
        return self.status


class Bench:
    """A seat that is served."""

    def __init__(self) -> None:
        self.engine = ScriptedEngine()
        self.room = SeatRoom(Kit((exercise("first"), exercise("second"))), self.stage)
        self.seat = Upstream("127.0.0.1", 0, SECRET)
        self.exits = AsyncExitStack()

    async def stage(self, demos: Sequence[Demo], seat: Seat) -> ScriptedEngine:
        """The engine."""
        del demos, seat
        return self.engine

    async def page(self, secret: str | None = SECRET) -> Page:
        """A page that has just connected."""
        headers = {} if secret is None else {SECRET_HEADER: secret}
        url = f"ws://127.0.0.1:{self.seat.port}/terminal"
        connecting = connect(url, additional_headers=headers, proxy=None, max_size=TERMINAL_LIMIT)
        return Page(await self.exits.enter_async_context(connecting))


@asynccontextmanager
async def served(name: str = "first") -> AsyncIterator[Bench]:
    """A seat in which an exercise is under way."""
    bench = Bench()
    listener = bind("127.0.0.1", 0)
    bench.seat = Upstream("127.0.0.1", int(listener.getsockname()[1]), SECRET)
    running = asyncio.create_task(bench.room.exercises.run())
    bench.room.exercises.begin(name)
    async with serving(seat_app(bench.room, SECRET), listener):
        async with bench.exits:
            yield bench
        bench.room.exercises.stop()
        async with asyncio.timeout(60):
            await running


async def test_a_page_gets_the_terminal_and_the_status() -> None:
    """It types, and sees what is printed; its size is the terminal's."""
    async with served() as bench:
        page = await bench.page()
        await page.say(Size(90, 30))
        status = await page.ready()
        assert [each.title for each in status.exercises] == ["First", "Second"]
        await page.sees("Do first.")
        assert page.printed.startswith(RESET)
        await page.say(Input("ls\r"))
        await page.sees("ls\r")
        assert bench.engine.grids[-1] == Grid(90, 30)


async def test_a_page_knows_the_size_before_it_draws() -> None:
    """An editor that has the terminal isn't drawn into one of another size."""
    async with served() as bench:
        first = await bench.page()
        await first.say(Size(120, 40))
        await first.ready()
        await until(lambda: bench.engine.grids[-1] == Grid(120, 40))
        second = await bench.page()
        await second.hear()
        assert second.status is not None
        assert (second.status.columns, second.status.rows) == (120, 40)
        assert second.printed == ""


async def test_several_pages_share_a_terminal() -> None:
    """One that comes later sees what was printed; the terminal has the size of the one in use, and who goes, goes."""
    async with served() as bench:
        laptop = await bench.page()
        await laptop.say(Size(100, 30))
        await laptop.ready()
        await laptop.say(Input("echo one\r"))
        await laptop.sees("echo one\r")
        phone = await bench.page()
        await phone.sees("echo one\r")
        await phone.say(Size(40, 20))
        await until(lambda: bench.engine.grids[-1] == Grid(40, 20))
        await laptop.say(Input("x"))
        await until(lambda: bench.engine.grids[-1] == Grid(100, 30))
        await phone.sees("x")
        await phone.say(Input("y"))
        await until(lambda: bench.engine.grids[-1] == Grid(40, 20))
        await phone.socket.close()
        await until(lambda: bench.engine.grids[-1] == Grid(100, 30))


async def test_buttons_and_the_list_of_exercises() -> None:
    """A hint, what is missing, and another exercise."""
    async with served() as bench:
        page = await bench.page()
        await page.ready()
        await page.say(Word("hint"))
        await page.say(Word("verify"))
        while page.status is None or not page.status.progress["first"].done:
            await page.hear()
        assert page.status.progress["first"] == Progress(1, 1, 1, done=True)
        await page.say(Begin("second"))
        await page.ready("second")
        await page.sees("Do second.")


@pytest.mark.parametrize(
    "message", ["", "{}", b"\x00", encode(Stuck(on=True)), encode(Begin("unknown")), '{"type":"word","word":"quit"}']
)
async def test_what_is_no_message_ends_the_connection_and_nothing_else(message: str | bytes) -> None:
    """Other pages go on."""
    async with served() as bench:
        other = await bench.page()
        await other.ready()
        page = await bench.page()
        await page.socket.send(message)
        with suppress(ConnectionClosed):
            while True:
                await page.hear()
        assert page.socket.close_code == 4400
        await other.say(Input("still there"))
        await other.sees("still there")


async def test_a_terminal_has_room_for_some_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever opens many takes no memory with them."""
    monkeypatch.setattr(module, "VIEWERS_LIMIT", 1)
    async with served() as bench:
        first = await bench.page()
        await first.ready()
        second = await bench.page()
        with pytest.raises(ConnectionClosed):
            await second.hear()
        assert second.socket.close_code == 4429
        await first.socket.close()
        await until(lambda: not bench.room._viewers)
        await (await bench.page()).ready()


@pytest.mark.parametrize("secret", ["", "tell nobody else", "TELL NOBODY"])
async def test_nobody_without_the_secret_gets_an_answer(secret: str) -> None:
    """A neighbour on the host's network learns nothing, and changes nothing."""
    async with served() as bench:
        stranger = Upstream("127.0.0.1", bench.seat.port, secret)
        for method, target in (("GET", "/status"), ("GET", "/task/first"), ("POST", "/stop"), ("GET", "/page/22/")):
            answer = await ask(stranger, method, target, seconds=30)
            assert (answer.status, answer.body) == (403, b"")
        with pytest.raises(InvalidStatus):
            await bench.page(secret or None)
        assert not bench.room.closed.is_set()


def test_a_seat_must_have_a_secret() -> None:
    """Else every neighbour had it."""
    with pytest.raises(ValueError, match="secret"):
        seat_app(Bench().room, "")


async def test_the_desk_asks_how_a_seat_is() -> None:
    """Its status, a task with the hints that were shown, and what isn't there."""
    async with served() as bench:
        page = await bench.page()
        await page.ready()
        status = decode_status((await ask(bench.seat, "GET", "/status", seconds=30)).body)
        assert (status.exercise, status.busy) == ("first", False)
        assert status.up >= 0
        task = await ask(bench.seat, "GET", "/task/first", seconds=30)
        assert task.body == b"<h1>First</h1><p>Do first.</p>"
        assert (await ask(bench.seat, "GET", "/task/unknown", seconds=30)).status == 404


async def test_a_seat_that_was_moved_goes_on_where_it_was() -> None:
    """At its exercise, with what was done; nonsense from the desk changes nothing."""
    async with served() as bench:
        page = await bench.page()
        await page.ready()
        resume = msgspec.json.encode(Resume({"first": Progress(1, 1, 0, done=True)}))
        assert (await ask(bench.seat, "POST", "/begin/second", body=resume, seconds=30)).status == 204
        status = await page.ready("second")
        assert status.progress["first"].done
        for target, body, code in (
            ("/begin/unknown", b"", 404),
            ("/begin/first", b"[]", 400),
            ("/begin/first", b" " * (REPORT_LIMIT + 1), 413),
        ):
            assert (await ask(bench.seat, "POST", target, body=body, seconds=30)).status == code
        assert bench.room.exercises.status().exercise == "second"
        assert (await ask(bench.seat, "POST", "/stop", seconds=30)).status == 204
        assert bench.room.closed.is_set()


async def test_a_page_that_reads_nothing_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    """It isn't waited for, and others go on."""
    monkeypatch.setattr(module, "SEND_SECONDS", 0.05)
    async with served() as bench:
        page = await bench.page()
        await page.ready()
        viewer = bench.room._viewers[0]
        page.socket.transport.pause_reading()

        def flooded() -> bool:
            bench.room._transcript.write("x" * 50_000)
            bench.room._printed()
            return viewer not in bench.room._viewers

        await until(flooded)
        page.socket.transport.abort()


def test_it_is_told_why_a_seat_cannot_be_served(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In the container's log; the desk sees that the container has ended."""
    environ = {SECRET_VARIABLE: "s", KIT_VARIABLE: str(tmp_path), "PATH": "/bin"}
    assert serve(environ) == 1
    assert "no exercises" in capsys.readouterr().err
    assert environ == {"PATH": "/bin"}
    (tmp_path / "demos").mkdir()
    (tmp_path / "demos" / "it.md").write_text("---\ntask: Do it.\n---\n```console {.verify}\n$ true\n```\n", "utf-8")
    assert serve({KIT_VARIABLE: str(tmp_path), ADDRESS_VARIABLE: "127.0.0.1:0", EXERCISE_VARIABLE: "it"}) == 1
    assert "secret" in capsys.readouterr().err
