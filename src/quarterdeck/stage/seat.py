"""An attendee's own place on a stage: a terminal to type into, whose shell knows some words more."""

from __future__ import annotations

from dataclasses import dataclass
from quarterdeck.stage.marks import MarkKind, mark

_ANSWER = "\x1e"
"""How the line with an answer begins: RS, which nobody types."""


@dataclass(frozen=True, slots=True)
class Seat:
    """What the shell of an attendee has that a demo's hasn't."""

    words: tuple[str, ...]
    """Commands that ask the stage for something: each is told as :class:`quarterdeck.stage.events.Asked`."""
    columns: int
    """Cells in a line of the attendee's terminal."""
    rows: int


def word_functions(seat: Seat, nonce: str) -> str:
    """Definitions for bash: each word prints its mark, then waits for its :func:`answer`.

    What is typed meanwhile isn't shown and has no effect.  Ctrl-D can't end the shell, which may hold an
    hour's work.
    """
    ask = mark(MarkKind.ASKED, nonce, "%s")
    wait = f"until [[ $reply == $'{_ANSWER}'* ]]; do IFS= read -rs reply || return 1; done"
    lines = [
        f'__stage_ask() {{ local reply=; printf \'{ask}\' "$1"; {wait}; return "${{reply:1}}"; }}',
        *(f"{word}() {{ __stage_ask {word}; }}" for word in seat.words),
        "IGNOREEOF=1000",
    ]
    return "\n".join(lines)


def answer(status: int) -> bytes:
    """What ends the wait of a word's command, with an exit status; typed into its terminal."""
    return _ANSWER.encode() + b"%d\r" % status
