"""The console alone is enough to give the talk."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from msgspec import structs
from msgspec.structs import replace
from textual.pilot import Pilot
from textual.widgets import OptionList, Static

from quarterdeck.model.content import Paragraph, Run
from quarterdeck.show.addresses import AddressBook
from quarterdeck.show.alerts import faults_logged, watch_engine
from quarterdeck.show.console import app as console_module
from quarterdeck.show.console.app import WIDE, Console
from quarterdeck.show.console.dialogs import Consent
from quarterdeck.show.console.theme import is_light
from quarterdeck.show.keys import CONSOLE_HELP, Place, help_keys
from quarterdeck.show.machine.state import Ink
from quarterdeck.show.show import Question, Show
from quarterdeck.stage.events import Outcome, Output
from quarterdeck.terminal.buffer import COLUMNS
from support.scripted_stage import DECK, ScriptedEngine, demo, replay_engine, slide, step

Check = Callable[[], bool]


@pytest.fixture
async def live() -> ScriptedEngine:
    """The engine of the show."""
    return ScriptedEngine()


@pytest.fixture
async def console(live: ScriptedEngine) -> AsyncIterator[Console]:
    """The console of a show of the sample deck."""
    show = Show(DECK, {"hello"}, live, replay_engine(), notice="playing the recordings")
    yield Console(show, AddressBook(7777, "token"))
    await show.close()


async def until(pilot: Pilot[None], check: Check) -> None:
    """Wait until the console shows something."""
    async with asyncio.timeout(60):
        while not check():
            await pilot.pause(0.02)


def text(console: Console, part: str) -> str:
    """What a part of the screen shows."""
    return str(console.screen_stack[0].query_one(f"#{part}", Static).render())


@pytest.mark.slow
async def test_a_whole_talk_from_the_console(console: Console, live: ScriptedEngine) -> None:
    """One key, from the first slide to the last, with every step run."""
    async with console.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "go to slide 2: Why" in text(console, "intent"))
        assert "Say who you are." in text(console, "notes")
        assert "playing the recordings" in text(console, "notice")
        await pilot.press("escape")
        await until(pilot, lambda: not console.screen.query_one("#notice").display)
        async with asyncio.timeout(60):
            while "end of the talk" not in text(console, "intent"):
                await pilot.press("space")
                await pilot.pause(0.02)
        assert console.show.state.slide == 5
    assert [run for run in live.log if run.startswith("run")] == ["run step-1", "run step-2", "run run", "run curl"]


@pytest.mark.slow
async def test_steps_output_and_faults_are_seen(console: Console, live: ScriptedEngine) -> None:
    """A step that failed says why, and the terminal shows what it printed."""
    live.outcomes["step-1"] = Outcome.FAILED
    async with console.run_test(size=(100, 30)) as pilot:
        await pilot.press("shift+right", "shift+right", "space")
        await until(pilot, lambda: "▶ echo hello" in text(console, "intent"))
        await pilot.press("space")
        await until(pilot, lambda: "it printed something else. Space plays the recording" in text(console, "slide"))
        assert "play its recording: echo hello" in text(console, "intent")
        await until(pilot, lambda: "$ echo hello\nhello" in text(console, "terminal"))
        await pilot.press("v")
        await until(pilot, lambda: "RECORDED" in text(console, "header"))


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (100, 30), (160, 48)])
async def test_slide_steps_and_what_they_should_print_are_seen(console: Console, size: tuple[int, int]) -> None:
    """Both slides, the items to come, each step, the expected output of the one at hand, the time of the section."""
    async with console.run_test(size=size) as pilot:
        await until(pilot, lambda: "Why" in text(console, "upcoming" if size[0] >= WIDE else "then"))
        await pilot.press("space")
        await until(pilot, lambda: "item 0 of 2" in text(console, "slide"))
        assert "Item 1\nItem 2" in text(console, "slide").replace("\n\n", "\n")
        await pilot.press("shift+right", "space")
        await until(pilot, lambda: "› echo hello\n  │ hello\n· echo again" in text(console, "slide"))
        assert "of 6:00" in text(console, "header")
        for part in ("header", "slide", "terminal", "intent", "hints"):
            region = console.screen.query_one(f"#{part}").region
            assert region.width > 0 and region.height > 0
            assert console.screen.region.contains_region(region)
            assert max(map(len, text(console, part).split("\n"))) <= region.width
        if size[0] >= WIDE:
            assert console.screen.query_one("#terminal").content_size.width >= COLUMNS


@pytest.mark.slow
async def test_what_matters_at_a_step_is_seen_in_a_small_console(live: ScriptedEngine) -> None:
    """At each of many steps: what to say, the command, the page that is open; after the last one, that one."""
    said = (Paragraph((Run("First tell them where it listens, and who may see it, and why that matters to us."),)),)
    served = "http://localhost:8080/"
    steps = [replace(step(f"step-{n}", f"echo {n}", open_url=served), narration=said) for n in range(1, 9)]
    deck = replace(DECK, slides=(slide("many", attached="many"),), demos={"many": demo("many", *steps)})
    show = Show(deck, (), live, replay_engine())
    console = Console(show, AddressBook(7777, "token"))
    async with console.run_test(size=(80, 24)) as pilot:
        for number in range(1, 9):
            await until(pilot, lambda number=number: f"› echo {number}" in text(console, "slide"))  # type: ignore[misc]
            shown = text(console, "slide")
            assert "First tell them" in shown, shown
            assert ("localhost:8080  on the slide, z enlarges" in shown) is (number > 1), shown
            await pilot.press("space")
        await until(pilot, lambda: "✓ echo 8" in text(console, "slide"))
        assert "localhost:8080  on the slide, z enlarges" in text(console, "slide")
    await show.close()


@pytest.mark.slow
async def test_control_characters_of_a_deck_or_demo_reach_no_terminal(live: ScriptedEngine) -> None:
    """Titles, notes, commands, faults and output can't set the terminal's title or clipboard, or move its cursor."""
    evil = "\x1b]52;c;aGFja2Vk\x07\x9b2J\x1b[6n\x7f\x00"
    nasty = demo("nasty", step("first", f"echo {evil}", evil))
    title = replace(slide("one", attached="nasty", notes=evil), title=(Run(f"Title {evil}"),))
    live.outcome = Outcome.FAILED
    show = Show(replace(DECK, slides=(title, slide("two")), demos={"nasty": nasty}), (), live, replay_engine())
    console = Console(show, AddressBook(7777, "token"))
    show.notices.text = evil
    async with console.run_test(size=(160, 48)) as pilot:
        await until(pilot, lambda: "▶ echo" in text(console, "intent"))
        await pilot.press("space")
        await until(pilot, lambda: "it printed something else" in text(console, "slide"))
        show.on_event("nasty", Output(1, f"{evil}printed", 0.0))
        await until(pilot, lambda: "printed" in text(console, "terminal"))
        for part in console.screen.query(Static):
            shown = f"{part.render()}{part.border_title or ''}".replace("\n", "")
            assert not {c for c in shown if ord(c) < 32 or 127 <= ord(c) < 160}, part.id
        await pilot.press("g")
        await until(pilot, lambda: bool(console.screen.query(OptionList)))
        listed = str(console.screen.query_one(OptionList).get_option_at_index(0).prompt)
        assert "Title" in listed and "\x1b" not in listed
    await show.close()


@pytest.mark.slow
async def test_the_terminal_scrolls_back(console: Console) -> None:
    """U shows what has scrolled off; the next press is at the end again."""
    async with console.run_test(size=(80, 24)) as pilot:
        await pilot.press("shift+right", "shift+right", "space")
        await until(pilot, lambda: "▶ echo hello" in text(console, "intent"))
        console.show.on_event("hello", Output(1, "".join(f"line {n}\r\n" for n in range(100)), 0.0))
        await until(pilot, lambda: "line 99" in text(console, "terminal"))
        await pilot.press(*"UU")
        await until(pilot, lambda: "line 80" in text(console, "terminal"))
        assert "line 99" not in text(console, "terminal")
        await pilot.press(*"DD")
        await until(pilot, lambda: "line 99" in text(console, "terminal"))


async def test_f3_types_into_the_other_terminal(live: ScriptedEngine) -> None:
    """The keys go to the one that the console names."""
    two = demo("two", step("first", "top"), replace(step("second", "ps"), terminal=2))
    deck = replace(DECK, slides=(slide("both", attached="two"),), demos={"two": two})
    show = Show(deck, (), live, replay_engine())
    console = Console(show, AddressBook(7777, "token"))
    async with console.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: "▶ top" in text(console, "intent"))
        show.on_event("two", Output(2, "$ ", 0.0))
        await pilot.press("t")
        await until(pilot, lambda: "terminal 1" in str(console.screen.query_one("#terminal", Static).border_title))
        await pilot.press("x", "f3")
        await until(pilot, lambda: "terminal 2" in str(console.screen.query_one("#terminal", Static).border_title))
        await pilot.press("y")
        await until(pilot, lambda: {"x", "y"} == {e.removeprefix("write ") for e in live.log if "write" in e})
        texts = {each.terminal: each.data for each in show.terminals.of("two")}
    assert texts == {1: "$ x", 2: "$ y"}
    await show.close()


async def test_a_fault_of_the_console_is_logged_and_not_printed(
    console: Console, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """It ends, to be put up again; the file has the traceback, the speaker is told where."""

    def fail(*given: object) -> None:
        raise LookupError("a fault in the show")

    monkeypatch.setattr(console_module, "intent_panel", fail)
    with faults_logged(tmp_path / "log" / "show.log") as faults:
        faults.notify = console.show.notify
        await console.run_async(headless=True)
    assert console.return_code
    assert "LookupError: a fault in the show" in (tmp_path / "log" / "show.log").read_text()
    assert str(tmp_path) in console.show.notices.text
    assert "Traceback" not in "".join(capfd.readouterr())


@pytest.mark.parametrize(
    ("answer", "environ", "light"),
    [
        (b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\\x1b[?62;c", {}, True),
        (b"\x1b]11;rgb:1c/20/2b\x07\x1b[?62;c", {}, False),
        (b"\x1b[?62;c", {}, False),
        (b"", {"COLORFGBG": "0;15"}, True),
        (b"", {"COLORFGBG": "15;default;0"}, False),
    ],
)
def test_the_console_is_light_in_a_light_terminal(answer: bytes, environ: dict[str, str], light: bool) -> None:
    """By what the terminal answers, or what it put into the environment; otherwise dark."""
    assert is_light(answer, environ) is light


async def test_lines_longer_than_the_screen_go_on_once(console: Console) -> None:
    """A demo's terminal has 100 columns; in 80 its wrapped lines are joined before they are wrapped anew."""
    async with console.run_test(size=(80, 24)) as pilot:
        await pilot.press("shift+right", "shift+right", "space")
        await until(pilot, lambda: "▶ echo hello" in text(console, "intent"))
        words = "".join(f"{n:03} " for n in range(30))
        console.show.on_event("hello", Output(1, f"{words}\r\n$ ", 0.0))
        await until(pilot, lambda: "029" in text(console, "terminal"))
        rows = [row.rstrip() for row in text(console, "terminal").split("\n")]
        assert [row for row in rows if row.strip()] == [f"$ {words}"[:78].rstrip(), f"$ {words}"[78:].rstrip(), "$"]


