"""The theme as CSS."""

import re

from quarterdeck.theme.css import font_stack, stylesheet
from support.placed_decks import HARBOUR


def test_every_token_is_a_custom_property() -> None:
    """Pages can use each colour, ANSI colour and size by name."""
    css = stylesheet(HARBOUR)
    found = dict(re.findall(r"--qd-([\w-]+): ([^;]+);", css))
    assert {name: found[name] for name in HARBOUR.colors} == dict(HARBOUR.colors)
    assert [found[f"ansi-{index}"] for index in range(16)] == list(HARBOUR.terminal)
    assert found["body-size"] == f"{HARBOUR.styles['body'].size:.4f}px"


def test_nothing_is_fetched() -> None:
    """A deck works without a network."""
    assert "url(" not in stylesheet(HARBOUR)
    assert "@import" not in stylesheet(HARBOUR)


def test_the_embedded_twin_comes_first() -> None:
    """The measured face is the one that is drawn."""
    assert font_stack(HARBOUR, "mono") == "'Cousine','Courier New',monospace"
