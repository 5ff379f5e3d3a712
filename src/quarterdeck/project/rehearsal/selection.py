"""Finds the demos that a command is to run: those of decks, or single scripts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from quarterdeck.diagnostics import Diagnostics, QuarterdeckError
from quarterdeck.model.deck import Deck
from quarterdeck.model.demo import Demo
from quarterdeck.model.options import PLAIN, Choices
from quarterdeck.source.deck import DECK_FILE, load_deck, load_demo_chain
from quarterdeck.source.demos.catalog import FOLDER
from quarterdeck.source.demos.script import SCRIPT


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
