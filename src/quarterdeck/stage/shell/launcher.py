"""Script: run PROGRAM on TERMINAL, and end with it what it has started (``launcher.py TERMINAL PROGRAM ARGUMENT…``).

A process between the show and a shell: the shell's parent, and on Linux that of everything below it whose own parent
has ended (a "subreaper", prctl(2)).  So nothing that a demo starts is lost: daemons leave their session, ``env -i``
clears the environment, ``su`` changes the user, but none can choose another parent.  Processes of other users can be
killed only by root.  Elsewhere than on Linux, what has lost its parent escapes.

It lives as long as the shell, then kills the rest, and exits with the shell's status.  Signals that a demo sends to its
own programs it ignores; if it is killed, so is the shell.

The child takes the terminal as the controlling one, and undoes what the program that started us ignores, so that Ctrl-C
works in a show that runs in the background of someone's script.  None of this may be done between fork and exec by the
show itself, which has threads.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import sys
import termios
from collections.abc import Iterator
from contextlib import suppress

NORMAL = (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGTERM, signal.SIGPIPE, signal.SIGTSTP)
NOT_FOUND = 127
"""The exit status for a program that can't be run, as shells have it."""
KILLED = 128
"""A shell's exit status for a program that a signal has ended, without that signal's number."""
PR_SET_PDEATHSIG, PR_SET_NAME, PR_SET_CHILD_SUBREAPER = 1, 15, 36
NAME = b"quarterdeck"
"""What ``ps`` and ``pkill`` call it: a demo may end all programs called ``python3``."""


def main(terminal: str, program: str, *arguments: str) -> None:
    """Run the program in a child, and exit as it does."""
    _control(PR_SET_NAME, NAME)
    _control(PR_SET_CHILD_SUBREAPER, 1)
    shell = os.fork()
    if shell == 0:
        become(terminal, program, *arguments)
    for number in NORMAL:
        signal.signal(number, signal.SIG_IGN)
    os.dup2(os.open(os.devnull, os.O_RDWR), 2)  # the terminal is the child's
    status = _wait(shell)
    end_children()
    os._exit(status)


def become(terminal: str, program: str, *arguments: str) -> None:
    """Become the program, as the leader of a session with that terminal."""
    _control(PR_SET_PDEATHSIG, signal.SIGKILL)
    os.setsid()
    for number in NORMAL:
        signal.signal(number, signal.SIG_DFL)
    descriptor = os.open(terminal, os.O_RDWR)
    fcntl.ioctl(descriptor, termios.TIOCSCTTY, 0)
    for standard in (0, 1, 2):
        os.dup2(descriptor, standard)
    if descriptor > 2:
        os.close(descriptor)
    try:
        os.execvp(program, [program, *arguments])
    except OSError as error:
        os.write(2, f"{program}: {error.strerror}\n".encode())
        os._exit(NOT_FOUND)


def _wait(shell: int) -> int:
    """Wait for the shell's end, and return its status; others that have ended are only taken note of."""
    while True:
        process, status = os.waitpid(-1, 0)
        if process == shell:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else KILLED - code


def end_children() -> None:
    """Kill all children.  Theirs become ours with that, and are killed too."""
    while [child for child in children(os.getpid()) if _kill(child)]:
        with suppress(ChildProcessError):
            os.waitpid(-1, 0)
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def children(parent: int) -> Iterator[int]:
    """Yield the processes that have this parent; but for zombies."""
    from pathlib import Path  # slow to import, and needed only at the end

    if not Path("/proc/self/stat").exists():
        import subprocess

        listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=False)
        yield from (int(process) for process, of in map(str.split, listed.stdout.splitlines()) if of == str(parent))
        return
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            state, of = (entry / "stat").read_text(encoding="latin-1").rpartition(")")[2].split()[:2]
            if of == str(parent) and state != "Z":
                yield int(entry.name)


def _kill(process: int) -> bool:
    """Whether it could be killed."""
    with suppress(ProcessLookupError, PermissionError):
        os.kill(process, signal.SIGKILL)
        return True
    return False


def _control(option: int, value: int | bytes) -> None:
    """prctl(2), where there is one."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
