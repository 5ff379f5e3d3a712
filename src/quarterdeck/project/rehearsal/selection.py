"""Finds the demos that a command is to run, those of decks or single scripts, and which of them may run at once.

Two demos may if they claim different things.  Claims are read from the scripts: published ports, image tags, and the
demos that a demo continues.  A port that only a compose file publishes is named in the demo's ``ports:``, which a show
needs anyway.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from quarterdeck.diagnostics import Diagnostics, QuarterdeckError
from quarterdeck.model.deck import Deck
from quarterdeck.model.demo import Command, Demo, Step
from quarterdeck.model.options import PLAIN, Choices
from quarterdeck.source.deck import DECK_FILE, load_deck, load_demo_chain
from quarterdeck.source.demos.catalog import FOLDER
from quarterdeck.source.demos.script import SCRIPT
from quarterdeck.stage.docker.image_transfer import normalised


class SlidePlan(Struct, frozen=True):
    """A slide that shows a demo and says how long it should take."""

    slide: str
    demo: Demo
    seconds: float


class Selection(Struct, frozen=True):
    """The demos to be run, and those that they continue."""

    demos: tuple[Demo, ...]
    """The demos to be run, in order, each script once."""
    continued: tuple[Demo, ...]
    """Further demos that these continue."""
    plans: tuple[SlidePlan, ...] = ()
    """The slides that show one of them and have a duration."""

    @property
    def all(self) -> tuple[Demo, ...]:
        """Every demo whose commands may run."""
        return (*self.continued, *self.demos)


def select(targets: Iterable[Path], choices: Choices = PLAIN) -> Selection:
    """The demos of each target, a deck or a demo script; raises QuarterdeckError with the faults of all targets."""
    found = Diagnostics()
    chosen: dict[Path, Demo] = {}
    continued: dict[Path, Demo] = {}
    plans: list[SlidePlan] = []
    for target in targets:
        try:
            if is_demo(target):
                *before, demo = load_demo_chain(target, choices.language)
                chosen[demo.cast_path] = demo
                continued |= {d.cast_path: d for d in before}
            else:
                deck = load_deck(target, choices).deck
                chosen |= {d.cast_path: d for d in deck.scripts.values()}
                plans += _plans(deck)
        except QuarterdeckError as error:
            found.extend(error.diagnostics)
    found.raise_errors()
    besides = tuple(demo for path, demo in continued.items() if path not in chosen)
    return Selection(tuple(chosen.values()), besides, tuple(plans))


def _plans(deck: Deck) -> Iterator[SlidePlan]:
    for slide in deck.slides:
        if slide.demo is not None and slide.duration is not None and slide.demo in deck.demos:
            yield SlidePlan(slide.id, deck.demos[slide.demo], slide.duration)


def is_demo(path: Path) -> bool:
    """Whether a path is a demo script, not a deck: ``demos/NAME.md``, ``NAME/demo.md``, or that folder."""
    if path.is_dir():
        return (path / SCRIPT).exists() and not (path / DECK_FILE).exists()
    return path.name == SCRIPT or (path.name != DECK_FILE and path.resolve().parent.name == FOLDER)


class Turn(Struct, frozen=True):
    """The rehearsal of one demo in one round."""

    place: int
    """Its position in the report, from 0."""
    demo: Demo
    round: int
    """The number of this rehearsal of the demo, from 1."""
    claims: frozenset[str]
    """The names of what no other demo may use meanwhile; see :func:`claims`."""


class TurnQueue:
    """Hands out turns: the first one in order whose claims are free."""

    def __init__(self, turns: Iterable[Turn]) -> None:
        self._waiting = list(turns)
        self._claimed: set[str] = set()
        self._change = asyncio.Condition()

    async def take(self) -> Turn | None:
        """Return the next turn, waiting for its claims; None if all have been handed out.  :meth:`end` ends it."""
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
        """End a turn, so that its claims are free again."""
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
    """What a demo claims: ports of this machine, image tags, and names of demos.

    Ports are taken from its front matter, commands and attributes; tags from the commands that set them, since a tag
    that nobody sets means the same image to every demo.  A demo claims itself and the demos of ``demos`` that it
    continues, with all their claims.
    """
    known = {other.name: other for other in demos}
    return frozenset(claim for one in _chain(demo, known) for claim in (one.name, *map(str, _ports(one)), *_tags(one)))


def _chain(demo: Demo, known: Mapping[str, Demo]) -> Iterator[Demo]:
    """The demo, the one that it continues, and so on, each once."""
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
