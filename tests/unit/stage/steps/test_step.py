"""A step and its terminal, whatever state either is in."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from msgspec.structs import replace

from quarterdeck.model.demo import Interaction, Ready, Step
from quarterdeck.stage.events import Outcome
from quarterdeck.stage.steps.course import AtNestedPrompt, AtShellPrompt, Ending
from quarterdeck.stage.steps.step import timeout_hint
from support.staged import demo_of, key, on_stage, step, typed

pytestmark = pytest.mark.slow


async def test_the_first_fault_that_is_not_about_output_ends_a_step() -> None:
    """What follows would run on a wrong state; a difference of the output alone is noted, and the step continues."""
    demo = demo_of(step(typed("echo other", "expected"), typed("false"), "echo never"))
    async with on_stage(demo) as stage:
        (finished,) = await stage.play()
        assert finished.outcome is Outcome.FAILED
        assert [fault.code for fault in finished.faults] == ["wrong-output", "wrong-status"]
        assert len(finished.answers) == 2
        assert "never" not in stage.raw()


async def test_a_limit_is_for_the_whole_step() -> None:
    """The message quotes what the terminal shows, at the command that was reached."""
    demo = demo_of(step("echo first", "echo waiting; sleep 60", timeout=0.5))
    async with on_stage(demo) as stage:
        (finished,) = await stage.play()
        assert finished.outcome is Outcome.TIMED_OUT
        (fault,) = finished.faults
        assert fault.code == "timed-out"
        assert "| waiting" in fault.message
        assert len(finished.answers) == 1


async def test_a_prompt_that_does_not_come_is_named() -> None:
    """With a hint at how prompts that change are written."""
    demo = demo_of(step("python3 -i -q", typed("1", prompt="never>"), timeout=1.0))
    async with on_stage(demo) as stage:
        (finished,) = await stage.play()
        assert "the prompt 'never>' did not appear within 1 s" in finished.faults[0].message
        assert "[..]" in (finished.faults[0].hint or "")


async def test_a_step_that_is_held_while_it_is_interrupted() -> None:
    """It ends as any other, and the next one is typed."""
    demo = demo_of(step("sleep 60", id="a"), step(typed("echo on", "on"), id="b"))
    async with on_stage(demo) as stage:
        running = asyncio.create_task(stage.run.run_step(demo.steps[0]))
        await stage.until(lambda: "sleep" in stage.raw())
        stage.run.hold()
        async with asyncio.timeout(30):
            await stage.run.interrupt()
        assert (await running).outcome is Outcome.INTERRUPTED
        after = await stage.run.run_step(demo.steps[1])
        assert after.outcome is Outcome.PASSED, after.faults


LATE = "echo begin; sleep 3.6; echo ready; sleep 60"


@pytest.mark.parametrize(
    "more",
    [
        {"background": True, "ready": Ready("output", "ready")},
        {"background": True},
        {"timeout": 20.0},
    ],
    ids=["ready", "background", "timeout"],
)
async def test_output_that_comes_after_a_long_silence(more: dict[str, Any]) -> None:
    """A command that keeps running, of which its author says that it takes its time, isn't compared too early."""
    demo = demo_of(step(typed(LATE, "begin", "ready"), id="a", **more), step(key("C"), id="b"))
    async with on_stage(demo) as stage:
        first, _ = await stage.play()
        assert first.outcome is Outcome.PASSED, first.faults


async def test_output_that_can_not_become_right_is_reported_after_a_short_silence() -> None:
    """A show waits for it: what was printed isn't the beginning of what is expected."""
    demo = demo_of(
        step(typed("echo other; echo line; sleep 60", "begin", "ready"), id="a", background=True),
        step(key("C"), id="b"),
    )
    async with on_stage(demo) as stage:
        first, _ = await stage.play()
        assert [fault.code for fault in first.faults] == ["wrong-output"]
        assert first.duration < 40


async def test_output_that_never_comes_is_a_difference() -> None:
    """At the step's limit it is compared all the same: the difference says more than that it took too long."""
    demo = demo_of(
        step(typed("echo begin; sleep 60", "begin", "ready"), id="a", background=True, timeout=4.0),
        step(key("C"), id="b"),
    )
    async with on_stage(demo) as stage:
        first, _ = await stage.play()
        assert [fault.code for fault in first.faults] == ["wrong-output"]
        assert "- ready" in first.faults[0].message


@pytest.mark.parametrize(
    "made",
    [
        step("echo starting; echo 'cannot bind' >&2", ready=Ready("output", "listening")),
        step("sleep 0.6; echo 'cannot bind'", background=True, ready=Ready("output", "listening")),
        step("sleep 0.6; echo 'cannot bind'", background=True, ready=Ready("port", "localhost:1")),
    ],
    ids=["at once", "later", "its port"],
)
async def test_a_program_that_has_ended_does_not_become_ready(made: Step) -> None:
    """The step fails at once, and quotes the program's last words; it doesn't wait for its limit."""
    async with on_stage(demo_of(replace(made, timeout=240.0))) as stage:
        (finished,) = await stage.play()
        (fault,) = finished.faults
        assert fault.code == "not-ready"
        assert "the command has ended" in fault.message
        assert "  | cannot bind" in fault.message
        assert finished.duration < 120


NESTED = typed("1", prompt=">>>")


@pytest.mark.parametrize(
    ("interaction", "ending", "last", "hint"),
    [
        (key("C"), AtShellPrompt(), "^C^C", "--init"),
        (typed("git log"), AtShellPrompt(), ":", "pager"),
        (typed("git log"), AtShellPrompt(), "(END)", "pager"),
        (typed("systemctl status"), AtShellPrompt(), "lines 1-23", "pager"),
        (typed(r"\l", prompt="x=#"), AtNestedPrompt("x=#"), "--More--", r"\pset pager off"),
        (typed("docker volume prune"), AtShellPrompt(), "Are you sure you want to continue? [y/N]", "--yes"),
        (typed("docker login"), AtShellPrompt(), "Password:", "answer"),
        (typed("select 1", prompt="x=#"), AtNestedPrompt("x=#"), "x-#", "';'"),
        (typed("python3"), AtShellPrompt(), ">>>", "its prompt '>>>'"),
        (typed("docker exec -it db psql"), AtShellPrompt(), "postgres=#", "its prompt 'postgres=#'"),
        (NESTED, AtNestedPrompt(">>>"), "$", "[..]"),
        (typed("sleep 60"), AtShellPrompt(), "", "timeout=60s"),
        (typed("make"), AtShellPrompt(), "compiling main.c", "timeout=60s"),
    ],
)
def test_hints_fit_what_the_terminal_shows(interaction: Interaction, ending: Ending, last: str, hint: str) -> None:
    """More time helps a slow command; not one that waits for a key, or ignores one."""
    found = timeout_hint(interaction, ending, last)
    assert hint in found
    assert ("timeout=60s" in found) == (hint == "timeout=60s")
