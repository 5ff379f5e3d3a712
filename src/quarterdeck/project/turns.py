"""Whose turn it is, when several demos are rehearsed at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from quarterdeck.lazy import dataclass
from quarterdeck.model.demo import Demo


@dataclass(frozen=True, slots=True)
class Turn:
    """One demo's rehearsal."""

    place: int
    """In the order of the report, from 0."""
    demo: Demo
    round: int
    """Which rehearsal of the demo this is, from 1."""
    claims: frozenset[str]
    """What it has to itself; see :mod:`quarterdeck.project.claims`."""


class Turns:
    """Gives out turns, the earliest first whose claims are free."""

    def __init__(self, turns: Iterable[Turn]) -> None:
        self._waiting = list(turns)
        self._claimed: set[str] = set()
        self._change = asyncio.Condition()

    async def take(self) -> Turn | None:
        """The next turn, to be given back by :meth:`end`; waits for claims.  None when all have been given out."""
        async with self._change:
            while self._waiting:
                for turn in self._waiting:
                    if self._claimed.isdisjoint(turn.claims):
                        self._waiting.remove(turn)
                        self._claimed |= turn.claims
                        return turn
                await self._change.wait()
            return None

    async def end(self, turn: Turn) -> None:
        """What a turn has claimed is free again."""
        async with self._change:
            self._claimed -= turn.claims
            self._change.notify_all()
