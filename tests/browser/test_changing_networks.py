"""A machine's network that changes during the show, as it does whenever a container starts."""

from typing import TYPE_CHECKING

import pytest

from quarterdeck.show.machine.commands import Key
from support.running_show import Running, opened, shows

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

pytestmark = pytest.mark.browser

PLACE = "place => document.getElementById('place').textContent === place"


def test_a_page_of_this_machine_keeps_its_connection(running: Running, context: "BrowserContext") -> None:
    """Whatever becomes of the network, this machine reaches itself."""
    projector = opened(context, running.url(token=True))
    anew: list[str] = []
    projector.on("websocket", lambda socket: anew.append(socket.url))
    projector.evaluate("for (const name of ['offline', 'online']) dispatchEvent(new Event(name))")
    projector.keyboard.press("End")
    shows(projector, "end")
    assert anew == []


def test_the_presenters_frames_are_loaded_though_the_browser_gives_up(
    running: Running, context: "BrowserContext"
) -> None:
    """Slide, what comes next, and overview are there at the second attempt; the overview has the keys."""
    for preview in ("current", "next", "overview"):
        context.route(f"**/?preview={preview}", lambda route: route.abort("connectionrefused"), times=1)
    presenter = opened(context, running.url("/presenter", token=True))
    running.call(lambda show: show.command(Key.NEXT_SLIDE))
    presenter.frame_locator("iframe[title^='The slide']").locator("section.present#why").wait_for()
    presenter.frame_locator("iframe[title='What comes next']").locator("section.present#why").wait_for()
    presenter.keyboard.press("o")
    grid = presenter.frame_locator("#overview-dialog iframe")
    grid.locator(".qd-overview[open] button[aria-current]:focus").wait_for()
    presenter.keyboard.press("End")
    presenter.keyboard.press("Enter")
    presenter.wait_for_function(PLACE, arg="6 / 6")
