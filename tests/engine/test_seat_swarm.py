"""Seats in a Docker Swarm of two nodes, of which one is lost: they come back on the other, and nothing is left."""

from __future__ import annotations

import asyncio
import dataclasses
import subprocess
import time
from collections.abc import Iterator
from functools import partial

import pytest

from engine.conftest import HOSTS
from quarterdeck.seats.spawner import SeatCondition, SeatState, SpawnError
from quarterdeck.seats.spawner.hosts import open_spawner
from quarterdeck.seats.spawner.swarm import Swarm
from quarterdeck.workshop.manifest.manifest import Manifest
from support.knock import WORKSHOP, ask, attacked, docker, inside, left, order, status_of
from support.waiting import wait_until

pytestmark = [pytest.mark.engine, pytest.mark.slow]
ONE, TWO = "10.78.0.11", "10.78.0.12"
"""What the nodes are called: by their addresses."""


def said(host: str, *words: str) -> str:
    """What a host says to a command that it must not refuse."""
    done = docker(host, *words)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture(scope="module")
def joined(hosts: tuple[str, str]) -> Iterator[None]:
    """Both hosts as a Swarm, of which the first is the manager; afterwards they are as before."""
    said(ONE, "swarm", "init", "--advertise-addr", ONE, "--dispatcher-heartbeat", "1s")
    try:
        token = said(ONE, "swarm", "join-token", "--quiet", "worker")
        said(TWO, "swarm", "join", "--token", token, f"{ONE}:2377")
        yield
    finally:
        for host in (TWO, ONE):
            docker(host, "swarm", "leave", "--force")
            docker(host, "network", "rm", "docker_gwbridge")


@pytest.fixture
def spawner(joined: None, knock: Manifest, seat_image: str) -> Iterator[Swarm]:
    """The spawner of the workshop; what it has started is gone from both nodes before they leave the Swarm."""
    settings = dataclasses.replace(knock.seats, hosts=(f"swarm:tcp://{ONE}:2375",))
    spawner = open_spawner(settings, WORKSHOP, seat_image)
    assert isinstance(spawner, Swarm)
    try:
        yield spawner
    finally:
        asyncio.run(spawner.stop_all())
        asyncio.run(spawner.close())
        nothing_left()


def nothing_left() -> None:
    """Wait until no node has anything of a seat: a Swarm removes it some moments after its service."""
    wait_until(lambda: not left(ONE) + left(TWO), what="the end of all seats")


def answered(seat: SeatState) -> None:
    """Wait until a seat answers."""
    status = wait_until(partial(status_of, seat), what="a seat's answer")
    assert [each["name"] for each in status["exercises"]] == ["knock"]


async def test_a_node_is_lost(spawner: Swarm) -> None:
    """Its seat isn't found there any more; the Swarm starts it on the other, though it was to avoid that at first."""
    first, second = await spawner.start(order(avoid=TWO)), await spawner.start(order(avoid=ONE))
    assert (first.host, second.host) == (ONE, TWO)
    for seat in (first, second):
        answered(seat)
        assert ask(seat, "a guess")[0] == 403
        done = inside(seat, "docker run --rm busybox:stable echo $((6 * 7))")
        assert done.stdout == "42\n", done.stderr
    assert {each.id for each in await spawner.list()} == {first.id, second.id}
    subprocess.run([HOSTS, "cut", "2"], check=True)
    try:
        with pytest.raises(SpawnError, match=f"{TWO}: doesn't answer"):
            await spawner.find(second.id)  # the Swarm doesn't know yet
        again = await moved(spawner, second)
        assert again.host == ONE
        answered(again)
        assert set(await spawner.capacity()) == {ONE}
        assert await spawner.find(first.id) == first
    finally:
        subprocess.run([HOSTS, "join", "2"], check=True)
    wait_until(lambda: docker(ONE, "node", "ls").stdout.count("Ready") == 2, what="the node's return")
    await spawner.stop(first.id)
    await spawner.stop(first.id)  # its node still has its network
    assert await spawner.stop_all() == {f"swarm:tcp://{ONE}:2375": 1}
    nothing_left()


async def moved(spawner: Swarm, seat: SeatState) -> SeatState:
    """A seat that the Swarm has started again elsewhere."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            found = await spawner.find(seat.id)
        except SpawnError:
            found = None
        if found is not None and found.state is SeatCondition.RUNNING and found.place is not None:
            return found
        await asyncio.sleep(0.2)
    raise AssertionError("the Swarm did not start the seat elsewhere")


async def test_attacks(spawner: Swarm) -> None:
    """In a seat on a node with userns-remap nothing is possible that reaches the node or a neighbour."""
    assert await attacked(spawner, TWO, ONE) == {}
