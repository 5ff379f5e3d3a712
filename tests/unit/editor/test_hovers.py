"""What is said of keys and demos."""

from __future__ import annotations

import pytest

from quarterdeck.editor.completions import KEYS
from quarterdeck.editor.cursor import Place
from quarterdeck.editor.hovers import about_demo, explanations
from quarterdeck.source.deck import load_demo
from support.deck_folder import DeckFolder

UNSAID = {"terminal"}
"""Keys of a deck that the guide explains elsewhere."""


@pytest.mark.parametrize("place", [Place.DECK_KEY, Place.SLIDE_KEY, Place.DEMO_KEY, Place.MANIFEST_KEY])
def test_the_guide_explains_every_key(place: Place) -> None:
    """So a hover over any of them says something."""
    said = explanations(place)
    assert {key for key in KEYS[place, ""] if key not in said} <= UNSAID
    assert not any("|" in text for text in said.values())


def test_attributes_are_found_by_their_name() -> None:
    """Without dots, number signs and values."""
    said = explanations(Place.ATTRIBUTE)
    assert {"hide", "setup", "cleanup", "id", "ready", "timeout", "open"} <= set(said)
    assert explanations(Place.TEXT) == {}


def test_about_a_demo(folder: DeckFolder) -> None:
    """Its title, what it shows, its first commands; hidden steps are left out."""
    steps = "".join(f"```console\n$ echo {n}\n{n}\n```\n" for n in range(14))
    setup = "---\nsummary: Says it.\n---\n```console {.setup}\n$ prepare\n```\n"
    script = folder.write("demos/hello.md", setup + steps)
    said = about_demo(load_demo(script), None)
    assert said.startswith("**Hello**\n\nSays it.\n\n    echo 0\n    echo 1\n")
    assert "… 2 more" in said
    assert "prepare" not in said
    assert said.endswith("No recording yet.")
