"""A folder that holds a deck under test."""

from __future__ import annotations

from pathlib import Path

from quarterdeck.model.options import PLAIN, Choices
from quarterdeck.source.deck import LoadedDeck, load_deck


class DeckFolder:
    """A folder that holds a deck under test."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, name: str, text: str) -> Path:
        """Write a file, and its folders."""
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
        return file

    def load(self, text: str, choices: Choices = PLAIN) -> LoadedDeck:
        """Read a deck of that text."""
        self.write("deck.md", text)
        return load_deck(self.path, choices)
