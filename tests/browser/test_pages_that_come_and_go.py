"""Whatever happens in a show, and whenever: a page that comes, or comes back, is where the show is."""

import json
import random
from datetime import datetime
from operator import methodcaller
from typing import TYPE_CHECKING, Any

import pytest

from quarterdeck.show.machine.commands import Jump, Key
from quarterdeck.show.machine.state import Ink
from quarterdeck.show.show import Show
from support.running_show import Running, opened

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.browser

ROUNDS = 6
SEEN = """() => {
  const text = row => row.textContent.replaceAll('\\u00a0', ' ').trimEnd();
  const slide = document.querySelector('section.present');
  const rows = slide.querySelectorAll('.qd-xterm:not(.qd-behind) .xterm-rows > div');
  return {
    slide: slide.id,
    fragments: slide.querySelectorAll('.fragment.visible').length,
    terminal: [...rows].map(text).join('\\n').trimEnd(),
    strokes: document.querySelectorAll('.qd-drawing g').length,
    larger: slide.querySelector('.qd-zoomed') !== null,
    cover: document.querySelector('.reveal.paused') &&
      (document.documentElement.matches('.qd-white') ? 'white' : 'black'),
  };
}"""
ACTIONS = [
    *[Key.NEXT] * 8,
    Key.BACK,
    Key.NEXT_SLIDE,
    Key.RESET,
    Key.RECORDING,
    Key.LARGER,
    Key.SMALLER,
    Key.BLANK,
    Key.WHITE,
]


def expected(show: Show) -> dict[str, Any]:
    """What every page should show now."""
    state, demo = show.state, show.plan.slides[show.state.slide].demo
    printed = next((text.data for text in show.terminals.of(demo)), "") if demo else ""
    slide = show.plan.slides[state.slide].id
    return {
        "slide": slide,
        "fragments": state.fragment,
        "terminal": "\n".join(line.rstrip() for line in printed.split("\r\n")).rstrip(),
        "strokes": len(show.drawings.slides.get(slide, ())),
        "larger": state.zoom > 0 and demo is not None,
        "cover": state.blank,
    }


def same(running: Running, page: "Page") -> None:
    """Wait until a page shows what the show does."""
    wanted = running.call(expected)
    page.bring_to_front()
    try:
        page.wait_for_function(f"wanted => JSON.stringify(({SEEN})()) === wanted", arg=compact(wanted))
    except Exception:
        assert page.evaluate(SEEN) == wanted
        raise


def compact(value: object) -> str:
    """As JSON.stringify writes it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


@pytest.mark.parametrize("seed", [1, 2])
def test_pages_are_where_the_show_is(seed: int, running: Running, context: "BrowserContext") -> None:
    """One that stays, one that is reloaded, one that comes late, and one that was asleep, at random moments."""
    choice = random.Random(seed)
    steady, reloaded, sleeper = (opened(context, running.url()) for _ in range(3))
    for number in range(ROUNDS):
        asleep = choice.random() < 0.5
        if asleep:
            sleeper.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
        for _ in range(choice.randrange(1, 6)):
            key = choice.choice(ACTIONS)
            running.call(methodcaller("command", key))
            if choice.random() < 0.3:
                slide = running.call(lambda show: show.plan.slides[show.state.slide].id)
                running.call(methodcaller("draw", slide, f"{number}", Ink.PEN, [(0.1, 0.1), (0.5, 0.5)]))
            if choice.random() < 0.2:
                running.call(lambda show: show.command(Jump(choice.choice(["first-demo", "second-demo"]))))
            if choice.random() < 0.3:
                reloaded.reload()
        late = opened(context, running.url())
        running.settle()
        for page in (steady, reloaded, late, sleeper):
            same(running, page)
        late.close()


def test_a_key_pressed_while_the_connection_comes_back_is_heard(running: Running, context: "BrowserContext") -> None:
    """A moment later: a page that lost the show for a moment loses no press."""
    presenter = opened(context, running.url("/presenter", token=True))
    presenter.clock.set_fixed_time(datetime.now())  # on a busy machine it may take longer than a press waits
    presenter.evaluate(
        """() => {
          window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
          document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'PageDown', bubbles: true }));
        }"""
    )
    presenter.wait_for_function("() => document.getElementById('place').textContent === '2 / 6'")
