"""Demos that are ended at random moments: ten seconds later nothing of them is left, and nothing else has changed."""

from __future__ import annotations

import signal
import time
from itertools import count

import pytest

from quarterdeck.stage.docker.address import EngineAddress
from support.cycles import Cycle, at_random_moments, image_is_there, soak

pytestmark = pytest.mark.engine
SIGNALS = (signal.SIGKILL, signal.SIGINT, signal.SIGHUP, signal.SIGTERM)


def test_ended_at_a_random_moment(engine: EngineAddress) -> None:
    """By ``kill -9``, Ctrl-C, a closed terminal or ``kill``, from before the first container until after the end."""
    image_is_there(engine)
    turn = count()

    def end(cycle: Cycle) -> None:
        number = SIGNALS[next(turn) % len(SIGNALS)]
        if number == signal.SIGINT:  # Python itself tells of one while it starts
            while cycle.process.poll() is None and not list(cycle.folder.glob("state/quarterdeck/images/*")):
                time.sleep(0.01)
        cycle.process.send_signal(number)
        print(f"{cycle.name} {number.name}", flush=True)  # noqa: T201  # a failure is easier to understand

    soak(engine, lambda cycles: at_random_moments(cycles, end), least=len(SIGNALS))
