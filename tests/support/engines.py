"""A Docker engine of a test's own: empty, without a network, and gone with the test."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

START_SECONDS = 120
DOCKERD = os.environ.get("QUARTERDECK_DOCKERD", "dockerd")
"""The engine's program: `.ci/modern-engine` has that of another one."""


def why_no_engine() -> str | None:
    """Why an engine can't be started here; None if it can."""
    if os.geteuid() != 0:
        return "starting an engine takes root"
    absent = [program for program in (DOCKERD, "unshare", "nsenter", "ip") if shutil.which(program) is None]
    return f"there is no {absent[0]}" if absent else None


class OwnEngine:
    """A dockerd in a network namespace of its own, whose only interface is loopback."""

    def __init__(self, folder: Path, arguments: Sequence[str] = (), program: str = DOCKERD) -> None:
        """``folder``: of a short path, since a socket's may have a hundred characters; ``arguments``: for dockerd."""
        self.folder = folder
        self.data = folder / "data"
        """Its images and volumes."""
        self.host = f"unix://{folder / 'docker.sock'}"
        """Its DOCKER_HOST; the socket is reached from everywhere."""
        data = [] if "--data-root" in arguments else ["--data-root", self.data]
        options = [*data, "--exec-root", folder / "exec", "--pidfile", folder / "pid", *arguments]
        self._command = [program, "--host", self.host, *map(str, options)]
        self.process: subprocess.Popen[bytes]

    def start(self) -> None:
        """Start it, again perhaps, and wait until it answers."""
        # killed, it leaves a containerd that may be dead and not reaped, which dockerd would wait for
        (self.folder / "exec" / "containerd" / "containerd.pid").unlink(missing_ok=True)
        log = self.folder / "log"
        with log.open("ab") as written:
            self.process = subprocess.Popen(
                ["unshare", "--net", "sh", "-c", 'ip link set lo up; exec "$@"', "sh", *self._command],
                stdout=written,
                stderr=written,
                start_new_session=True,
            )
        end = time.monotonic() + START_SECONDS
        asked = ["docker", "--host", self.host, "version"]
        while subprocess.run(asked, capture_output=True).returncode != 0:
            said = log.read_text(errors="replace")[-2000:]
            assert self.process.poll() is None, f"dockerd did not start: {said}"
            assert time.monotonic() < end, f"dockerd does not answer: {said}"
            time.sleep(0.1)

    def stop(self) -> None:
        """End it, and what runs on it."""
        self.process.send_signal(signal.SIGCONT)
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(START_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for process in self._left():
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    def _left(self) -> list[int]:
        """Processes that a dockerd which was killed has left: those that name its folder, and all below them."""
        parents: dict[int, int] = {}
        left = set()
        for entry in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                if f"{self.folder}/".encode() in (entry / "cmdline").read_bytes():
                    left.add(int(entry.name))
        left.discard(os.getpid())
        while more := {process for process, parent in parents.items() if parent in left} - left:
            left |= more
        return sorted(left)

    def inside(self, *command: str | Path) -> list[str]:
        """A command that runs in the engine's network: published ports are found there only."""
        return ["nsenter", f"--net=/proc/{self.process.pid}/ns/net", *map(str, command)]

    def docker(self, *arguments: str) -> str:
        """What ``docker`` prints, asked of this engine."""
        done = subprocess.run(
            ["docker", "--host", self.host, *arguments],
            capture_output=True,
            text=True,
            check=True,
            timeout=START_SECONDS,
        )
        return done.stdout

    def take_image(self, image: str, host: str) -> None:
        """Copy an image from another engine."""
        with subprocess.Popen(["docker", "--host", host, "save", image], stdout=subprocess.PIPE) as saved:
            subprocess.run(
                ["docker", "--host", self.host, "load", "--quiet"],
                stdin=saved.stdout,
                stdout=subprocess.DEVNULL,
                check=True,
            )


LISTS = {
    "container": ("ps", "--all", "--no-trunc", "--format", "{{.ID}} {{.Names}} {{.Image}}"),
    "network": ("network", "ls", "--no-trunc", "--format", "{{.ID}} {{.Name}}"),
    "volume": ("volume", "ls", "--format", "{{.Name}}"),
    "image": ("image", "ls", "--all", "--no-trunc", "--format", "{{.ID}} {{.Repository}}:{{.Tag}}"),
}
"""The lists of all that an engine has, layers between the steps of builds too."""
PREDEFINED = re.compile(r"network \w+ (bridge|host|none)")
"""They get other ids when an engine is restarted."""


def holdings(host: str) -> set[str]:
    """All that an engine has, a line each: containers, networks, volumes, images with their tags and layers."""
    found = set()
    for kind, arguments in LISTS.items():
        ran = subprocess.run(["docker", "--host", host, *arguments], capture_output=True, text=True, check=True)
        found |= {PREDEFINED.sub(r"network \1", f"{kind} {line}") for line in ran.stdout.splitlines()}
    return found


def changed(host: str, before: set[str]) -> list[str]:
    """What an engine has beyond its former :func:`holdings` (``+ image …``), and what it has lost (``- volume …``)."""
    now = holdings(host)
    return [f"+ {line}" for line in sorted(now - before)] + [f"- {line}" for line in sorted(before - now)]


@contextmanager
def own_engine(arguments: Sequence[str] = (), program: str = DOCKERD) -> Iterator[OwnEngine]:
    """Start a dockerd, and end it."""
    engine = OwnEngine(Path(tempfile.mkdtemp(prefix="qd-engine-")), arguments, program)
    try:
        engine.start()
        yield engine
    finally:
        engine.stop()
        _unmount(engine.folder)
        shutil.rmtree(engine.folder, ignore_errors=True)


def _unmount(folder: Path) -> None:
    """Unmount what a dockerd that was killed has left mounted."""
    mounted = [line.split()[1] for line in Path("/proc/self/mounts").read_text().splitlines()]
    for point in sorted((point for point in mounted if point.startswith(f"{folder}/")), reverse=True):
        subprocess.run(["umount", "--lazy", point], capture_output=True)


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """A file system of ``size`` (``1m``) at ``folder``, in memory; needs root."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder: Path) -> None:
    """Leave no byte free on the file system at ``folder``."""
    descriptor = os.open(folder / "ballast", os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        for size in (1 << 16, 1 << 12, 1):
            try:
                while os.write(descriptor, bytes(size)):
                    pass
            except OSError:
                continue
    finally:
        os.close(descriptor)
