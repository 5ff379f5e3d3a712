"""The attendee's page in a browser, at a real desk, with stand-ins for the seats."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import json
import sys
import threading
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from conftest import missing
from quarterdeck.seats import page as seat_page
from quarterdeck.seats.desk import server
from quarterdeck.seats.desk.server import SeatPage
from quarterdeck.seats.messages import FromDesk, HelpAsked, Helping, Moved, Waiting, encode
from support.desk import OpenDesk, open_desk
from support.seats import StandInSeat, taken
from support.waiting import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Result = TypeVar("Result")
AXE = """() => axe.run(document, {iframes: false}).then(found => JSON.stringify({
  passed: found.passes.length,
  faults: found.violations.filter(v => ['serious', 'critical'].includes(v.impact))
    .map(v => [v.id, v.help, v.nodes.map(n => n.html + ' ' + n.failureSummary)])}))"""


class Workshop:
    """A desk in a thread of its own, since the browser's calls block."""

    def __init__(self, folder: Path) -> None:
        self._loop = asyncio.new_event_loop()
        self._opened = threading.Event()
        self._close = asyncio.Event()
        self._desk: OpenDesk | None = None
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._run(folder),))
        self._thread.start()
        assert self._opened.wait(60)

    async def _run(self, folder: Path) -> None:
        own = SeatPage(seat_page.document, seat_page.policy, seat_page.static_file)
        try:
            async with open_desk(folder, seat_page=own, warm=1) as self._desk:
                self._opened.set()
                await self._close.wait()
        finally:
            self._opened.set()

    def close(self) -> None:
        """Close the desk, and end its seats."""
        self._loop.call_soon_threadsafe(self._close.set)
        self._thread.join()
        self._loop.close()

    def do(self, what: Coroutine[Any, Any, Result]) -> Result:
        """Run something in the desk's thread."""
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(60)

    @property
    def desk(self) -> OpenDesk:
        """The desk."""
        assert self._desk is not None
        return self._desk

    @property
    def seat(self) -> StandInSeat:
        """The seat that a page uses."""
        return wait_until(lambda: [each for each in taken(self.desk.spawner) if each.pages], what="a seat")[0]

    def tell(self, message: FromDesk) -> None:
        """Have the seat say something to its pages: what the desk would say passes through as well."""
        self.do(self.seat.tell(encode(message)))


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workshop]:
    """A workshop that is open, in a thread, which gets no signals."""
    monkeypatch.setattr(server, "ended_by_signals", lambda end: contextlib.nullcontext())
    opened = Workshop(tmp_path)
    yield opened
    opened.close()


def join(context: BrowserContext, workshop: Workshop, name: str = "Ada") -> Page:
    """The page of somebody who comes to the door with the code."""
    page = context.new_page()
    page.goto(f"{workshop.desk.base}/?code=TIDE-42")
    page.fill("[name=name]", name)
    page.click("button")
    page.wait_for_selector("#verify:enabled")
    return page


def sees(page: Page, text: str) -> None:
    """Wait until the terminal shows something."""
    page.wait_for_selector(f".xterm-rows:has-text('{text}')")


def test_an_attendee_works_through_a_workshop(context: BrowserContext, workshop: Workshop) -> None:
    """From the door to the next exercise: task, terminal, verify that fails and passes, page of a container."""
    page = join(context, workshop)
    assert page.inner_text("#task h1") == "try-first"
    assert "Ada" in page.inner_text("#who")
    page.click("#terminal")
    page.keyboard.type("docker ps")
    sees(page, "docker ps")
    page.click("#verify")
    page.wait_for_selector("#result.missing li:has-text('solve it')")
    page.click("#terminal")
    page.keyboard.type("solve")
    sees(page, "solve")
    page.click("#verify")
    page.wait_for_selector("#result.good")
    page.click("#ports button")
    frame = page.frame_locator("#page")
    assert frame.locator("h1").inner_text() == "Hello from 8080"
    page.click("#close-page")
    page.click("#result.good button")
    page.wait_for_selector("#exercise:has-text('A second one')")
    page.click("#choose")
    assert page.inner_text("#list li:first-child small") == "5 min · done"


def test_a_page_that_loads_again_finds_its_terminal(context: BrowserContext, workshop: Workshop) -> None:
    """And so does one that was without the desk for a moment."""
    page = join(context, workshop)
    page.click("#terminal")
    page.keyboard.type("still here")
    sees(page, "still here")
    page.reload()
    page.wait_for_selector("#verify:enabled")
    sees(page, "still here")


