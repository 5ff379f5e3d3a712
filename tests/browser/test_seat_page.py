"""The attendee's page in a browser, at a real desk, with stand-ins for the seats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from quarterdeck.seats.messages import HelpAsked, Helping, Moved, Waiting, encode
from support.axe import faults
from support.open_workshop import Workshop, join, sees
from support.waiting import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

pytestmark = [pytest.mark.browser, pytest.mark.slow]


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
def test_people_who_see_little_can_use_it(chromium: Browser, workshop: Workshop, scheme: Any) -> None:
    """Names, roles and contrast, by axe-core, of the page and of its list of exercises."""
    context = chromium.new_context(color_scheme=scheme, reduced_motion="reduce")
    page = join(context, workshop)
    page.click("#verify")
    page.wait_for_selector("#result.missing")
    for open_list in (False, True):
        if open_list:
            page.click("#choose")
        assert faults(page) == []
    context.close()
