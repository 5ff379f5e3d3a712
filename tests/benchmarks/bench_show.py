"""How soon pages know what happens: ``pytest -s tests/benchmarks/bench_show.py``, on a machine that is idle.

The name keeps it out of an ordinary test run.  The pages are in processes of their own, so that they take
no time from the show.
"""

import asyncio
import itertools
import json
import os
import resource
import statistics
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from msgspec.structs import replace

from quarterdeck.model.deck import Deck
from quarterdeck.model.demo import Demo
from quarterdeck.show.machine.commands import Key
from quarterdeck.show.show import Show
from quarterdeck.show.web.access import Access
from quarterdeck.show.web.broadcast import Broadcast
from quarterdeck.show.web.server import bind, serving, show_app
from quarterdeck.stage.events import DemoRun, Engine, Listener, Output
from quarterdeck.stage.live_run import LiveRun
from quarterdeck.stage.shell.typist import Typing
from quarterdeck.stage.terminals import LiveContext
from support.scripted_stage import DECK, ScriptedEngine, demo, replay_engine, slide, step
from support.staged import Guard, NoRoom

PAGES = Path(__file__).with_name("pages.py")
TOKEN = "token"
FOLLOWERS = 500
PROCESSES = 2
EVENTS = 200
EVENT_SECONDS = 0.05
FOLLOWERS_BUDGET = 0.1
"""Seconds within which 99 of 100 events are on each of 500 pages, where the machine has nothing else to do."""
PROCESSOR_BUDGET = 30e-6
"""Seconds of processor time for each event and page, on any machine: 500 pages take 15 ms an event."""
PRESS_PAGES = 10
PRESS_BUDGET = 0.02
"""Seconds from a key to the first byte on every page, in 95 of 100 presses."""
STEPS = demo("bench", *(step(f"step-{n}", f"echo {n}") for n in range(120)))
SLIDES = (*(slide(f"slide-{n}") for n in range(10)), slide("bench", attached="bench"))
TALK = replace(DECK, slides=SLIDES, demos={"bench": STEPS})


@dataclass
class ShellEngine:
    """Runs demos in a real shell, without a clean room."""

    name: str = "docker"
    guard: Guard = field(default_factory=Guard)

    def run(self, demo: Demo, listener: Listener) -> DemoRun:
        """A run of a demo."""

        @asynccontextmanager
        async def room(folder: Path) -> AsyncIterator[NoRoom]:
            yield NoRoom()

        return LiveRun(demo, listener, room, LiveContext(os.environ, self.guard, Typing.INSTANT))

    async def open(self) -> None:
        """Nothing to open."""

    async def fault(self) -> str | None:
        """It needs none."""
        return None

    async def close(self) -> None:
        """Nothing to close."""


@asynccontextmanager
async def served(deck: Deck, engine: Engine) -> AsyncIterator[tuple[Broadcast, int]]:
    """What a show sends to its pages, and its port."""
    listener = bind("127.0.0.1", 0)
    port = listener.getsockname()[1]
    show = Show(deck, (), engine, replay_engine())
    broadcast = Broadcast(show, lambda: "")
    async with serving(show_app(broadcast, Access.of(["127.0.0.1"], port, TOKEN)), listener):
        yield broadcast, port
        await show.close()
    listener.close()


async def pages(role: str, port: int, count: int) -> asyncio.subprocess.Process:
    """A process that has so many pages open."""
    return await asyncio.create_subprocess_exec(
        sys.executable, str(PAGES), role, str(port), str(count), TOKEN, stdout=asyncio.subprocess.PIPE, limit=1 << 26
    )


async def told(process: asyncio.subprocess.Process) -> list[float]:
    """What a process has measured."""
    assert process.stdout is not None
    found: list[float] = json.loads(await process.stdout.readline())
    await process.wait()
    return found


def percentile(values: list[float], share: int) -> float:
    """The value that ``share`` of 100 don't exceed."""
    return statistics.quantiles(values, n=100)[share - 1]


@asynccontextmanager
async def deaf(port: int, count: int) -> AsyncIterator[None]:
    """Pages that say hello and then read nothing."""
    hello = b'{"type":"hello","page":"audience"}'
    head = f"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
    ask = f"{head}Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
    writers = []
    for _ in range(count):
        _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1)
        writer.write(f"{ask}Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n".encode())
        writer.write(bytes([0x81, 0x80 | len(hello), 0, 0, 0, 0]) + hello)
        writers.append(writer)
    yield
    for writer in writers:
        writer.close()


async def test_500_followers() -> None:
    """Every event is on each page within 100 ms (p99), while some pages read nothing at all."""
    async with served(TALK, ScriptedEngine()) as (broadcast, port), deaf(port, 5):
        show = broadcast.show
        processes = [await pages("follow", port, FOLLOWERS // PROCESSES) for _ in range(PROCESSES)]
        for process in processes:
            assert process.stdout is not None
            assert await process.stdout.readline() == b"ready\n"
        assert broadcast.hub.watching >= FOLLOWERS
        busy = os.getloadavg()[0] > (os.cpu_count() or 1) + PROCESSES + 1
        used, began = time.process_time(), time.monotonic()
        ways = itertools.cycle([Key.NEXT_SLIDE] * 5 + [Key.PREVIOUS_SLIDE] * 5)
        for key in itertools.islice(ways, EVENTS):
            show.command(key)
            show.on_event("bench", Output(1, f"@{time.monotonic():.6f}@\r\n{'x' * 200}\r\n", 0.0))
            await asyncio.sleep(EVENT_SECONDS)
        show.on_event("bench", Output(1, "@end@", 0.0))
        late = [seconds for process in processes for seconds in await told(process)]
        used, lasted = time.process_time() - used, time.monotonic() - began
    p50, p99 = percentile(late, 50), percentile(late, 99)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(  # noqa: T201  # the figures are the point
        f"\n{FOLLOWERS} pages, {EVENTS} slides and outputs in {lasted:.1f} s: median {p50 * 1000:.1f} ms, "
        f"p99 {p99 * 1000:.1f} ms, worst {max(late) * 1000:.1f} ms; {used / lasted:.0%} of a core, {memory:.0f} MB, "
        f"{used / EVENTS / FOLLOWERS * 1e6:.1f} µs of processor time per event and page"
        f"{'; the machine was busy with other things' if busy else ''}"
    )
    assert len(late) == FOLLOWERS * EVENTS
    assert used / EVENTS / FOLLOWERS <= PROCESSOR_BUDGET
    assert busy or p99 <= FOLLOWERS_BUDGET


@pytest.mark.parametrize("engine", [ScriptedEngine(), ShellEngine()], ids=["no command at all", "a real shell"])
async def test_key_to_first_byte(engine: Engine) -> None:
    """A press on the speaker's page: the first byte of its step is on ten pages within 20 ms (p95)."""
    async with served(TALK, engine) as (_, port):
        waits = await told(await pages("press", port, PRESS_PAGES))
    p50, p95 = percentile(waits, 50), percentile(waits, 95)
    print(f"\nkey to first byte: median {p50 * 1000:.1f} ms, p95 {p95 * 1000:.1f} ms")  # noqa: T201  # as above
    assert p95 <= PRESS_BUDGET
