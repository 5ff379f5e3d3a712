"""The keys of a demo in a terminal, as a terminal sends them; those of the console, where it has them."""

from __future__ import annotations

from collections.abc import Mapping

from quarterdeck.show.machine.commands import Key

KEYS: Mapping[bytes, Key] = {
    **dict.fromkeys((b" ", b"\r", b"\n", b"n", b"\x1b[C", b"\x1bOC", b"\x1b[B", b"\x1bOB", b"\x1b[6~"), Key.NEXT),
    **dict.fromkeys((b"\x7f", b"\x08", b"p", b"\x1b[D", b"\x1bOD", b"\x1b[A", b"\x1bOA", b"\x1b[5~"), Key.BACK),
    **dict.fromkeys((b"i", b"\x03"), Key.INTERRUPT),
    **dict.fromkeys((b"h", b"."), Key.HOLD),
    b"v": Key.RECORDING,
    b"r": Key.RESET,
    b"x": Key.RERUN,
    b"t": Key.TYPE,
    b"s": Key.TERMINAL,
}
QUIT = frozenset({b"q", b"\x11"})
OPEN = frozenset({b"o"})
SHOW_KEYS = frozenset({b"?", b"\x1bOP", b"\x1b[11~"})
END_TYPING = frozenset({b"\x1bOQ", b"\x1b[12~"})
"""F2 gives the terminal back after ``t``; programs in it get all other keys."""

HINTS = (
    ("space", "next"),
    ("q", "quit"),
    ("←", "back"),
    ("t", "type"),
    ("?", "keys"),
    ("i", "interrupt"),
    ("v", "recording"),
    ("h", "hold"),
    ("r", "reset"),
)
"""The most needed first: those that the terminal is too narrow for are left out."""
HELP = (
    "",
    "   Space → ↓ PgDn Enter n    next: run the step; after a failure, play its recording",
    "   ← ↑ PgUp Backspace p      back: undo the last step",
    "   i Ctrl-C                  interrupt the step",
    "   v                         play the step from its recording",
    "   h .                       hold: type, or play, nothing more; again, or Space, goes on",
    "   x                         run the last step again",
    "   r                         reset: begin anew",
    "   t                         type into the terminal yourself; F2 gives it back",
    "   s                         the other terminal",
    "   o                         open the page that the demo serves",
    "   q                         quit",
    "",
    "   any key closes this",
)
