"""Processes are found and killed with all they have started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from quarterdeck.processes import group_members, kill_homed, kill_session, session_members, signal_group, start_time


@pytest.fixture
def session() -> Iterator[subprocess.Popen[bytes]]:
    """A shell with a child, in a session of its own."""
    process = subprocess.Popen(["sh", "-c", "sleep 1000 & echo; wait"], start_new_session=True, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    yield process
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)  # the child too
    process.wait()
    process.stdout.close()


def test_session_is_killed(session: subprocess.Popen[bytes]) -> None:
    """The shell and what it started."""
    assert len(kill_session(session.pid, start_time(session.pid))) == 2
    assert session.wait(60) == -9
    assert session.stdout is not None
    assert session.stdout.read() == b"", "the child held the pipe"


def test_reused_number_is_left_alone(session: subprocess.Popen[bytes]) -> None:
    """A process that was started at another time is somebody else's."""
    ticks = start_time(session.pid)
    assert ticks is not None
    assert kill_session(session.pid, ticks - 1) == []
    assert session.poll() is None


def test_the_members_of_a_session_and_of_a_group(session: subprocess.Popen[bytes]) -> None:
    """The shell and its child, until they have ended; a zombie does not count."""
    members = session_members(session.pid)
    assert session.pid in members
    assert len(members) == 2
    assert group_members(session.pid) == members
    signal_group(session.pid, signal.SIGKILL)
    os.waitid(os.P_PID, session.pid, os.WEXITED | os.WNOWAIT)
    assert session.pid not in session_members(session.pid)


def test_a_group_that_is_gone(session: subprocess.Popen[bytes]) -> None:
    """Signalling it is not an error, and neither is killing its session."""
    kill_session(session.pid)
    session.wait()
    signal_group(session.pid, signal.SIGTERM)
    assert start_time(session.pid) is None


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows the environments of processes")
def test_only_who_has_a_home_in_the_folder_is_killed(tmp_path: Path) -> None:
    """The speaker's own shell in the folder, and whoever's home has a similar name, live on."""
    folder = tmp_path / "demo"
    folder.mkdir()

    def sleeper(**environ: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(["sleep", "1000"], env=environ, cwd=folder, start_new_session=True)

    marked = [sleeper(HOME=f"{folder}/home"), sleeper(HOME="/", DOCKER_CONFIG=f"{folder}/docker")]
    others = [sleeper(PWD=str(folder), HOME="/"), sleeper(HOME=f"{folder}2/home"), sleeper(OLDHOME=f"{folder}/home")]
    try:
        assert kill_homed(folder) == sorted(process.pid for process in marked)
        assert [process.wait(60) for process in marked] == [-9, -9]
        assert [process.poll() for process in others] == [None] * 3
        assert kill_homed(folder) == []
    finally:
        for process in marked + others:
            process.kill()
            process.wait()
