"""Processes of this machine, by session, group and environment: finding, signalling and killing them.

Killing a program leaves what it has started: a browser's helpers, a shell's background jobs.  So whatever may start
others is started as the leader of a session (``start_new_session=True``, setsid(2)), and is ended by
:func:`kill_session`, here and nowhere else.

Daemons leave their session (``setsid -f``, a double fork), and are then found by the environment that they inherited:
:func:`kill_homed`.  A program started with an empty environment escapes; the working folder isn't looked at, since the
speaker may have a shell there.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

HOMES = ("HOME", "DOCKER_CONFIG")
"""Variables that mark the processes of a demo: nobody else's are in the demo's folder, as ``PWD`` may be."""
KILL_ROUNDS = 10
ROUND_SECONDS = 0.02
"""How often, and how soon again, processes that may start others are looked for."""


def session_members(session: int) -> list[int]:
    """The living processes of a session, whose id is that of the process that leads it."""
    return _living(os.getsid, session)


def group_members(group: int) -> list[int]:
    """The living processes of a process group."""
    return _living(os.getpgid, group)


def start_time(process: int) -> int | None:
    """When a process was started, in ticks since boot; None where the system doesn't say (proc(5), stat's field 22)."""
    try:
        text = Path(f"/proc/{process}/stat").read_text(encoding="latin-1")
        return int(text.rpartition(")")[2].split()[19])
    except (OSError, IndexError, ValueError):
        return None


def kill_session(leader: int, started: int | None = None) -> list[int]:
    """Kill every process of a session, background jobs included, and return those that were killed.

    SIGKILL, never SIGQUIT: the docker client answers that one with the stacks of its goroutines, on the projector.

    Args:
        leader: The process that led the session, which may have ended.
        started: Its :func:`start_time`, where that is known; if its id now means another process, nothing is killed.

    """
    now = start_time(leader)
    if started is not None and now is not None and now != started:
        return []
    members = session_members(leader)
    for process in members:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(process, signal.SIGKILL)
    return members


def kill_homed(folder: Path) -> list[int]:
    """Kill every process whose home, or whose docker configuration, is in a folder, and return those that were killed.

    Processes that are started meanwhile are killed too.  Those of other users are left alone, as are all where the
    system doesn't show environments (only Linux does).

    Args:
        folder: A temporary folder made for a demo.  No other program can have its home there.

    """
    marks = tuple(f"{name}={folder}/".encode() for name in HOMES)
    killed: set[int] = set()
    for _ in range(KILL_ROUNDS):
        found = [process for process in _all_living() if any(v.startswith(marks) for v in _environment(process))]
        for process in found:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(process, signal.SIGKILL)
                killed.add(process)
        if not found:
            break
        time.sleep(ROUND_SECONDS)
    return sorted(killed)


def _environment(process: int) -> list[bytes]:
    """The ``NAME=value`` with which a process was started; nothing where they can't be read, or of this process."""
    if process == os.getpid():
        return []
    try:
        return Path(f"/proc/{process}/environ").read_bytes().split(b"\0")
    except OSError:
        return []


def signal_group(group: int, number: signal.Signals) -> None:
    """Send a signal to a process group; one that no longer exists is not an error."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def _living(id_of: Callable[[int], int], wanted: int) -> list[int]:
    members = []
    for process in _all_living():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if id_of(process) == wanted:
                members.append(process)
    return members


def _all_living() -> Iterator[int]:
    """The processes of the machine, without zombies (state ``Z``: ended, but not yet waited for)."""
    if not Path("/proc/self/stat").exists():
        import subprocess  # not on Linux, and slow to import

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
