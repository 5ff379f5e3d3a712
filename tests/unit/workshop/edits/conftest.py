"""A deck whose PPTX is edited."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.edited_deck import DECK, DEMO, PART, EditedDeck


@pytest.fixture
def deck(tmp_path: Path) -> EditedDeck:
    """A deck with an include, a demo, a table, notes and an expression."""
    made = EditedDeck(tmp_path)
    made.build(deck=DECK, part=PART, demos__greet=DEMO)
    return made
