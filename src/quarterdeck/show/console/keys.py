"""The console's keys as Textual names them, the line of hints, and what keys send to a terminal."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

from quarterdeck.show.keys import Action, Local, Place, bound, caps, written
from quarterdeck.show.machine.commands import Key

NAMES: Mapping[str, str] = {
    " ": "space",
    ".": "full_stop",
    ",": "comma",
    "/": "slash",
    "+": "plus",
    "-": "minus",
    "=": "equals_sign",
    "?": "question_mark",
}
"""Textual's names of keys that aren't a letter or called as browsers call them."""
LOCAL_ACTIONS: Mapping[Local, str] = {
    Local.JUMP: "jump",
    Local.HELP: "help",
    Local.ERASE: "erase(True)",
    Local.UNDO: "erase(False)",
    Local.NOTES_DOWN: "scroll_notes(1)",
    Local.NOTES_UP: "scroll_notes(-1)",
    Local.TERMINAL_DOWN: "scroll_terminal(1)",
    Local.TERMINAL_UP: "scroll_terminal(-1)",
    Local.RESTART_CLOCK: "restart_clock",
    Local.LIGHT: "light",
    Local.ADDRESSES: "addresses",
    Local.DISMISS: "dismiss_notice",
    Local.QUESTION: "question",
    Local.END: "end",
}


def textual_name(key: str) -> str:
    """What Textual calls a key."""
    *modifiers, name = key.split("+") if len(key) > 1 else [key]
    name = NAMES.get(name) or (name.removeprefix("Arrow").lower() if len(name) > 1 else name)
    return "+".join([*(each.lower() for each in modifiers), name])


def textual_action(action: Action) -> str:
    """The console's action for what a key does, as Textual's bindings write it."""
    return LOCAL_ACTIONS[action] if isinstance(action, Local) else f"press('{action}')"


BINDINGS = (
    *((textual_name(key), textual_action(action)) for key, action in bound(Place.CONSOLE) if key != "Enter"),
    ("enter", "enter"),  # the next thing, or the slide whose number was typed
    *((str(digit), f"digit({digit})") for digit in range(10)),
)
"""Textual's names of the keys, and the action of each."""
TYPING_ACTIONS: Mapping[str, Key] = {
    textual_name(key): action for key, action in bound(Place.CONSOLE, typing=True) if isinstance(action, Key)
}
"""The keys that are the console's while the speaker types; programs in the terminal get all others."""

_HINTS: tuple[tuple[Action, str], ...] = (
    (Key.NEXT, "next"),
    (Key.BACK, "back"),
    (Local.HELP, "all keys"),
    (Local.END, "end"),
    (Local.NOTES_DOWN, "scroll notes"),
    (Key.INTERRUPT, "interrupt"),
    (Key.RECORDING, "recording"),
    (Key.HOLD, "hold"),
    (Local.JUMP, "jump"),
    (Key.BLANK, "blank"),
    (Key.PAGE, "page"),
    (Key.TYPE, "type"),
    (Key.RESET, "reset"),
    (Key.RERUN, "run again"),
    (Key.TERMINAL, "other terminal"),
    (Key.LARGER, "larger type"),
    (Local.ADDRESSES, "addresses"),
    (Local.RESTART_CLOCK, "restart clock"),
)
ALWAYS_FIRST = 4
"""Hints that keep their places, whatever is urgent."""
TYPING_HINTS = tuple(
    (written(key, Place.CONSOLE), {Key.TYPE: "ends typing", Key.TERMINAL: "switches terminals"}[action])
    for key, action in bound(Place.CONSOLE, typing=True)
    if isinstance(action, Key)
)
"""What is said while the speaker types."""


def hints(usable: Callable[[str], bool], urgent: Collection[Action] = ()) -> Iterator[tuple[str, str]]:
    """Keys that do something now, and what: the most needed first, and before them those that are urgent now.

    ``usable`` is asked about the actions of :data:`BINDINGS`.
    """
    rest = sorted(_HINTS[ALWAYS_FIRST:], key=lambda hint: hint[0] not in urgent)
    for action, meaning in (*_HINTS[:ALWAYS_FIRST], *rest):
        if usable(textual_action(action)):
            yield caps(action, Place.CONSOLE)[0], meaning


SEQUENCES: Mapping[str, str] = {
    "enter": "\r",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "backspace": "\x7f",
    "escape": "\x1b",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "insert": "\x1b[2~",
    "delete": "\x1b[3~",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
}


def typed_text(key: str, character: str | None) -> str:
    """What a key sends to a terminal, given Textual's name and the character of it; empty for nothing."""
    return SEQUENCES.get(key) or character or ""
