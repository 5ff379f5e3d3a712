"""A desk with two seats on two hosts, one of which is killed: both attendees finish, and nothing is left.

A host is a seat's server on this machine; its exercises run on this machine's engine, each in its own clean room.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from quarterdeck.seats.desk.server import DeskOptions, serve_desk
from quarterdeck.seats.desk.state import Limits
from quarterdeck.seats.desk.store import Store
from quarterdeck.seats.messages import (
    EXERCISE_VARIABLE,
    SECRET_VARIABLE,
    Input,
    Size,
    Word,
)
from quarterdeck.seats.room.server import ADDRESS_VARIABLE, KIT_VARIABLE
from quarterdeck.seats.spawner import NoRoomError, Place, SeatCondition, SeatOrder, SeatState
from support.desk import Browser, Page
from support.ports import free_port

if TYPE_CHECKING:
    from quarterdeck.stage.docker.address import EngineAddress

pytestmark = pytest.mark.engine
SECONDS = 120.0
EXERCISE = """---
title: A shop
images: [busybox:1.35]
task: Run a container called `shop`.
hints: [Look at `docker run`.]
---
```console {.verify missing="No container called shop runs."}
$ docker inspect --format '{{.State.Running}}' shop
true
```
"""
SOLUTION = "docker run --rm --detach --name shop busybox:1.35 sleep 600\r"


@dataclass
class ProcessHosts:
    """Two hosts, on which seats are processes; one that is killed loses them all."""

    kit: Path
    environ: Mapping[str, str]
    dead: set[str] = field(default_factory=set)
    running: dict[str, tuple[str, int, asyncio.subprocess.Process]] = field(default_factory=dict)

    async def start(self, order: SeatOrder) -> SeatState:
        """On the host with fewer seats."""
        room = await self.capacity()
        hosts = sorted((-count, host) for host, count in room.items() if host not in order.avoid)
        if not hosts:
            raise NoRoomError("", "no host answers")
        port = free_port()
        own = {
            SECRET_VARIABLE: order.secret,
            EXERCISE_VARIABLE: order.exercise or "",
            KIT_VARIABLE: str(self.kit),
            ADDRESS_VARIABLE: f"127.0.0.1:{port}",
        }
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "quarterdeck.seats.room", "--serve"), env={**os.environ, **self.environ, **own}
        )
        self.running[order.id] = (hosts[0][1], port, process)
        return self._state(order.id)

    async def find(self, seat: str) -> SeatState | None:
        """Unless its host is dead."""
        return self._state(seat) if seat in self.running and self.running[seat][0] not in self.dead else None

    async def list(self) -> Sequence[SeatState]:
        """Those on hosts that live."""
        return [self._state(seat) for seat, (host, *_) in self.running.items() if host not in self.dead]

    async def stop(self, seat: str) -> None:
        """End its process, with all that it has made."""
        found = self.running.pop(seat, None)
        if found is not None and found[2].returncode is None:
            found[2].send_signal(signal.SIGTERM)
            await found[2].wait()

    async def capacity(self) -> Mapping[str, int]:
        """Four each."""
        taken = [host for host, *_ in self.running.values()]
        return {host: 4 - taken.count(host) for host in ("one", "two") if host not in self.dead}

    async def close(self) -> None:
        """Nothing is open."""

    async def kill(self, host: str) -> None:
        """Kill a host: what ran there has no time to say goodbye."""
        self.dead.add(host)
        for at, _, process in self.running.values():
            if at == host:
                process.kill()
                await process.wait()

    def _state(self, seat: str) -> SeatState:
        host, port, process = self.running[seat]
        state = SeatCondition.RUNNING if process.returncode is None else SeatCondition.GONE
        return SeatState(seat, host, state, Place("127.0.0.1", port), 0)


async def solved(page: Page) -> None:
    """Solve the exercise: a check that fails, the solution, one that passes."""
    await page.say(Size(90, 24))
    await page.say(Word("verify"))
    await status(page, lambda progress: progress.get("missing") == ["No container called shop runs."])
    await page.say(Input(SOLUTION))
    while True:
        await page.say(Word("verify"))
        if (await status(page, lambda progress: progress.get("checks"))).get("done"):
            return


async def status(page: Page, wanted: Any) -> dict[str, Any]:
    """How far the page's exercise is, once it isn't busy and something is so."""
    async with asyncio.timeout(SECONDS):
        while True:
            message = await page.until("status")
            assert not message["fault"]
            progress: dict[str, Any] = message["progress"].get("shop", {})
            if message["exercise"] and not message["busy"] and wanted(progress):
                return progress


async def test_both_attendees_finish_though_a_host_is_killed(engine: EngineAddress, tmp_path: Path) -> None:
    """Ada solves her exercise; her host dies; what she did is kept, and she and Ben go on as if nothing had been."""
    (tmp_path / "demos").mkdir()
    (tmp_path / "demos" / "shop.md").write_text(EXERCISE, "utf-8")
    hosts = ProcessHosts(tmp_path, {"DOCKER_HOST": engine.url})
    store = Store(tmp_path / "state" / "desk.json")
    opened: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    done = asyncio.Event()
    options = DeskOptions("w", "Containers", Limits(4, 0, 3600, 3600), "TIDE-42", host="127.0.0.1", port=free_port())
    desk = asyncio.create_task(
        serve_desk(options, store, hosts, {}, lambda found: opened.set_result(found.join), done.wait)
    )
    try:
        either: set[asyncio.Future[Any]] = {desk, opened}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        base = opened.result().rstrip("/")
        ada, ben = Browser(base), Browser(base)
        await ada.join("Ada")
        async with ada.page() as page:
            await status(page, lambda progress: True)
            await ben.join("Ben")
            async with ben.page() as other:
                await status(other, lambda progress: True)
                assert {host for host, *_ in hosts.running.values()} == {"one", "two"}
                await solved(page)
                await hosts.kill(next(iter(hosts.running.values()))[0])
                async with asyncio.timeout(SECONDS):
                    await page.until("moved")
                progress = await status(page, lambda progress: progress.get("done"))
                assert progress["done"]
                await solved(other)
                await solved_again(page)
    finally:
        done.set()
        await asyncio.wait({desk})
        store.close()
    assert desk.result() == ()
    assert [process.returncode for _, _, process in hosts.running.values() if process.returncode is None] == []
    assert not store.file.exists()


async def solved_again(page: Page) -> None:
    """The exercise is there again, with a terminal that works and a clean room."""
    await page.say(Word("verify"))
    await status(page, lambda progress: progress.get("missing") == ["No container called shop runs."])
    await page.say(Input(SOLUTION))
    async with asyncio.timeout(SECONDS):
        while True:
            await page.say(Word("verify"))
            if not (await status(page, lambda progress: progress.get("checks"))).get("missing"):
                return
