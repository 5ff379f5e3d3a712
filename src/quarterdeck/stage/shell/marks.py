"""Marks that the stage's shell prints, unseen, where a command begins and ends.

They are OSC 133 sequences, as terminals know them for shell integration (FinalTerm; ``A`` prompt,
``C`` output begins, ``D`` command finished, ``k=s`` a continuation prompt).  Each carries a nonce,
so that nothing a demo prints can pass for one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

PROMPT = "\x1b[1;32m$\x1b[0m "
"""The prompt, as an audience sees it and recordings hold it."""
CONTINUATION_PROMPT = "\x1b[2m>\x1b[0m "
"""The prompt for a further line of a command."""
MAX_MARK = 80
"""Bytes of the longest mark; an unfinished one is held back for no more than that."""


class MarkKind(StrEnum):
    """The kinds of marks."""

    PROMPT = "A"
    """The prompt is complete: a command may be typed."""
    CONTINUATION = "A;k=s"
    """The command continues: a further line may be typed."""
    STARTED = "C"
    """The command was read, and begins to run."""
    ENDED = "D"
    """The command ended, with a status."""
    ASKED = "Q"
    """An attendee's shell asks for something by a word, and waits for a line.  Our own addition to OSC 133."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark."""

    kind: MarkKind
    status: int | None = None
    """The exit status, where a command ended."""
    word: str = ""
    """For :attr:`MarkKind.ASKED`: the word."""


Piece: TypeAlias = bytes | Mark


class MarkScanner:
    """Splits raw output into output and marks, even where a mark comes in two pieces."""

    def __init__(self, nonce: str) -> None:
        self._pattern = re.compile(
            rb"\x1b\]133;(A;k=s|[ACDQ])(?:;(\d{1,3}|[a-z]{1,12}))?;qd=" + nonce.encode() + rb"\x07"
        )
        self._tail = b""

    def feed(self, data: bytes) -> list[Piece]:
        """Return the output and the marks in ``data``, in order."""
        data = self._tail + data
        pieces: list[Piece] = []
        at = 0
        for match in self._pattern.finditer(data):
            if match.start() > at:
                pieces.append(data[at : match.start()])
            value = (match[2] or b"").decode()
            status = int(value) if value.isdecimal() else None
            pieces.append(Mark(MarkKind(match[1].decode()), status, "" if value.isdecimal() else value))
            at = match.end()
        held = self._held_from(data, at)
        if held > at:
            pieces.append(data[at:held])
        self._tail = data[held:]
        return pieces

    def rest(self) -> bytes:
        """Return what was held back, when nothing more will come."""
        rest, self._tail = self._tail, b""
        return rest

    @staticmethod
    def _held_from(data: bytes, at: int) -> int:
        """Return where a mark begins that isn't complete yet, or else the end."""
        escape = data.rfind(b"\x1b", at)
        if escape < 0 or len(data) - escape > MAX_MARK:
            return len(data)
        tail = data[escape:]
        opening = b"\x1b]133;"
        begun = opening.startswith(tail) or (tail.startswith(opening) and b"\x07" not in tail)
        return escape if begun else len(data)


def mark(kind: MarkKind, nonce: str, status: str = "") -> str:
    """Return a mark, written with the escapes that printf and prompts understand."""
    middle = f";{status}" if status else ""
    return rf"\033]133;{kind}{middle};qd={nonce}\007"
