"""What seats cost on two Docker hosts of this machine: ``pytest -s tests/benchmarks/bench_seats.py``, on an idle one.

The name keeps it out of an ordinary test run.  A seat is started as the desk does, and counts as ready when its first
exercise can be worked on.  ``tests/tools/attendees.py --type`` measures how fast a key comes back through a desk.
"""

from __future__ import annotations

import asyncio
import re
import statistics
import subprocess
import sys
import time
from functools import partial

import pytest

from engine.conftest import hosts, knock, seat_image, wheels
from engine.test_seat_hosts import spawner
from quarterdeck.seats.spawner.docker_hosts import DockerHosts
from support.knock import order, status_of

__all__ = ["hosts", "knock", "seat_image", "spawner", "wheels"]
pytestmark = pytest.mark.engine
SINGLE, MANY, TOGETHER = 5, 60, 2
TENTH = MANY // 6
"""Seats between two measurements of memory."""
COLD_SECONDS = 3.0
SLOWER = 1.6
"""How much longer the last seats may take than the first: those that run take a part of the processors."""
LARGER = 1.2
"""How much more memory the last ten may take than the first ten."""
UNITS = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}


async def ready(spawner: DockerHosts, avoid: str = "") -> float:
    """Start a seat; returns how long it took."""
    began = time.monotonic()
    seat = await spawner.start(order(avoid))
    while True:
        status = await asyncio.to_thread(partial(status_of, seat))
        if status and status["exercise"] and not status["busy"]:
            return time.monotonic() - began
        await asyncio.sleep(0.02)


def used(host: str) -> list[float]:
    """MB of memory that each seat of a host uses, with all that runs in it."""
    words = ["docker", "--host", host, "stats", "--no-stream", "--format", "{{.MemUsage}}"]
    lines = subprocess.run(words, capture_output=True, text=True, check=True, timeout=60).stdout.split("\n")
    found = [re.match(r"([\d.]+)([KMG])iB", line) for line in lines]
    return [float(each[1]) * UNITS[each[2]] / 1e6 for each in found if each]


async def test_a_cold_seat(spawner: DockerHosts, hosts: tuple[str, str]) -> None:
    """Each host alone, one seat after the other."""
    for host, other in zip(hosts, reversed(hosts), strict=True):
        times = [await ready(spawner, avoid=other) for _ in range(SINGLE)]
        sys.stdout.write(f"\n{host}: {' '.join(f'{each:.2f}' for each in times)} s\n")
        assert statistics.median(times) <= COLD_SECONDS


async def test_many_seats(spawner: DockerHosts, hosts: tuple[str, str]) -> None:
    """Two at a time: the last ones take about as long as the first, and as much memory."""
    times: list[float] = []
    each: list[float] = []
    before = 0.0
    for _ in range(MANY // TENTH):
        for _ in range(TENTH // TOGETHER):
            times += await asyncio.gather(*(ready(spawner) for _ in range(TOGETHER)))
        now = sum(sum(used(host)) for host in hosts)
        each.append((now - before) / TENTH)
        before = now
        median = statistics.median(times[-TENTH:])
        sys.stdout.write(f"\n{len(times)} seats: median {median:.2f} s, {each[-1]:.0f} MB each")
    sys.stdout.write(f"\nall: max {max(times):.2f} s\n")
    assert statistics.median(times[-TENTH:]) <= SLOWER * statistics.median(times[:TENTH])
    assert each[-1] <= LARGER * each[0]
