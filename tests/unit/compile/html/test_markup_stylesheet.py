"""The theme as CSS."""

from __future__ import annotations

import re
from pathlib import Path

from quarterdeck.compile.html.markup import METRICS, font_faces, font_stack, stylesheet
from quarterdeck.theme.file import load_theme
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


THEME = load_theme("harbour", Path())


def count(css: str, family: str) -> int:
    """How many faces of a family there are."""
    return css.count(f"font-family:'{family}'")


def test_only_faces_whose_characters_are_shown_are_embedded() -> None:
    """An English deck carries four latin faces a family; Greek text adds its own."""
    english = font_faces(THEME, ["<p>Hello</p>"], [])
    greek = font_faces(THEME, ["<p>Καλημέρα</p>"], [])
    assert count(english, "Arimo") == 4
    assert count(greek, "Arimo") == 8


def test_terminal_output_needs_the_monospaced_faces_only() -> None:
    """Cyrillic that a demo prints doesn't bring a Cyrillic body font."""
    plain = font_faces(THEME, ["<p>Hello</p>"], [])
    printed = font_faces(THEME, ["<p>Hello</p>"], ["привет"])
    assert count(printed, "Arimo") == count(plain, "Arimo")
    assert count(printed, "Cousine") == count(plain, "Cousine") + 4


def test_markup_is_not_text() -> None:
    """Attributes and element names need no font."""
    assert font_faces(THEME, ['<p title="Καλημέρα">Hello</p>'], []) == font_faces(THEME, ["<p>Hello</p>"], [])


def test_every_face_has_the_same_ascent() -> None:
    """Baselines stand where Office has them because no face keeps its own idea of a line."""
    rules = font_faces(THEME, ["<p>Hello</p>"], []).split("\n")
    assert all(METRICS in rule for rule in rules)
