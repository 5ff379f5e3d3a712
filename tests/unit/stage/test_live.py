"""The engine's choice of demos to run; tests of runs on a real engine are in ``tests/engine``."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.model.demo import Demo, StepKind
from quarterdeck.stage import live
from quarterdeck.stage.docker.address import parse_address
from quarterdeck.stage.live import DockerEngine
from support.fake_engine import FakeEngine, Forwarded, Said
from support.staged import demo_of, step

ADDRESS = parse_address("unix:///nowhere/docker.sock")


def engine(*demos: Demo) -> DockerEngine:
    """An engine that knows these demos."""
    return DockerEngine(ADDRESS, show="s", environ={}, demos=demos)


def continuing(name: str, continues: str | None = None) -> Demo:
    """A demo that continues another."""
    return demo_of(step("true"), name=name, continues=continues)


@pytest.mark.parametrize(
    ("demos", "message", "hint"),
    [
        ([continuing("b", "aa"), continuing("aaa")], "'b' continues 'aa', which doesn't exist", "aaa"),
        ([continuing("b", "b")], "'b' continues itself, by way of 'b'", None),
        ([continuing("b", "a"), continuing("a", "b")], "'b' continues itself, by way of 'a'", None),
    ],
)
def test_a_chain_of_demos_that_has_no_beginning(demos: list[Demo], message: str, hint: str | None) -> None:
    """It is refused before anything is set up, with the name that was meant."""
    with pytest.raises(QuarterdeckError) as caught:
        engine(*demos).run(demos[0], lambda event: None)
    (fault,) = caught.value.diagnostics
    assert fault.message == message
    assert hint is None or hint in (fault.hint or "")


def test_demos_of_a_changed_deck() -> None:
    """A demo that was added during the show can be continued."""
    changed = engine()
    second = continuing("second", "first")
    with pytest.raises(QuarterdeckError):
        changed.run(second, lambda event: None)
    changed.replace([continuing("first"), second])
    assert changed.run(second, lambda event: None).demo is second


@dataclass
class DeadWatchdog:
    """A watchdog that can't be started."""

    def start(self) -> None:
        """As the system says it."""
        raise OSError("no more processes")


async def test_no_show_without_its_watchdog(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is created that nobody would clean up."""
    monkeypatch.setattr(live, "Watchdog", lambda *_: DeadWatchdog())
    with pytest.raises(QuarterdeckError, match="no more processes"):
        await engine().open()


async def test_an_engine_that_is_not_there() -> None:
    """Its fault is one sentence, for the speaker."""
    assert await engine().fault()


class StuckEngine(FakeEngine):
    """An engine that at some time accepts requests and answers none, until it is closed."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.stuck = threading.Event()
        self.over = threading.Event()

    def said(self, request: Forwarded) -> Said:
        """The answer, if ever there is one."""
        if self.stuck.is_set():
            self.over.wait(600)
        return super().said(request)

    def close(self) -> None:
        """Answer whoever waits, then go away."""
        self.over.set()
        super().close()


@pytest.fixture
def stuck(tmp_path: Path) -> Iterator[StuckEngine]:
    """One that answers still."""
    engine = StuckEngine(tmp_path / "stuck.sock")
    yield engine
    engine.close()


def show_on(fake: StuckEngine, demo: Demo) -> DockerEngine:
    """The engine of a show."""
    return DockerEngine(fake.address, show=fake.path.parent.name, environ={"PATH": os.environ["PATH"]}, demos=[demo])


@pytest.mark.slow
async def test_a_stuck_engine_is_given_up_within_seconds(stuck: StuckEngine) -> None:
    """The recording plays after five seconds, after one if the engine was found stuck before; the end doesn't wait."""
    demo = demo_of(step("true"), images=("busybox:1.35",))
    show = show_on(stuck, demo)
    await show.open()
    stuck.stuck.set()
    try:
        for limit in (live.ENTRY_SECONDS, live.AGAIN_SECONDS):
            with pytest.raises(QuarterdeckError, match=f"does not answer within {limit:g} s"):
                await show.run(demo, lambda event: None).start()
    finally:
        async with asyncio.timeout(live.RESET_SECONDS - 1):
            await show.close()


@pytest.mark.slow
async def test_a_demo_whose_engine_gets_stuck_ends_within_seconds(stuck: StuckEngine, tmp_path: Path) -> None:
    """Its cleanup steps are left out, and what is on the engine is left to the watchdog."""
    left = tmp_path / "cleaned"
    demo = demo_of(step("true"), step(f"touch {left}", id="last", kind=StepKind.CLEANUP))
    show = show_on(stuck, demo)
    await show.open()
    run = show.run(demo, lambda event: None)
    await run.start()
    await run.run_step(demo.steps[0])
    stuck.stuck.set()
    async with asyncio.timeout(live.RESET_SECONDS - 1):
        await show.close()
    assert not left.exists()