@pytest.mark.slow
async def test_an_interrupted_step_can_be_run_again_by_what_is_on_the_screen(
    console: Console, live: ScriptedEngine
) -> None:
    """At the smallest size too: i while it runs, x when it was ended."""
    live.hanging.add("step-1")
    async with console.run_test(size=(80, 24)) as pilot:
        await pilot.press("shift+right", "shift+right", "space", "space")
        await until(pilot, lambda: "i interrupt" in text(console, "hints"))
        await pilot.press("i")
        await until(pilot, lambda: "x run again" in text(console, "hints"))


@pytest.mark.slow
async def test_typing_takes_every_key_until_f2(console: Console, live: ScriptedEngine) -> None:
    """Letters that are commands elsewhere reach the terminal."""
    async with console.run_test(size=(100, 30)) as pilot:
        await pilot.press("shift+right", "shift+right")
        await until(pilot, lambda: console.show.state.stage is not None and "run yet" in text(console, "slide"))
        await pilot.press("t")
        await until(pilot, lambda: "TYPING" in text(console, "header"))
        assert "F2 ends typing" in text(console, "hints")
        assert "F2 ends typing" in text(console, "intent")
        await pilot.press("q", "space", "b", "enter")
        await pilot.press("f2")
        await until(pilot, lambda: "TYPING" not in text(console, "header"))
        await until(pilot, lambda: len(live.log) == 5)
    assert live.log[1:5] == ["write q", "write  ", "write b", "write \r"]
    assert not console.show.state.blank


