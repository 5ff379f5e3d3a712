"""The preflight asks a real engine."""

import asyncio
import time

import pytest

from quarterdeck.project.preflight import look_at_engine
from quarterdeck.stage.engine import EngineAddress

pytestmark = pytest.mark.engine


def test_what_an_engine_says(engine: EngineAddress) -> None:
    """Its version and clock, and the images it lacks; within two seconds."""
    begun = time.monotonic()
    state = asyncio.run(look_at_engine(["no-such/image:9", f"localhost/{'x' * 20}"]))
    assert time.monotonic() - begun < 2
    assert engine.url in state.title
    assert state.missing == ("no-such/image:9", f"localhost/{'x' * 20}")
    assert abs(state.ahead) < 5
