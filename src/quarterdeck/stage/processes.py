"""Processes of a terminal's session: finding and ending them."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from pathlib import Path


def session_members(session: int) -> list[int]:
    """The process ids that belong to a session, its leader's id being the session's."""
    members = []
    for process in _all_processes():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if os.getsid(process) == session:
                members.append(process)
    return members


def kill_session(session: int) -> None:
    """Kill every process of a session, background jobs too."""
    for process in session_members(session):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(process, signal.SIGKILL)


def signal_group(group: int, number: signal.Signals) -> None:
    """Send a signal to a process group; one that is gone is fine."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def _all_processes() -> list[int]:
    if Path("/proc/self").exists():
        return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    listed = subprocess.run(["ps", "-A", "-o", "pid="], capture_output=True, text=True, check=False)
    return [int(line) for line in listed.stdout.split()]
