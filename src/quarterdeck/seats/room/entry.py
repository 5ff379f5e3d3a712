"""The first process of a seat's container: it starts the seat's engine and its server, and buries orphans.

Whoever is process 1 inherits the processes whose parents have ended, as those of containers do, and must wait for them,
or they stay as zombies until the limit of processes is reached.  The server can't: it waits for processes of its own.

The engine gets what a container with ``SYS_ADMIN``, ``NET_ADMIN`` and ``SYS_PTRACE`` can give it.  Where the host maps
the container's root to nobody (``userns-remap``), it runs as a rootless engine does, without what makes one:
the host has made the user namespace already.  If it ends, it is started again.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from quarterdeck.seats.room.store import LAYERS, fill, link

DATA, SHARED, IMAGES = Path("/var/lib/docker"), Path("/golden"), Path("/images")
"""The engine's data; the layers that all seats share; archives of images, where nothing is shared."""
LOG = Path("/var/log/dockerd.log")
SOCKET = "unix:///var/run/docker.sock"
RUNC = Path("/usr/local/bin/runc-seat")
"""A runc that asks for nothing that the seccomp filter refuses, if the image has one."""
ROOTLESS_STATE = Path("/run/rootless")
ROOTLESS: Mapping[str, str] = {
    "XDG_RUNTIME_DIR": "/run",
    "XDG_CONFIG_HOME": "/etc",
    "ROOTLESSKIT_STATE_DIR": str(ROOTLESS_STATE),
    "ROOTLESSKIT_PARENT_EUID": "0",
    "ROOTLESSKIT_PARENT_EGID": "0",
}
"""What a rootless engine looks for in its environment."""
AGAIN_SECONDS = 1.0
"""From the end of an engine until it is started again."""
START_SECONDS = 60.0
"""How long it may take to answer."""
STOP_SECONDS = 10.0
"""How long it may take to end."""

Spawn = Callable[[], int]
"""Starts a program, and returns its process id."""


def seat() -> int:
    """Run the engine and the server until the server ends; returns its exit status."""
    command, environment = make_ready()
    archives = () if (SHARED / LAYERS).is_dir() else sorted(IMAGES.glob("*.tar"))
    server = [sys.executable, "-m", "quarterdeck.seats.room", "--serve", *map(str, archives)]
    return supervise(lambda: _spawn(command, environment, LOG), lambda: _spawn(server, os.environ))


def prepare() -> int:
    """Load the archives of images into a new engine, stop it, and share its layers; returns an exit status."""
    command, environment = make_ready()
    with LOG.open("ab") as log, subprocess.Popen(command, env=environment, stdout=log, stderr=log) as engine:
        try:
            _wait_for(engine)
            for archive in sorted(IMAGES.glob("*.tar")):
                subprocess.run(["docker", "--host", SOCKET, "load", "--quiet", "--input", str(archive)], check=True)
        except (subprocess.SubprocessError, TimeoutError) as error:
            sys.stderr.write(f"{error}\n{last_lines(LOG)}\n")
            return 1
        finally:
            engine.terminate()
            engine.wait()
    fill(DATA, SHARED)
    return 0


def make_ready() -> tuple[list[str], dict[str, str]]:
    """Make the container ready for an engine; returns the engine's command and environment."""
    rootless = in_user_namespace(Path("/proc/self/uid_map").read_text("ascii"))
    _writable(Path("/proc/sys"))
    if rootless:
        ROOTLESS_STATE.mkdir(parents=True, exist_ok=True)
        (ROOTLESS_STATE / "child_pid").write_text("1", "ascii")
    else:
        groups = Path("/sys/fs/cgroup")
        for folder in (groups, *sorted(each for each in groups.iterdir() if each.is_dir() and not each.is_symlink())):
            _writable(folder)
    link(SHARED, DATA)
    return engine_command(rootless=rootless, runc=RUNC.exists()), {**os.environ, **(ROOTLESS if rootless else {})}


def in_user_namespace(uid_map: str) -> bool:
    """Whether root is somebody else outside, by ``/proc/self/uid_map`` (user_namespaces(7))."""
    inside_outside = [line.split()[:2] for line in uid_map.splitlines()]
    return ["0", "0"] not in inside_outside


def engine_command(*, rootless: bool, runc: bool) -> list[str]:
    """The engine's command line."""
    command = [
        *("dockerd", "--host", SOCKET, "--data-root", str(DATA), "--exec-root", "/run/docker"),
        *("--pidfile", "/run/docker.pid", "--storage-driver", "overlay2"),
    ]
    if runc:
        command += ["--add-runtime", f"seat={RUNC}", "--default-runtime", "seat"]
    if rootless:
        command += ["--rootless", "--userland-proxy-path", "/usr/sbin/docker-proxy"]
    return command


def _writable(folder: Path) -> None:
    """Mount a folder so that it can be written to, if that is allowed; an engine without it says what it lacks."""
    subprocess.run(["mount", "-o", "remount,bind,rw", str(folder)], check=False, stderr=subprocess.DEVNULL)


def _spawn(command: Sequence[str], environment: Mapping[str, str], log: Path | None = None) -> int:
    to_log = [(os.POSIX_SPAWN_OPEN, 1, str(log), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)] if log else []
    both = [(os.POSIX_SPAWN_DUP2, 1, 2)] if log else []
    return os.posix_spawnp(command[0], list(command), dict(environment), file_actions=[*to_log, *both])


def supervise(engine: Spawn, server: Spawn) -> int:
    """Start both, wait for every process that ends, start the engine again if it does, and end with the server.

    Returns the server's exit status.  SIGTERM and SIGINT ask the server to end.
    """
    servers: list[int] = []
    asked: list[int] = []

    def end(number: int, frame: object) -> None:
        del frame
        asked.append(number)
        for process in servers:
            os.kill(process, signal.SIGTERM)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    engine_id, server_id = engine(), server()
    servers.append(server_id)
    if asked:
        os.kill(server_id, signal.SIGTERM)
    while True:
        ended, status = os.wait()
        if ended == server_id:
            break
        if ended == engine_id:
            time.sleep(AGAIN_SECONDS)
            engine_id = engine()
    _end(engine_id)
    return max(0, os.waitstatus_to_exitcode(status))


def _end(process: int) -> None:
    """End a child, first gently."""
    os.kill(process, signal.SIGTERM)
    end = time.monotonic() + STOP_SECONDS
    while os.waitpid(process, os.WNOHANG)[0] != process:
        if time.monotonic() > end:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
            return
        time.sleep(0.05)


def _wait_for(engine: subprocess.Popen[bytes]) -> None:
    """Wait until the engine answers.

    Raises:
        TimeoutError: when it doesn't, or has ended.

    """
    end = time.monotonic() + START_SECONDS
    asking = ["docker", "--host", SOCKET, "version"]
    while subprocess.run(asking, check=False, capture_output=True).returncode:
        if engine.poll() is not None or time.monotonic() > end:
            raise TimeoutError("the engine doesn't start")
        time.sleep(0.1)


def last_lines(log: Path, count: int = 10) -> str:
    """The last lines of a log."""
    try:
        return "\n".join(log.read_text("utf-8", "replace").splitlines()[-count:])
    except OSError:
        return ""
