"""Typing a command as a person would: character by character, in a rhythm."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from enum import StrEnum

CHARACTERS_PER_SECOND = 36
LONGEST = 1.2
"""Seconds that typing one command may take; longer ones are typed faster."""
JITTER = 0.5
"""Share by which a pause between keys may be shorter or longer than the mean."""


class Typing(StrEnum):
    """How commands appear."""

    HUMAN = "human"
    INSTANT = "instant"


def delays(text: str) -> list[float]:
    """Seconds to wait before each character, none before the first; the same text has always the same rhythm."""
    rhythm = random.Random(text)  # not for secrecy
    mean = min(1 / CHARACTERS_PER_SECOND, LONGEST / max(1, len(text)) / (1 + JITTER))
    return [0.0, *(mean * rhythm.uniform(1 - JITTER, 1 + JITTER) for _ in text[1:])][: len(text)]


def paced(lines: Sequence[str]) -> Iterator[tuple[str, list[float]]]:
    """The lines of one command, each with its pauses: the rhythm is that of the whole command."""
    pauses = delays("\n".join(lines))
    at = 0
    for line in lines:
        yield line, pauses[at : at + len(line)]
        at += len(line) + 1
