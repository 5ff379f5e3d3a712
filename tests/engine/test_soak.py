"""Demos that are killed at random moments: ten seconds later nothing of them is left."""

from __future__ import annotations

import signal
import time

import pytest

from quarterdeck.stage.docker.address import EngineAddress
from support.cycles import Cycle, at_random_moments, image_is_there, soak

pytestmark = pytest.mark.engine


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_killed_at_a_random_moment(number: signal.Signals, engine: EngineAddress) -> None:
    """``kill -9`` and Ctrl-C, from before the first container is made until after the end."""
    image_is_there(engine)

    def end(cycles: list[Cycle]) -> None:
        if number == signal.SIGINT:  # Python itself tells of one while it starts
            for cycle in cycles:
                while not list(cycle.folder.glob("state/quarterdeck/images/*")):
                    time.sleep(0.01)
        at_random_moments(cycles, lambda cycle: cycle.process.send_signal(number))

    soak(engine, end)
