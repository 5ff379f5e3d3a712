"""Podman's Docker API as the engine."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import missing
from quarterdeck.stage.cleanroom.server import CleanRoom
from quarterdeck.stage.docker.address import EngineAddress, find_engine, parse_address
from quarterdeck.stage.docker.client import probe

pytestmark = pytest.mark.engine
START_SECONDS = 120
OPTIONS = "--network none --ulimit nofile=1024:1024 --ulimit nproc=1024:1024"
"""Podman would otherwise raise limits, which takes more than some containers' root may do."""


@pytest.fixture(scope="module")
def podman(engine: EngineAddress) -> Iterator[EngineAddress]:
    """A Podman of these tests' own, with one image."""
    if shutil.which("podman") is None:
        missing("engine", "podman is not on the PATH")
    if os.geteuid() != 0:
        missing("engine", "this Podman is started as root")
    top = Path(tempfile.mkdtemp(prefix="qd-podman-"))  # a socket's path may have a hundred characters
    options = ["--root", top / "root", "--runroot", top / "run", "--tmpdir", top / "tmp"]
    options += ["--cgroup-manager", "cgroupfs", "--events-backend", "file"]
    options += ["--runtime", "runc"]  # crun refuses machines with control groups of both versions
    address = parse_address(f"unix://{top}/podman.sock")
    with (top / "log").open("wb") as log:
        process = subprocess.Popen(
            ["podman", *map(str, options), "system", "service", "--time", "0", address.url], stdout=log, stderr=log
        )
    try:
        deadline = time.monotonic() + START_SECONDS
        while docker(address.url, "docker version").returncode:
            assert process.poll() is None, (top / "log").read_text()
            assert time.monotonic() < deadline, (top / "log").read_text()
            time.sleep(0.1)
        loaded = docker(address.url, f"docker -H {engine.url} save busybox:1.35 | docker load")
        assert loaded.returncode == 0, loaded.stdout
        yield address
    finally:
        process.terminate()
        process.wait(START_SECONDS)
        subprocess.run(["podman", *map(str, options), "system", "reset", "--force"], capture_output=True)
        shutil.rmtree(top, ignore_errors=True)


def docker(host: str, command: str) -> subprocess.CompletedProcess[str]:
    """Run a shell command with ``DOCKER_HOST`` set."""
    environ = {**os.environ, "DOCKER_HOST": host, "OPTIONS": OPTIONS, "DOCKER_BUILDKIT": "0"}
    return subprocess.run(
        ["sh", "-c", command],
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.fixture
def room(podman: EngineAddress, tmp_path: Path) -> Iterator[CleanRoom]:
    """A clean room in front of it."""
    folder = tmp_path / "work"
    folder.mkdir()
    room = CleanRoom(podman, show="podman", demo="demo", folder=folder, journals=tmp_path / "journals")
    asyncio.run(room.__aenter__())
    yield room
    asyncio.run(room.close())


LISTS = "docker ps -aq --no-trunc; docker images -aq --no-trunc; docker volume ls -q; docker network ls -q"


def test_podman_is_known(podman: EngineAddress) -> None:
    """It is found like any engine, and tells what it is."""
    found = find_engine({"DOCKER_HOST": podman.url})
    assert asyncio.run(probe(found, timeout=START_SECONDS)).name == "Podman"


def test_demo_on_podman(room: CleanRoom, podman: EngineAddress) -> None:
    """Containers, volumes, images and events are the demo's; the speaker's are neither seen nor touched."""
    made = docker(podman.url, "docker run -d --name web -v data:/data $OPTIONS busybox:1.35 sleep 600")
    assert made.returncode == 0, made.stdout
    before = docker(podman.url, LISTS).stdout

    def lines(command: str) -> list[str]:
        ran = docker(room.docker_host, command)
        assert ran.returncode == 0, ran.stdout
        assert room.prefix not in ran.stdout
        return ran.stdout.splitlines()

    assert lines("docker ps -aq") == []
    assert lines("docker volume ls -q") == []
    lines("docker run -d --name web -v data:/data -v /anonymous $OPTIONS busybox:1.35 sleep 600")
    assert lines("docker ps --format '{{.Names}}'") == ["web"]
    assert lines("docker exec web ls -d /data") == ["/data"]
    assert lines("docker run --rm $OPTIONS busybox:1.35 echo hello") == ["hello"]
    assert lines("docker logs web") == []
    lines("printf 'FROM busybox:1.35\\nENV a=b' | docker build -t own -")
    listed = lines("docker images --format '{{.Repository}}:{{.Tag}}'")
    assert [line for line in listed if "own" in line] == ["own:latest"]
    told = "until grep -q 'container create .*name=web' $file; do sleep 0.1; done"
    events = lines(f"file=$(mktemp); docker events --since 5m >$file & {told}; kill $!; cat $file; rm $file")
    foreign = made.stdout.strip()
    assert not any(foreign in line for line in events)
    assert docker(room.docker_host, f"docker stop -t 0 {foreign}; docker rm -f {foreign}").stdout.count("no such") == 2
    lines("docker system prune -af --volumes")
    assert foreign in docker(podman.url, "docker ps -q --no-trunc").stdout
    report = asyncio.run(room.reset())
    assert not report.faults
    assert docker(podman.url, LISTS).stdout == before
    docker(podman.url, "docker rm -fv web; docker volume rm data")
