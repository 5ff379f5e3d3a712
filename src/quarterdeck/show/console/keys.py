"""The console's keys: as in PowerPoint and reveal.js where those have one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

BINDINGS = (
    ("space,right,down,pagedown,n", "press('next')"),
    ("enter", "enter"),
    *((str(digit), f"digit({digit})") for digit in range(10)),
    ("left,up,pageup,backspace,p", "press('back')"),
    ("shift+right,alt+right", "press('next-slide')"),
    ("shift+left,alt+left", "press('previous-slide')"),
    ("home", "press('first')"),
    ("end", "press('last')"),
    ("g,slash,o", "jump"),
    ("b,full_stop", "press('blank')"),
    ("w,comma", "press('white')"),
    ("j", "press('invite')"),
    ("v", "press('recording')"),
    ("i,ctrl+c", "press('interrupt')"),
    ("h", "press('hold')"),
    ("x", "press('rerun')"),
    ("r", "press('reset')"),
    ("t", "press('type')"),
    ("s", "press('terminal')"),
    ("plus,equals_sign", "press('larger')"),
    ("minus", "press('smaller')"),
    ("e", "erase(True)"),
    ("ctrl+z", "erase(False)"),
    ("d", "scroll_notes(1)"),
    ("u", "scroll_notes(-1)"),
    ("D", "scroll_terminal(1)"),
    ("U", "scroll_terminal(-1)"),
    ("c", "restart_clock"),
    ("l", "light"),
    ("a", "addresses"),
    ("escape", "dismiss_notice"),
    ("question_mark,f1", "help"),
    ("q,ctrl+q", "end"),
)
"""Textual's names of the keys, and the action of each."""
END_TYPING = "f2"
"""The key that gives the terminal back; programs in it get all others but the next."""
OTHER_TERMINAL = "f3"
"""The key that brings the other terminal to the front while typing."""

HELP = (
    (
        "The talk",
        (
            ("Space → ↓ PgDn Enter n", "next: item, then step, then slide"),
            ("← ↑ PgUp Backspace p", "back: undo the last of these"),
            ("Shift+→ Shift+←", "next and previous slide, at once"),
            ("Home End   7 Enter", "first and last slide; slide 7"),
            ("g / o", "jump to a slide, with search"),
            ("b .   w ,   j", "black, white for the audience; where to follow"),
        ),
    ),
    (
        "The demo",
        (
            ("v   i Ctrl-C   h", "play its recording; interrupt; hold, and go on"),
            ("x   r", "run the last step again; reset the demo"),
            ("t F2   s F3", "type in the terminal, and end it; the other one"),
            ("+ -   e", "larger, smaller type; erase what was drawn"),
        ),
    ),
    (
        "This console",
        (
            ("d u   D U", "scroll the notes; scroll the terminal"),
            ("c   l", "restart the clock; light or dark"),
            ("a", "the pages' addresses, and a code for the phone"),
            ("q", "end the show, after asking"),
        ),
    ),
)
"""Every key and what it does, by what it is about."""

_HINTS = (
    ("Space", "next", ("press", ("next",))),
    ("←", "back", ("press", ("back",))),
    ("?", "all keys", ("help", ())),
    ("q", "end", ("end", ())),
    ("d", "scroll notes", ("scroll_notes", (1,))),
    ("i", "interrupt", ("press", ("interrupt",))),
    ("v", "recording", ("press", ("recording",))),
    ("h", "hold", ("press", ("hold",))),
    ("g", "jump", ("jump", ())),
    ("b", "blank", ("press", ("blank",))),
    ("t", "type", ("press", ("type",))),
    ("r", "reset", ("press", ("reset",))),
    ("x", "run again", ("press", ("rerun",))),
    ("s", "other terminal", ("press", ("terminal",))),
    ("+", "larger type", ("press", ("larger",))),
    ("a", "addresses", ("addresses", ())),
    ("c", "restart clock", ("restart_clock", ())),
)
TYPING_HINTS = (("F2", "gives the terminal back"), ("F3", "goes to the other terminal"))
"""What is said while the speaker types."""


ALWAYS_FIRST = 4
"""Hints that keep their places, whatever is urgent."""


def hints(
    usable: Callable[[tuple[str, tuple[object, ...]]], bool], urgent: Collection[str] = ()
) -> Iterator[tuple[str, str]]:
    """Keys that do something now, and what: the most needed first, and before them those that are urgent now."""
    rest = sorted(_HINTS[ALWAYS_FIRST:], key=lambda hint: hint[0] not in urgent)
    for key, meaning, action in (*_HINTS[:ALWAYS_FIRST], *rest):
        if usable(action):
            yield key, meaning


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
    """What a key sends, given Textual's name of it and the character it stands for; empty for none."""
    return SEQUENCES.get(key) or character or ""
