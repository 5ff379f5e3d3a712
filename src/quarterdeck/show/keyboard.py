"""What keys send to a terminal that the speaker has taken over (xterm's sequences)."""

from __future__ import annotations

from collections.abc import Mapping

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
