"""Keys held down, a clicker's wrong buttons, other keyboards: the show does the one right thing, or nothing."""

from typing import TYPE_CHECKING

import pytest

from quarterdeck.show.machine.commands import Jump, Key
from quarterdeck.show.machine.state import Activity
from support.running_show import Running, opened, prints, shows

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser

PRESS = "init => document.body.dispatchEvent(new KeyboardEvent('keydown', {bubbles: true, cancelable: true, ...init}))"


def press(page: "Page", key: str, code: str = "", **modifiers: bool) -> None:
    """A key as a keyboard that isn't the test's own would send it."""
    page.evaluate(PRESS, {"key": key, "code": code, **modifiers})


def place(running: Running) -> tuple[int, int, int]:
    """Slide, item and steps where the show is."""
    return running.call(lambda show: (show.state.slide, show.state.fragment, show.state.steps))


@pytest.mark.parametrize("path", ["/", "/presenter", "/remote"])
def test_a_key_that_is_held_down_presses_once(running: Running, context: "BrowserContext", path: str) -> None:
    """It would run through a demo and out of it; larger type may be asked for so."""
    page = opened(context, running.url(path, token=True))
    running.call(lambda show: show.command(Jump("second-demo")))
    page.keyboard.down("PageDown")
    for _ in range(5):
        page.keyboard.down("PageDown")
    page.keyboard.up("PageDown")
    for _ in range(3):
        page.keyboard.down("+")
    page.keyboard.up("+")
    follower = opened(context, running.url())
    prints(follower, "ports", "$ docker run nginx\n$")
    assert place(running) == (4, 0, 1)
    assert running.call(lambda show: show.state.zoom) == 3


def test_a_clickers_buttons_lead_out_of_what_its_others_opened(running: Running, context: "BrowserContext") -> None:
    """Escape opens the overview on the projector, a wrong press the keys: the next one closes it, and skips nothing."""
    projector = opened(context, running.url(token=True))
    for wrong, opened_by_it in (("Escape", ".qd-overview[open]"), ("F1", ".qd-help[open]")):
        projector.keyboard.press(wrong)
        projector.wait_for_selector(opened_by_it)
        projector.keyboard.press("PageDown")
        projector.locator(opened_by_it).wait_for(state="hidden")
        assert place(running) == (0, 0, 0)
    projector.keyboard.press("F5")
    projector.wait_for_function("() => document.fullscreenElement !== null")
    projector.keyboard.press("Shift+F5")
    projector.keyboard.press("PageDown")
    shows(projector, "why")
    assert projector.evaluate("document.fullscreenElement !== null"), "F5 is the beginning, not the end"
    projector.keyboard.press(".")
    projector.wait_for_selector(".reveal.paused")
    projector.keyboard.press("PageUp")
    projector.locator(".reveal.paused").wait_for(state="detached")
    assert place(running) == (1, 0, 0)


def test_keys_of_other_keyboards(running: Running, context: "BrowserContext") -> None:
    """Letters by their place where they are no Latin ones; AltGr's characters and the browser's keys do nothing."""
    page = opened(context, running.url("/presenter", token=True))
    press(page, "т", "KeyN")
    follower = opened(context, running.url())
    shows(follower, "why")
    nothing = [
        ("@", "KeyQ", {}),  # AltGr on Linux
        ("€", "KeyE", {"ctrlKey": True, "altKey": True}),  # AltGr on Windows
        ("ö", "Semicolon", {}),
        ("é", "Digit2", {}),
        ("I", "KeyI", {"ctrlKey": True, "shiftKey": True}),  # the browser's tools
        ("Dead", "BracketLeft", {}),
        ("Process", "KeyN", {}),
    ]
    for key, code, modifiers in nothing:
        press(page, key, code, **modifiers)
    press(page, "N", "KeyN", shiftKey=True)  # Caps Lock, or a hasty hand
    follower.wait_for_function("() => document.querySelectorAll('.fragment.visible').length === 1")
    assert place(running) == (1, 1, 0)
    assert page.locator("#highlighter[aria-pressed=true], dialog[open]").count() == 0


