"""A workshop with one exercise, "knock", and what tests ask its seats and their hosts, as root of these hosts."""

from __future__ import annotations

import http.client
import json
import subprocess
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from quarterdeck.seats.spawner import SEAT_LABEL, WORKSHOP_LABEL, SeatOrder, SeatState, Spawner, new_seat_id
from quarterdeck.workshop.manifest.manifest import Manifest
from quarterdeck.workshop.manifest.read import read_manifest
from support import seat_attacks
from support.waiting import wait_until

WORKSHOP = "knock-at-doors"
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


def write_workshop(folder: Path, hosts: Sequence[str]) -> Manifest:
    """Write the workshop, with seats on these hosts."""
    (folder / "demos").mkdir()
    (folder / "deck.md").write_text(DECK)
    (folder / "demos" / "knock.md").write_text(EXERCISE)
    settings = {"hosts": list(hosts), "memory": "512m", "pids": 400}
    (folder / "workshop.yaml").write_text(f"title: Knock at doors\nseats: {json.dumps(settings)}\n")
    return read_manifest(folder)


def order(avoid: str = "") -> SeatOrder:
    """A seat, on the other host."""
    return SeatOrder(new_seat_id(), WORKSHOP, SECRET, time.time() + 3600, avoid=frozenset({avoid} - {""}))


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


def docker(host: str, *words: str, given: str = "", seconds: float = 60) -> subprocess.CompletedProcess[str]:
    """What ``docker`` says of a host: of its address, or of the name that its Swarm gives it."""
    address = host if "://" in host else f"tcp://{host}:2375"
    command = ["docker", "--host", address, *words]
    return subprocess.run(command, input=given, capture_output=True, text=True, timeout=seconds)


def container(seat: SeatState) -> str:
    """The id of the container of a seat."""
    return docker(seat.host, "ps", "--quiet", "--filter", f"label={SEAT_LABEL}={seat.id}").stdout.strip()


def inside(seat: SeatState, command: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command in a seat, as its root."""
    return docker(seat.host, "exec", "--interactive", container(seat), "bash", "-c", command, given=given, seconds=300)


def address(seat: SeatState) -> str:
    """A seat's own address on its host."""
    shown = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
    return docker(seat.host, "inspect", "--format", shown, container(seat)).stdout.strip()


def left(host: str) -> list[str]:
    """What a host has of any seat."""
    found: list[str] = []
    for kind in (["ps", "--all"], ["volume", "ls"], ["network", "ls"]):
        done = docker(host, *kind, "--quiet", "--filter", f"label={WORKSHOP_LABEL}={WORKSHOP}")
        assert done.returncode == 0, done.stderr
        found += done.stdout.split()
    return found


async def attacked(spawner: Spawner, host: str, other: str) -> dict[str, bool]:
    """What was possible in a seat on a host, with a neighbour whose container serves a page."""
    mine, neighbour = [await spawner.start(order(avoid=other)) for _ in range(2)]
    assert (mine.host, neighbour.host) == (host, host)
    for seat in (mine, neighbour):
        wait_until(partial(status_of, seat), what="a seat's answer")
    served = inside(neighbour, "docker run --detach --publish 8080:80 nginx:stable")
    assert served.returncode == 0, served.stderr
    wait_until(lambda: inside(neighbour, "curl --silent localhost:8080").stdout, what="the neighbour's page")
    assert neighbour.place is not None
    words = f"cat >/attacks.py && python3 /attacks.py {address(neighbour)} {neighbour.place.port} "
    done = inside(mine, words + neighbour.place.address, Path(seat_attacks.__file__).read_text("utf-8"))
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert inside(mine, "touch /golden/mine").returncode == 0, "a seat may change its own copy of the shared images"
    assert inside(neighbour, "ls /golden/mine").returncode != 0, "and nobody else's"
    assert ask(neighbour)[0] == 200
    return {name: was for name, was in found.items() if was}
