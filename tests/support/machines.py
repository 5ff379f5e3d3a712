"""Other machines for tests: each a network namespace of its own, joined by a cable (``veth``)."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SPEAKER, FOLLOWER = "192.0.2.2", "192.0.2.3"
"""Addresses that no real machine has (RFC 5737)."""
SECONDS = 120


def why_no_machines() -> str | None:
    """Why there can be none here; None if there can."""
    for tool in ("ip", "iptables", "unshare", "nsenter"):
        if shutil.which(tool) is None:
            return f"'{tool}' is not on the PATH"
    return "only root may make network namespaces" if os.geteuid() else None


@dataclass(frozen=True, slots=True)
class Machine:
    """A network namespace, held by a process in it."""

    process: subprocess.Popen[bytes]

    def command(self, *command: str | Path) -> list[str]:
        """A command line that runs there."""
        return ["nsenter", "--target", str(self.process.pid), "--net", *map(str, command)]

    def run(self, *command: str | Path, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a command there."""
        return subprocess.run(self.command(*command), check=check, capture_output=True, text=True, timeout=SECONDS)

    @contextmanager
    def cut_off(self) -> Iterator[None]:
        """Lose whatever comes and goes by its cable, as a network does that is out of reach: nobody is told."""
        chains = ("INPUT", "--in-interface"), ("OUTPUT", "--out-interface")
        for chain, way in chains:
            self.run("iptables", "--wait", "--append", chain, way, "cable", "--jump", "DROP")
        try:
            yield
        finally:
            for chain, way in chains:
                self.run("iptables", "--wait", "--delete", chain, way, "cable", "--jump", "DROP")


@contextmanager
def two_machines() -> Iterator[tuple[Machine, Machine]]:
    """The speaker's and a follower's."""
    holder = ["unshare", "--net", "sh", "-c", "echo; exec sleep infinity"]
    pair = tuple(Machine(subprocess.Popen(holder, stdout=subprocess.PIPE)) for _ in range(2))
    try:
        for machine in pair:
            assert machine.process.stdout
            machine.process.stdout.readline()  # the namespace is there
        speaker, follower = pair
        cable = ("type", "veth", "peer", "name", "cable", "netns", str(follower.process.pid))
        speaker.run("ip", "link", "add", "cable", *cable)
        for machine, address in ((speaker, SPEAKER), (follower, FOLLOWER)):
            machine.run("ip", "address", "add", f"{address}/24", "dev", "cable")
            machine.run("ip", "link", "set", "cable", "up")
            machine.run("ip", "link", "set", "lo", "up")
        yield speaker, follower
    finally:
        for machine in pair:
            machine.process.kill()
            machine.process.communicate()
