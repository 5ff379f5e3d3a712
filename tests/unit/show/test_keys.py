"""The table of keys, and how keys are written."""

import pytest

from quarterdeck.show.keys import CONSOLE_HELP, HelpLine, Local, Place, bound, caps, help_keys, named, written
from quarterdeck.show.machine.commands import Key


@pytest.mark.parametrize(
    ("key", "terminal", "page"),
    [
        (" ", "Space", "Space"),
        ("Ctrl+c", "Ctrl-C", "Ctrl C"),
        ("Shift+ArrowRight", "Shift+→", "Shift →"),
        ("-", "-", "−"),
        ("+", "+", "+"),
        ("n", "n", "N"),
        ("D", "D", "D"),
        ("PageDown", "PgDn", "PgDn"),
    ],
)
def test_keys_are_written_as_their_place_does(key: str, terminal: str, page: str) -> None:
    """Small letters in a terminal, where capitals need Shift; capitals on pages, as on the keys."""
    assert written(key, Place.CONSOLE) == terminal
    assert written(key, Place.PAGES) == page


def test_places_have_keys_of_their_own() -> None:
    """``o`` jumps in the console, shows the overview on pages, and opens the demo's page in ``run``."""
    meanings = [dict(bound(place))["o"] for place in (Place.CONSOLE, Place.PAGES, Place.RUN)]
    assert meanings == [Local.JUMP, Local.OVERVIEW, Local.OPEN_PAGE]


def test_commands_of_a_clicker_are_the_same_everywhere() -> None:
    """Page Down and Page Up."""
    for place in (Place.CONSOLE, Place.PAGES, Place.RUN):
        assert dict(bound(place))["PageDown"] is Key.NEXT
        assert dict(bound(place))["PageUp"] is Key.BACK


def test_typing_leaves_two_keys() -> None:
    """All others are the programs' in the terminal."""
    assert dict(bound(Place.PAGES, typing=True)) == {"F2": Key.TYPE, "F3": Key.TERMINAL}


def test_help_names_no_alias() -> None:
    """``=`` is ``+`` without Shift."""
    assert named(Key.LARGER, Place.PAGES) == ("+",)
    assert caps(Local.UNDO, Place.CONSOLE) == ()


def test_groups_of_keys_are_apart() -> None:
    """In a terminal, each part of the text has its group of keys."""
    line = HelpLine(((Key.FIRST, Key.LAST), (Local.NUMBER,)), "first and last slide; slide 7")
    assert help_keys(line, Place.CONSOLE) == "Home End   7 Enter"
    assert help_keys(line, Place.PAGES) == "Home  End  7 Enter"
    for lines in CONSOLE_HELP.values():
        for each in lines:
            assert len(each.actions) in (1, each.text.count("; ") + 1)
