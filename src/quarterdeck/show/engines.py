"""Watches the engine, so that the speaker knows before a demo does that it went away."""

from __future__ import annotations

import asyncio
import logging

from quarterdeck.show.showing import Show
from quarterdeck.stage.demo_run import Engine

WATCH_SECONDS = 5.0
"""From one look at the engine to the next."""

log = logging.getLogger(__name__)


async def watch_engine(show: Show, engine: Engine, seconds: float = WATCH_SECONDS) -> None:
    """Tell the show whenever its engine goes away or comes back, for ever."""
    while True:
        await asyncio.sleep(seconds)
        try:
            show.tell_engine(await engine.fault())
        except Exception:
            log.exception("the engine is no longer watched")
            return
