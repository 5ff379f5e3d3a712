"""A folder with a deck, opened in an editor."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.deck_folder import DeckFolder


@pytest.fixture
def folder(tmp_path: Path) -> DeckFolder:
    """An empty folder."""
    return DeckFolder(tmp_path.resolve())