def test_another_exercise_is_begun_after_a_question(context: BrowserContext, workshop: Workshop) -> None:
    """Nobody loses what was made by a click beside the mark; Escape is a no."""
    page = join(context, workshop)
    for answer in ("Escape", "yes"):
        page.click("#choose")
        page.click("#list li:nth-child(2) button")
        assert "removed" in page.inner_text("#question p")
        if answer == "Escape":
            page.keyboard.press("Escape")
            page.wait_for_selector("#question", state="hidden")
            assert workshop.seat.exercise == "try-first"
        else:
            page.click("#question [value=yes]")
    page.wait_for_selector("#exercise:has-text('A second one')")


def test_someone_who_is_stuck_is_helped_with_consent(context: BrowserContext, workshop: Workshop) -> None:
    """The organiser is called, asks before using the terminal, and is seen while doing so."""
    page = join(context, workshop)
    page.click("#stuck")
    page.wait_for_selector("#stuck[aria-pressed=true]")
    page.click("#stuck")
    page.wait_for_selector("#stuck[aria-pressed=false]")
    workshop.tell(HelpAsked(""))
    page.wait_for_selector("#question:has-text('May the organiser use your terminal?')")
    page.click("#question [value=yes]")
    page.wait_for_selector("#question", state="hidden")
    workshop.tell(Helping(on=True))
    page.wait_for_selector("#helping:has-text('The organiser sees your terminal')")
    workshop.tell(Helping(on=False))
    page.wait_for_selector("#helping", state="hidden")


def test_what_happens_to_a_seat_is_said(context: BrowserContext, workshop: Workshop) -> None:
    """A queue, and a seat that was moved; what was said can be put away."""
    page = join(context, workshop)
    workshop.tell(Waiting(2))
    page.wait_for_selector("#absent:has-text('2 others are before you')")
    workshop.do(workshop.seat.tell(encode(workshop.seat.status())))
    page.wait_for_selector("#absent", state="hidden")
    workshop.tell(Moved())
    page.click("#moved button")
    page.wait_for_selector("#moved", state="hidden")


def test_a_phone_shows_one_pane_at_a_time(chromium: Browser, workshop: Workshop) -> None:
    """Task, terminal and page by their tabs; the keys that a phone lacks are there."""
    context = chromium.new_context(viewport={"width": 390, "height": 780}, has_touch=True, is_mobile=True)
    page = join(context, workshop)
    assert page.is_visible("#task")
    assert not page.is_visible("#terminal")
    page.tap("#tabs [data-pane=terminal]")
    page.wait_for_selector("#terminal", state="visible")
    page.tap("#control")
    page.tap("#terminal")
    page.keyboard.type("c")
    wait_until(lambda: "\x03" in workshop.seat.typed, what="Ctrl-C")
    page.tap("#keys [aria-label=Tab]")
    wait_until(lambda: "\t" in workshop.seat.typed, what="Tab")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


def test_the_keyboard_leaves_the_terminal(context: BrowserContext, workshop: Workshop) -> None:
    """Tab is the terminal's; F6 goes out of it and back in."""
    page = join(context, workshop)
    page.click("#terminal")
    page.keyboard.press("Tab")
    wait_until(lambda: "\t" in workshop.seat.typed, what="Tab")
    page.keyboard.press("F6")
    assert page.evaluate("document.activeElement.id") == "stuck"
    page.keyboard.press("F6")
    page.keyboard.type("in again")
    sees(page, "in again")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_people_who_see_little_can_use_it(chromium: Browser, workshop: Workshop, root: Path, scheme: Any) -> None:
    """Names, roles and contrast, by axe-core, of the page and of its list of exercises."""
    script = axe(root)
    context = chromium.new_context(color_scheme=scheme, reduced_motion="reduce", bypass_csp=True)
    page = join(context, workshop)
    page.click("#verify")
    page.wait_for_selector("#result.missing")
    page.add_script_tag(content=script)
    for open_list in (False, True):
        if open_list:
            page.click("#choose")
        found = json.loads(page.evaluate(AXE))
        assert found["passed"] > 8
        assert found["faults"] == []
    context.close()


def axe(root: Path) -> str:
    """axe-core's script, from the packages that the pages are built with."""
    spec = importlib.util.spec_from_file_location("hatch_build", root / "src" / "web" / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    hook = importlib.util.module_from_spec(spec)
    sys.modules.setdefault("hatch_build", hook)
    spec.loader.exec_module(hook)
    script: Path = hook.packages_folder(hook.WEB, tools=True) / "node_modules" / "axe-core" / "axe.min.js"
    if not script.exists():
        missing("browser", "axe-core is not installed; 'python src/web/hatch_build.py --check' does it")
    return script.read_text("utf-8")
