"""The stage follows the show, whatever happens on it."""

import asyncio
from collections.abc import Callable
from functools import partial

import pytest

from quarterdeck.diagnostics import Diagnostic, QuarterdeckError
from quarterdeck.show import director
from quarterdeck.show.director import Director, reason_text
from quarterdeck.show.machine.commands import (
    Ended,
    EngineChecked,
    Enter,
    Fact,
    Hold,
    Interrupt,
    Leave,
    Prepared,
    RunStep,
    Source,
    Unprepared,
)
from quarterdeck.stage.events import Answer, Outcome, Output, StageEvent, StepFinished
from support.scripted_stage import DECK, ScriptedEngine, ScriptedRun, replay_engine


class Listening:
    """Keeps what the director tells."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []
        self.printed = ""
        self.rewound: list[tuple[str, int]] = []
        self.known = True
        self._news = asyncio.Event()

    def on_fact(self, fact: Fact) -> None:
        """Keep a fact."""
        self.facts.append(fact)
        self._news.set()

    def on_event(self, demo: str, event: StageEvent) -> None:
        """Keep output."""
        if isinstance(event, Output):
            self.printed += event.data
        self._news.set()

    def on_rewind(self, demo: str, done: int) -> bool:
        """Keep what was asked for."""
        self.rewound.append((demo, done))
        return self.known

    def has(self, fact: Fact) -> bool:
        """Whether it was told this fact."""
        return fact in self.facts

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for something to be told."""
        async with asyncio.timeout(60):
            while not condition():
                self._news.clear()
                await self._news.wait()


async def test_a_step_runs_after_its_demo_was_entered() -> None:
    """Entering prepares the stage, running prints what the step prints."""
    heard, live = Listening(), ScriptedEngine()
    stage = Director(DECK.demos, live, replay_engine(), heard)
    stage.perform(Enter(1, "hello", 0, Source.LIVE))
    await heard.until(lambda: heard.facts == [Prepared(1)])
    stage.perform(RunStep(2, "hello", 0))
    await heard.until(lambda: len(heard.facts) == 2)
    assert heard.facts[1] == Ended(2, Outcome.PASSED)
    assert "hello\r\n" in heard.printed
    await stage.close()
    assert live.log[-1] == "stop hello"


async def test_a_held_step_can_be_interrupted_and_left() -> None:
    """It goes on first: its time limits stand still, so a step that is deaf would never be given up."""
    heard, live = Listening(), ScriptedEngine(hanging={"step-1"})
    stage = Director(DECK.demos, live, replay_engine(), heard)
    for turn, effect in ((1, Interrupt()), (3, Leave())):
        stage.perform(Enter(turn, "hello", 0, Source.LIVE))
        await heard.until(partial(heard.has, Prepared(turn)))
        stage.perform(RunStep(turn + 1, "hello", 0))
        await heard.until(lambda: heard.printed.endswith("echo hello\r\n"))
        live.log.clear()
        stage.perform(Hold())
        stage.perform(effect)
        assert live.log == ["hold", "go on"]
        await stage.close()
        assert live.log[:3] == ["hold", "go on", "interrupt"]


async def test_the_demo_before_is_gone_before_the_next_one_starts() -> None:
    """Ports and names of two demos never collide."""
    heard, live = Listening(), ScriptedEngine()
    stage = Director(DECK.demos, live, replay_engine(), heard)
    stage.perform(Enter(1, "hello", 0, Source.LIVE))
    await heard.until(lambda: bool(heard.facts))
    stage.perform(Enter(2, "ports", 0, Source.LIVE))
    await heard.until(lambda: Prepared(2) in heard.facts)
    assert live.log.index("stop hello") < live.log.index("start ports 0")
    await stage.close()


async def test_the_recording_does_not_wait_for_a_hanging_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """Taking over is immediate, though the step is deaf to its interruption; what it prints later is not shown."""
    monkeypatch.setattr(director, "INTERRUPT_SECONDS", 3600.0)
    heard, live, replay = Listening(), ScriptedEngine(hanging={"step-1"}, deaf=True), replay_engine()
    stage = Director(DECK.demos, live, replay, heard)
    stage.perform(Enter(1, "hello", 0, Source.LIVE))
    await heard.until(lambda: bool(heard.facts))
    stage.perform(RunStep(2, "hello", 0))
    await heard.until(lambda: "echo hello" in heard.printed)
    stage.perform(Enter(3, "hello", 0, Source.RECORDING))
    await heard.until(lambda: Prepared(3) in heard.facts)
    stage.perform(RunStep(4, "hello", 0))
    await heard.until(lambda: Ended(4, Outcome.RECORDED) in heard.facts)
    assert Ended(2, Outcome.INTERRUPTED) not in heard.facts


@pytest.mark.parametrize("down", [None, "Docker is gone"])
async def test_a_step_that_fails_asks_for_the_engine_first(down: str | None) -> None:
    """A page that is refused, say, because the engine died: the show then plays the recording."""
    heard = Listening()
    stage = Director(DECK.demos, ScriptedEngine(outcome=Outcome.FAILED, down=down), replay_engine(), heard)
    stage.perform(Enter(1, "hello", 0, Source.LIVE))
    await heard.until(lambda: bool(heard.facts))
    stage.perform(RunStep(2, "hello", 0))
    await heard.until(lambda: isinstance(heard.facts[-1], Ended))
    assert heard.facts[1:-1] == ([EngineChecked(down)] if down else [])
    await stage.close()


