#!/usr/bin/env python3
"""Chromium on a network that never changes: a program to start in its place.

Each container that starts or ends changes the machine's network, and Chromium then gives up what it is just loading,
from this machine too (``ERR_NETWORK_CHANGED``).  Tests on the engine run beside those in the browser, and would fail
them at random; what the show's pages make of such changes has tests of its own.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import shutil
import socket
import struct
import sys

FLAGS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-software-rasterizer",
)
"""Without a GPU, and without Chromium's stand-in for one, which takes a third of all its time to draw the same."""
PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

CALLS = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
"""By machine: its name in an audit (linux/audit.h), and the number of the call ``socket``."""
PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 22, 38
SECCOMP_MODE_FILTER = 2
RET_ALLOW, RET_ERRNO = 0x7FFF0000, 0x00050000
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
CALL, MACHINE, FIRST_ARGUMENT = 0, 4, 16
"""Where these stand in what the filter is given (linux/seccomp.h, ``struct seccomp_data``)."""


class Program(ctypes.Structure):
    """linux/filter.h, ``struct sock_fprog``."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def refuse_netlink() -> None:
    """Let neither this process nor its children hear of the network from the kernel, where that can be had."""
    if platform.machine() not in CALLS:
        return
    machine, call = CALLS[platform.machine()]
    steps = (
        (LOAD, 0, 0, MACHINE),
        (JUMP_IF_EQUAL, 0, 5, machine),
        (LOAD, 0, 0, CALL),
        (JUMP_IF_EQUAL, 0, 3, call),
        (LOAD, 0, 0, FIRST_ARGUMENT),
        (JUMP_IF_EQUAL, 0, 1, socket.AF_NETLINK),
        (RETURN, 0, 0, RET_ERRNO | errno.EACCES),
        (RETURN, 0, 0, RET_ALLOW),
    )
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    program = Program(len(steps), ctypes.addressof(code))
    libc = ctypes.CDLL(None)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0:
        libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0)


if __name__ == "__main__":
    assert PROGRAM
    refuse_netlink()
    os.execv(PROGRAM, [PROGRAM, *sys.argv[1:]])
