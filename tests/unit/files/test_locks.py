"""Locks on files, and the list of running shows."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from quarterdeck.files.locks import RUNNING, acquire, locked_folder, release, remove_abandoned, running_shows
from quarterdeck.stage.cleanup.watchdog import Watchdog
from quarterdeck.stage.docker.address import parse_address


def test_one_at_a_time(tmp_path: Path) -> None:
    """A lock that somebody has is not given again, until it is given back; its file is gone then."""
    file = tmp_path / "deep" / "a.turn"
    held = acquire(file)
    assert held is not None
    assert acquire(file) is None
    release(file, held)
    assert not file.exists()
    again = acquire(file)
    assert again is not None
    release(file, again)


def test_abandoned_locks(tmp_path: Path) -> None:
    """The file of a process that was killed is removed, one in use is not."""
    (tmp_path / "dead.turn").touch()
    (tmp_path / "other.json").touch()
    held = acquire(tmp_path / "alive.turn")
    assert held is not None
    remove_abandoned(tmp_path, "*.turn")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["alive.turn", "other.json"]
    release(tmp_path / "alive.turn", held)


def test_a_folder_is_locked_for_one_at_a_time(tmp_path: Path) -> None:
    """Another process, or another part of this one, waits until it is released."""
    entered = threading.Event()

    def second() -> None:
        with locked_folder(tmp_path / "journals"):
            entered.set()

    with locked_folder(tmp_path / "journals"):
        waiting = threading.Thread(target=second)
        waiting.start()
        assert not entered.wait(0.1)
    assert entered.wait(10)
    waiting.join()


@pytest.fixture
def watchdog(tmp_path: Path) -> Watchdog:
    """The watchdog of a show whose engine is gone."""
    return Watchdog(parse_address(f"unix://{tmp_path}/nobody.sock"), "a-show", journals=tmp_path / "journals")


def test_a_show_runs_as_long_as_its_watchdog_lives(watchdog: Watchdog, tmp_path: Path) -> None:
    """Also when the watchdog is killed: the kernel gives its lock back."""
    folder = tmp_path / "journals"
    assert running_shows(folder) == ()
    watchdog.start()
    process = watchdog._process  # no show of ours may kill it
    assert process is not None
    try:
        assert running_shows(folder) == ("a-show",)
    finally:
        process.kill()
        process.wait()
        watchdog._let_go(process)
    assert running_shows(folder) == ()
    assert [file.name for file in folder.iterdir()] == [f"a-show{RUNNING}"], "what it left is no running show"
