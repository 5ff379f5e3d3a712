"""A workshop that is open, with the real desk and pages and stand-ins for seats, for tests that drive browsers."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from quarterdeck.seats.messages import FromDesk, encode
from support.desk import open_desk
from support.seats import StandInSeat, StandInSpawner, taken
from support.waiting import SECONDS, wait_until

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

Result = TypeVar("Result")


class Workshop:
    """A desk in a thread of its own, since the browser's calls block."""

    def __init__(self, folder: Path, **options: Any) -> None:
        self._folder = folder
        self._options = {"warm": 1, **options}
        self.spawner = StandInSpawner()
        self._stored = b""
        self._loop = asyncio.new_event_loop()
        self._desks = AsyncExitStack()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.desk = self.do(self._desks.enter_async_context(open_desk(folder, self.spawner, **self._options)))

    def kill(self) -> None:
        """End the desk as kill -9 does; its seats go on."""
        self._stored = self.do(self.desk.kill())

    def open_again(self) -> None:
        """Open a desk after one that was killed, at the same address."""
        self._folder /= "again"
        self._folder.mkdir()
        (self._folder / "desk.json").write_bytes(self._stored)
        options = {**self._options, "port": self.desk.port, "code": None}
        self.desk = self.do(self._desks.enter_async_context(open_desk(self._folder, self.spawner, **options)))

    def close(self) -> None:
        """Close the desk, and end its seats."""
        try:
            self.do(self._desks.aclose())
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()

    def do(self, what: Coroutine[Any, Any, Result]) -> Result:
        """Run something in the desk's thread."""
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(SECONDS)

    @property
    def seat(self) -> StandInSeat:
        """The seat that a page uses."""
        return wait_until(lambda: [each for each in taken(self.spawner) if each.pages], what="a seat")[0]

    def tell(self, message: FromDesk) -> None:
        """Have the seat say something to its pages: what the desk would say passes through as well."""
        self.do(self.seat.tell(encode(message)))


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
