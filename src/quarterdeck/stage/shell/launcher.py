"""Script: make TERMINAL the controlling terminal, then become PROGRAM (``launcher.py TERMINAL PROGRAM ARGUMENT…``).

It is a process of its own that becomes the program.  What it does can't be done between fork and
exec, which is not safe in a process with threads: take the terminal as the controlling one, and
undo what the program that started us ignores, so that Ctrl-C works in a show that runs in the
background of someone's script.
"""

from __future__ import annotations

import fcntl
import os
import signal
import sys
import termios

NORMAL = (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGTERM, signal.SIGPIPE, signal.SIGTSTP)
NOT_FOUND = 127
"""The exit status for a program that can't be run, as shells have it."""


def main(terminal: str, program: str, *arguments: str) -> None:
    """Become the program.  The process leads a session of its own already."""
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


if __name__ == "__main__":
    main(*sys.argv[1:])
