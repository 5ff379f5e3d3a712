"""A Docker engine of a test's own: empty, without a network, and gone with the test."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

START_SECONDS = 60


def why_no_engine() -> str | None:
    """Why an engine can't be started here; None if it can."""
    if os.geteuid() != 0:
        return "starting an engine takes root"
    absent = [program for program in ("dockerd", "unshare", "nsenter", "ip") if shutil.which(program) is None]
    return f"no {absent[0]} is on the PATH" if absent else None


class OwnEngine:
    """A running dockerd in a network namespace of its own, whose only interface is loopback."""

    def __init__(self, process: subprocess.Popen[bytes], socket: Path) -> None:
        self.process = process
        self.host = f"unix://{socket}"
        """Its DOCKER_HOST; the socket is reached from everywhere."""

    def inside(self, *command: str | Path) -> list[str]:
        """A command that runs in the engine's network: published ports are found there only."""
        return ["nsenter", f"--net=/proc/{self.process.pid}/ns/net", *map(str, command)]

    def docker(self, *arguments: str) -> str:
        """What ``docker`` prints, asked of this engine."""
        done = subprocess.run(
            ["docker", "--host", self.host, *arguments], capture_output=True, text=True, check=True, timeout=60
        )
        return done.stdout


@contextmanager
def own_engine(arguments: Sequence[str] = ()) -> Iterator[OwnEngine]:
    """Start dockerd, and end it."""
    folder = Path(tempfile.mkdtemp(prefix="qd-engine-"))  # a socket's path may have a hundred characters
    socket = folder / "docker.sock"
    options = ["--data-root", folder / "data", "--exec-root", folder / "exec", "--pidfile", folder / "pid", *arguments]
    command = ["dockerd", "--host", f"unix://{socket}", *map(str, options)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            ["unshare", "--net", "sh", "-c", 'ip link set lo up; exec "$@"', "sh", *command],
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    engine = OwnEngine(process, socket)
    try:
        _wait_for(engine, folder / "log")
        yield engine
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(engine: OwnEngine, log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    asked = ["docker", "--host", engine.host, "version"]
    while subprocess.run(asked, capture_output=True).returncode != 0:
        said = log.read_text(errors="replace")[-2000:]
        assert engine.process.poll() is None, f"dockerd did not start: {said}"
        assert time.monotonic() < end, f"dockerd does not answer: {said}"
        time.sleep(0.1)
