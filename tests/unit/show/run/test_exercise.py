"""An exercise in a terminal, on a stage whose checks do what the test says."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import pytest
from msgspec.structs import replace

from quarterdeck.model.content import Paragraph, Run
from quarterdeck.model.demo import BACKSTAGE, Demo, StepKind
from quarterdeck.project.outputs.scripts import without_solution
from quarterdeck.show.run.exercise import (
    INTERRUPT,
    QUIT,
    WORDS,
    Began,
    Checked,
    Checking,
    Hinted,
    Practice,
    PracticeEvent,
    Preparing,
    Stopped,
)
from quarterdeck.stage.events import Asked, Outcome, Output
from quarterdeck.stage.shell.program import answer
from support.scripted_stage import ScriptedEngine, demo, step
from support.waiting import until


def words(text: str) -> tuple[Paragraph, ...]:
    """A paragraph."""
    return (Paragraph((Run(text),)),)


def exercise() -> Demo:
    """Two checks, two hints, a solution of one step."""
    solution = replace(step("solve", "docker run web"), kind=StepKind.SOLUTION, narration=words("Run it."))
    checks = [
        replace(step(name, f"test {name}"), kind=StepKind.VERIFY, terminal=BACKSTAGE, missing=f"No {name}.")
        for name in ("server", "page")
    ]
    made = demo("exercise", solution, *checks)
    return replace(made, task=words("Start a server."), hints=(words("Look."), words("Closer.")))


class Attendee:
    """Someone at the terminal of an exercise."""

    def __init__(self, engine: ScriptedEngine, *, solution: bool = False, words: Mapping[str, str] = WORDS) -> None:
        self.engine = engine
        self.printed: list[str] = []
        self.told: list[PracticeEvent] = []
        whole = exercise()
        self.practice = Practice(
            without_solution(whole),
            engine,
            whole if solution else None,
            self.printed.append,
            lambda: 80,
            words=words,
            tell=self.told.append,
        )

    @property
    def text(self) -> str:
        """All that is on the screen, without colours."""
        import re

        return re.sub(r"\x1b\[[0-9;]*[mK]", "", "".join(self.printed).replace("\r\n", "\n"))

    async def ask(self, word: str) -> None:
        """Give a word to the shell, and wait until it has its answer."""
        before = len([entry for entry in self.engine.log if entry.startswith("write \x1e")])
        self.practice.on_event(Asked(word))
        await until(lambda: len([e for e in self.engine.log if e.startswith("write \x1e")]) > before)


async def at_work(attendee: Attendee, work: Callable[[Attendee], Awaitable[None]]) -> None:
    """Give the exercise while someone works, who leaves in the end."""
    giving = asyncio.create_task(attendee.practice.run())
    await until(lambda: Began() in attendee.told)
    await work(attendee)
    attendee.practice.press(QUIT)
    await giving


async def test_the_task_is_shown_first_and_the_stage_is_left_tidy() -> None:
    """Only what an attendee may have runs; the words are told."""

    async def work(attendee: Attendee) -> None:
        assert "Start a server." in attendee.text
        assert "solution" not in attendee.text
        assert all(word in attendee.text for word in WORDS if word != "solution")

    attendee = Attendee(ScriptedEngine())
    await at_work(attendee, work)
    assert attendee.engine.log[0] == "start exercise 0"
    assert attendee.engine.log[-1] == "stop exercise"


async def test_keys_go_to_the_shell() -> None:
    """Each as it is."""

    async def work(attendee: Attendee) -> None:
        for key in (b"l", b"s", b"\t", INTERRUPT):
            attendee.practice.press(key)
        await until(lambda: "write \x03" in attendee.engine.log)
        assert [e for e in attendee.engine.log if e.startswith("write")] == [
            "write l",
            "write s",
            "write \t",
            "write \x03",
        ]

    await at_work(Attendee(ScriptedEngine()), work)


async def test_lines_end_as_a_terminal_needs_them() -> None:
    """Each of ours begins at the left; what a program prints is left alone, since an editor moves down with LF."""

    async def work(attendee: Attendee) -> None:
        printed = "".join(attendee.printed)
        assert printed.count("\n") == printed.count("\r\n") > 5
        attendee.practice.on_event(Output(1, "down\n", 0.0))
        assert attendee.printed[-1] == "down\n"

    await at_work(Attendee(ScriptedEngine()), work)


async def test_hints_come_one_by_one() -> None:
    """After the last they begin again."""

    async def work(attendee: Attendee) -> None:
        await attendee.ask("hint")
        assert "1 of 2\nLook." in attendee.text
        assert "Closer." not in attendee.text
        await attendee.ask("hint")
        await attendee.ask("hint")
        assert attendee.text.count("Look.") == 2

    await at_work(Attendee(ScriptedEngine()), work)


async def test_verify_says_what_is_missing_until_nothing_is() -> None:
    """Every check is looked at; the word's status is that of the whole."""
    engine = ScriptedEngine(outcomes={"server": Outcome.PASSED, "page": Outcome.FAILED})

    async def work(attendee: Attendee) -> None:
        await attendee.ask("verify")
        assert "✗ No page.\n1 of 2 checks pass" in attendee.text
        assert "No server." not in attendee.text
        assert attendee.told[-2:] == [Checking(), Checked(1, 2, ("No page.",))]
        assert engine.log[-1] == f"write {answer(1).decode()}"
        engine.outcomes["page"] = Outcome.PASSED
        await attendee.ask("verify")
        assert "Done: nothing is missing." in attendee.text
        assert attendee.told[-1] == Checked(2, 2, ())
        assert engine.log[-1] == f"write {answer(0).decode()}"

    await at_work(Attendee(engine), work)


