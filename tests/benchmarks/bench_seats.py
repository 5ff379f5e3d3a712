"""What seats cost on two Docker hosts of this machine: ``pytest -s tests/benchmarks/bench_seats.py``, on an idle one.

The name keeps it out of an ordinary test run.  A seat is started as the desk does, and counts as ready when its first
exercise can be worked on.  ``tests/tools/attendees.py --type`` measures how fast a key comes back through a desk.
"""

from __future__ import annotations

import asyncio
import re
import statistics
import sys
import time
from functools import partial
from pathlib import Path

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
LINEAR = 1.3
"""How much more the last seats may cost than the first."""


async def ready(spawner: DockerHosts, avoid: str = "") -> float:
    """Start a seat; returns how long it took."""
    began = time.monotonic()
    seat = await spawner.start(order(avoid))
    while True:
        status = await asyncio.to_thread(partial(status_of, seat))
        if status and status["exercise"] and not status["busy"]:
            return time.monotonic() - began
        await asyncio.sleep(0.02)


def used() -> int:
    """Bytes of memory that this machine's programs use."""
    found = dict(re.findall(r"^(\w+): +(\d+) kB", Path("/proc/meminfo").read_text(), re.MULTILINE))
    return (int(found["MemTotal"]) - int(found["MemAvailable"])) << 10


async def test_a_cold_seat(spawner: DockerHosts, hosts: tuple[str, str]) -> None:
    """Each host alone, one seat after the other."""
    for host, other in zip(hosts, reversed(hosts), strict=True):
        times = [await ready(spawner, avoid=other) for _ in range(SINGLE)]
        sys.stdout.write(f"\n{host}: {' '.join(f'{each:.2f}' for each in times)} s\n")
        assert statistics.median(times) <= COLD_SECONDS


async def test_many_seats(spawner: DockerHosts) -> None:
    """Two at a time: the last ones take as long and as much memory as the first."""
    times: list[float] = []
    memory = [used()]
    for _ in range(MANY // TENTH):
        for _ in range(TENTH // TOGETHER):
            times += await asyncio.gather(*(ready(spawner) for _ in range(TOGETHER)))
        memory.append(used())
        median = statistics.median(times[-TENTH:])
        sys.stdout.write(
            f"\n{len(times)} seats: median {median:.2f} s, {(memory[-1] - memory[-2]) / TENTH / 1e6:.0f} MB each"
        )
    first, last = statistics.median(times[:TENTH]), statistics.median(times[-TENTH:])
    each = (memory[-1] - memory[0]) / MANY
    sys.stdout.write(f"\nall: max {max(times):.2f} s, {each / 1e6:.0f} MB each\n")
    assert last <= LINEAR * first
    assert memory[-1] - memory[-2] <= LINEAR * TENTH * each
