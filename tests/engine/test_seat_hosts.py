"""Seats on two Docker hosts, of which one is lost on the way: from the image to the last volume."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from engine.conftest import HOSTS
from quarterdeck.project.doctor import Grade
from quarterdeck.seats.desk.server import DeskOptions, serve_desk
from quarterdeck.seats.desk.state import Limits
from quarterdeck.seats.desk.store import Store
from quarterdeck.seats.messages import Input, Size, Word
from quarterdeck.seats.spawner.docker_hosts import DockerHosts
from quarterdeck.seats.spawner.hosts import examine, find_hosts, open_spawner
from quarterdeck.workshop.manifest.manifest import Manifest
from support.desk import Browser, Page
from support.knock import WORKSHOP, ask, attacked, inside, left, order, status_of
from support.ports import free_port
from support.waiting import wait_until

pytestmark = [pytest.mark.engine, pytest.mark.slow]
SECONDS = 120.0


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


async def test_both_attendees_finish_though_a_host_is_killed(knock: Manifest, seat_image: str, tmp_path: Path) -> None:
    """Ada solves her exercise; her host dies; what she did is kept, and she and Ben go on as if nothing had been."""
    spawner = open_spawner(knock.seats, WORKSHOP, seat_image)
    store = Store(tmp_path / "desk.json")
    opened: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    done = asyncio.Event()
    limits = Limits(4, 0, 3600, 3600)
    options = DeskOptions(WORKSHOP, "Knock", limits, "TIDE-42", host="127.0.0.1", port=free_port())
    desk = asyncio.create_task(
        serve_desk(options, store, spawner, {}, lambda found: opened.set_result(found.join), done.wait)
    )
    lost = ""
    try:
        either: set[asyncio.Future[Any]] = {desk, opened}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        base = opened.result().rstrip("/")
        ada, ben = Browser(base), Browser(base)
        await ada.join("Ada")
        async with ada.page() as page:
            await progress(page, lambda found: True)
            (hers,) = await spawner.list()
            await ben.join("Ben")
            async with ben.page() as other:
                await progress(other, lambda found: True)
                assert {seat.host for seat in await spawner.list()} == set(spawner.names), "one on each host"
                await solve(page)
                lost = str(1 + list(spawner.names).index(hers.host))
                subprocess.run([HOSTS, "cut", lost], check=True)
                async with asyncio.timeout(SECONDS):
                    await page.until("moved")
                assert await progress(page, lambda found: found.get("done")), "what she had done"
                await solve(other)
                await solve(page)
    finally:
        if lost:
            subprocess.run([HOSTS, "join", lost], check=True)
            async with asyncio.timeout(SECONDS):
                while set(await spawner.capacity()) != set(spawner.names):
                    await asyncio.sleep(0.2)
        done.set()
        await asyncio.wait({desk})
        store.close()
    assert desk.result() == (), "a host that has come back is tidied up, too"
    assert [left(host) for host in spawner.names] == [[], []]


async def solve(page: Page) -> None:
    """Solve the exercise: a check that fails, the solution, one that passes."""
    await page.say(Size(90, 24))
    await page.say(Word("verify"))
    await progress(page, lambda found: found.get("missing") == ["Nobody knocked."])
    await page.say(Input("touch knocked\r"))
    await page.say(Word("verify"))
    while (await progress(page, lambda found: found.get("checks"))).get("missing"):
        await page.say(Word("verify"))


async def progress(page: Page, wanted: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    """How far the page's exercise is, once it isn't busy and something is so."""
    async with asyncio.timeout(SECONDS):
        while True:
            message = await page.until("status")
            assert not message["fault"]
            found: dict[str, Any] = message["progress"].get("knock", {})
            if message["exercise"] and not message["busy"] and wanted(found):
                return found


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
