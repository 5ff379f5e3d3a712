"""Which engine a show or rehearsal runs against."""

from __future__ import annotations

import asyncio
import os
import uuid
from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.model.cast import Cast
from quarterdeck.model.demo import Demo
from quarterdeck.stage.demo_run import Engine
from quarterdeck.stage.docker.address import EngineAddress, find_engine
from quarterdeck.stage.docker.client import probe
from quarterdeck.stage.live import DockerEngine
from quarterdeck.stage.replay import ReplayEngine
from quarterdeck.stage.shell.program import Seat
from quarterdeck.stage.shell.typist import Typing

AUTO_SECONDS = 1.0
"""How long Docker may take to answer before ``--engine auto`` plays recordings."""
ANSWER_SECONDS = 10.0
"""How long it may take where nothing goes on without it: a machine that is busy, or behind ssh, takes its time."""


class Chosen(Struct, frozen=True):
    """An engine, and why it was taken when it isn't the one hoped for."""

    engine: Engine
    note: str | None = None


async def docker_engines(count: int, demos: Iterable[Demo], typing: Typing) -> list[DockerEngine]:
    """The Docker engine of this machine, for as many new shows.

    Raises:
        QuarterdeckError: when none is found or it doesn't answer.

    """
    address = await reachable()
    return [_engine_at(address, demos, typing) for _ in range(count)]


def seated_engine(address: EngineAddress, demos: Iterable[Demo], seat: Seat) -> DockerEngine:
    """The engine at an address, for an attendee who types."""
    show = uuid.uuid4().hex[:12]
    return DockerEngine(address, show=show, environ=os.environ, demos=demos, seat=seat)


async def reachable(seconds: float = ANSWER_SECONDS) -> EngineAddress:
    """The address of an engine that answers in time; raises QuarterdeckError with a remedy."""
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
    """The engine for a show: ``docker``, ``replay``, or what ``auto`` finds.

    ``agreed`` says whether the demos may run here; it is called only when there is an engine to run them, and
    outside of any event loop, in which Ctrl-C at a question would wait for the answer.

    Raises:
        QuarterdeckError: when ``docker`` was asked for and can't be had.

    """
    replay = ReplayEngine(casts)
    if name == "replay":
        return Chosen(replay)
    try:
        address = asyncio.run(reachable(AUTO_SECONDS if name == "auto" else ANSWER_SECONDS))
    except QuarterdeckError as error:
        if name == "docker":
            raise
        return Chosen(replay, f"{error.diagnostics[0].message}: playing the recordings")
    if not agreed():
        return Chosen(replay, "you haven't agreed that demos may run here (--yes does): playing the recordings")
    return Chosen(_engine_at(address, demos, typing))


def _engine_at(address: EngineAddress, demos: Iterable[Demo], typing: Typing) -> DockerEngine:
    return DockerEngine(address, show=uuid.uuid4().hex[:12], environ=os.environ, demos=demos, typing=typing)
