"""A step and its terminal, whatever state either is in."""

from __future__ import annotations

import asyncio

from quarterdeck.stage.events import Outcome
from support.staged import demo_of, on_stage, step, typed


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
