"""Bringing a terminal back to its prompt: gently at first, then by force, within a second."""

from __future__ import annotations

import asyncio

from quarterdeck.stage.session import Phase, Session

AFTER_KEY = 0.3
"""Seconds for Ctrl-C to work."""
AFTER_TERM = 0.15
AFTER_KILL = 0.15
AFTER_SHELL = 0.15


async def bring_back(session: Session, nested_prompt: str | None = None) -> None:
    """End what runs in the foreground.

    ``nested_prompt``: the prompt of the program that commands are typed into, if the step does so;
    coming back to it is enough.  A shell that is stuck itself is replaced.

    Raises:
        QuarterdeckError: when a new shell can't be started.

    """
    if session.phase is not Phase.PROMPT or session.typing:
        await _end_foreground(session, nested_prompt)
    if session.phase is Phase.DEAD:
        await session.reopen()


async def _end_foreground(session: Session, nested_prompt: str | None) -> None:
    def back() -> float | None:
        if session.phase in (Phase.PROMPT, Phase.DEAD):
            return 0.0
        return session.watch.quiet_needed(nested_prompt) if nested_prompt else None

    async def within(seconds: float) -> bool:
        return await session.settled(back, asyncio.get_running_loop().time() + seconds)

    session.press("C")
    if await within(AFTER_KEY):
        return
    if session.passes_keys_on:  # Ctrl-\ there is SIGQUIT where the program runs; here docker would print its stack
        session.press("\\")
    else:
        session.terminate_foreground()
    if await within(AFTER_TERM):
        return
    session.kill_foreground()
    if await within(AFTER_KILL):
        return
    session.kill()
    while session.phase is not Phase.DEAD:
        if not await session.changed(asyncio.get_running_loop().time() + AFTER_SHELL):
            break
    session.phase = Phase.DEAD
