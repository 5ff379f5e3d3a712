"""A long talk with pages coming and going loses nothing and keeps nothing; ``bench_soak.py`` gives a longer one."""

import pytest

from support.soaking import VISIT, soak

CHANGES = 60
MORE_OBJECTS = 500
"""What a measurement may differ by: connections that are not quite gone, lines that Python compiled meanwhile."""


@pytest.mark.slow
async def test_no_change_is_lost_and_nothing_is_kept_for_ever() -> None:
    """The page that stayed was told of every change in order, each visitor saw the show where it was."""
    soaked = await soak(CHANGES)
    assert soaked.states > 2 * CHANGES
    assert soaked.visits == 2 * CHANGES // VISIT
    before, after = soaked.objects
    assert after - before < MORE_OBJECTS
    before, after = soaked.tasks
    assert after - before < VISIT