async def test_t_in_a_show_of_recordings_leaves_the_keys_alone() -> None:
    """A slip of the finger on stage: the talk goes on with the next press."""
    show = Show(DECK, {"hello"}, replay_engine(), replay_engine())
    console = Console(show, AddressBook(7777, "token"))
    async with console.run_test(size=(100, 30)) as pilot:
        await pilot.press("end", "shift+left")
        await until(pilot, lambda: "run yet" in text(console, "slide"))
        await pilot.press("t", "space")
        await until(pilot, lambda: show.state.steps == 1)
        assert "RECORDED" in text(console, "header")
    await show.close()


@pytest.mark.slow
async def test_a_number_and_enter_go_to_a_slide(console: Console) -> None:
    """As in PowerPoint; what Enter would do is said, a number that no slide has does nothing, Enter alone is next."""
    async with console.run_test(size=(80, 24)) as pilot:
        await pilot.press("4")
        await until(pilot, lambda: "Enter → go to slide 4: Between" in text(console, "intent"))
        await pilot.press("enter")
        await until(pilot, lambda: console.show.state.slide == 3)
        await pilot.press("9", "enter")
        await until(pilot, lambda: console.show.state.slide == 4)
        await pilot.press("1", "shift+left", "enter")
        await until(pilot, lambda: console.show.state.slide == 4)


