"""A show that was given plays in a browser, for those who missed it."""

from __future__ import annotations

import asyncio
import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from quarterdeck.compile.html.pictures import data_uri
from quarterdeck.compile.reveal.page import Purpose, ShowMessages, write_html
from quarterdeck.show.machine.commands import Key
from quarterdeck.show.show import Show
from quarterdeck.show.web.broadcast import Broadcast
from quarterdeck.show.web.recording import recording
from quarterdeck.stage.events import Output
from quarterdeck.theme.file import load_theme
from quarterdeck.theme.placement.place import place
from support import example_deck
from support.scripted_stage import DECK, ScriptedEngine, replay_engine

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

PRESS_SECONDS = 10.0
NASTY = "</script><script>document.title='hacked'</script>\r\n"


async def talk() -> ShowMessages:
    """What the audience of a talk was told: a press each ten seconds, both steps of a demo, and the end."""
    now = 0.0
    show = Show(DECK, (), ScriptedEngine(), replay_engine())
    async with recording(Broadcast(show, lambda: ""), io.StringIO(), lambda: now) as recorder:
        await asyncio.sleep(0)
        for key in (*[Key.NEXT] * 7, Key.LAST):
            now += PRESS_SECONDS
            show.command(key)
            for _ in range(50):  # the scripted engine needs turns of the loop, and no time
                await asyncio.sleep(0)
            if show.state.steps == 1:
                show.on_event("hello", Output(1, NASTY, 0.0))
                await asyncio.sleep(0.1)  # output is sent together with what follows
        await show.close()
    return recorder.told


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page that replays the talk."""
    theme = load_theme(DECK.theme, DECK.folder)

    with ThreadPoolExecutor() as elsewhere:  # Playwright has a loop in this thread
        told = elsewhere.submit(asyncio.run, talk()).result()
    page = write_html(DECK, place(DECK, theme, {}).slides, theme, {}, Purpose.REPLAY, told)
    path = tmp_path_factory.mktemp("replay") / "show.html"
    path.write_text(page, encoding="utf-8")
    return path


@pytest.fixture
def page(chromium: Browser, path: Path) -> Page:
    """The page, opened from a file."""
    page = chromium.new_page()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(path.as_uri())
    page.wait_for_function("() => document.querySelector('section.present')?.id === 'welcome'")
    assert all(url.startswith(("file:", "data:", "blob:")) for url in requests)
    return page


def shows(page: Page, slide: str, time: str) -> None:
    """Wait until a slide is shown at a time of the replay."""
    page.wait_for_function(f"() => document.querySelector('section.present')?.id === '{slide}'")
    page.wait_for_function(f"() => document.querySelector('.qd-replay-time').textContent === '{time} of 1:13'")


def test_slides_and_terminals_are_where_they_were(page: Page) -> None:
    """Forwards and backwards, by keys, list and slider; the terminal has what it had then."""
    shows(page, "welcome", "0:00")
    page.keyboard.press("PageDown")
    shows(page, "why", "0:03")
    page.keyboard.press("ArrowRight")
    shows(page, "why", "0:13")
    assert page.locator(".present .fragment.visible").count() == 1
    page.get_by_label("Slide", exact=True).select_option(label="0:33  3. First demo")
    shows(page, "first-demo", "0:33")
    page.get_by_label("Time").fill("63.5")
    shows(page, "first-demo", "1:03")
    printed = "document.querySelector('.present .xterm-rows').innerText"
    page.wait_for_function(f"() => {printed}.includes('again')")
    assert page.locator(".present .qd-dots i[data-state=passed]").count() == 2
    page.get_by_label("Time").fill("54")
    page.wait_for_function(f"() => !{printed}.includes('again') && {printed}.includes('hello')")
    page.keyboard.press("End")
    shows(page, "end", "1:13")
    page.keyboard.press("Home")
    shows(page, "welcome", "0:00")
    assert page.title() == "A sample talk"


def test_it_plays_by_itself_with_the_timing_of_the_talk(page: Page) -> None:
    """Space or the button; four times as fast where wanted; at the end it stops and can begin anew."""
    page.get_by_label("Speed").select_option("4")
    page.get_by_label("Time").fill("69")
    page.get_by_role("button", name="Play").click()
    page.get_by_role("button", name="Pause").wait_for()
    shows(page, "end", "1:13")
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("() => /^0:0[1-9] of /.test(document.querySelector('.qd-replay-time').textContent)")
    page.get_by_role("button", name="Pause").click()


def test_the_bar_hides_nothing_of_the_slide(page: Page) -> None:
    """Its slide ends above it, also on a phone; nothing is cut at the right."""
    for width, height in ((1280, 720), (1920, 1080), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function("() => document.querySelector('.reveal').offsetHeight === innerHeight - 48")
        below, bar = (page.locator(part).bounding_box() for part in (".slides", ".qd-replay-bar"))
        assert below is not None and bar is not None
        assert below["y"] + below["height"] <= bar["y"] + 1
        assert bar["x"] + bar["width"] == width
        assert page.evaluate("document.querySelector('.qd-replay-bar').scrollWidth") <= width


def test_pages_that_were_opened_are_pictures(chromium: Browser, tmp_path: Path) -> None:
    """Those that were taken in the show; of one that wasn't taken there is a card."""
    with ThreadPoolExecutor() as elsewhere:
        told = elsewhere.submit(asyncio.run, talk()).result()
    taken = example_deck.picture("#123456")
    state = next(message for _, message in told if message["type"] == "state" and message["demo"] == "hello")
    pages = [
        {"url": "http://localhost:8080", "number": 1, "step": "step-1", "picture": data_uri(taken)},
        {"url": "http://localhost:8081", "number": 2, "step": "step-2"},
    ]
    opened = {"type": "pages", "demo": "hello", "pages": pages, "framed": False, "live": True}
    theme = load_theme(DECK.theme, DECK.folder)
    slides = place(DECK, theme, {}).slides
    path = tmp_path / "show.html"
    path.write_text(write_html(DECK, slides, theme, {}, Purpose.REPLAY, [(0.0, state), (0.0, opened)]), "utf-8")
    page = chromium.new_page()
    page.goto(path.as_uri())
    page.wait_for_function("() => document.querySelector('.present .qd-page img')?.naturalWidth === 640")
    assert page.locator(".present .qd-page").all_inner_texts() == [
        "localhost:8080",
        "localhost:8081\nThe audience saw this page here.",
    ]
