"""The console's keys as Textual names them."""

import pytest

from quarterdeck.show.console.keys import BINDINGS, TYPING_ACTIONS, hints, textual_name, typed_text
from quarterdeck.show.machine.commands import Key


@pytest.mark.parametrize(
    ("key", "name"),
    [
        (" ", "space"),
        ("ArrowRight", "right"),
        ("Shift+ArrowLeft", "shift+left"),
        ("Ctrl+c", "ctrl+c"),
        ("PageDown", "pagedown"),
        (".", "full_stop"),
        ("+", "plus"),
        ("D", "D"),
    ],
)
def test_names(key: str, name: str) -> None:
    """Textual calls keys otherwise than browsers do."""
    assert textual_name(key) == name


def test_enter_takes_a_number() -> None:
    """It is bound once: to what is next, or to the slide whose number was typed."""
    assert [action for name, action in BINDINGS if name == "enter"] == ["enter"]


def test_typing_keeps_two_keys() -> None:
    """The keys that end typing and switch terminals."""
    assert TYPING_ACTIONS == {"f2": Key.TYPE, "f3": Key.TERMINAL}


def test_urgent_hints_come_after_the_first() -> None:
    """The keys that always have their place keep it."""
    shown = [meaning for _, meaning in hints(lambda action: True, (Key.RERUN,))]
    assert shown[:5] == ["next", "back", "all keys", "end", "run again"]
    assert [meaning for _, meaning in hints(lambda action: action == "press('hold')")] == ["hold"]


def test_keys_are_sent_to_a_terminal() -> None:
    """As a terminal sends them (xterm)."""
    assert typed_text("up", None) == "\x1b[A"
    assert typed_text("a", "a") == "a"
    assert typed_text("f12", None) == ""