async def test_ctrl_c_stops_looking() -> None:
    """A check that hangs doesn't hold the attendee; what was typed meanwhile comes after the answer."""
    engine = ScriptedEngine(hanging={"server"})

    async def work(attendee: Attendee) -> None:
        attendee.practice.on_event(Asked("verify"))
        await until(lambda: "run server" in engine.log)
        attendee.practice.press(b"x")
        attendee.practice.press(INTERRUPT)
        await until(lambda: "write x" in engine.log)
        assert "stopped looking" in attendee.text
        assert attendee.told[-1] == Stopped()
        assert engine.log.index(f"write {answer(1).decode()}") < engine.log.index("write x")

    await at_work(Attendee(engine), work)


async def test_leaving_doesnt_wait_for_a_check() -> None:
    """Whoever closes the terminal while one hangs leaves nothing running."""
    engine = ScriptedEngine(hanging={"server"})

    async def work(attendee: Attendee) -> None:
        attendee.practice.on_event(Asked("verify"))
        await until(lambda: "run server" in engine.log)

    async with asyncio.timeout(60):
        await at_work(Attendee(engine), work)
    assert engine.log[-1] == "stop exercise"


async def test_buttons_work_beside_the_terminal() -> None:
    """A hint and what is missing are told, not printed: another program may have the terminal, and keeps its keys."""
    engine = ScriptedEngine(outcomes={"page": Outcome.FAILED})

    async def work(attendee: Attendee) -> None:
        before = attendee.text
        attendee.practice.ask("hint")
        attendee.practice.ask("verify")
        await until(lambda: isinstance(attendee.told[-1], Checked))
        assert attendee.told[-3:] == [Hinted(1, 2), Checking(), Checked(1, 2, ("No page.",))]
        assert not any(entry.startswith("write") for entry in engine.log)
        assert "Look." not in attendee.text
        assert "✗" not in attendee.text.removeprefix(before)
        attendee.practice.ask("reset")
        await until(lambda: attendee.told[-2:] == [Preparing(), Began()])
        await attendee.ask("hint")
        assert attendee.told[-1] == Hinted(1, 2)

    await at_work(Attendee(engine), work)


async def test_whoever_leaves_waits_for_no_button() -> None:
    """Checks that hang are interrupted, and what was asked for after them is dropped."""
    engine = ScriptedEngine(hanging={"server"})

    async def work(attendee: Attendee) -> None:
        for word in ("verify", "verify", "reset"):
            attendee.practice.ask(word)
        await until(lambda: "run server" in engine.log)

    async with asyncio.timeout(60):
        await at_work(Attendee(engine), work)
    assert engine.log.count("run server") == 1
    assert engine.log.count("start exercise 0") == 1


async def test_a_word_that_has_no_use_here_is_answered() -> None:
    """In a seat nobody leaves by typing ``exit`` out of habit, and loses what was made."""

    async def work(attendee: Attendee) -> None:
        await attendee.ask("exit")
        assert "'quit' isn't used here; task, verify are." in attendee.text
        assert attendee.engine.log[-1] == f"write {answer(1).decode()}"
        await attendee.ask("help")
        assert attendee.text.count("Start a server.") == 2

    await at_work(Attendee(ScriptedEngine(), words={"task": "what", "verify": "whether"}), work)


@pytest.mark.parametrize("solution", [True, False])
async def test_the_solution_is_shown_to_those_who_may_see_it(solution: bool) -> None:
    """With its explanation; others are told that it is held back."""

    async def work(attendee: Attendee) -> None:
        await attendee.ask("solution")
        assert ("Run it.\n  $ docker run web" in attendee.text) is solution
        assert ("is held back" in attendee.text) is not solution

    await at_work(Attendee(ScriptedEngine(), solution=solution), work)


async def test_reset_begins_again_on_a_new_stage() -> None:
    """All that was made is gone first; the task is told anew, and hints begin from the first."""
    engine = ScriptedEngine()

    async def work(attendee: Attendee) -> None:
        await attendee.ask("hint")
        attendee.practice.on_event(Asked("reset"))
        await until(lambda: engine.log.count("start exercise 0") == 2)
        await until(lambda: attendee.text.count("Start a server.") == 2)
        assert engine.log.index("stop exercise") < len(engine.log) - engine.log[::-1].index("start exercise 0")
        await attendee.ask("hint")
        assert "Closer." not in attendee.text

    await at_work(Attendee(engine), work)


def test_what_an_attendee_agrees_to_is_what_runs() -> None:
    """The solution isn't among the commands that are shown before; so a copy without it asks the same."""
    whole = exercise()
    held = without_solution(whole)
    assert [step.id for step in held.steps] == ["server", "page"]
    assert held.script_hash == without_solution(held).script_hash != whole.script_hash
    assert held.path == Path("demos/exercise.md")
