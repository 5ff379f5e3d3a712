"""The demos that a command is to run: those of decks, or single scripts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from quarterdeck.diagnostics import Diagnostics, QuarterdeckError
from quarterdeck.model.demo import Demo
from quarterdeck.source.loading import load_deck, load_demo_chain


@dataclass(frozen=True, slots=True)
class Selection:
    """Demos to be run, and what they need."""

    demos: tuple[Demo, ...]
    """Those to be run, in order, each script once."""
    continued: tuple[Demo, ...]
    """Those that one of them continues, besides."""

    @property
    def all(self) -> tuple[Demo, ...]:
        """Every demo whose commands may run."""
        return (*self.continued, *self.demos)


def select(targets: Iterable[Path]) -> Selection:
    """The demos of each target, a deck or a demo script; raises QuarterdeckError with the faults of all targets."""
    found = Diagnostics()
    chosen: dict[Path, Demo] = {}
    continued: dict[Path, Demo] = {}
    for target in targets:
        try:
            if is_demo(target):
                *before, demo = load_demo_chain(target)
                chosen[demo.cast_path] = demo
                continued |= {d.cast_path: d for d in before}
            else:
                chosen |= {d.cast_path: d for d in load_deck(target).deck.demos.values()}
        except QuarterdeckError as error:
            found.extend(error.diagnostics)
    found.raise_errors()
    return Selection(tuple(chosen.values()), tuple(d for path, d in continued.items() if path not in chosen))


def is_demo(path: Path) -> bool:
    """Whether a path is a demo script, not a deck: ``demos/NAME.md``, ``NAME/demo.md``, or that folder."""
    if path.is_dir():
        return (path / "demo.md").exists() and not (path / "deck.md").exists()
    return path.name == "demo.md" or path.parent.name == "demos"
