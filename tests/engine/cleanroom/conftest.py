"""A clean room in front of the real engine, and a bystander beside it."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from conftest import missing
from quarterdeck.model.demo import Permissions
from quarterdeck.stage.cleanroom.server import CleanRoom
from quarterdeck.stage.cleanup.sweep import sweep
from quarterdeck.stage.docker.address import EngineAddress
from support.engine_api import ask

IMAGE = "busybox:1.35"
SECONDS = 300.0
"""How long a command may take, on a machine that is busy with other tests too."""


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    status: int
    out: str
    """Its standard output and error."""


@dataclass(frozen=True)
class Stage:
    """A clean room as a demo's shell sees it."""

    room: CleanRoom
    folder: Path
    show: str
    journals: Path

    def run(self, command: str, *, timeout: float = SECONDS, **environ: str) -> Ran:
        """Run a shell command as the demo would."""
        return shell(self.room.docker_host, command, self.folder, timeout=timeout, **environ)

    def lines(self, command: str) -> list[str]:
        """The output lines of a command that must succeed."""
        ran = self.run(command)
        assert ran.status == 0, ran.out
        return ran.out.split("\n")[:-1]

    def send(self, request: bytes) -> tuple[int, bytes]:
        """Send raw bytes; the status of the first answer (0 for none) and all that came."""
        return raw(self.room.docker_host.removeprefix("unix://"), request)

    def request(self, method: str, target: str, body: bytes = b"", headers: str = "") -> tuple[int, Any]:
        """One plain request; its status and its JSON, or its text."""
        head = f"{method} {target} HTTP/1.1\r\nHost: docker\r\nConnection: close\r\nContent-Length: {len(body)}\r\n"
        content = "Content-Type: application/json\r\n" if body and "content-type" not in headers.lower() else ""
        status, received = self.send((head + content + headers + "\r\n").encode() + body)
        answer = received.partition(b"\r\n\r\n")[2]
        try:
            return status, json.loads(answer)
        except ValueError:
            return status, answer.decode("utf-8", "replace")


def shell(host: str, command: str, folder: Path, *, timeout: float = SECONDS, **environ: str) -> Ran:
    """Run a shell command against an engine."""
    environment = {**os.environ, "DOCKER_HOST": host, "DOCKER_CONFIG": str(folder), **environ}
    done = subprocess.run(
        ["sh", "-c", command],
        env=environment,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=timeout,
        text=True,
        errors="replace",
    )
    return Ran(done.returncode, done.stdout)


def raw(path: str, request: bytes) -> tuple[int, bytes]:
    """Raw bytes to a socket, and what came back until it closed."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(SECONDS)
        connection.connect(path)
        connection.sendall(request)
        received = b""
        while chunk := connection.recv(1 << 16):
            received += chunk
    words = received.split(b" ", 2)
    return (int(words[1]) if len(words) > 1 else 0), received


@pytest.fixture(scope="session")
def docker(engine: EngineAddress) -> Callable[[str], Ran]:
    """Runs a command against the engine itself, past the clean room."""
    if shutil.which("docker") is None:
        missing("engine", "the docker command is not on the PATH")
    if ask(engine, "GET", f"/images/{IMAGE}/json").status != 200:
        missing("engine", f"the image {IMAGE} is not there")

    def run(command: str) -> Ran:
        return shell(engine.url, command, Path("/tmp"))

    return run


@pytest.fixture(scope="module")
def opened(
    engine: EngineAddress, docker: Callable[[str], Ran], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Stage]]:
    """Makes clean rooms for a module's tests, and sweeps what they leave.

    A room lives in a thread of its own, so it outlives the event loop that it was opened from.
    """
    show = f"test-{secrets.token_hex(4)}"
    top = tmp_path_factory.mktemp("stage")
    stages: list[Stage] = []

    def make(*allow: str, images: tuple[str, ...] = ()) -> Stage:
        folder = top / f"work{len(stages)}"
        folder.mkdir()
        permissions = Permissions(frozenset(allow))
        room = CleanRoom(
            engine,
            show=show,
            demo=f"demo{len(stages)}",
            folder=folder,
            permissions=permissions,
            images=images,
            journals=top / "journals",
        )
        asyncio.run(room.__aenter__())
        stages.append(Stage(room, folder, show, top / "journals"))
        return stages[-1]

    yield make
    for stage in stages:
        asyncio.run(stage.room.close())
    report = sweep(engine, show, journals=top / "journals")
    assert not report.faults, report.faults


@pytest.fixture(scope="module")
def stage(opened: Callable[..., Stage]) -> Stage:
    """A clean room without exceptions, for all tests of a module."""
    return opened()


@pytest.fixture
def fresh(opened: Callable[..., Stage]) -> Iterator[Stage]:
    """A clean room of this test's own, reset afterwards."""
    stage = opened()
    yield stage
    report = asyncio.run(stage.room.reset())
    assert not report.faults, report.faults
