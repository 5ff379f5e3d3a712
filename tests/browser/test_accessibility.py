"""The show's pages for those who don't see them, or not well: checked by axe-core, and by hand where it can't."""

from collections.abc import Iterator
from operator import methodcaller
from typing import TYPE_CHECKING, Any

import pytest

from quarterdeck.show.machine.commands import Jump, Key
from quarterdeck.show.web.documents import TakeHome
from support.axe import faults
from support.running_show import Running, opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

pytestmark = pytest.mark.browser

PAGES = ["/", "/stage/hello", "/presenter", "/remote"]


@pytest.fixture(params=["light", "dark"])
def context(chromium: "Browser", request: pytest.FixtureRequest) -> Iterator["BrowserContext"]:
    """A browser that prefers light, and one that prefers dark."""
    scheme: Any = request.param
    context = chromium.new_context(
        viewport={"width": 1280, "height": 720},
        color_scheme=scheme,
        reduced_motion="reduce",  # colours are measured as they are in the end
    )
    yield context
    context.close()


def at_a_fault(running: Running) -> None:
    """Go where most is to be seen: a demo with a step that hangs, after one that is done; and something to say."""
    running.live.hanging.add("step-2")
    running.call(lambda show: show.command(Jump("first-demo")))
    running.call(lambda show: show.notify("The deck as saved can't be shown"))


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_serious(path: str, running: Running, context: "BrowserContext") -> None:
    """On a slide of text, with a demo that runs, with the dialogs open, and blank."""
    page = opened(context, running.url(path, token=True))
    assert faults(page) == []
    at_a_fault(running)
    for _ in range(3):
        running.settle()
        running.call(lambda show: show.command(Key.NEXT))
    if path in ("/presenter", "/remote"):
        page.wait_for_selector(".step.running, .step.next")
    else:
        page.wait_for_selector("section.present#first-demo .xterm-rows")
        page.keyboard.press("c")
    assert faults(page) == []
    for key in "?g" if path == "/presenter" else "?o" if path != "/remote" else "":
        page.keyboard.press(key)
        page.wait_for_selector("dialog[open]")
        assert faults(page) == []
        page.keyboard.press("Escape")
    running.call(lambda show: show.invite("http://192.0.2.7:7777/"))
    page.reload()
    page.wait_for_selector("#link[data-state=good], #title:not(:empty), html[data-role]")
    for command, sign in (
        (Key.INVITE, "#invite[aria-pressed=true], .qd-invitation:not([hidden])"),
        (Key.BLANK, "#blank[aria-pressed=true], .reveal.paused"),
    ):
        running.call(methodcaller("command", command))
        page.wait_for_selector(sign, state="attached")
        assert faults(page) == []


def test_axe_finds_nothing_serious_on_a_followers_page(running: Running, context: "BrowserContext") -> None:
    """Looking back, with all that may be taken home; and in the overview."""
    running.offer(TakeHome("sample", lambda: pytest.fail("nobody asked")))
    running.call(lambda show: show.command(Key.LAST))
    page = opened(context, running.url())
    page.keyboard.press("ArrowLeft")
    page.wait_for_selector(".qd-followbar.qd-away")
    assert faults(page) == []
    page.keyboard.press("o")
    page.wait_for_selector(".qd-overview[open]")
    assert faults(page) == []


def test_axe_finds_nothing_serious_where_the_token_is_missing(running: Running, context: "BrowserContext") -> None:
    """The page that asks for the speaker's address."""
    page = context.new_page()
    page.goto(running.url("/presenter"))
    page.wait_for_selector(".refused")
    assert faults(page) == []


def test_captions_say_what_runs_and_how_it_ended(chromium: "Browser", running: Running) -> None:
    """A status line for screen readers; C shows it to everybody, and a reload keeps it."""
    context = chromium.new_context(viewport={"width": 1280, "height": 720})
    page = opened(context, running.url())
    running.live.hanging.add("step-2")
    running.call(lambda show: show.command(Jump("first-demo")))
    captions = page.locator(".qd-captions[role=status]")
    assert captions.text_content() == ""
    for _ in range(2):
        running.call(lambda show: show.command(Key.NEXT))
    page.wait_for_function("() => document.querySelector('.qd-captions').textContent === 'Done: echo hello'")
    running.call(lambda show: show.command(Key.NEXT))
    page.wait_for_function("() => document.querySelector('.qd-captions').textContent === 'Running: echo again'")
    assert captions.bounding_box()["width"] <= 1  # type: ignore[index]
    page.keyboard.press("c")
    assert captions.bounding_box()["width"] > 100  # type: ignore[index]
    page.reload()
    page.wait_for_selector(".qd-captions.seen:not(:empty)")
    context.close()


def test_reduced_motion_is_respected(chromium: "Browser", running: Running) -> None:
    """Nothing moves or fades when slides, fragments and steps change."""
    context = chromium.new_context(reduced_motion="reduce")
    pages = [opened(context, running.url(path, token=True)) for path in PAGES]
    running.live.hanging.add("step-1")
    running.call(lambda show: show.command(Jump("first-demo")))
    for _ in range(3):
        running.call(lambda show: show.command(Key.NEXT))
        for page in pages:
            moving = page.evaluate(
                "document.getAnimations().filter(a => a.effect.getComputedTiming().duration > 1)"
                ".map(a => (a.effect.target.className || a.effect.target.id) + ' ' + (a.transitionProperty ?? ''))"
            )
            assert moving == []
    context.close()
