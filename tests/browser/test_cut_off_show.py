"""A show that was killed, and is started again."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.pictures import picture
from support.ports import free_port
from support.presented import presented

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

DECK = "---\ntitle: Cut off\n---\n# First\n\nOne.\n\n---\n\n# Second\n\nTwo.\n\n---\n\n# Third\n\nThree.\n"
SECOND = "() => document.querySelector('section.present')?.id === 'second'"


SECONDS = "() => document.getElementById('elapsed').textContent.split(':').reduce((sum, part) => 60 * sum + +part, 0)"
"""Of the talk, by the presenter's clock."""


def test_the_pages_of_a_killed_show_find_it_where_it_was(chromium: "Browser", tmp_path: Path) -> None:
    """Speaker's and audience's, by themselves, with the deck as it is now, and the clock; an ended one is over."""
    deck, options = tmp_path / "deck.md", ("--engine", "replay", "--port", str(free_port()))
    deck.write_text(DECK)
    context = chromium.new_context(viewport={"width": 1280, "height": 720})
    presenter, audience = context.new_page(), context.new_page()
    with presented(deck, *options, home=tmp_path) as show:
        presenter.goto(show.addresses["presenter"])
        audience.goto(show.addresses["audience"])
        presenter.wait_for_selector("#link[data-state=good]")
        presenter.bring_to_front()
        presenter.keyboard.press("Space")
        audience.wait_for_function(SECOND)
        presenter.wait_for_function(f"() => ({SECONDS})() >= 2")
        before = presenter.evaluate(SECONDS)
        show.process.kill()
        presenter.wait_for_selector("#link[data-state=lost]")
    deck.write_text(DECK.replace("Two.", "Zwei."))
    with presented(deck, *options, home=tmp_path) as again:
        assert again.addresses == show.addresses
        presenter.wait_for_selector("#link[data-state=good]")
        presenter.wait_for_function(f"before => ({SECONDS})() > before", arg=before)
        audience.bring_to_front()
        audience.wait_for_selector("section.present:has-text('Zwei.')")
        presenter.bring_to_front()
        presenter.keyboard.press("Space")
        presenter.wait_for_function("() => document.getElementById('place').textContent === '3 / 3'")
    with presented(deck, *options, home=tmp_path) as another:
        assert another.addresses["presenter"] != show.addresses["presenter"]
    context.close()


def test_a_page_that_missed_the_end_of_the_show_says_what_it_may_be(chromium: "Browser", tmp_path: Path) -> None:
    """After some time of looking for it, and what can be done; and it finds the next one."""
    deck, options = tmp_path / "deck.md", ("--engine", "replay", "--port", str(free_port()))
    deck.write_text(DECK)
    context = chromium.new_context(viewport={"width": 1280, "height": 720})
    pages = {name: context.new_page() for name in ("audience", "presenter", "phone")}
    said = "said => document.body.innerText.includes(said)"
    with presented(deck, *options, home=tmp_path) as show:
        for name, page in pages.items():
            page.clock.install()
            page.goto(show.addresses[name])
        pages["presenter"].wait_for_selector("#link[data-state=good]")
        pages["audience"].wait_for_selector("html[data-role]")
        pages["phone"].wait_for_selector("#place:has-text('1/3')")
        show.process.kill()
        show.process.wait()
    for name, page in pages.items():
        page.bring_to_front()
        page.clock.run_for(20_000)
        page.wait_for_function(said, arg="it has ended, or the network is gone")
        assert page.evaluate(said, "start it again") is (name != "audience")
        picture(page, f"gone-{name}")
    with presented(deck, *options, home=tmp_path):
        for page in pages.values():
            page.bring_to_front()
            page.wait_for_function(f"said => !({said})(said)", arg="the network is gone")
    context.close()


def test_every_page_says_that_the_show_has_ended(chromium: "Browser", tmp_path: Path) -> None:
    """The speaker's, whose clock stands, and the audience's."""
    deck = tmp_path / "deck.md"
    deck.write_text(DECK)
    context = chromium.new_context(viewport={"width": 1280, "height": 720})
    pages = {}
    with presented(deck, "--engine", "replay", home=tmp_path) as show:
        for name in ("projector", "audience", "presenter", "phone"):
            pages[name] = context.new_page()
            pages[name].goto(show.addresses[name])
        pages["presenter"].wait_for_selector("#link[data-state=good]")
        pages["presenter"].keyboard.press("Space")
        for name in ("projector", "audience"):
            pages[name].wait_for_function(SECOND)
        pages["phone"].wait_for_selector("#place:has-text('2/3')")
    for name, page in pages.items():
        page.wait_for_function("() => /show has ended/.test(document.body.innerText)")
        picture(page, f"ended-{name}")
    presenter = pages["presenter"]
    stands = presenter.evaluate(SECONDS)
    presenter.wait_for_timeout(2000)
    assert presenter.evaluate(SECONDS) == stands
    context.close()
