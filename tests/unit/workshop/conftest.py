"""A workshop in a folder of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.workshop_folder import Workshop


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    """A folder with a deck called ``ports``, that the command is given in."""
    folder = tmp_path / "ports"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return Workshop(folder)
