"""Knowing which shows are running."""

from pathlib import Path

import pytest

from quarterdeck.files.locks import SUFFIX, running
from quarterdeck.stage.cleanup.watchdog import Watchdog
from quarterdeck.stage.docker.address import parse_address


@pytest.fixture
def watchdog(tmp_path: Path) -> Watchdog:
    """The watchdog of a show whose engine is gone."""
    return Watchdog(parse_address(f"unix://{tmp_path}/nobody.sock"), "a-show", journals=tmp_path / "journals")


def test_a_show_runs_as_long_as_its_watchdog_lives(watchdog: Watchdog, tmp_path: Path) -> None:
    """Also when the watchdog is killed: the kernel gives its lock back."""
    folder = tmp_path / "journals"
    assert running(folder) == ()
    watchdog.start()
    process = watchdog._process  # no show of ours may kill it
    assert process is not None
    try:
        assert running(folder) == ("a-show",)
    finally:
        process.kill()
        process.wait()
        if process.stdin:
            process.stdin.close()
    assert running(folder) == ()
    assert [file.name for file in folder.iterdir()] == [f"a-show{SUFFIX}"], "what it left is no running show"
