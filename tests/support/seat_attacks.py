"""Run in a seat, as its root: what somebody who wants the host, or a neighbour, would try first.

    python3 seat_attacks.py NEIGHBOUR PORT HOST

Prints JSON: for each attack whether it was possible.  Files are opened for writing and closed again; what is mounted is
unmounted.  NEIGHBOUR is the address of another seat on the same host, PORT its server's port on HOST.
"""

from __future__ import annotations

import ctypes
import glob
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

SECONDS = 15
libc = ctypes.CDLL(None, use_errno=True)


def shell(script: str) -> Callable[[], None]:
    """Commands that succeed if the attack does."""

    def attack() -> None:
        subprocess.run(["bash", "-c", script], check=True, capture_output=True, timeout=SECONDS)

    return attack


def writable(pattern: str) -> Callable[[], None]:
    """A file of the kernel that can be opened for writing."""

    def attack() -> None:
        for path in glob.glob(pattern) or [pattern]:  # noqa: PTH207  # as in a shell
            os.close(os.open(path, os.O_WRONLY))

    return attack


def reached(address: str, port: int) -> Callable[[], None]:
    """A server that takes a connection."""

    def attack() -> None:
        socket.create_connection((address, port), 2).close()

    return attack


def answered(address: str, port: int, path: str) -> Callable[[], None]:
    """A server that answers with what it has."""

    def attack() -> None:
        with socket.create_connection((address, port), 2) as connection:
            connection.sendall(f"GET {path} HTTP/1.0\r\n\r\n".encode())
            if b" 200 " not in connection.recv(100):
                raise PermissionError(path)

    return attack


def call(number: int, *arguments: object, reached: tuple[int, ...] = ()) -> Callable[[], None]:
    """A system call (x86-64) that isn't refused; errors of ``reached`` come after the check of rights."""

    def attack() -> None:
        if libc.syscall(number, *arguments) < 0 and ctypes.get_errno() not in reached:
            raise OSError(ctypes.get_errno(), "refused")

    return attack


def gateway() -> str:
    """The address of the host in the seat's network, from /proc/net/route."""
    lines = (line.split() for line in Path("/proc/net/route").read_text("ascii").splitlines()[1:])
    route = next(words[2] for words in lines if words[1] == "00000000")
    return socket.inet_ntoa(bytes.fromhex(route)[::-1])


def program_loaded() -> None:
    """A BPF program of type KPROBE, which sees all of the kernel: ``return 0``."""
    code = (ctypes.c_uint64 * 2)(0x00000000000000B7, 0x0000000000000095)
    license_ = ctypes.create_string_buffer(b"GPL")
    attributes = (ctypes.c_uint64 * 16)(2 | 2 << 32, ctypes.addressof(code), ctypes.addressof(license_))
    if libc.syscall(321, 5, attributes, 48) < 0:
        raise OSError(ctypes.get_errno(), "refused")


def attacks(neighbour: str, port: int, host: str) -> dict[str, Callable[[], None]]:
    """What is tried."""
    perf = ctypes.create_string_buffer(bytes([1, 0, 0, 0, 112, 0, 0, 0]) + bytes(104))
    return {
        "write core_pattern": writable("/proc/sys/kernel/core_pattern"),
        "write kernel.panic": writable("/proc/sys/kernel/panic"),
        "write sysrq-trigger": writable("/proc/sysrq-trigger"),
        "write release_agent": writable("/sys/fs/cgroup/*/release_agent"),
        "read the host's disk": shell("rm -f /tmp/d; mknod /tmp/d b 254 0 && dd if=/tmp/d of=/dev/null bs=512 count=1"),
        "mount a cgroup hierarchy": shell("mkdir -p /tmp/c && mount -t cgroup -o memory none /tmp/c && umount /tmp/c"),
        "mount tracefs": shell("mkdir -p /tmp/t && mount -t tracefs none /tmp/t && umount /tmp/t"),
        "mount a loop device": shell(
            "truncate -s 9M /tmp/i; mkfs.ext4 -q /tmp/i && mount -o loop /tmp/i /mnt && umount /mnt"
        ),
        "see the host's processes": shell("grep -l dockerd /proc/[0-9]*/comm | wc -l | grep -qv '^1$'"),
        "set the clock": shell('date -s "$(date)"'),
        "load a module": call(175, 0, 0, b"", reached=(8, 14, 22)),
        "load another kernel": call(246, 0, 0, 0, 0, reached=(16, 22)),
        "load a BPF program": program_loaded,
        "measure the whole machine": call(298, perf, -1, 0, -1, 0),
        "open files by handle": call(304, -100, 0, 0, reached=(9, 14, 22)),
        "use keyrings": call(250, 0, -3, 0),
        "privileged in the seat: write core_pattern": shell(
            "docker run --rm --privileged busybox:stable sh -c 'exec 3>>/proc/sys/kernel/core_pattern'"
        ),
        "the host's files by a volume": shell("docker run --rm -v /:/x busybox:stable ls /x/var/lib/qd-hosts"),
        "raise the own memory limit": shell("echo -1 >/sys/fs/cgroup/memory/memory.limit_in_bytes"),
        "reach a neighbour's server": reached(neighbour, 7000),
        "reach a neighbour's container": reached(neighbour, 8080),
        "ask a neighbour's server without its secret": answered(host, port, "/status"),
        "reach the engine of the host": reached(host, 2375),
        "reach the engine of the host by the gateway": reached(gateway(), 2375),
    }


def possible(attack: Callable[[], None]) -> bool:
    """Whether it succeeds."""
    try:
        attack()
    except (OSError, subprocess.SubprocessError):
        return False
    return True


if __name__ == "__main__":
    tried = attacks(sys.argv[1], int(sys.argv[2]), sys.argv[3])
    sys.stdout.write(json.dumps({name: possible(attack) for name, attack in tried.items()}) + "\n")
