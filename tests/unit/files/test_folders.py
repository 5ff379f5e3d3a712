"""Where the program keeps its own files."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest

from quarterdeck.files.folders import (
    abandoned_stage_folders,
    bookmark_folder,
    consent_folder,
    drawing_cache_folder,
    is_stage_folder,
    journal_folder,
    show_log,
)


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


def test_stage_folders_that_nobody_uses(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """One that is not locked and not new; never a folder of another name, a link, or one somewhere else."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    names = ("quarterdeck-abandon1", "quarterdeck-lockedup", "quarterdeck-draw-abc", "quarterdeck-backup")
    abandoned, locked, *others = (tmp_path / name for name in names)
    for folder in (abandoned, locked, *others, tmp_path / "deep" / "quarterdeck-abcdefgh"):
        folder.mkdir(parents=True)
        os.utime(folder, (0, 0))
    (tmp_path / "quarterdeck-linklink").symlink_to(abandoned)
    (tmp_path / "quarterdeck-newnewne").mkdir()
    descriptor = os.open(locked, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    found = [folder for folder in abandoned_stage_folders() if folder.parent == tmp_path]
    assert found == [abandoned]
    os.close(descriptor)
    assert locked in abandoned_stage_folders()
    assert is_stage_folder(locked)