def test_holding_a_step(running: Running, context: "BrowserContext") -> None:
    """H on the presenter's page, the phone's button, next: every page says that it is held."""
    running.live.hanging.add("run")
    presenter = opened(context, running.url("/presenter", token=True))
    phone = opened(context, running.url("/remote", token=True))
    running.call(lambda show: show.command(Jump("second-demo")))
    presenter.wait_for_selector("#hold:disabled")
    presenter.bring_to_front()
    presenter.keyboard.press("Space")
    presenter.wait_for_selector("#hold:enabled")
    presenter.keyboard.press("h")
    presenter.wait_for_selector("#status:has-text('held')")
    phone.bring_to_front()
    phone.wait_for_selector("#hold[aria-pressed=true]")
    assert phone.locator("#intent").inner_text() == "continue docker run nginx"
    phone.click("#hold")
    phone.wait_for_selector("#hold[aria-pressed=false]")
    presenter.bring_to_front()
    presenter.wait_for_selector("#hold[aria-pressed=false]")
    presenter.keyboard.press("h")
    presenter.wait_for_selector("#hold[aria-pressed=true]")
    presenter.keyboard.press("PageDown")
    presenter.wait_for_selector("#hold[aria-pressed=false]")
    assert [word for word in running.live.log if word in ("hold", "go on")] == ["hold", "go on"] * 2
    assert running.call(lambda show: show.state.own_stage and show.state.own_stage.activity) is Activity.RUNNING
    running.call(lambda show: show.command(Key.INTERRUPT))


@pytest.mark.parametrize(("path", "beside"), [("/presenter", "#notes"), ("/", "section.present h2")])
def test_a_click_elsewhere_does_not_take_the_keys(
    running: Running, context: "BrowserContext", path: str, beside: str
) -> None:
    """While the speaker types, every key is the terminal's, wherever the mouse was, and whatever a frame does."""
    page = opened(context, running.url(path, token=True))
    running.call(lambda show: show.command(Jump("second-demo")))
    prints(opened(context, running.url()), "ports", "$")
    page.bring_to_front()
    page.keyboard.press("t")
    page.wait_for_selector(".xterm-helper-textarea:focus")
    page.click(beside)
    if path == "/presenter":
        prints(page.frames[1], "ports", "$")
        page.frames[1].evaluate(
            "document.body.append(document.createElement('input')); document.querySelector('body > input').focus()"
        )
        page.wait_for_selector(".xterm-helper-textarea:focus")
    page.keyboard.type("ls -l")
    prints(page if path == "/" else page.frames[1], "ports", "$ ls -l")
    page.keyboard.press("F2")
    page.wait_for_function("() => document.activeElement === document.body")


@pytest.mark.parametrize("path", ["/presenter", "/remote"])
def test_the_page_stays_where_the_speaker_scrolled_it(running: Running, chromium: "Browser", path: str) -> None:
    """In a small window, or at twice the size: a step that begins moves neither the slide nor the notes away."""
    context = chromium.new_context(viewport={"width": 640, "height": 360})
    page = opened(context, running.url(path, token=True))
    running.call(lambda show: show.command(Jump("second-demo")))
    page.wait_for_selector(".step.next")
    scrolled = "[document.scrollingElement, document.querySelector('main')].map(each => Math.round(each.scrollTop))"
    before = page.evaluate(scrolled)
    assert before[0] == 0, "the slide is in view"
    page.evaluate("[document.scrollingElement, document.querySelector('main')].forEach(each => each.scrollTo(0, 40))")
    before = page.evaluate(scrolled)
    assert 40 in before
    running.live.hanging.add("run")
    running.call(lambda show: show.command(Key.NEXT))
    page.wait_for_selector(".step.running")
    assert page.evaluate(scrolled) == before
    running.call(lambda show: show.command(Key.INTERRUPT))
    context.close()
