"""Demos that are ended at random moments: ten seconds later nothing of them is left, and nothing else has changed."""

from __future__ import annotations

import re
import signal
import time
from itertools import count

import pytest

from quarterdeck.stage.docker.address import EngineAddress
from support.cycles import Cycle, at_random_moments, image_is_there, soak
from support.engine_api import ask

pytestmark = pytest.mark.engine
SIGNALS = (signal.SIGKILL, signal.SIGINT, signal.SIGHUP, signal.SIGTERM)


def test_ended_at_a_random_moment(engine: EngineAddress) -> None:
    """By ``kill -9``, Ctrl-C, a closed terminal or ``kill``, from before the first container until after the end."""
    image_is_there(engine)
    turn = count()
    killed: set[str] = set()

    def excused(change: str) -> bool:
        """As the guide says: after ``kill -9`` at the first step of a classic build, its layer; it is removed here."""
        nameless = re.fullmatch(r"\+ image (sha256:\w+) <none>:<none>", change)
        if nameless is None:
            return False
        made_by = ask(engine, "GET", f"/images/{nameless[1]}/history").json()[0]["CreatedBy"]
        if not any(made_by.endswith(f" ENV a={name}") for name in killed):
            return False
        return bool(ask(engine, "DELETE", f"/images/{nameless[1]}").status == 200)

    def end(cycle: Cycle) -> None:
        number = SIGNALS[next(turn) % len(SIGNALS)]
        if number == signal.SIGINT:  # Python itself tells of one while it starts
            while cycle.process.poll() is None and not list(cycle.folder.glob("state/quarterdeck/images/*")):
                time.sleep(0.01)
        if number == signal.SIGKILL:
            killed.add(cycle.name)
        cycle.process.send_signal(number)
        print(f"{cycle.name} {number.name}", flush=True)  # noqa: T201  # a failure is easier to understand

    soak(engine, lambda cycles: at_random_moments(cycles, end), least=len(SIGNALS), excused=excused)
