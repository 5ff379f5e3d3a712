"""PPTX files that PowerPoint opens without a repair."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from quarterdeck.model.content import List, ListItem, Math, Run
from quarterdeck.model.deck import Deck, Layout, Slide
from support.ooxml_lint import lint
from support.pptx_deck import built, bullets, deck_of, everything, program, sized_table, slide

BEGUN_OTHERWISE = List(
    (
        ListItem((program(),), fragment=0),
        ListItem((Math("x^2"),), fragment=1),
        ListItem((sized_table(),), fragment=2),
        ListItem((bullets("at once"),), fragment=3),
        ListItem(()),
    )
)
"""A list whose items begin with other things than words."""
THEMES = ("harbour", "night", "contrast", "logbook")


@pytest.mark.office
@pytest.mark.parametrize("theme", THEMES)
def test_office_finds_no_fault(ooxml_validator: Callable[[bytes], list[str]], theme: str) -> None:
    """The Open XML SDK has nothing to say about a deck with everything in it, in any theme."""
    assert ooxml_validator(built(everything(), theme)) == []


@pytest.mark.office
def test_office_finds_a_fault(ooxml_validator: Callable[[bytes], list[str]]) -> None:
    """A broken file doesn't pass, so the validator is really there."""
    broken = built(deck_of(Slide("one", Layout.CONTENT, (Run("One"),))))
    with_fault = broken.replace(b"ppt/presProps.xml", b"ppt/presProps.xmm")
    assert ooxml_validator(with_fault) != []


@pytest.mark.parametrize("theme", THEMES)
def test_own_lint_finds_no_fault(theme: str) -> None:
    """Nothing is wrong that PowerPoint would repair and the validator lets pass."""
    assert lint(built(everything(), theme)) == []


@pytest.mark.parametrize(
    "deck",
    [
        deck_of(),
        deck_of(Slide("blank", Layout.BLANK)),
        deck_of(*(Slide(f"s{layout}", layout, (Run(layout),)) for layout in Layout)),
        deck_of(slide(BEGUN_OTHERWISE), slide(replace(BEGUN_OTHERWISE, ordered=True), id_="two")),
        deck_of(slide(program((1, 1), (3, 3), (2, 2))), slide(replace(program((1, 1), (2, 2)), fragment=5), id_="two")),
    ],
    ids=["no slides", "an empty slide", "only titles", "items that begin otherwise", "code with steps"],
)
@pytest.mark.office
def test_odd_decks_are_valid(ooxml_validator: Callable[[bytes], list[str]], deck: Deck) -> None:
    """Decks with next to nothing in them open too."""
    made = built(deck)
    assert ooxml_validator(made) == []
    assert lint(made) == []
