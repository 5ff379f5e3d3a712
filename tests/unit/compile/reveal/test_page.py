"""The page as a whole."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest

from quarterdeck.compile.reveal.page import Purpose
from support import example_deck


@pytest.fixture(scope="module")
def page() -> str:
    """The example deck's offline page."""
    return example_deck.example_page()


@pytest.fixture(scope="module")
def live_page() -> str:
    """The example deck as the page of a running show."""
    return example_deck.example_page(Purpose.LIVE)


def test_language_and_title_are_told(page: str) -> None:
    """A screen reader speaks the deck's language, and the tab bears its title, escaped."""
    assert '<html lang="en-GB"' in page
    assert "<title>An example &amp; more</title>" in page


def test_nothing_is_loaded_from_elsewhere(page: str) -> None:
    """Every source in the page is data; the only addresses are links that a reader may click."""
    markup = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    assert not re.findall(r'(?:src|poster)="(?!data:)[^"]*"', markup)
    assert not re.findall(r"url\((?!['\"]?data:)[^)]*\)", markup)
    assert re.findall(r'href="(?!#/)([^"]*)"', markup) == ["https://example.org/"]


def test_policy_lets_only_the_pages_own_script_run(page: str) -> None:
    """The hash in the policy is that of the one script there is."""
    scripts = re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
    assert len(scripts) == 1
    digest = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    assert f"script-src 'sha256-{digest}';" in policy[1]
    assert policy[1].startswith("default-src 'none';")


def test_same_deck_gives_the_same_bytes(page: str) -> None:
    """Building twice changes nothing."""
    assert example_deck.example_page() == page


def test_recording_can_not_break_out_of_its_element() -> None:
    """What a demo printed stays data, even when it looks like markup."""
    page = example_deck.example_page(recorded=example_deck.cast(third="</script><script>alert(1)</script><!--\r\n"))
    assert "\\u003c/script>\\u003cscript>alert(1)" in page
    assert "<script>alert(1)" not in page


def test_offline_page_has_notes_and_recordings(page: str) -> None:
    """Who gets the file can read the notes and play the demos."""
    assert '<aside class="notes"><p>Say &lt;this&gt;.</p></aside>' in page
    assert '<script type="application/json" class="qd-cast" data-demo="counting">' in page


def test_live_page_keeps_the_notes_to_the_speaker(live_page: str) -> None:
    """The audience's page holds neither the speaker's notes nor steps that the page could play by itself."""
    assert "Say &lt;this&gt;" not in live_page
    assert 'class="qd-cast"' not in live_page
    assert "qd-step " not in live_page
    assert "connect-src 'self'" in live_page


def test_offline_page_may_connect_to_nothing(page: str) -> None:
    """Without a show there is nothing to talk to, and no page to show in a frame."""
    assert "connect-src" not in page
    assert "frame-src" not in page


def test_picture_used_twice_is_in_the_page_once(page: str) -> None:
    """A deck doesn't grow with every use of a picture."""
    assert page.count(base64.b64encode(example_deck.picture().data).decode()) == 1
    assert len(re.findall(r'data-same-as="[0-9a-f]+"', page)) == 1


def test_steps_follow_the_slides_own_fragments(page: str) -> None:
    """One key shows the fragments first, and then plays the shown steps in their order; hidden ones take no key."""
    steps = re.findall(r'class="qd-step custom fragment" data-fragment-index="(\d)" [^>]*data-step="([^"]*)"', page)
    assert steps == [("1", "step-1"), ("2", "step-3"), ("3", "step-4")]
