"""What is read while a rehearsal goes on."""

import asyncio

import click
import pytest

from quarterdeck.cli.outcome import PrintedProgress, summary
from quarterdeck.project.rehearsal.rehearse import DemoResult, rehearse
from quarterdeck.project.rehearsal.selection import Selection, Turn
from quarterdeck.stage.events import Outcome
from support.scripted_stage import HELLO, PORTS, ScriptedEngine


class Held(ScriptedEngine):
    """The demo ``hello`` begins only when :attr:`go` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.go = asyncio.Event()
        self.pause = lambda what: asyncio.ensure_future(self._held())

    async def _held(self) -> None:
        await self.go.wait()


async def test_lines_come_in_the_order_of_the_deck(capsys: pytest.CaptureFixture[str]) -> None:
    """The second demo ends first; its lines wait for those of the first, and so does its result."""
    slow, quick = Held(), ScriptedEngine()

    class Lets(PrintedProgress):
        def demo_ended(self, turn: Turn, result: DemoResult) -> None:
            super().demo_ended(turn, result)
            if turn.demo is PORTS:
                early.append(capsys.readouterr().out)
                slow.go.set()

    early: list[str] = []
    printed = Lets()
    results = await rehearse([HELLO, PORTS], [slow, quick], printed)
    assert early == [""]
    names = [line.split()[1] for line in capsys.readouterr().out.splitlines()]
    assert names == ["hello/step-1", "hello/step-2", "ports/run", "ports/curl"]
    assert [r.demo.name for r in results] == ["hello", "ports"]
    assert printed.results == results


async def test_a_rehearsal_that_is_stopped_keeps_what_has_ended(capsys: pytest.CaptureFixture[str]) -> None:
    """The demo under way is stopped, the engine closed; the summary says how many are missing."""
    engine = ScriptedEngine(hanging={"run"})
    printed = PrintedProgress()
    task = asyncio.create_task(rehearse([HELLO, PORTS], [engine], printed))
    while "run run" not in engine.log:
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    printed.stop()
    assert engine.log[-2:] == ["stop ports", "close"]
    assert [(r.demo.name, r.passed, r.cast is not None) for r in printed.results] == [("hello", True, True)]
    told = [click.unstyle(line) for line in summary(Selection((HELLO, PORTS), ()), printed.results, 1)]
    assert told == ["2 steps of 1 demo, none failed", "stopped: 1 demo did not run to the end"]
    assert capsys.readouterr().out.count("\n") == 2


async def test_a_step_that_fails_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """And what then did not run."""
    engine = ScriptedEngine(outcomes={"step-1": Outcome.TIMED_OUT})
    results = await rehearse([HELLO], [engine], PrintedProgress())
    assert capsys.readouterr().out.startswith("timed-out  hello/step-1")
    told = list(summary(Selection((HELLO,), ()), results, 1))
    assert told == ["1 step of 1 demo, failed: hello; 1 step did not run"]
