"""Locks in files."""

from __future__ import annotations

from pathlib import Path

from quarterdeck.files.locks import give_back, remove_abandoned, take


def test_one_at_a_time(tmp_path: Path) -> None:
    """A lock that somebody has is not given again, until it is given back; its file is gone then."""
    file = tmp_path / "deep" / "a.turn"
    held = take(file)
    assert held is not None
    assert take(file) is None
    give_back(file, held)
    assert not file.exists()
    again = take(file)
    assert again is not None
    give_back(file, again)


def test_abandoned_locks(tmp_path: Path) -> None:
    """The file of a process that was killed is removed, one in use is not."""
    (tmp_path / "dead.turn").touch()
    (tmp_path / "other.json").touch()
    held = take(tmp_path / "alive.turn")
    assert held is not None
    remove_abandoned(tmp_path, "*.turn")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["alive.turn", "other.json"]
    give_back(tmp_path / "alive.turn", held)