async def test_drawings_can_be_taken_away_from_the_console(console: Console) -> None:
    """The last stroke, or all: what a presenter's page has drawn on the slide."""
    console.show.draw("welcome", "a", Ink.PEN, [(0.1, 0.1)])
    console.show.draw("welcome", "b", Ink.PEN, [(0.2, 0.2)])
    async with console.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+z")
        await until(pilot, lambda: [stroke.id for stroke in console.show.drawings.all()] == ["a"])
        await pilot.press("e")
        await until(pilot, lambda: not list(console.show.drawings.all()))


async def test_an_engine_that_goes_away_is_told_before_a_demo_needs_it(console: Console, live: ScriptedEngine) -> None:
    """And that it is back; what else there was to say stays."""
    console.show.notify("")
    watching = asyncio.create_task(watch_engine(console.show, live, 0.01))
    async with console.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "docker is ready" in text(console, "header"))
        live.down = "Docker at unix:///x does not answer"
        await until(pilot, lambda: "DOCKER IS DOWN" in text(console, "header"))
        assert "does not answer; until it answers again, demos play their recordings" in text(console, "notice")
        live.down = None
        await until(pilot, lambda: "docker is ready" in text(console, "header"))
        assert console.show.notices.text == ""
    watching.cancel()


async def test_other_commands_are_looked_at_and_agreed_to(console: Console) -> None:
    """The notice says how; the key that opens the list, pressed again, agrees to nothing."""
    agreed: list[str] = []
    async with console.run_test(size=(80, 24)) as pilot:
        question = Question("The deck runs other commands.", (("hello", "echo new"),))
        console.show.ask(question, lambda: agreed.append("y"))
        await until(pilot, lambda: "other commands.  y looks at them" in text(console, "notice"))
        await pilot.press("y", "y", "escape")
        await until(pilot, lambda: len(console.screen_stack) == 1)
        assert (agreed, console.show.question is not None) == ([], True)
        await pilot.press("y")
        await until(pilot, lambda: isinstance(console.screen, Consent))
        assert "echo new" in str(console.screen.query_one(Static).render())
        await pilot.press("a")
        await until(pilot, lambda: console.show.question is None)
        assert agreed == ["y"]
        await pilot.press("y")
        await until(pilot, lambda: len(console.screen_stack) == 1)


