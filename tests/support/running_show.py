"""A show of the sample deck on a scripted engine, in a thread of its own, for tests that drive browsers."""

from __future__ import annotations

import asyncio
import functools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from msgspec.structs import replace

from quarterdeck.compile.reveal.page import Purpose, write_html
from quarterdeck.model.deck import Deck
from quarterdeck.show.desklink import DeskLink, watch_room
from quarterdeck.show.machine.state import Activity
from quarterdeck.show.show import Show
from quarterdeck.show.web.access import Access
from quarterdeck.show.web.broadcast import Broadcast
from quarterdeck.show.web.documents import TakeHome
from quarterdeck.show.web.server import bind, serving, show_app
from quarterdeck.theme.file import load_theme
from quarterdeck.theme.placement.place import place
from support.scripted_stage import DECK, ScriptedEngine, replay_engine

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Frame, Page

TOKEN = "the-speakers-token"
SECONDS = 60
"""After so long something is badly wrong, however busy the machine."""
SLIDE = "() => document.querySelector('section.present')?.id"
TERMINAL = """demo => {
  const rows = document.querySelectorAll(`.qd-terminal[data-demo="${demo}"] .xterm-rows > div`);
  return [...rows].map(row => row.textContent.replaceAll('\\u00a0', ' ').trimEnd()).join('\\n').trimEnd();
}"""
T = TypeVar("T")


@functools.cache
def audience_page() -> str:
    """The sample deck's page for a show."""
    return page_of(DECK)


def page_of(deck: Deck) -> str:
    """A deck's page for a show."""
    theme = load_theme(deck.theme, deck.folder)
    return write_html(deck, place(deck, theme, {}).slides, theme, {}, Purpose.LIVE)


def placed_deck(deck: Deck = DECK) -> Deck:
    """The deck with the sizes that its demos' terminals have on that page."""
    slides = place(deck, load_theme(deck.theme, deck.folder), {}).slides
    return replace(deck, slides=tuple(slide.as_shown for slide in slides))


@dataclass
class Running:
    """A show in a thread of its own, so that tests can drive browsers."""

    live: ScriptedEngine = field(default_factory=ScriptedEngine)
    takehome: TakeHome | None = None
    deck: Deck = DECK
    seats: str = ""
    """The organiser's link to the desk of the seats; empty for none."""
    port: int = 0
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)

    def __post_init__(self) -> None:
        """Compile the deck and start."""
        self._html = audience_page() if self.deck is DECK else page_of(self.deck)
        self.start()

    def start(self) -> None:
        """Serve until :meth:`stop`; again on the same port after one."""
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: self.loop.run_until_complete(self._serve(ready)))
        self._thread.start()
        assert ready.wait(SECONDS)

    def stop(self) -> None:
        """End the show and wait for that."""
        self.loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(SECONDS)

    def offer(self, takehome: TakeHome) -> None:
        """Begin again, as a show whose audience may take the deck home."""
        self.stop()
        self.takehome = takehome
        self.start()

    def call(self, what: Callable[[Show], T]) -> T:
        """Do something in the show's own loop."""

        async def run() -> T:
            return what(self.show)

        return asyncio.run_coroutine_threadsafe(run(), self.loop).result(SECONDS)

    def settle(self) -> None:
        """Wait until nothing is under way on the stage."""
        end = time.monotonic() + SECONDS
        while not self.call(lambda show: show.state.stage is None or show.state.stage.activity is Activity.READY):
            assert time.monotonic() < end, "the stage is still busy"
            time.sleep(0.01)

    def url(self, path: str = "/", *, token: bool = False) -> str:
        """The address of a page."""
        return f"http://127.0.0.1:{self.port}{path}{f'#token={TOKEN}' if token else ''}"

    async def _serve(self, ready: threading.Event) -> None:
        self._ended = asyncio.Event()
        listener = bind("127.0.0.1", self.port)
        self.port = listener.getsockname()[1]
        self.show = Show(placed_deck(self.deck), {"hello", "ports"}, self.live, replay_engine())
        access = Access.of(["127.0.0.1"], self.port, TOKEN)
        broadcast = self.broadcast = Broadcast(self.show, lambda: self._html, self.takehome)
        async with serving(show_app(broadcast, access), listener):
            ready.set()
            asking = asyncio.create_task(watch_room(self.show, DeskLink.of(self.seats), 0.05)) if self.seats else None
            await self._ended.wait()
            if asking:
                asking.cancel()
                await asyncio.wait({asking})
            await self.show.close()
        listener.close()


def opened(context: BrowserContext, url: str) -> Page:
    """A page that has found the show."""
    page = context.new_page()
    page.goto(url)
    if "/presenter" in url:
        page.wait_for_selector("#link[data-state=good]")
        page.wait_for_selector("#place:not(:empty)")
    elif "/remote" in url:
        page.wait_for_selector("#title:not(:empty)")
    else:
        page.wait_for_selector("html[data-role]")
        page.wait_for_function(SLIDE)
    return page


def shows(page: Page, slide: str) -> None:
    """Wait until a deck's page shows a slide."""
    page.wait_for_function("id => document.querySelector('section.present')?.id === id", arg=slide)


def prints(page: Page | Frame, demo: str, text: str) -> None:
    """Wait until a demo's terminal shows exactly this."""
    page.wait_for_function(f"([demo, text]) => ({TERMINAL})(demo) === text", arg=[demo, text])
