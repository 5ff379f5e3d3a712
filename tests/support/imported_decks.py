"""Importing decks of other tools, and looking at what they became."""

from __future__ import annotations

from pathlib import Path

from quarterdeck.files.atomic import write
from quarterdeck.model.deck import Deck
from quarterdeck.project.project import load_project
from quarterdeck.workshop.imports.deck import Dialect, import_deck

EXAMPLES = Path(__file__).parents[1] / "imports"


def imported(source: Path, folder: Path, dialect: Dialect | None = None) -> tuple[Deck, dict[int, list[str]]]:
    """The new deck, and what was told of each line of the old one."""
    outputs, losses = import_deck(source, folder / "decks" / "new", dialect)
    write(outputs)
    told: dict[int, list[str]] = {}
    for loss in losses:
        assert loss.span is not None
        told.setdefault(loss.span.line, []).append(loss.message)
    return load_project(folder / "decks" / "new").deck, told


def texts(deck: Deck) -> list[str]:
    """The titles."""
    return [slide.title_text for slide in deck.slides]


def plain_notes(slide: object) -> str:
    """What a slide's notes say."""
    return str(getattr(slide, "notes", ""))
