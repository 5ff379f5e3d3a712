"""Goes on with a deck that was saved during its show; one at fault is reported, and the last good one stays."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.project.watch import Edition
from quarterdeck.show.show import Show
from quarterdeck.stage.demo_run import Engine

log = logging.getLogger(__name__)


async def reload_on_save(
    show: Show, editions: AsyncIterator[Edition | QuarterdeckError], take: Callable[[Edition], None]
) -> None:
    """Replace the show's deck by each edition; ``take`` gives its page and its demos to those who need them.

    Never raises: a show goes on without it.
    """
    try:
        async for edition in editions:
            match edition:
                case Edition(project):
                    take(edition)
                    show.replace(project.shown, project.casts.keys())
                    show.notify("")
                case QuarterdeckError():
                    show.notify(fault_text(edition))
    except Exception as error:
        log.exception("saves of the deck are no longer noticed")
        show.notify(f"Saves of the deck are no longer noticed: {error}")


def fault_text(error: QuarterdeckError) -> str:
    """The first fault in one line, and how many more there are."""
    first = error.diagnostics[0]
    place = f"{first.span}: " if first.span else ""
    more = f" (and {len(error.diagnostics) - 1} more)" if len(error.diagnostics) > 1 else ""
    hint = f"; {first.hint}" if first.hint else ""
    return f"The deck as saved can't be shown: {place}{first.message}{hint}{more}"


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
