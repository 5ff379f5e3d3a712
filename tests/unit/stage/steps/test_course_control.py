"""Interrupting and holding the step under way, and its time limit."""

from __future__ import annotations

import asyncio

import pytest

from quarterdeck.stage.steps.course import StepControl, TimeLimit


async def test_an_interruption_ends_the_limit_and_waits_for_the_end() -> None:
    """Also of a step that is held; the next one runs as usual."""
    control = StepControl()

    async def step() -> str:
        with control.step_under_way():
            try:
                async with control.limited(60):
                    await asyncio.sleep(60)
            except TimeoutError:
                return "interrupted"
            return "ended"

    running = asyncio.create_task(step())
    await asyncio.sleep(0)
    control.hold()
    async with asyncio.timeout(30):
        await control.interrupt()
    assert await running == "interrupted"
    assert not control.interrupted.is_set()
    async with control.limited(60) as limit:
        assert not limit.expired


async def test_a_step_that_is_only_about_to_begin_ends_when_it_does() -> None:
    """What runs before it, unseen, may take a moment."""
    control = StepControl()
    with control.step_under_way():
        interrupting = asyncio.create_task(control.interrupt())
        await asyncio.sleep(0)
        with pytest.raises(TimeoutError):
            async with control.limited(60) as limit:
                await asyncio.sleep(60)
        assert limit.expired
    await interrupting


async def test_a_held_step_has_no_deadline() -> None:
    """Held before it begins or after, its clock stands until it continues."""
    control = StepControl()
    with control.step_under_way():
        control.hold()
        async with control.limited(0.05) as limit:
            await asyncio.sleep(0.1)
            assert not control.going.is_set()
            limit.extend(60)
            control.go_on()
            assert control.going.is_set()
    control.hold()
    assert control.going.is_set(), "nothing is under way"


async def test_what_is_not_shown_can_be_ended_too() -> None:
    """A setup step ends when the run is stopped, without an interruption left over for the cleanup."""
    control = StepControl()
    entered = asyncio.Event()

    async def setup() -> None:
        async with control.limited(60):
            entered.set()
            await asyncio.sleep(60)

    running = asyncio.create_task(setup())
    await entered.wait()
    await control.interrupt()
    with pytest.raises(TimeoutError):
        await running
    assert not control.interrupted.is_set()


async def test_time_that_is_held_does_not_count() -> None:
    """However long, then what was left runs out."""
    with pytest.raises(TimeoutError):
        async with TimeLimit(0.5) as limit:
            limit.hold()
            limit.hold()
            await asyncio.sleep(0.6)
            limit.extend(0.01)
            limit.go_on()
            began = asyncio.get_running_loop().time()
            await asyncio.sleep(10)
    assert asyncio.get_running_loop().time() - began > 0.1


async def test_it_can_be_made_longer_and_cut_short() -> None:
    """As long as it hasn't run out, held or not."""
    async with TimeLimit(0.3) as limit:
        limit.extend(60)
        await asyncio.sleep(0.35)
        assert limit.end > asyncio.get_running_loop().time() + 50
    with pytest.raises(TimeoutError):
        async with TimeLimit(60) as limit:
            limit.hold()
            limit.expire()
            await asyncio.sleep(10)
