"""The console alone is enough to give the talk."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList, Static

from quarterdeck.show.console import Console
from quarterdeck.show.presenting import Addresses, addresses_of
from quarterdeck.show.showing import Show
from quarterdeck.stage.events import Outcome
from scripted_stage import DECK, ScriptedEngine, replay_engine

Check = Callable[[], bool]


@pytest.fixture
async def live() -> ScriptedEngine:
    """The engine of the show."""
    return ScriptedEngine()


@pytest.fixture
async def console(live: ScriptedEngine) -> AsyncIterator[Console]:
    """The console of a show of the sample deck."""
    show = Show(DECK, {"hello"}, live, replay_engine(), notice="playing the recordings")
    yield Console(show, addresses_of(7777, "token", lan=False))
    await show.close()


async def until(pilot: Pilot[None], check: Check) -> None:
    """Wait until the console shows something."""
    async with asyncio.timeout(10):
        while not check():
            await pilot.pause(0.02)


def text(console: Console, part: str) -> str:
    """What a part of the screen shows."""
    return str(console.screen_stack[0].query_one(f"#{part}", Static).render())


async def test_a_whole_talk_from_the_console(console: Console, live: ScriptedEngine) -> None:
    """One key, from the first slide to the last, with every step run."""
    async with console.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "go to slide 2: Why" in text(console, "intent"))
        assert "Say who you are." in text(console, "notes")
        assert "playing the recordings" in text(console, "notice")
        for _ in range(40):
            await pilot.press("space")
            await pilot.pause(0.02)
            if "last slide" in text(console, "intent"):
                break
        assert console.show.state.slide == 5
    assert [run for run in live.log if run.startswith("run")] == ["run step-1", "run step-2", "run run", "run curl"]


async def test_steps_output_and_faults_are_seen(console: Console, live: ScriptedEngine) -> None:
    """A step that failed says why, and the terminal shows what it printed."""
    live.outcomes["step-1"] = Outcome.FAILED
    async with console.run_test(size=(100, 30)) as pilot:
        await pilot.press("shift+right", "shift+right", "space")
        await until(pilot, lambda: "run echo hello" in text(console, "intent"))
        await pilot.press("space")
        await until(pilot, lambda: "it printed something else" in text(console, "steps"))
        assert "play the recording of echo hello" in text(console, "intent")
        await until(pilot, lambda: "$ echo hello\nhello" in text(console, "terminal"))
        await pilot.press("v")
        await until(pilot, lambda: "RECORDED" in text(console, "header"))


async def test_typing_takes_every_key_until_f2(console: Console, live: ScriptedEngine) -> None:
    """Letters that are commands elsewhere reach the terminal."""
    async with console.run_test(size=(100, 30)) as pilot:
        await pilot.press("shift+right", "shift+right")
        await until(pilot, lambda: console.show.state.stage is not None and "done" in text(console, "steps"))
        await pilot.press("t")
        await until(pilot, lambda: "TYPING" in text(console, "header"))
        await pilot.press("q", "space", "b", "enter")
        await pilot.press("f2")
        await until(pilot, lambda: "TYPING" not in text(console, "header"))
        await until(pilot, lambda: len(live.log) == 5)
    assert live.log[1:5] == ["write q", "write  ", "write b", "write \r"]
    assert not console.show.state.blank


async def test_t_in_a_show_of_recordings_leaves_the_keys_alone() -> None:
    """A slip of the finger on stage: the talk goes on with the next press."""
    show = Show(DECK, {"hello"}, replay_engine(), replay_engine())
    console = Console(show, addresses_of(7777, "token", lan=False))
    async with console.run_test(size=(100, 30)) as pilot:
        await pilot.press("end", "shift+left")
        await until(pilot, lambda: "done" in text(console, "steps"))
        await pilot.press("t", "space")
        await until(pilot, lambda: show.state.steps == 1)
        assert "RECORDED" in text(console, "header")
    await show.close()


async def test_jumping_with_search(console: Console) -> None:
    """A few letters and Enter."""
    async with console.run_test(size=(80, 24)) as pilot:
        await pilot.press("g")
        await pilot.pause()
        await pilot.press(*"second")
        await until(pilot, lambda: console.screen.query_one(OptionList).option_count == 1)
        await pilot.press("enter")
        await until(pilot, lambda: console.show.state.slide == 4)


async def test_the_end_is_asked_for(console: Console) -> None:
    """A slip of the finger doesn't end the talk; y does."""
    async with console.run_test(size=(80, 24)) as pilot:
        await pilot.press("q")
        await pilot.pause()
        await pilot.press("space")
        await until(pilot, lambda: len(console.screen_stack) == 1)
        assert console.is_running
        assert console.show.state.slide == 0
        await pilot.press("q")
        await pilot.pause()
        await pilot.press("y")
        await until(pilot, lambda: not console.is_running)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_help_and_addresses_fit_on_the_screen(console: Console, size: tuple[int, int]) -> None:
    """No dialog is cut off, at the smallest size too."""
    async with console.run_test(size=size) as pilot:
        for key in ("question_mark", "a", "q", "g"):
            await pilot.press(key)
            await pilot.pause()
            box = console.screen.query_one(".dialog").region
            assert box.x >= 0 and box.y >= 0
            assert box.right <= size[0] and box.bottom <= size[1]
            await pilot.press("escape")
            await until(pilot, lambda: len(console.screen_stack) == 1)


@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
async def test_a_phone_finds_its_page_by_the_code(live: ScriptedEngine, size: tuple[int, int]) -> None:
    """A shows the addresses with the whole code beside them; Escape closes it."""
    show = Show(DECK, (), live, replay_engine())
    addresses = Addresses(
        "http://127.0.0.1:7777/",
        "http://127.0.0.1:7777/presenter#token=0123456789abcdefghijklmn",
        "http://192.168.100.100:7777/remote#token=0123456789abcdefghijklmn",
        "http://127.0.0.1:7777/#token=0123456789abcdefghijklmn",
        ("http://192.168.100.100:7777/",),
    )
    async with Console(show, addresses).run_test(size=size) as pilot:
        await pilot.press("a")
        await until(pilot, lambda: len(pilot.app.screen_stack) == 2)
        await until(pilot, lambda: pilot.app.screen.query_one("#code").region.height > 0)
        code, visible = pilot.app.screen.query_one("#code").region, pilot.app.screen.region
        assert visible.contains_region(code)
        assert (code.width, code.height) == (37, 19)
        assert "192.168.100.100" in str(pilot.app.screen.query_one("#addresses", Static).render())
        await pilot.press("escape")
        await until(pilot, lambda: len(pilot.app.screen_stack) == 1)
    await show.close()


async def test_without_lan_there_is_no_code(console: Console) -> None:
    """A phone could not follow it; the dialog says what it takes."""
    async with console.run_test(size=(80, 24)) as pilot:
        await pilot.press("a")
        await until(pilot, lambda: len(console.screen_stack) == 2)
        assert not console.screen.query("#code")
        assert "--lan" in str(console.screen.query(Static).last().render())
