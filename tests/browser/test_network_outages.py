"""A phone whose network is gone for a while: nothing pressed meanwhile happens later, and the page says it is lost.

The phone is a Chromium in a network namespace of its own, as on another machine; packets are dropped between the two,
so that no side is told.  ``pytest -s`` says how long it took to notice, and ``QUARTERDECK_PICTURES`` takes pictures.
"""

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conftest import missing
from support import steady_chromium
from support.machines import Machine, two_machines, why_no_machines
from support.pictures import picture
from support.presented import QUARTERDECK, presented

if TYPE_CHECKING:
    from playwright.sync_api import Page, Playwright

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DECK = "\n\n---\n\n".join(f"# Slide {number}\n\nIts text." for number in range(1, 9))
PLACE = "() => document.getElementById('place').textContent"
LOST = "() => !document.getElementById('lost').hidden"


@pytest.fixture(scope="module")
def machines() -> Iterator[tuple[Machine, Machine]]:
    """The speaker's and the phone's."""
    if reason := why_no_machines():
        missing("browser", reason)
    with two_machines() as pair:
        yield pair


@dataclass(frozen=True, slots=True)
class Talk:
    """A show on the speaker's machine, and browsers on both."""

    addresses: dict[str, str]
    playwright: "Playwright"
    folder: Path

    def page(self, name: str, machine: Machine) -> "Page":
        """One of the show's pages, on its first slide, in a browser on a machine."""
        wrapper = self.folder / f"chromium-{name}"
        wrapper.write_text(f'#!/bin/sh\nexec {" ".join(machine.command(steady_chromium.__file__))} "$@"\n')
        wrapper.chmod(0o755)
        browser = self.playwright.chromium.launch(executable_path=wrapper, args=steady_chromium.FLAGS)
        page = browser.new_page(viewport={"width": 390, "height": 780})
        page.goto(self.addresses[name])
        shows_place(page, 1)
        return page


def shows_place(page: "Page", place: int) -> None:
    """Wait until a page of the speaker's is on a slide."""
    page.wait_for_function(f"place => ({PLACE})().replaceAll(' ', '') === place", arg=f"{place}/8")


def number(page: "Page") -> int:
    """The slide that a page of the speaker's is on."""
    return int(page.evaluate(PLACE).partition("/")[0])


def goes_on(page: "Page", place: int) -> None:
    """Press until a page of the speaker's is behind a place: what takes a busy machine too long is dropped."""
    from playwright.sync_api import TimeoutError as NotYetError

    while number(page) <= place:
        page.keyboard.press("PageDown")
        with suppress(NotYetError):
            page.wait_for_function(f"place => parseInt(({PLACE})()) > place", arg=place, timeout=10_000)


@pytest.fixture
def talk(machines: tuple[Machine, Machine], tmp_path: Path) -> Iterator[Talk]:
    """A show."""
    from playwright.sync_api import sync_playwright

    if steady_chromium.PROGRAM is None:
        missing("browser", "no Chromium is on the PATH")
    deck = tmp_path / "deck.md"
    deck.write_text(DECK)
    options = ("--engine", "replay", "--lan")
    wrapper = machines[0].command()
    opened = presented(deck, *options, home=tmp_path, wrapper=wrapper, program=QUARTERDECK)
    with opened as show, sync_playwright() as playwright:
        yield Talk(show.addresses, playwright, tmp_path)


@pytest.fixture
def phone(talk: Talk, machines: tuple[Machine, Machine]) -> "Page":
    """The speaker's phone."""
    return talk.page("phone", machines[1])


@pytest.mark.parametrize("seconds", [1, 4, 10, 25])
def test_what_was_pressed_in_an_outage_does_not_happen_after_it(
    seconds: int, phone: "Page", machines: tuple[Machine, Machine]
) -> None:
    """Two presses: after a short outage they are a little late, after a long one gone; then all is as before."""
    speaker, _ = machines
    with speaker.cut_off():
        began = time.monotonic()
        phone.keyboard.press("PageDown")
        phone.wait_for_timeout(400)
        phone.keyboard.press("PageDown")
        if seconds > 3:
            phone.wait_for_function(LOST)
            told = time.monotonic() - began
            picture(phone, f"phone-lost-{seconds}")
        phone.wait_for_timeout(max(0.0, began + seconds - time.monotonic()) * 1000)
    back = time.monotonic()
    phone.wait_for_function(f"() => !({LOST})()")
    found = time.monotonic() - back
    if seconds > 3:
        print(f"\n{seconds} s: said after {told:.1f} s, found again {found:.1f} s after its end")  # noqa: T201
    if seconds < 3:
        # either press may come still, for it isn't late yet
        goes_on(phone, number(phone))
        assert number(phone) <= 4
    else:
        goes_on(phone, 1)
        assert number(phone) == 2


def test_two_speakers_who_press_in_the_same_moment_go_on_once(
    talk: Talk, phone: "Page", machines: tuple[Machine, Machine]
) -> None:
    """On a slow network: the phone doesn't show yet that the other speaker has gone on."""
    speaker, _ = machines
    presenter = talk.page("presenter", speaker)
    with speaker.cut_off():
        presenter.keyboard.press("PageDown")
        shows_place(presenter, 2)
        phone.keyboard.press("PageDown")
    shows_place(phone, 2)
    phone.wait_for_timeout(500)  # sooner, it would be another press in that same moment
    goes_on(phone, 2)
    for page in (presenter, phone):
        shows_place(page, 3)
