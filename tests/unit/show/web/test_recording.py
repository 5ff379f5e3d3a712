"""A show is kept for those who missed it."""

import asyncio
import io
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest
from msgspec import structs
from msgspec.structs import replace

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.model.cast import decode
from quarterdeck.show.desklink import Room
from quarterdeck.show.machine.commands import Jump, Key
from quarterdeck.show.machine.state import Activity
from quarterdeck.show.show import Show
from quarterdeck.show.web import recording as recording_module
from quarterdeck.show.web.broadcast import Broadcast
from quarterdeck.show.web.recording import CLEAR, LEAD_SECONDS, new_recording, recording
from quarterdeck.stage.events import PageOpened
from quarterdeck.terminal.buffer import Grid
from quarterdeck.terminal.screenshot import text_lines
from support.scripted_stage import DECK, ScriptedEngine, replay_engine
from support.waiting import until

WHEN = datetime(2026, 3, 14, 15, 9)


@pytest.fixture
async def show() -> AsyncIterator[Show]:
    """A show of the sample deck."""
    show = Show(DECK, {"hello"}, ScriptedEngine(), replay_engine())
    yield show
    await show.close()


@pytest.fixture
async def broadcast(show: Show) -> Broadcast:
    """What its pages are sent."""
    return Broadcast(show, lambda: "")


def ready(show: Show) -> bool:
    """Whether the next step can run."""
    return show.state.stage is not None and show.state.stage.activity is Activity.READY


async def test_the_cast_shows_slides_and_terminals_with_markers(show: Show, broadcast: Broadcast) -> None:
    """Any player shows the talk: titles, items as they came, what was printed; slides and steps can be jumped to."""
    file = io.StringIO()
    async with recording(broadcast, file) as recorder:
        await until(lambda: bool(recorder.told))
        for key in (Key.NEXT, Key.NEXT, Key.NEXT, Key.NEXT, Key.NEXT):
            show.command(key)
            await asyncio.sleep(0)
        await until(lambda: ready(show))
        show.command(Key.NEXT)
        await until(lambda: show.state.steps == 1)
    cast = decode(file.getvalue(), "show.cast")
    assert cast.extra == {"show": "sample"}
    markers = [event.data for event in cast.events if event.code == "m"]
    assert markers == ["1 Welcome", "2 Why", "3 First demo", "Running: echo hello", "Done: echo hello"]
    assert text_lines(cast.output())[:3] == ["First demo", "", "$ echo hello"]
    assert "hello" in text_lines(cast.output())
    screens = [text_lines(screen) for screen in cast.output().split(CLEAR)]
    assert ["Why", "", "Item 1"] in screens
    assert ["Why", "", "Item 1", "", "Item 2"] in screens


async def test_what_was_typed_is_kept_as_it_was_echoed_only(show: Show, broadcast: Broadcast) -> None:
    """A password that a program doesn't echo is in no recording."""
    file = io.StringIO()
    async with recording(broadcast, file) as recorder:
        show.command(Jump("first-demo"))
        await until(lambda: ready(show))
        show.command(Key.TYPE)
        show.type("x")
        await until(lambda: any(message.get("data") == "x" for _, message in recorder.told))
    assert {event.code for event in decode(file.getvalue(), "show.cast").events} <= {"o", "m"}


async def test_the_time_counts_from_shortly_before_the_first_press(show: Show, broadcast: Broadcast) -> None:
    """A speaker who waits for the audience is not recorded waiting, and a recorder is nobody who watches."""
    clock = iter((0.0, 1.0, 600.0, 601.5))
    async with recording(broadcast, io.StringIO(), lambda: next(clock)) as recorder:
        await until(lambda: bool(recorder.told))
        assert broadcast.hub.watching == 0
        show.command(Key.NEXT)
        await until(lambda: len(recorder.told) > 2)
        assert [at for at, message in recorder.told if message["type"] == "state"] == [0.0, LEAD_SECONDS]
        show.command(Key.BLANK)
        told = len(recorder.told)
    assert len(recorder.told) == told + 1, "what was told in the last moment is kept too"
    assert "notes" not in str(recorder.told)
    assert "clock" not in str(recorder.told)


async def test_nobody_is_invited_to_a_show_that_is_over(show: Show, broadcast: Broadcast) -> None:
    """Neither the address nor the card that shows it is kept."""
    async with recording(broadcast, io.StringIO()) as recorder:
        show.invite("http://192.0.2.1:7777/")
        show.command(Key.INVITE)
        assert show.state.inviting
    assert "192.0.2.1" not in str(recorder.told)
    assert not any(message.get("inviting") for _, message in recorder.told)


async def test_a_replay_knows_nothing_of_the_seats(show: Show, broadcast: Broadcast) -> None:
    """Neither the desk's address nor its code is kept: both lead nowhere afterwards, or to people of another day."""
    async with recording(broadcast, io.StringIO()) as recorder:
        show.enter_room(Room("http://192.0.2.1:7700/", "TIDE-42", 14, {}))
        show.command(Key.NEXT)
    assert recorder.told
    assert "TIDE-42" not in str(recorder.told)


