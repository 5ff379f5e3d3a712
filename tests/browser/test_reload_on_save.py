"""A deck that is saved while it is being presented."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.presented import Presented, presented

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

DECK = """---
title: Saved
---
# First

One.

---

# Second

Two.
"""
SECOND = "() => document.querySelector('section.present')?.id === 'second'"


@pytest.fixture
def deck(tmp_path: Path) -> Path:
    """A deck of two slides."""
    source = tmp_path / "talk" / "deck.md"
    source.parent.mkdir()
    source.write_text(DECK)
    return source


@pytest.fixture
def show(deck: Path, tmp_path: Path) -> Iterator[Presented]:
    """A show of it."""
    with presented(deck.parent, "--engine", "replay", home=tmp_path) as show:
        yield show


@pytest.fixture
def pages(show: Presented, chromium: "Browser") -> Iterator[tuple["Page", "Page"]]:
    """The presenter's page and an audience's, on the second slide."""
    contexts = [chromium.new_context(viewport={"width": 1280, "height": 720}) for _ in range(2)]
    presenter, audience = (context.new_page() for context in contexts)
    presenter.goto(show.addresses["presenter"])
    audience.goto(show.addresses["audience"])
    presenter.wait_for_selector("#link[data-state=good]")
    presenter.bring_to_front()
    presenter.keyboard.press("Space")
    audience.wait_for_function(SECOND)
    yield presenter, audience
    for context in contexts:
        context.close()


def reads(page: "Page", text: str) -> None:
    """Wait until the slide shows a text."""
    page.wait_for_function("text => document.querySelector('section.present')?.innerText.includes(text)", arg=text)


def test_a_save_reaches_every_page(pages: tuple["Page", "Page"], deck: Path) -> None:
    """The pages load the new deck and stay on their slide; a slide put before it changes nothing about that."""
    presenter, audience = pages
    deck.write_text(DECK.replace("# Second\n\nTwo.", "# Between\n\n---\n\n# Second\n\nTwo and a half."))
    reads(audience, "Two and a half.")
    assert audience.evaluate(SECOND)
    presenter.wait_for_function("() => document.getElementById('place')?.textContent === '3 / 3'")


def test_a_fault_is_said_and_the_last_good_deck_goes_on(pages: tuple["Page", "Page"], deck: Path) -> None:
    """The presenter's page says what is wrong and where; mending it takes that away."""
    presenter, audience = pages
    deck.write_text(DECK.replace("Two.", "![A picture](missing.png)"))
    presenter.wait_for_selector("#notice:not([hidden])")
    notice = presenter.inner_text("#notice")
    assert "missing.png" in notice
    assert "deck.md:12" in notice
    reads(audience, "Two.")
    presenter.bring_to_front()
    presenter.keyboard.press("ArrowLeft")
    audience.wait_for_function("() => document.querySelector('section.present')?.id === 'first'")
    deck.write_text(DECK.replace("One.", "Eins."))
    reads(audience, "Eins.")
    presenter.wait_for_selector("#notice[hidden]", state="attached")


def test_a_page_that_was_away_loads_the_deck_that_is_shown_now(pages: tuple["Page", "Page"], deck: Path) -> None:
    """A follower whose network was gone during the save comes back to the new deck."""
    presenter, audience = pages
    audience.context.set_offline(True)
    # Drops the connection and looks for the show.
    audience.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    presenter.evaluate("window.isOld = true")
    deck.write_text(DECK.replace("Two.", "Zwei."))
    presenter.wait_for_function("() => window.isOld === undefined")
    audience.context.set_offline(False)
    reads(audience, "Zwei.")
