"""The demos that a command is to run: those of decks, or single scripts."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from quarterdeck.diagnostics import Diagnostics, QuarterdeckError
from quarterdeck.model.demo import Demo
from quarterdeck.source.loading import load_deck, load_demo


def demos_of(targets: Iterable[Path]) -> tuple[Demo, ...]:
    """The demos of each target in order, each script once; all faults of all targets together."""
    found = Diagnostics()
    demos: dict[Path, Demo] = {}
    for target in targets:
        try:
            loaded = (load_demo(target),) if is_demo(target) else tuple(load_deck(target).deck.demos.values())
        except QuarterdeckError as error:
            found.extend(error.diagnostics)
            continue
        demos.update({demo.cast_path: demo for demo in loaded})
    found.raise_errors()
    return tuple(demos.values())


def is_demo(path: Path) -> bool:
    """Whether a path is a demo script, not a deck: ``demos/NAME.md``, ``NAME/demo.md``, or that folder."""
    if path.is_dir():
        return (path / "demo.md").exists() and not (path / "deck.md").exists()
    return path.name == "demo.md" or path.parent.name == "demos"
