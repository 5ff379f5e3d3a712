"""Seats on two Docker hosts, of which one is lost on the way: from the image to the last volume."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from engine.conftest import HOSTS
from quarterdeck.project.doctor import Grade
from quarterdeck.seats.spawner.docker_hosts import DockerHosts
from quarterdeck.seats.spawner.hosts import examine, find_hosts, open_spawner
from quarterdeck.workshop.manifest.manifest import Manifest
from support.knock import WORKSHOP, ask, attacked, inside, left, order, status_of
from support.waiting import wait_until

pytestmark = [pytest.mark.engine, pytest.mark.slow]


@pytest.fixture
def spawner(knock: Manifest, seat_image: str) -> Iterator[DockerHosts]:
    """The spawner of the workshop; what it has started is stopped."""
    spawner = open_spawner(knock.seats, WORKSHOP, seat_image)
    assert isinstance(spawner, DockerHosts)
    try:
        yield spawner
    finally:
        asyncio.run(spawner.stop_all())
        asyncio.run(spawner.close())


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


def test_what_hosts_are_like(spawner: DockerHosts, hosts: tuple[str, str], knock: Manifest, seat_image: str) -> None:
    """The host without userns-remap is named before the workshop, and both say that their Docker has no TLS."""
    for host in find_hosts(knock.seats):
        findings = run(partial(examine, host, knock.seats, WORKSHOP, seat_image))
        found = {each.what: each.grade for each in findings}
        expected = Grade.GOOD if host.name == hosts[1] else Grade.CURED
        assert found["userns"] is expected
        assert found["address"] is Grade.CURED
        assert found["metadata"] is Grade.GOOD
        assert "trial" not in found


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
    assert run(lambda: attacked(spawner, hosts[1], hosts[0])) == {}


def test_attacks_where_root_is_root(spawner: DockerHosts, hosts: tuple[str, str]) -> None:
    """Without userns-remap a seat can take over the host, but no neighbour over the network or the shared images."""
    assert set(run(lambda: attacked(spawner, hosts[0], hosts[1]))) <= OPEN_TO_ROOT
