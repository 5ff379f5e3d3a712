"""Seats on two Docker hosts, of which one is lost on the way: from the image to the last volume."""

from __future__ import annotations

import asyncio
import http.client
import json
import subprocess
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pytest

from engine.conftest import HOSTS
from quarterdeck.project.doctor import Grade
from quarterdeck.seats.spawner import SeatOrder, SeatState, new_seat_id
from quarterdeck.seats.spawner.docker_hosts import DockerHosts
from quarterdeck.seats.spawner.hosts import examine, find_hosts, open_spawner, prepare
from quarterdeck.seats.spawner.image import Source, make_image, workshop_name
from quarterdeck.stage.docker.address import EngineAddress
from quarterdeck.workshop.manifest.manifest import Manifest
from quarterdeck.workshop.manifest.read import read_manifest
from support import seat_attacks
from support.waiting import wait_until

pytestmark = [pytest.mark.engine, pytest.mark.slow]
SECRET = "only-the-desk-knows"
DECK = """---
title: Knock
---
id: knock
demo: knock
duration: 2m
---
# Knock

Knock at the door.
"""
EXERCISE = """---
title: Knock
images: [busybox:stable, nginx:stable]
task: Knock at the door.
hints: ["Use your hand."]
---
```console {.solution}
$ touch knocked
```

```console {.verify missing="Nobody knocked."}
$ ls knocked
knocked
```
"""
Result = TypeVar("Result")


