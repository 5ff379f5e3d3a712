"""The page of keys names every key of the table, with what the help of its place says of it."""

from __future__ import annotations

import re

import pytest

from conftest import ROOT
from quarterdeck.show.keys import (
    BINDINGS,
    CONSOLE_HELP,
    PAGES_HELP,
    RUN_HELP,
    Binding,
    HelpLine,
    Place,
    bound,
    help_keys,
    written,
)

PAGE = (ROOT / "src" / "quarterdeck" / "reference" / "keys.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
TITLES = {
    Place.CONSOLE: "The console",
    Place.PAGES: "The presenter's page and the projector's",
    Place.RUN: "`quarterdeck run`",
}
LINES = [
    *((Place.CONSOLE, line) for section in CONSOLE_HELP.values() for line in section),
    *((Place.PAGES, line) for line in PAGES_HELP),
    *((Place.RUN, line) for line in RUN_HELP),
]


def keys_of(section: str) -> set[str]:
    """The keys in the first column of a section, with modifiers as a terminal's help writes them."""
    text = " ".join(re.findall(r"^\| (.*?) \|", SECTIONS[section], re.MULTILINE))
    return set(re.sub(r"\b(Shift|Ctrl|Alt)[ +-]", r"\1+", text).split())


@pytest.mark.parametrize(("place", "line"), LINES, ids=[f"{place.name}: {line.text}" for place, line in LINES])
def test_help_is_in_the_page(place: Place, line: HelpLine) -> None:
    """Each line of the help, word for word."""
    row = f"| {' '.join(help_keys(line, place).split())} | {line.text} |"
    assert row in SECTIONS[TITLES[place]].splitlines()


@pytest.mark.parametrize("place", TITLES, ids=lambda place: str(place.name))
def test_every_key_is_named(place: Place) -> None:
    """Those that the help leaves out too, and those that count while the speaker types."""
    bindings = [*bound(place), *bound(place, typing=True)]
    assert len(bindings) > 20
    names = {re.sub("[- ](?=.)", "+", written(key, place)) for key, _ in bindings}
    assert names - keys_of(TITLES[place]) == set()


def test_no_key_means_two_things() -> None:
    """In each place, by itself and while the speaker types."""
    for place in Place:
        for typing in (False, True):
            keys = [key for key, _ in bound(place, typing=typing)]
            assert len(keys) == len(set(keys))


def test_every_key_that_the_help_leaves_out_is_told_of_elsewhere() -> None:
    """An action with keys of its own is in the help of its place, or has only aliases."""
    for place in TITLES:
        helped = {action for where, line in LINES if where is place for group in line.actions for action in group}
        named = {each.action for each in _bindings(place) if each.keys}
        assert {str(action) for action in named - helped} <= {"help"}


def _bindings(place: Place) -> list[Binding]:
    return [each for each in BINDINGS if place in each.places]