async def test_a_slide_that_got_another_title_is_replayed_under_its_new_id(show: Show, broadcast: Broadcast) -> None:
    """The page that replays the show is made from the deck as it is in the end."""
    async with recording(broadcast, io.StringIO()) as recorder:
        show.command(Jump("first-demo"))
        show.command(Key.NEXT)  # its item
        show.command(Key.NEXT)
        await until(lambda: any("hello" in message.get("data", "") for _, message in recorder.told))
        slides = tuple(
            structs.replace(each, id="better", demo="better") if each.id == "first-demo" else each
            for each in show.deck.slides
        )
        demos = {"ports": show.deck.demos["ports"], "better": structs.replace(show.deck.demos["hello"], name="better")}
        show.replace(structs.replace(show.deck, slides=slides, demos=demos), {"better", "ports"})
        assert (show.slide.id, show.state.steps) == ("better", 1)
        show.command(Key.NEXT)
        await until(lambda: "again" in "".join(text.data for text in show.terminals.of("better")))
    told = [message for _, message in recorder.told]
    assert {message["demo"] for message in told if message["type"] == "output"} == {"better"}
    assert "first-demo" not in {message["slide"] for message in told if message["type"] == "state"}
    assert not any(place["slide"] == "first-demo" for message in told if (place := message.get("next")))


async def test_a_full_disk_ends_the_recording_and_not_the_talk(
    show: Show, broadcast: Broadcast, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged, which tells the speaker; the page can still be made from what was told."""

    class Full(io.StringIO):
        def flush(self) -> None:
            raise OSError(28, "No space left on device")

    async with recording(broadcast, Full()) as recorder:
        show.command(Key.NEXT)
        await until(lambda: any(message.get("slide") == "why" for _, message in recorder.told))
    assert "No space left on device" in caplog.text


def test_no_recording_replaces_another(tmp_path: Path) -> None:
    """Neither a cast of the same minute, nor a page whose cast was taken away."""
    names = []
    (tmp_path / "talk-2026-03-14-1509-2.html").touch()
    for _ in range(3):
        with new_recording(tmp_path, "talk", WHEN) as file:
            names.append(Path(file.name).name)
    assert names == ["talk-2026-03-14-1509.cast", "talk-2026-03-14-1509-3.cast", "talk-2026-03-14-1509-4.cast"]


def test_a_folder_that_cant_be_written_is_named(tmp_path: Path) -> None:
    """Before the talk, with what to do."""
    (tmp_path / "file").touch()
    with pytest.raises(QuarterdeckError, match="can't record the show") as caught:
        new_recording(tmp_path / "file" / "folder", "talk", WHEN)
    assert "--record" in str(caught.value.diagnostics[0].hint)


async def test_a_picture_of_a_page_is_taken_when_it_is_opened(
    show: Show, broadcast: Broadcast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While its container serves it; the replay has it in every message about that opening."""
    taken: list[str] = []

    class Camera:
        def __init__(self, browser: str) -> None:
            assert browser == "chromium"

        def take(self, url: str, size: tuple[int, int], scale: float) -> bytes:
            taken.append(url)
            if len(taken) > 1:
                raise TimeoutError("it took too long")
            return b"picture"

        def close(self) -> None:
            taken.append("closed")

    monkeypatch.setattr(recording_module, "PageCamera", Camera)
    monkeypatch.setattr(recording_module, "browser_path", lambda: "chromium")
    async with recording(broadcast, io.StringIO()) as recorder:
        show.command(Jump("second-demo"))
        await until(lambda: ready(show))
        show.command(Key.NEXT)
        await until(lambda: show.state.steps == 1)
        show.on_event("ports", PageOpened("http://localhost:8081", 0.0))
    address = "http://localhost:8080"
    assert taken == [address, "http://localhost:8081", "closed"]
    pages = [page for _, message in recorder.told if message["type"] == "pages" for page in message["pages"]]
    pictures = [(page["url"][-4:], page["step"], page.get("picture")) for page in pages]
    picture = "data:image/jpeg;base64,cGljdHVyZQ=="
    assert pictures == [("8080", "run", picture), ("8080", "run", picture), ("8081", "curl", None)]


async def test_each_demo_has_its_size_in_the_cast() -> None:
    """That of the first from the beginning; any player shows lines where they wrapped."""
    grids = {"first-demo": (Grid(66, 14), Grid(50, 12)), "second-demo": (Grid(80, 17),)}
    slides = tuple(replace(slide, grids=grids.get(slide.id, ())) for slide in DECK.slides)
    show = Show(replace(DECK, slides=slides), (), ScriptedEngine(), replay_engine())
    file = io.StringIO()
    async with recording(Broadcast(show, lambda: ""), file) as recorder:
        await until(lambda: bool(recorder.told))
        for command in (Jump("first-demo"), Key.LARGER, Jump("between"), Jump("second-demo")):
            show.command(command)
            await asyncio.sleep(0)
    await show.close()
    cast = decode(file.getvalue(), "show.cast")
    assert (cast.columns, cast.rows) == (66, 14)
    assert [event.data for event in cast.events if event.code == "r"] == ["50x12", "80x17"]
