"""How soon a speaker is out of trouble: ``pytest -s tests/benchmarks/bench_stage.py``, on an idle machine.

The name keeps it out of an ordinary test run.
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from quarterdeck.model.cast import Cast, CastEvent
from quarterdeck.model.demo import Demo
from quarterdeck.show.run.demo import Solo
from quarterdeck.stage.docker.address import EngineAddress
from quarterdeck.stage.events import DemoRun, Listener, Outcome, StepFinished
from quarterdeck.stage.live import DockerEngine
from quarterdeck.stage.live_run import LiveRun
from quarterdeck.stage.replay import ReplayEngine
from quarterdeck.stage.shell.typist import Typing
from quarterdeck.stage.terminals import LiveContext
from support.staged import Guard, NoRoom, demo_of, on_stage, step

ROUNDS = 10
INTERRUPT_BUDGET = 1.0
"""Seconds from the key to the prompt, at worst."""
SWITCH_BUDGET = 0.5
"""Seconds from the key to the first byte of the recording, at worst."""
STUBBORN = {
    "sleep": "sleep 1000",
    "deaf to Ctrl-C": "sh -c 'trap \"\" INT; sleep 1000; sleep 1000'",
    "deaf to all but KILL": "sh -c 'trap \"\" INT QUIT TERM HUP; sleep 1000; sleep 1000'",
    "busy": "while :; do :; done",
    "talkative": "yes",
    "full screen": "vi -u NONE -c 'set nocp' x",
}


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
        """It needs nothing that could be missing."""
        return None

    async def close(self) -> None:
        """Nothing to close."""


async def interrupted(run: DemoRun) -> float:
    """Seconds from the interrupt of the first step, half a second after its start, to its end."""
    task = asyncio.ensure_future(run.run_step(run.demo.steps[0]))
    await asyncio.sleep(0.5)
    began = time.perf_counter()
    await run.interrupt()
    finished: StepFinished = await task
    assert finished.outcome is Outcome.INTERRUPTED
    return time.perf_counter() - began


@pytest.mark.parametrize("command", STUBBORN.values(), ids=STUBBORN.keys())
async def test_interrupt(command: str) -> None:
    """The prompt is back within a second, whatever runs."""
    seconds = []
    async with on_stage(demo_of(step(command))) as stage:
        for _ in range(ROUNDS):
            seconds.append(await interrupted(stage.run))
    print(f"\n{command[:40]}: {max(seconds) * 1000:.0f} ms at worst")  # noqa: T201  # the figure is the point
    assert max(seconds) <= INTERRUPT_BUDGET


@pytest.mark.engine
async def test_interrupt_in_a_container(engine: EngineAddress) -> None:
    """Also what runs in a container in the foreground, which ignores every key."""
    live = DockerEngine(engine, show="bench-stage", environ=os.environ, typing=Typing.INSTANT)
    await live.open()
    try:
        demo = demo_of(step("docker run -it --rm busybox:1.35 sleep 1000"))
        run = live.run(demo, lambda event: None)
        await run.start()
        seconds = [await interrupted(run) for _ in range(ROUNDS // 2)]
    finally:
        await live.close()
    print(f"\ncontainer: {max(seconds) * 1000:.0f} ms at worst")  # noqa: T201
    assert max(seconds) <= INTERRUPT_BUDGET


async def written(texts: list[str], wanted: str) -> float:
    """Wait for a text; gives the time at which it was there."""
    async with asyncio.timeout(10):
        while wanted not in "".join(texts):
            await asyncio.sleep(0.001)
    return time.perf_counter()


@pytest.mark.parametrize("command", STUBBORN.values(), ids=STUBBORN.keys())
async def test_switch_to_the_recording(command: str) -> None:
    """A step that hangs goes on from its recording within half a second of one key."""
    demo = demo_of(step(command))
    events = (("m", "step:step-1"), ("o", "as recorded\r\n"), ("m", "end:step-1:passed"))
    cast = Cast("demo", "", tuple(CastEvent(0.0, code, data) for code, data in events))
    seconds = []
    for _ in range(ROUNDS // 2):
        texts: list[str] = []
        recordings = ReplayEngine({"demo": cast})
        solo = Solo(demo, ShellEngine(), recordings, recorded=True, write=texts.append, size=lambda: (100, 24))
        try:
            await written(texts, "0 of 1 steps done")
            solo.press(b" ")
            await written(texts, "running step 1 of 1")
            await asyncio.sleep(0.5)
            texts.clear()
            began = time.perf_counter()
            solo.press(b"v")
            seconds.append(await written(texts, "as recorded") - began)
        finally:
            await solo.close()
    print(f"\n{command[:40]}: {max(seconds) * 1000:.0f} ms at worst")  # noqa: T201
    assert max(seconds) <= SWITCH_BUDGET
