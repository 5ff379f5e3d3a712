"""The engine that runs demos for real, one at a time, each in a clean room in front of a Docker engine."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from quarterdeck.diagnostics import QuarterdeckError, suggestion
from quarterdeck.model.demo import Demo
from quarterdeck.stage.cleanroom.server import CleanRoom
from quarterdeck.stage.cleanup.watchdog import Watchdog
from quarterdeck.stage.docker.address import AddressKind, EngineAddress
from quarterdeck.stage.docker.client import ping
from quarterdeck.stage.docker.connection import EngineError
from quarterdeck.stage.events import Listener
from quarterdeck.stage.live_run import LiveRun
from quarterdeck.stage.requirements import look_for
from quarterdeck.stage.shell.program import Seat
from quarterdeck.stage.shell.typist import Typing
from quarterdeck.stage.terminals import LiveContext
from quarterdeck.terminal.buffer import Grid

ANSWER_SECONDS = 1.5
"""How long the engine may take for a sign of life in a show before it counts as gone; one that builds is busy."""
ENTRY_SECONDS = 5.0
"""How long it may take before a demo begins: a rehearsal on a busy machine has no recording to fall back on."""
SSH_SECONDS = 5.0
"""The same for an engine that is reached by ssh: each question is a login, so it is asked no more often either."""
AGAIN_SECONDS = 1.0
"""How long an engine may take that was found silent a moment ago."""
RESET_SECONDS = 30.0
"""How long removing what a demo made may hold up the next one."""


class DockerEngine:
    """Runs demos; implements :class:`quarterdeck.stage.events.Engine`.

    One demo is on the stage at a time: starting one stops the one before it and removes what that
    made, or their ports and names would collide.
    """

    name = "docker"

    def __init__(
        self,
        address: EngineAddress,
        *,
        show: str,
        environ: Mapping[str, str],
        demos: Iterable[Demo] = (),
        typing: Typing = Typing.HUMAN,
        seat: Seat | None = None,
    ) -> None:
        """Make it; :meth:`open` starts it.

        Args:
            address: Where the Docker engine listens.
            show: The show's id, in the labels of everything that demos make.
            environ: The speaker's environment.
            demos: Those that others may continue.
            typing: How shown steps are typed.
            seat: The terminal of an attendee who types, beside the steps.

        """
        self._address = address
        self._show = show
        self._demos = {demo.name: demo for demo in demos}
        self._watchdog = Watchdog(address, show)
        self._context = LiveContext(environ, self._watchdog, typing, seat)
        self._current: LiveRun | None = None
        self._silent = False
        """Whether the engine did not answer when it was asked last."""
        self._fault: str | None = None
        """What :meth:`fault` returned last."""
        self._asked = -SSH_SECONDS
        """When."""

    def replace(self, demos: Iterable[Demo]) -> None:
        """Use other demos from now on: the deck was changed during its show."""
        self._demos = {demo.name: demo for demo in demos}

    async def open(self) -> None:
        """Start the watchdog, before anything can be created.

        Raises:
            QuarterdeckError: when it can't be started.

        """
        try:
            await asyncio.to_thread(self._watchdog.start)
        except OSError as error:
            raise QuarterdeckError.of(
                f"the process that cleans up after a show can't be started: {error}", code="no-watchdog"
            ) from error

    async def fault(self) -> str | None:
        """Return why the Docker engine can't be used now; None when it answers."""
        far = self._address.kind is AddressKind.SSH
        if far and time.monotonic() < self._asked + SSH_SECONDS:
            return self._fault
        try:
            await self._require(SSH_SECONDS if far else ANSWER_SECONDS)
            self._fault = None
        except QuarterdeckError as error:
            self._fault = error.first.message
        self._asked = time.monotonic()
        return self._fault

    async def close(self) -> None:
        """Stop the demo on the stage; the watchdog then sweeps what may be left.

        An engine that doesn't answer isn't waited for: the watchdog does that, without the show.
        """
        await self._clear_stage()
        await asyncio.to_thread(self._watchdog.close, wait=await self._answers())

    def run(self, demo: Demo, publish: Listener) -> LiveRun:
        """Return a run of ``demo``, not started yet, that calls ``publish`` with what happens.

        Raises:
            QuarterdeckError: when it continues a demo that doesn't exist, or itself.

        """
        run = LiveRun(
            demo,
            publish,
            lambda folder: self._room_for(run, folder),
            self._context,
            self._continued(demo),
            answers=self._answers,
        )
        return run

    def resize(self, grid: Grid) -> None:
        """Give the attendee's terminal another size."""
        if self._current is not None:
            self._current.resize(grid)

    async def _require(self, seconds: float) -> None:
        """Ask the engine whether it is there.

        Raises:
            QuarterdeckError: when it doesn't answer within ``seconds``; sooner, if it didn't the last time.

        """
        try:
            await ping(self._address, AGAIN_SECONDS if self._silent else seconds)
        except QuarterdeckError:
            self._silent = True
            raise
        self._silent = False

    async def _answers(self) -> bool:
        """Whether the engine is there."""
        return await self.fault() is None

    @asynccontextmanager
    async def _room_for(self, run: LiveRun, folder: Path) -> AsyncIterator[CleanRoom]:
        """Open the clean room of a run, after the stage was cleared for it.

        Raises:
            QuarterdeckError: when something that the demo needs isn't there.

        """
        await self._clear_stage()
        self._current = run
        try:
            await self._require(ENTRY_SECONDS)
            chain = (*self._continued(run.demo), run.demo)
            await look_for(chain, self._address, self._context.speaker.get("PATH"))
            async with CleanRoom(
                self._address,
                show=self._show,
                demo=run.demo.name,
                folder=folder,
                permissions=run.demo.permissions,
                images=run.demo.images,
                adopt=self._watchdog.adopt_folder,
                hear=self._watchdog.hear,
            ) as room:
                try:
                    yield room
                finally:
                    await self._reset(room)
        finally:
            if self._current is run:
                self._current = None

    async def _reset(self, room: CleanRoom) -> None:
        if not await self._answers():
            return  # the watchdog sweeps when it is back
        try:
            async with asyncio.timeout(RESET_SECONDS):
                await room.reset()
        except (OSError, EngineError):  # a TimeoutError is an OSError
            self._silent = True  # gone, or it hangs; the watchdog sweeps when it is back

    async def _clear_stage(self) -> None:
        current, self._current = self._current, None
        if current is not None:
            await current.stop()

    def _continued(self, demo: Demo) -> list[Demo]:
        """Return the demos that this one continues, the earliest first."""
        chain: list[Demo] = []
        current = demo
        while current.continues is not None:
            following = self._demos.get(current.continues)
            if following is None:
                raise QuarterdeckError.of(
                    f"'{current.name}' continues '{current.continues}', which doesn't exist",
                    current.span,
                    hint=suggestion(current.continues, self._demos),
                    code="unknown-demo",
                )
            if following in chain or following.name == demo.name:
                raise QuarterdeckError.of(
                    f"'{demo.name}' continues itself, by way of '{current.name}'", demo.span, code="endless-demo"
                )
            chain.append(following)
            current = following
        return chain[::-1]
