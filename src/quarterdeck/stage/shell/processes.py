"""Processes of a terminal's session: finding and ending them."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path


def session_members(session: int) -> list[int]:
    """The processes that belong to a session, which has its leader's process id; those that have ended don't count."""
    members = []
    for process in _running():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if os.getsid(process) == session:
                members.append(process)
    return members


def group_members(group: int) -> list[int]:
    """The processes of a process group; those that have ended don't count."""
    members = []
    for process in _running():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if os.getpgid(process) == group:
                members.append(process)
    return members


def kill_session(session: int) -> list[int]:
    """Kill every process of a session, background jobs too; gives which."""
    members = session_members(session)
    for process in members:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(process, signal.SIGKILL)
    return members


def signal_group(group: int, number: signal.Signals) -> None:
    """Send a signal to a process group; one that is gone is fine."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def _running() -> Iterator[int]:
    """All processes of the machine, without those that have ended and whose parent doesn't care (``Z``)."""
    if not Path("/proc/self/stat").exists():
        listed = subprocess.run(["ps", "-A", "-o", "pid=,stat="], capture_output=True, text=True, check=False)
        for line in listed.stdout.splitlines():
            process, state = line.split()
            if not state.startswith("Z"):
                yield int(process)
        return
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):  # it ended meanwhile
                state = (entry / "stat").read_text(encoding="latin-1").rpartition(")")[2].split()[0]
                if state != "Z":
                    yield int(entry.name)
