"""Whose turn it is, when several demos are rehearsed at the same time."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from quarterdeck.model.demo import Command, Demo, Step
from quarterdeck.stage.docker.image_transfer import normalised


class Turn(Struct, frozen=True):
    """One demo's rehearsal."""

    place: int
    """In the order of the report, from 0."""
    demo: Demo
    round: int
    """Which rehearsal of the demo this is, from 1."""
    claims: frozenset[str]
    """What it has to itself; see :mod:`quarterdeck.project.rehearsal.queue`."""


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


_PUBLISHED = re.compile(r"(?:^|\s)(?:-p|--publish)[= ]?(?:[\w.:\[\]]*:)?(\d+):\d+")
"""``--publish 8080:80``, ``-p 127.0.0.1:8080:80``."""
_BUILT = re.compile(r"\s(?:-t|--tag)[= ]?([\w./:-]+)")
"""``docker build --tag shop:1 -t shop:latest .``"""
_TAGGED = re.compile(r"\bdocker (?:image )?tag \S+ ([\w./:-]+)")
_ADDRESS = re.compile(r"(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]):(\d+)")


def claims(demo: Demo, demos: Iterable[Demo]) -> frozenset[str]:
    """Ports of this machine, tags of images and names of demos.

    The ports are those that its front matter names, and those in its commands and attributes; the tags those that
    its commands set, since a tag means the same image to every demo until that sets it itself.  It claims itself and,
    of ``demos``, what it continues, with all that it claims.
    """
    known = {other.name: other for other in demos}
    return frozenset(claim for one in _chain(demo, known) for claim in (one.name, *map(str, _ports(one)), *_tags(one)))


def _chain(demo: Demo, known: Mapping[str, Demo]) -> Iterator[Demo]:
    """The demo, what it continues, and so on; one that continues itself ends there."""
    seen: set[str] = set()
    following: Demo | None = demo
    while following is not None and following.name not in seen:
        seen.add(following.name)
        yield following
        following = known.get(following.continues or "")


def _ports(demo: Demo) -> Iterator[int]:
    yield from demo.ports
    for step in demo.steps:
        for text in _texts(step):
            yield from map(int, (*_PUBLISHED.findall(text), *_ADDRESS.findall(text)))


def _tags(demo: Demo) -> Iterator[str]:
    for step in demo.steps:
        for text in _texts(step):
            built = _BUILT.findall(text.partition("build")[2])
            yield from (f"image {normalised(tag)}" for tag in (*built, *_TAGGED.findall(text)))


def _texts(step: Step) -> Iterator[str]:
    yield from (interaction.text for interaction in step.interactions if isinstance(interaction, Command))
    yield step.open_url or ""
    if step.ready is not None:
        yield step.ready.value
