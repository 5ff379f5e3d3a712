"""Where the program keeps its own files."""

from __future__ import annotations

from pathlib import Path

import pytest

from quarterdeck.files.folders import bookmark_folder, consent_folder, drawing_cache_folder, journal_folder, show_log


def test_folders_are_xdgs(monkeypatch: pytest.MonkeyPatch) -> None:
    """State and cache go where the user wants them (XDG Base Directory Specification)."""
    monkeypatch.setenv("XDG_STATE_HOME", "/s")
    monkeypatch.setenv("XDG_CACHE_HOME", "/c")
    assert journal_folder() == Path("/s/quarterdeck/images")
    assert consent_folder() == Path("/s/quarterdeck/agreed")
    assert bookmark_folder() == Path("/s/quarterdeck/shows")
    assert show_log() == Path("/s/quarterdeck/log/show.log")
    assert drawing_cache_folder() == Path("/c/quarterdeck/drawings")


def test_folders_of_a_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without these variables they are in the home folder."""
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", "/h")
    assert journal_folder() == Path("/h/.local/state/quarterdeck/images")
    assert drawing_cache_folder() == Path("/h/.cache/quarterdeck/drawings")


def test_a_user_without_a_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is ever written to a folder called ``~`` below the working folder."""
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    monkeypatch.setattr("os.path.expanduser", lambda path: path)
    assert journal_folder() == Path("/.local/state/quarterdeck/images")
