"""The engine's choice of demos to run; tests of runs on a real engine are in ``tests/engine``."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.model.demo import Demo
from quarterdeck.stage import live
from quarterdeck.stage.docker.address import parse_address
from quarterdeck.stage.live import DockerEngine
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