@pytest.mark.slow
async def test_jumping_with_search(console: Console) -> None:
    """A few letters and Enter."""
    async with console.run_test(size=(80, 24)) as pilot:
        await pilot.press("g")
        await until(pilot, lambda: len(console.screen_stack) == 2)
        await pilot.press(*"second")
        await until(pilot, lambda: console.screen.query_one(OptionList).option_count == 1)
        await pilot.press("enter")
        await until(pilot, lambda: console.show.state.slide == 4)


@pytest.mark.slow
async def test_the_end_is_asked_for(console: Console) -> None:
    """A slip of the finger doesn't end the talk; y does."""
    async with console.run_test(size=(80, 24)) as pilot:
        await pilot.press("q")
        await until(pilot, lambda: len(console.screen_stack) == 2)
        await pilot.press("space")
        await until(pilot, lambda: len(console.screen_stack) == 1)
        assert console.is_running
        assert console.show.state.slide == 0
        await pilot.press("q")
        await until(pilot, lambda: len(console.screen_stack) == 2)
        await pilot.press("y")
        await until(pilot, lambda: not console.is_running)


def test_every_line_of_the_help_fits_into_80_columns() -> None:
    """A key that is told on a second line is overlooked."""
    lines = [line for section in CONSOLE_HELP.values() for line in section]
    widths = [24 + len(line.text) for line in lines]
    assert max(widths) <= 72
    assert max(len(help_keys(line, Place.CONSOLE)) for line in lines) < 24


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_help_and_addresses_fit_on_the_screen(console: Console, size: tuple[int, int]) -> None:
    """No dialog is cut off, at the smallest size too."""
    async with console.run_test(size=size) as pilot:
        for key in ("question_mark", "a", "q", "g"):
            await pilot.press(key)
            await until(pilot, lambda: len(console.screen_stack) == 2)
            box = console.screen.query_one(".dialog").region
            assert box.x >= 0 and box.y >= 0
            assert box.right <= size[0] and box.bottom <= size[1]
            await pilot.press("escape")
            await until(pilot, lambda: len(console.screen_stack) == 1)


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
async def test_a_phone_finds_its_page_by_the_code(live: ScriptedEngine, size: tuple[int, int]) -> None:
    """A shows the addresses with the whole code beside them; Escape closes it."""
    show = Show(DECK, (), live, replay_engine())
    addresses = AddressBook(7777, "0123456789abcdefghijklmn", lan=True, only="192.168.100.100")
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


@pytest.mark.slow
async def test_without_lan_there_is_no_code(console: Console) -> None:
    """A phone could not follow it; the dialog says what it takes."""
    async with console.run_test(size=(80, 24)) as pilot:
        await pilot.press("a")
        await until(pilot, lambda: len(console.screen_stack) == 2)
        assert not console.screen.query("#code")
        assert "--lan" in str(console.screen.query(Static).last().render())


async def test_what_the_speaker_says_comes_before_the_step_at_hand(live: ScriptedEngine) -> None:
    """The narration of the next step, and no longer when it is done."""
    said = (Paragraph((Run("Now say hello."),)),)
    hello = DECK.demos["hello"]
    steps = (structs.replace(hello.steps[0], narration=said), *hello.steps[1:])
    deck = structs.replace(DECK, demos={**DECK.demos, "hello": structs.replace(hello, steps=steps)})
    console = Console(Show(deck, {"hello"}, live, replay_engine()), AddressBook(7777, "token"))
    async with console.run_test(size=(100, 30)) as pilot:
        await pilot.press("shift+right", "shift+right")
        await until(pilot, lambda: "Now say hello." in text(console, "slide"))
        shown = text(console, "slide")
        assert shown.index("Now say hello.") < shown.index("echo hello")
        await pilot.press("space", "space")
        await until(pilot, lambda: "Now say hello." not in text(console, "slide"))
    await console.show.close()