@pytest.fixture(scope="module")
def manifest(hosts: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    """A workshop with one exercise on both hosts."""
    folder = tmp_path_factory.mktemp("knock")
    (folder / "demos").mkdir()
    (folder / "deck.md").write_text(DECK)
    (folder / "demos" / "knock.md").write_text(EXERCISE)
    settings = {"hosts": list(hosts), "memory": "512m", "pids": 400}
    (folder / "workshop.yaml").write_text(f"title: Knock at doors\nseats: {json.dumps(settings)}\n")
    return read_manifest(folder)


@pytest.fixture(scope="module")
def image(engine: EngineAddress, manifest: Manifest, wheels: Path) -> str:
    """The image of its seats, on every host."""
    said: list[str] = []
    name = make_image(Source(manifest, "python:3.11-slim", wheels=wheels), engine, said.append)
    assert asyncio.run(prepare(find_hosts(manifest.seats), engine, name, said.append)) == {}
    return name


@pytest.fixture
def spawner(manifest: Manifest, image: str) -> Iterator[DockerHosts]:
    """The spawner of the workshop; what it has started is stopped."""
    spawner = open_spawner(manifest.seats, workshop_name(manifest), image)
    assert isinstance(spawner, DockerHosts)
    try:
        yield spawner
    finally:
        asyncio.run(spawner.stop_all())
        asyncio.run(spawner.close())


def order(avoid: str = "") -> SeatOrder:
    """A seat, on the other host."""
    refused = frozenset({avoid} - {""})
    return SeatOrder(new_seat_id(), "knock-at-doors", SECRET, time.time() + 3600, avoid=refused)


def ask(seat: SeatState, secret: str = SECRET) -> tuple[int, Any]:
    """What the server of a seat answers to the desk: status and JSON; status 0 while it doesn't."""
    assert seat.place is not None
    connection = http.client.HTTPConnection(seat.place.address, seat.place.port, timeout=5)
    try:
        connection.request("GET", "/status", headers={"Quarterdeck-Seat": secret})
        answer = connection.getresponse()
        data = answer.read()
        return answer.status, json.loads(data) if answer.status == 200 else data
    except OSError:
        return 0, None
    finally:
        connection.close()


def status_of(seat: SeatState) -> Any:
    """What the desk is told; None while the seat doesn't answer."""
    return ask(seat)[1]


def inside(seat: SeatState, command: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a seat, as its root."""
    name = f"quarterdeck-seat-{seat.id}"
    words = ["docker", "--host", seat.host, "exec", name, "bash", "-c", command]
    return subprocess.run(words, capture_output=True, text=True, timeout=120)


def address(seat: SeatState) -> str:
    """A seat's own address on its host."""
    shown = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
    words = ["docker", "--host", seat.host, "inspect", "--format", shown, f"quarterdeck-seat-{seat.id}"]
    return subprocess.run(words, capture_output=True, text=True, check=True, timeout=60).stdout.strip()


def left(host: str) -> list[str]:
    """What a host has of any seat."""
    found: list[str] = []
    for kind in (["ps", "--all"], ["volume", "ls"], ["network", "ls"]):
        words = ["docker", "--host", host, *kind, "--quiet", "--filter", "label=quarterdeck.workshop=knock-at-doors"]
        found += subprocess.run(words, capture_output=True, text=True, check=True, timeout=60).stdout.split()
    return found


def run(work: Callable[[], Any]) -> Any:
    """Do something with spawners."""
    return asyncio.run(work())


def test_a_host_is_lost(spawner: DockerHosts, hosts: tuple[str, str]) -> None:
    """A seat answers its desk and nobody else, works, and can be had again elsewhere; then nothing is left anywhere."""
    one, two = hosts
    first = run(lambda: spawner.start(order(avoid=two)))
    second = run(lambda: spawner.start(order(avoid=one)))
    assert (first.host, second.host) == (one, two)
    for seat in (first, second):
        status = wait_until(partial(status_of, seat), what="a seat's answer")
        assert [each["name"] for each in status["exercises"]] == ["knock"]
        assert ask(seat, "a guess")[0] == 403
        done = inside(seat, "docker run --rm busybox:stable echo $((6 * 7))")
        assert done.stdout == "42\n", done.stderr
    assert {each.id for each in run(spawner.list)} == {first.id, second.id}
    subprocess.run([HOSTS, "cut", "1"], check=True)
    try:
        assert [each.id for each in run(spawner.list)] == [second.id]
        assert set(run(spawner.capacity)) == {two}
        again = run(lambda: spawner.start(order()))
        assert again.host == two
        wait_until(lambda: ask(again)[1], what="the new seat's answer")
    finally:
        subprocess.run([HOSTS, "join", "1"], check=True)
    wait_until(lambda: one in run(spawner.capacity), what="the host's return")
    assert set(run(spawner.stop_all)) == {one, two}
    assert left(one) == left(two) == []


def test_what_hosts_are_like(spawner: DockerHosts, hosts: tuple[str, str], manifest: Manifest, image: str) -> None:
    """The host without userns-remap is named before the workshop, and both say that their Docker has no TLS."""
    for host in find_hosts(manifest.seats):
        findings = run(partial(examine, host, manifest.seats, "knock-at-doors", image))
        found = {each.what: each.grade for each in findings}
        expected = Grade.GOOD if host.name == hosts[1] else Grade.CURED
        assert found["userns"] is expected
        assert found["address"] is Grade.CURED
        assert found["metadata"] is Grade.GOOD
        assert "trial" not in found


def attacked(spawner: DockerHosts, host: str, other: str) -> dict[str, bool]:
    """What was possible in a seat on a host, with a neighbour whose container serves a page."""
    mine, neighbour = (run(lambda: spawner.start(order(avoid=other))) for _ in range(2))
    assert (mine.host, neighbour.host) == (host, host)
    for seat in (mine, neighbour):
        wait_until(partial(status_of, seat), what="a seat's answer")
    served = inside(neighbour, "docker run --detach --publish 8080:80 nginx:stable")
    assert served.returncode == 0, served.stderr
    wait_until(lambda: inside(neighbour, "curl --silent localhost:8080").stdout, what="the neighbour's page")
    script = "cat >/attacks.py && python3 /attacks.py"
    assert neighbour.place is not None
    words = f"{script} {address(neighbour)} {neighbour.place.port} {neighbour.place.address}"
    command = ["docker", "--host", host, "exec", "--interactive", f"quarterdeck-seat-{mine.id}", "bash", "-c", words]
    text = Path(seat_attacks.__file__).read_text("utf-8")
    done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert inside(mine, "touch /golden/mine").returncode == 0, "a seat may change its own copy of the shared images"
    assert inside(neighbour, "ls /golden/mine").returncode != 0, "and nobody else's"
    assert ask(neighbour)[0] == 200
    return {name: was for name, was in found.items() if was}


OPEN_TO_ROOT = {
    "write core_pattern",
    "write kernel.panic",
    "mount a cgroup hierarchy",
    "mount tracefs",
    "load a BPF program",
    "measure the whole machine",
}
"""What a seat can do on a host without userns-remap, as the guide says: its root is the host's."""


def test_attacks_where_root_is_nobody(spawner: DockerHosts, hosts: tuple[str, str]) -> None:
    """In a seat on a host with userns-remap nothing is possible that reaches the host or a neighbour."""
    assert attacked(spawner, hosts[1], hosts[0]) == {}


def test_attacks_where_root_is_root(spawner: DockerHosts, hosts: tuple[str, str]) -> None:
    """Without userns-remap a seat can take over the host, but no neighbour over the network or the shared images."""
    assert set(attacked(spawner, hosts[0], hosts[1])) <= OPEN_TO_ROOT
