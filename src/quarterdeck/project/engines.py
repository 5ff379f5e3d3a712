"""Chooses the engine of a show or a rehearsal: Docker, or the recordings."""

from __future__ import annotations

import asyncio
import os
import uuid
from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.model.cast import Cast
from quarterdeck.model.demo import Demo
from quarterdeck.stage.docker.address import EngineAddress, find_engine
from quarterdeck.stage.docker.client import probe
from quarterdeck.stage.events import Engine
from quarterdeck.stage.live import DockerEngine
from quarterdeck.stage.replay import ReplayEngine
from quarterdeck.stage.shell.program import Seat
from quarterdeck.stage.shell.typist import Typing

AUTO_SECONDS = 1.0
"""How long Docker may take to answer before ``--engine auto`` falls back to recordings."""
ANSWER_SECONDS = 10.0
"""How long it may take where there is no fallback: a busy machine, or one reached by ssh, is slow."""


class Chosen(Struct, frozen=True):
    """The engine that was chosen."""

    engine: Engine
    note: str | None = None
    """Why it is not the preferred one."""


async def docker_engines(count: int, demos: Iterable[Demo], typing: Typing) -> list[DockerEngine]:
    """The Docker engine of this machine, once for each of ``count`` new shows.

    Raises:
        QuarterdeckError: when none is found or it doesn't answer.

    """
    address = await reachable()
    return [_engine_at(address, demos, typing) for _ in range(count)]


def seated_engine(address: EngineAddress, demos: Iterable[Demo], seat: Seat) -> DockerEngine:
    """The engine at an address, for an attendee who types in a shell."""
    show = uuid.uuid4().hex[:12]
    return DockerEngine(address, show=show, environ=os.environ, demos=demos, seat=seat)


async def reachable(seconds: float = ANSWER_SECONDS) -> EngineAddress:
    """The address of the engine, if it answers in time; raises QuarterdeckError, with a hint, if it doesn't."""
    address = find_engine(os.environ)
    await probe(address, timeout=seconds)
    return address


def show_engine(
    name: str,
    agreed: Callable[[], bool],
    demos: Iterable[Demo],
    casts: Mapping[str, Cast],
    typing: Typing = Typing.HUMAN,
) -> Chosen:
    """The engine for a show, by the name that ``--engine`` gives: ``docker``, ``replay`` or ``auto``.

    ``agreed`` returns whether the demos may run here.  It is called only if there is an engine to run them, and outside
    any event loop, where Ctrl-C at a question would have to wait for the answer.

    Raises:
        QuarterdeckError: if ``docker`` was asked for and isn't available.

    """
    replay = ReplayEngine(casts)
    if name == "replay":
        return Chosen(replay)
    try:
        address = asyncio.run(reachable(AUTO_SECONDS if name == "auto" else ANSWER_SECONDS))
    except QuarterdeckError as error:
        if name == "docker":
            raise
        return Chosen(replay, f"{error.first.message}: playing the recordings")
    if not agreed():
        return Chosen(replay, "you haven't agreed that demos may run here (--yes does): playing the recordings")
    return Chosen(_engine_at(address, demos, typing))


def _engine_at(address: EngineAddress, demos: Iterable[Demo], typing: Typing) -> DockerEngine:
    return DockerEngine(address, show=uuid.uuid4().hex[:12], environ=os.environ, demos=demos, typing=typing)
