"""Waiting for what something else does: never a fixed time, and never for ever."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
SECONDS = 60.0
"""What a busy machine may take for anything."""


def wait_until(get: Callable[[], T], seconds: float = SECONDS, what: str = "it") -> T:
    """What the function returns, once that is true."""
    end = time.monotonic() + seconds
    while not (value := get()):
        assert time.monotonic() < end, f"{what} did not happen within {seconds:g} s"
        time.sleep(0.02)
    return value


async def until(condition: Callable[[], object], pause: float = 0.0) -> None:
    """Let the loop go on until something is so."""
    async with asyncio.timeout(SECONDS):
        while not condition():
            await asyncio.sleep(pause)
