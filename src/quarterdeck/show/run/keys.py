"""The keys of ``quarterdeck run``, as a terminal sends them."""

from __future__ import annotations

from collections.abc import Mapping

from quarterdeck.show.keys import RUN_HELP, Action, Local, Place, bound, caps, help_keys
from quarterdeck.show.machine.commands import Key

SEQUENCES: Mapping[str, tuple[bytes, ...]] = {
    " ": (b" ",),
    "Enter": (b"\r", b"\n"),
    "Backspace": (b"\x7f", b"\x08"),
    "ArrowUp": (b"\x1b[A", b"\x1bOA"),
    "ArrowDown": (b"\x1b[B", b"\x1bOB"),
    "ArrowRight": (b"\x1b[C", b"\x1bOC"),
    "ArrowLeft": (b"\x1b[D", b"\x1bOD"),
    "PageUp": (b"\x1b[5~",),
    "PageDown": (b"\x1b[6~",),
    "F1": (b"\x1bOP", b"\x1b[11~"),
    "F2": (b"\x1bOQ", b"\x1b[12~"),
}
"""What terminals send for keys that aren't a character (xterm, in both modes of the cursor keys)."""


def sequences(key: str) -> tuple[bytes, ...]:
    """What a terminal sends for a key: a character as it is, with Ctrl as a control character (ECMA-48)."""
    if key.startswith("Ctrl+"):
        return (bytes([ord(key[-1].upper()) - 64]),)
    return SEQUENCES.get(key) or (key.encode("ascii"),)


KEYS: Mapping[bytes, Action] = {data: action for key, action in bound(Place.RUN) for data in sequences(key)}
TYPING_KEYS: Mapping[bytes, Action] = {
    data: action for key, action in bound(Place.RUN, typing=True) for data in sequences(key)
}
"""Those that count while the speaker types; programs in the terminal get all others."""

_HINTS: tuple[tuple[Action, str], ...] = (
    (Key.NEXT, "next"),
    (Local.END, "quit"),
    (Key.BACK, "back"),
    (Key.TYPE, "type"),
    (Local.HELP, "keys"),
    (Key.INTERRUPT, "interrupt"),
    (Key.RECORDING, "recording"),
    (Key.HOLD, "hold"),
    (Key.RESET, "reset"),
)
HINTS = tuple((caps(action, Place.RUN)[0].lower(), meaning) for action, meaning in _HINTS)
"""The most needed first: those that the terminal is too narrow for are left out."""
HELP = (
    "",
    *(f"   {help_keys(line, Place.RUN):<24} {line.text}" for line in RUN_HELP),
    "",
    "   any key closes this",
)
