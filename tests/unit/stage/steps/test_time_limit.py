"""A time limit that can stand still."""

import asyncio

import pytest

from quarterdeck.stage.steps.time_limit import TimeLimit


@pytest.mark.slow
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
    assert 0.1 < asyncio.get_running_loop().time() - began < 9


async def test_it_can_be_made_longer_and_cut_short() -> None:
    """As long as it hasn't run out, held or not."""
    async with TimeLimit(0.01) as limit:
        limit.extend(60)
        await asyncio.sleep(0.05)
        assert limit.end > asyncio.get_running_loop().time() + 50
    with pytest.raises(TimeoutError):
        async with TimeLimit(60) as limit:
            limit.hold()
            limit.expire()
            await asyncio.sleep(10)
