"""Processes of this machine, by session, group and parent: finding, signalling and killing them.

Killing a program leaves what it has started: a browser's helpers, a shell's background jobs.  So whatever may start
others is started as the leader of a session (``start_new_session=True``, setsid(2)), and is ended by
:func:`kill_session`.  A demo's shell may start daemons, too, which leave their session: it runs below a process that
becomes the parent of all of them (``stage.shell.launcher``), and is ended by :func:`kill_tree`.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path


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


def kill_tree(root: int, started: int | None = None) -> list[int]:
    """Kill every process below one that ends with its children, and return those that were killed.

    Args:
        root: The process.  It is killed only if there is none below it.
        started: As for :func:`kill_session`.

    """
    now = start_time(root)
    if started is not None and now != started:
        return []
    below = descendants(root)
    for process in below or [root]:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(process, signal.SIGKILL)
    return below


def descendants(root: int) -> list[int]:
    """The living processes whose parent is a process, or whose parent's is, and so on."""
    children: dict[int, list[int]] = {}
    for process, parent in _all_living():
        children.setdefault(parent, []).append(process)
    found: list[int] = []
    waiting = [root]
    while waiting:
        waiting = [child for parent in waiting for child in children.get(parent, ())]
        found += waiting
    return found


def signal_group(group: int, number: signal.Signals) -> None:
    """Send a signal to a process group; one that no longer exists is not an error."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def _living(id_of: Callable[[int], int], wanted: int) -> list[int]:
    members = []
    for process, _ in _all_living():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if id_of(process) == wanted:
                members.append(process)
    return members


def _all_living() -> Iterator[tuple[int, int]]:
    """The processes of the machine with their parents, without zombies (state ``Z``: ended, but not yet waited for)."""
    if not Path("/proc/self/stat").exists():
        import subprocess  # not on Linux, and slow to import

        listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,stat="], capture_output=True, text=True, check=False)
        for line in listed.stdout.splitlines():
            process, parent, state = line.split()
            if not state.startswith("Z"):
                yield int(process), int(parent)
        return
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):  # it ended meanwhile
                state, parent = (entry / "stat").read_text(encoding="latin-1").rpartition(")")[2].split()[:2]
                if state != "Z":
                    yield int(entry.name), int(parent)
