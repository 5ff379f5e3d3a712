"""What the clean room costs, as ratios to the direct socket in the same run.

``pytest -s tests/benchmarks/bench_cleanroom.py``, on a machine that is idle; the name keeps it out of an
ordinary test run.
"""

from __future__ import annotations

import asyncio
import io
import os
import secrets
import socket
import statistics
import subprocess
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from quarterdeck.stage.asking import ask
from quarterdeck.stage.cleanroom.serving import CleanRoom
from quarterdeck.stage.engine import EngineAddress
from quarterdeck.stage.sweeping import sweep

pytestmark = pytest.mark.engine
IMAGE = "busybox:1.35"
CALLS = 300
STREAM_BYTES = 200 << 20
ROUNDS = 3
CALL_BUDGET_SECONDS = 0.001
STREAM_SHARE = 0.8


@pytest.fixture(scope="module")
def sockets(engine: EngineAddress, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str, str]]:
    """The direct socket, the clean room's, and the name of a container that runs in the latter."""
    if ask(engine, "GET", f"/images/{IMAGE}/json").status != 200:
        pytest.skip(f"needs the image {IMAGE}")
    show = f"bench-{secrets.token_hex(4)}"
    top = tmp_path_factory.mktemp("bench")
    room = CleanRoom(engine, show=show, demo="bench", folder=top, journals=top)
    asyncio.run(room.__aenter__())
    docker = ["docker", "-H", room.docker_host]
    made = subprocess.run([*docker, "run", "-d", IMAGE, "sleep", "10000"], capture_output=True, text=True, check=True)
    yield engine.path, room.docker_host.removeprefix("unix://"), made.stdout.strip()
    asyncio.run(room.close())
    sweep(engine, show, journals=top)


def median_call(path: str, target: str) -> float:
    """Seconds of one request on a kept connection, the median."""
    request = f"GET {target} HTTP/1.1\r\nHost: docker\r\n\r\n".encode()
    times = []
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(path)
        for _ in range(CALLS):
            begun = time.perf_counter()
            connection.sendall(request)
            received = b""
            while not complete(received):
                received += connection.recv(1 << 20)
            times.append(time.perf_counter() - begun)
    return statistics.median(times)


def complete(received: bytes) -> bool:
    """Whether a whole answer was received."""
    head, found, body = received.partition(b"\r\n\r\n")
    if not found:
        return False
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return len(body) >= int(line.split(b":")[1])
    return received.endswith(b"0\r\n\r\n")


@pytest.mark.parametrize("target", ["/_ping", "/containers/json", "/images/json", "/containers/ID/json"])
def test_call(target: str, sockets: tuple[str, str, str]) -> None:
    """A call through the clean room takes at most 1 ms more (median)."""
    direct, room, container = sockets
    target = target.replace("ID", container)
    straight, through = [], []
    for _ in range(ROUNDS):
        straight.append(median_call(direct, target))
        through.append(median_call(room, target))
    extra = min(through) - min(straight)
    print(f"\n{target[:24]}: {extra * 1000:+.2f} ms")  # noqa: T201  # the figure is the point
    assert extra <= CALL_BUDGET_SECONDS


def archive(folder: Path) -> Path:
    """An archive to copy into a container."""
    file = folder / "context.tar"
    with tarfile.open(file, "w") as tar:
        member = tarfile.TarInfo("blob")
        member.size = STREAM_BYTES
        tar.addfile(member, io.BytesIO(os.urandom(1 << 20) * (STREAM_BYTES >> 20)))
    return file


def seconds(command: str) -> float:
    """How long a shell command takes."""
    begun = time.perf_counter()
    subprocess.run(["sh", "-c", command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - begun


STREAMS = {
    "exec": "docker -H unix://SOCKET exec ID sh -c 'dd if=/dev/zero bs=1M count=200 2>/dev/null'",
    "copy out": "docker -H unix://SOCKET cp ID:/blob -",
    "copy in": "docker -H unix://SOCKET cp - ID:/tmp < CONTEXT",
}


@pytest.mark.parametrize("command", STREAMS.values(), ids=STREAMS.keys())
def test_stream(command: str, sockets: tuple[str, str, str], tmp_path: Path) -> None:
    """A stream through the clean room has at least 80 % of the direct one's throughput."""
    direct, room, container = sockets
    name = command.split()[3]
    command = command.replace("ID", container)
    if "CONTEXT" in command:
        command = command.replace("CONTEXT", str(archive(tmp_path)))
    seconds(
        f"docker -H unix://{direct} exec {container} sh -c 'mkdir -p /tmp; dd if=/dev/zero of=/blob bs=1M count=200'"
    )
    straight, through = [], []
    for _ in range(ROUNDS):
        straight.append(seconds(command.replace("SOCKET", direct)))
        through.append(seconds(command.replace("SOCKET", room)))
    share = min(straight) / min(through)
    print(f"\n{name}: {share:.0%}")  # noqa: T201  # the figure is the point
    assert share >= STREAM_SHARE
