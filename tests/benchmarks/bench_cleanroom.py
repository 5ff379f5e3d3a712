"""What the clean room costs, as ratios to the direct socket in the same run.

``pytest -s tests/benchmarks/bench_cleanroom.py``, on a machine that is idle; the name keeps it out of an
ordinary test run.
"""

from __future__ import annotations

import asyncio
import io
import os
import re
import secrets
import socket
import statistics
import subprocess
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from quarterdeck.stage.cleanroom.server import CleanRoom
from quarterdeck.stage.cleanup.sweep import sweep
from quarterdeck.stage.docker.address import EngineAddress
from support.engine_api import ask

pytestmark = pytest.mark.engine
IMAGE = "busybox:1.35"
CALLS = 200
STREAM_BYTES = 200 << 20
ROUNDS = 4
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


def medians(paths: tuple[str, str], target: str) -> tuple[float, float]:
    """Seconds of one request on a kept connection to each socket; in turns, so that both see the same machine."""
    method, _, path = target.rpartition(" ")
    request = f"{method or 'GET'} {path} HTTP/1.1\r\nHost: docker\r\nContent-Length: 0\r\n\r\n".encode()
    times: tuple[list[float], list[float]] = ([], [])
    with socket.socket(socket.AF_UNIX) as direct, socket.socket(socket.AF_UNIX) as through:
        for connection, where in zip((direct, through), paths, strict=True):
            connection.connect(where)
        for _ in range(CALLS):
            for connection, taken in zip((direct, through), times, strict=True):
                begun = time.perf_counter()
                connection.sendall(request)
                received = b""
                while not complete(received):
                    more = connection.recv(1 << 20)
                    assert more, received
                    received += more
                taken.append(time.perf_counter() - begun)
                assert received.split(b" ", 2)[1] in (b"200", b"204", b"304"), received[:200]
    return statistics.median(times[0]), statistics.median(times[1])


def complete(received: bytes) -> bool:
    """Whether a whole answer was received."""
    head, found, body = received.partition(b"\r\n\r\n")
    if not found:
        return False
    if head.split(b" ", 2)[1] in (b"204", b"304"):
        return True
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return len(body) >= int(line.split(b":")[1])
    return received.endswith(b"0\r\n\r\n")


CALLED = (
    "/_ping",
    "/version",
    "/info",
    "/containers/json",
    "/containers/json?all=1&size=1",
    "/containers/ID/json",
    "/containers/ID/top",
    "/containers/ID/logs?stdout=1&tail=10",
    "POST /containers/ID/start",
    "/images/json",
    "/images/json?all=1",
    "/images/busybox:1.35/json",
    "/images/busybox:1.35/history",
    "/networks",
    "/networks/bridge",
    "/volumes",
    "/system/df",
)
"""Every kind of call that a demo's commands make often, and those that are answered from several of the engine's."""


@pytest.mark.parametrize("target", CALLED)
def test_call(target: str, sockets: tuple[str, str, str]) -> None:
    """A call through the clean room takes at most 1 ms more (median)."""
    direct, room, container = sockets
    straight, through = medians((direct, room), target.replace("ID", container))
    ratio = through / straight
    print(f"\n{target}: {straight * 1000:.2f} ms, {(through - straight) * 1000:+.2f} ms, {ratio:.2f} times")  # noqa: T201  # the figure is the point
    assert through - straight <= CALL_BUDGET_SECONDS


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
    "copy in": "docker -H unix://SOCKET cp - ID:/tmp < FOLDER/context.tar",
    "logs": "docker -H unix://SOCKET logs ID",
    "load": "docker -H unix://SOCKET load -i FOLDER/image.tar",
    "build context": "DOCKER_BUILDKIT=0 docker -H unix://SOCKET build FOLDER/context",
}


@pytest.fixture(scope="module")
def folder(sockets: tuple[str, str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the streams carry: an archive, an image, a build's context, a long log and a file in the container."""
    direct, _, container = sockets
    top = tmp_path_factory.mktemp("streams")
    context = top / "context"
    context.mkdir()
    with tarfile.open(archive(top)) as tar:
        tar.extractall(context, filter="data")
    (context / "Dockerfile").write_text(f"FROM {IMAGE}\n")
    docker = f"docker -H unix://{direct}"
    seconds(f"{docker} exec {container} sh -c 'mkdir -p /tmp; dd if=/dev/zero of=/blob bs=1M count=200'")
    seconds(f"{docker} exec {container} sh -c 'yes {'x' * 1000} | head -n 30000 > /proc/1/fd/1'")
    seconds(f"{docker} cp {context}/blob {container}:/random && {docker} commit {container} bench-{top.name}")
    seconds(f"{docker} save -o {top}/image.tar bench-{top.name}; {docker} rmi bench-{top.name}")
    seconds(f"{docker} load -i {top}/image.tar")  # so that each of the loads below finds it there
    return top


@pytest.mark.parametrize("command", STREAMS.values(), ids=STREAMS.keys())
def test_stream(command: str, sockets: tuple[str, str, str], folder: Path) -> None:
    """A stream through the clean room has at least 80 % of the direct one's throughput."""
    direct, room, container = sockets
    command = re.sub(r"\bID\b", container, command).replace("FOLDER", str(folder))
    straight, through = [], []
    for _ in range(ROUNDS):
        straight.append(seconds(command.replace("SOCKET", direct)))
        through.append(seconds(command.replace("SOCKET", room)))
    share = min(straight) / min(through)
    print(f"\n{share:.0%} of {min(straight):.2f} s: {command[:60]}")  # noqa: T201  # the figure is the point
    assert share >= STREAM_SHARE