async def test_an_interrupted_step_ends() -> None:
    """The speaker's interruption reaches the run, and its end is told."""
    heard = Listening()
    stage = Director(DECK.demos, ScriptedEngine(hanging={"step-1"}), replay_engine(), heard)
    stage.perform(Enter(1, "hello", 0, Source.LIVE))
    await heard.until(lambda: bool(heard.facts))
    stage.perform(RunStep(2, "hello", 0))
    await heard.until(lambda: "echo hello" in heard.printed)
    stage.perform(Interrupt())
    await heard.until(lambda: Ended(2, Outcome.INTERRUPTED) in heard.facts)
    await stage.close()


async def test_a_step_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond its own limit and some grace the show goes on without it."""
    monkeypatch.setattr(director, "GRACE_SECONDS", -29.9)
    heard = Listening()
    stage = Director(DECK.demos, ScriptedEngine(hanging={"step-1"}, deaf=True), replay_engine(), heard)
    stage.perform(Enter(1, "hello", 0, Source.LIVE))
    await heard.until(lambda: bool(heard.facts))
    stage.perform(RunStep(2, "hello", 0))
    await heard.until(lambda: len(heard.facts) == 2)
    assert isinstance(heard.facts[1], Ended)
    assert heard.facts[1].outcome is Outcome.TIMED_OUT
    await stage.close()


async def test_an_engine_that_is_down_is_told_with_its_reason() -> None:
    """The speaker reads why the stage is not ready."""
    heard = Listening()
    stage = Director(DECK.demos, ScriptedEngine(broken=True), replay_engine(), heard)
    stage.perform(Enter(1, "hello", 0, Source.LIVE))
    await heard.until(lambda: bool(heard.facts))
    assert heard.facts == [Unprepared(1, "the engine is down")]
    await stage.close()


async def test_a_demo_entered_with_steps_done_prints_nothing_that_is_known() -> None:
    """Going back one step shows the terminal as it was, not the steps running again."""
    heard, live = Listening(), ScriptedEngine()
    stage = Director(DECK.demos, live, replay_engine(), heard)
    stage.perform(Enter(1, "hello", 1, Source.LIVE))
    await heard.until(lambda: bool(heard.facts))
    assert heard.printed == ""
    assert heard.rewound == [("hello", 1)]
    assert live.log == ["start hello 1"]
    heard.known = False
    stage.perform(Enter(2, "hello", 1, Source.LIVE))
    await heard.until(lambda: Prepared(2) in heard.facts)
    assert heard.printed == "$ "
    await stage.close()


async def test_typing_reaches_the_terminal_in_order() -> None:
    """Keys come out as they were pressed."""
    heard, live = Listening(), ScriptedEngine()
    stage = Director(DECK.demos, live, replay_engine(), heard)
    stage.perform(Enter(1, "hello", 0, Source.LIVE))
    await heard.until(lambda: bool(heard.facts))
    for letter in "docker ps":
        stage.type(letter.encode(), 1)
    await heard.until(lambda: heard.printed.endswith("docker ps"))
    stage.perform(Leave())
    await stage.close()
    assert live.log[-1] == "stop hello"


async def test_a_setup_that_fails_is_told_with_the_programs_last_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not only that the demo can't begin: the cause is in the same message."""
    faults = (
        Diagnostic("the demo 'hello' can't begin: its setup failed"),
        Diagnostic("'x' ended; it printed\n  | full"),
    )

    async def start(*_: object) -> None:
        raise QuarterdeckError(faults)

    monkeypatch.setattr(ScriptedRun, "start", start)
    heard = Listening()
    stage = Director(DECK.demos, ScriptedEngine(), replay_engine(), heard)
    stage.perform(Enter(1, "hello", 0, Source.LIVE))
    await heard.until(lambda: bool(heard.facts))
    (fact,) = heard.facts
    assert isinstance(fact, Unprepared)
    assert "its setup failed" in fact.reason
    assert "  | full" in fact.reason
    await stage.close()


@pytest.mark.parametrize(
    ("outcome", "code", "status", "said"),
    [
        (Outcome.FAILED, "wrong-status", 1, "The command failed (exit status 1)"),
        (Outcome.FAILED, "wrong-status", None, "'x' is still running"),
        (Outcome.FAILED, "wrong-output", 0, "The command did not print what was expected"),
        (Outcome.TIMED_OUT, "timed-out", None, "The command took too long"),
        (Outcome.DIED, "shell-ended", 1, "'x' is still running"),
    ],
)
def test_why_a_step_failed_is_said_in_a_few_words(outcome: Outcome, code: str, status: int | None, said: str) -> None:
    """The speaker reads it in passing: neither the command again, nor all that it printed."""
    fault = Diagnostic("'x' is still running\n  | output", code=code)
    assert reason_text(StepFinished("hello", "x", outcome, 0.0, 0.0, (fault,), (Answer((), status),))) == said


def test_a_step_that_passed_needs_no_reason() -> None:
    """Nothing is said."""
    assert reason_text(StepFinished("hello", "x", Outcome.PASSED, 0.0, 0.0)) == ""
