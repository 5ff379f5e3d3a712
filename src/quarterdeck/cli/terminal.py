"""The terminal of a command while a demo uses it: keys, size and signals."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
import termios
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager

END_OF_INPUT = b"\x11"
"""The key that ends the demo; also what is read when the terminal is gone."""
ONE_KEY = re.compile(rb"\x1b\[[0-9;]*[A-Za-z~]|\x1bO[A-Za-z]|\x1b.|.", re.DOTALL)
"""One key as a terminal sends it (ECMA-48 control sequences, SS3, meta, or a byte)."""


@contextmanager
def signals(end: Callable[[], None], resized: Callable[[], None]) -> Iterator[None]:
    """Meanwhile call ``end`` when the process is asked to end, and ``resized`` when the terminal's size changes."""
    loop = asyncio.get_running_loop()
    acts = {signal.SIGTERM: end, signal.SIGHUP: end, signal.SIGWINCH: resized}
    for number, act in acts.items():
        loop.add_signal_handler(number, act)
    try:
        yield
    finally:
        for number in acts:
            loop.remove_signal_handler(number)


def size() -> tuple[int, int]:
    """The terminal's columns and lines."""
    columns, lines = os.get_terminal_size()
    return columns, lines


def write(text: str) -> None:
    """Print without buffering."""
    sys.stdout.write(text)
    sys.stdout.flush()


def read_keys(press: Callable[[bytes], None]) -> Callable[[], None]:
    """Call ``press`` with each key, without echo, until the function that is returned is called."""
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    tty.setraw(descriptor, termios.TCSANOW)
    mode = termios.tcgetattr(descriptor)
    mode[1] |= termios.OPOST  # output is processed as before: other programs' line ends stay line ends
    termios.tcsetattr(descriptor, termios.TCSANOW, mode)
    loop = asyncio.get_running_loop()

    def read() -> None:
        try:
            data = os.read(descriptor, 1024)
        except OSError:
            data = b""  # the terminal is gone, as at the end of its input
        if not data:
            loop.remove_reader(descriptor)
            press(END_OF_INPUT)
        for key in ONE_KEY.findall(data):
            press(key)

    loop.add_reader(descriptor, read)

    def stop() -> None:
        loop.remove_reader(descriptor)
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)

    return stop
