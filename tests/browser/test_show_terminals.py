"""The demo's terminals on the pages of a show: typed into, seen by all, and harmless."""

from typing import TYPE_CHECKING

import pytest

from quarterdeck.show.machine.commands import Key
from quarterdeck.show.machine.state import ZOOM_LIMIT
from quarterdeck.stage.events import Output
from support.running_show import Running, opened, prints, shows

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

pytestmark = pytest.mark.browser

FRONT = """text => document.querySelector('.present .qd-xterm:not(.qd-behind) .xterm-rows')
  .textContent.replaceAll('\\u00a0', ' ').trim() === text"""
CELLS = """() => {
  const panel = document.querySelector('.present .qd-terminal').getBoundingClientRect();
  const room = document.querySelector('.present .qd-room').getBoundingClientRect();
  const screen = document.querySelector('.present .xterm-screen').getBoundingClientRect();
  const rows = [...document.querySelectorAll('.present .xterm-rows > div')];
  return {
    type: parseFloat(getComputedStyle(document.querySelector('.present .xterm-rows')).fontSize),
    rows: rows.length,
    text: rows.map((row) => row.textContent.replaceAll('\\u00a0', ' ')).join('').replaceAll(' ', ''),
    panel: [panel.left, panel.top, panel.right, panel.bottom].map(Math.round),
    cut: [screen.left - room.left, screen.top - room.top, room.right - screen.right, room.bottom - screen.bottom]
      .some((space) => space < -1),
  };
}"""


def test_the_speaker_types_into_the_terminal(running: Running, context: "BrowserContext") -> None:
    """T hands the terminal over, every key goes there, F2 ends it."""
    projector = opened(context, running.url(token=True))
    running.call(lambda show: show.command(Key.NEXT_SLIDE))
    running.call(lambda show: show.command(Key.NEXT_SLIDE))
    prints(projector, "hello", "$")
    projector.keyboard.press("t")
    projector.wait_for_selector(".present .qd-takes-keys")
    projector.keyboard.type("docker ps b")
    prints(projector, "hello", "$ docker ps b")
    projector.keyboard.press("F2")
    projector.wait_for_selector(".present .qd-takes-keys", state="detached")
    assert not running.call(lambda show: show.state.blank)


def test_the_speaker_types_from_the_presenters_page(running: Running, context: "BrowserContext") -> None:
    """The terminal lies over the slide there, and the projector shows what is typed."""
    presenter = opened(context, running.url("/presenter", token=True))
    projector = opened(context, running.url(token=True))
    running.call(lambda show: show.command(Key.NEXT_SLIDE))
    running.call(lambda show: show.command(Key.NEXT_SLIDE))
    prints(projector, "hello", "$")
    presenter.bring_to_front()
    presenter.keyboard.press("t")
    presenter.wait_for_selector("#mirror:not([hidden]) .xterm-rows")
    presenter.keyboard.type("ls -l")
    presenter.wait_for_function("() => document.querySelector('#mirror .xterm-rows').textContent.includes('ls -l')")
    projector.bring_to_front()
    prints(projector, "hello", "$ ls -l")


def test_the_speaker_types_into_a_second_terminal(running: Running, context: "BrowserContext") -> None:
    """S, or F3 while typing, brings one of the speaker's own to the front on every page, late ones too."""
    presenter = opened(context, running.url("/presenter", token=True))
    projector = opened(context, running.url())
    for _ in range(2):
        running.call(lambda show: show.command(Key.NEXT_SLIDE))
    prints(projector, "hello", "$")
    presenter.bring_to_front()
    for key in ("t", "F3"):
        presenter.keyboard.press(key)
    presenter.wait_for_selector("#mirror:not([hidden]) .xterm-rows")
    projector.wait_for_selector(".present .qd-tabs:text-is('Terminal 2 of 2')")
    presenter.keyboard.type("docker ps")
    presenter.wait_for_function("() => document.querySelector('#mirror .xterm-rows').textContent.includes('docker ps')")
    late = opened(context, running.url())
    for page in (projector, late):
        page.bring_to_front()
        page.wait_for_function(FRONT, arg="docker ps")
    presenter.bring_to_front()
    presenter.keyboard.press("F2")
    presenter.wait_for_selector("#mirror", state="hidden")
    presenter.keyboard.press("s")
    for page in (projector, late):
        page.bring_to_front()
        page.wait_for_function(FRONT, arg="$")


def test_larger_type_takes_the_whole_slide_on_every_page(running: Running, context: "BrowserContext") -> None:
    """Plus four times: each time type is larger, the terminal really has fewer cells, and every character is there."""
    presenter = opened(context, running.url("/presenter", token=True))
    projector = opened(context, running.url())
    for _ in range(2):
        running.call(lambda show: show.command(Key.NEXT_SLIDE))
    prints(projector, "hello", "$")
    words = " ".join(f"{n:03}" for n in range(60))
    running.call(lambda show: show.on_event("hello", Output(1, f"echo {words}\r\n", 0.0)))
    whole = f"$echo{words}".replace(" ", "")
    projector.wait_for_function(f"whole => ({CELLS})().text === whole", arg=whole)
    placed = projector.evaluate(CELLS)
    grids = running.call(lambda show: show.slide.grids)
    assert len(grids) == ZOOM_LIMIT + 1
    assert placed["rows"] == grids[0].rows
    presenter.bring_to_front()
    for level in (1, 2, 3, 3):
        presenter.keyboard.press("+")
        projector.bring_to_front()
        projector.wait_for_function(f"rows => ({CELLS})().rows === rows", arg=grids[level].rows)
        projector.wait_for_function(f"whole => ({CELLS})().text === whole", arg=whole)
        larger = projector.evaluate(CELLS)
        assert larger["panel"] == [0, 0, 1280, 720]
        assert not larger["cut"]
        assert larger["type"] >= placed["type"]
        assert running.live.grids[-1] == grids[level], "the program's terminal has the size that is seen"
        placed = larger
        presenter.bring_to_front()
    for _ in range(3):
        presenter.keyboard.press("-")
    projector.wait_for_selector(".present .qd-zoomed", state="detached")
    projector.bring_to_front()
    projector.wait_for_function(f"rows => ({CELLS})().rows === rows", arg=grids[0].rows)
    assert projector.evaluate(CELLS)["text"] == whole


def test_escape_sequences_do_nothing_but_draw(running: Running, context: "BrowserContext") -> None:
    """What a demo prints can't set the page's title, run script, or type answers."""
    projector = opened(context, running.url(token=True))
    title = projector.title()
    link = "\x1b]8;;javascript:document.title='hacked'\x07link\x1b]8;;\x07"
    evil = f"\x1b]0;hacked\x07{link}<img src=x onerror=alert(1)>\x1b[6n\x1b[c"
    late = opened(context, running.url())
    shows(late, "welcome")
    for _ in range(2):
        running.call(lambda show: show.command(Key.NEXT_SLIDE))
    prints(late, "hello", "$")
    running.call(lambda show: show.on_event("hello", Output(1, evil, 0.0)))
    prints(late, "hello", "$ link<img src=x onerror=alert(1)>")
    late.locator(".present .xterm-screen").click(position={"x": 30, "y": 10})
    assert late.title() == projector.title() == title
    assert late.locator(".qd-terminal img").count() == 0
    assert not [entry for entry in running.live.log if entry.startswith("write")]
