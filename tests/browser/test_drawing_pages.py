"""Pointing and drawing on the slide, seen by every page."""

from typing import TYPE_CHECKING

import pytest

from quarterdeck.show.machine.commands import Key
from support.running_show import Running, opened, shows

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.browser


STROKES = """() => [...document.querySelectorAll('.qd-drawing g')].map(group => {
  const slide = document.querySelector('.reveal .slides').getBoundingClientRect();
  const box = group.getBoundingClientRect();
  const shares = [
    (box.left + box.width / 2 - slide.left) / slide.width,
    (box.top + box.height / 2 - slide.top) / slide.height,
  ];
  return shares.map(share => Math.round(share * 10));
})"""


def drag(page: "Page", selector: str, *places: tuple[float, float]) -> None:
    """Press the mouse at the first place on an element, move over the others, and let it go."""
    box = page.locator(selector).bounding_box()
    assert box is not None
    points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in places]
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point, steps=5)
    page.mouse.up()


def drawn(page: "Page", *middles: tuple[int, int]) -> None:
    """Wait until the strokes seen have their middles there, and there are no others; in tenths of the slide."""
    page.bring_to_front()
    wanted = [list(middle) for middle in middles]
    page.wait_for_function(f"wanted => JSON.stringify(({STROKES})()) === JSON.stringify(wanted)", arg=wanted)


def test_drawing_on_the_slide(running: Running, context: "BrowserContext") -> None:
    """From the presenter's page and the projector's; each slide keeps its own, late pages get it; undo and erase."""
    presenter = opened(context, running.url("/presenter", token=True))
    projector = opened(context, running.url(token=True))
    presenter.bring_to_front()
    presenter.keyboard.press("Control+p")
    drag(presenter, "#cover", (0.2, 0.2), (0.4, 0.4))
    drag(presenter, "#cover", (0.7, 0.6), (0.9, 0.6))
    drawn(projector, (3, 3), (8, 6))
    late = opened(context, running.url())
    drawn(late, (3, 3), (8, 6))
    projector.bring_to_front()
    projector.keyboard.press("d")
    drag(projector, ".qd-surface", (0.1, 0.9), (0.3, 0.9))
    drawn(late, (3, 3), (8, 6), (2, 9))
    running.call(lambda show: show.command(Key.NEXT))
    shows(late, "why")
    drawn(late)
    running.call(lambda show: show.command(Key.PREVIOUS_SLIDE))
    drawn(late, (3, 3), (8, 6), (2, 9))
    projector.bring_to_front()
    projector.keyboard.press("Control+z")
    drawn(late, (3, 3), (8, 6))
    projector.bring_to_front()
    projector.keyboard.press("e")
    drawn(late)
    projector.bring_to_front()
    projector.keyboard.press("Escape")
    assert projector.locator(".qd-surface").is_hidden()


def test_the_highlighter_lets_the_slide_be_read(running: Running, context: "BrowserContext") -> None:
    """PowerPoint's Ctrl+I, or M; on late pages too."""
    presenter = opened(context, running.url("/presenter", token=True))
    for key in ("Control+i", "m", "m"):
        presenter.keyboard.press(key)
    drag(presenter, "#cover", (0.2, 0.2), (0.4, 0.2))
    late = opened(context, running.url())
    drawn(late, (3, 2))
    look = late.evaluate("getComputedStyle(document.querySelector('.qd-drawing [data-ink=highlighter]')).opacity")
    assert 0.2 < float(look) < 0.6
    presenter.bring_to_front()
    presenter.keyboard.press("Escape")
    assert presenter.locator("#highlighter").get_attribute("aria-pressed") == "false"


def test_the_pointer_is_seen_by_the_audience(running: Running, context: "BrowserContext") -> None:
    """Held down, or with the laser wherever the mouse is; it goes when the mouse leaves the slide."""
    presenter = opened(context, running.url("/presenter", token=True))
    follower = opened(context, running.url())
    dot = follower.locator(".qd-pointer")
    presenter.bring_to_front()
    box = presenter.locator("#cover").bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    presenter.mouse.move(*middle)
    presenter.mouse.down()
    dot.wait_for(state="visible")
    shown = follower.evaluate("document.querySelector('.qd-pointer').style.cssText")
    assert {round(float(share.split(":")[1].strip(" %"))) for share in shown.split(";")[:2]} == {50}
    presenter.mouse.up()
    dot.wait_for(state="hidden")
    presenter.keyboard.press("l")
    presenter.mouse.move(middle[0] + 20, middle[1])
    dot.wait_for(state="visible")
    presenter.mouse.move(5, 5)
    dot.wait_for(state="hidden")
