"""Processes are found and killed with all they have started."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress

import pytest

from quarterdeck.processes import (
    descendants,
    group_members,
    kill_session,
    kill_tree,
    session_members,
    signal_group,
    start_time,
)


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


def test_tree_is_killed(session: subprocess.Popen[bytes]) -> None:
    """What is below a process, wherever it is; then the process, once nothing is; never a later one of its number."""
    ticks = start_time(session.pid)
    assert ticks is not None
    assert kill_tree(session.pid, ticks - 1) == []
    (child,) = descendants(session.pid)
    assert child in descendants(os.getpid())
    assert kill_tree(session.pid, ticks) == [child]
    assert session.wait(60) == 0, "it has waited for its child"
    assert kill_tree(session.pid, ticks) == []


def test_root_of_an_empty_tree_is_killed() -> None:
    """As a process that is about to start others must be."""
    with subprocess.Popen(["sleep", "1000"]) as process:
        assert kill_tree(process.pid) == []
        assert process.wait(60) == -9
