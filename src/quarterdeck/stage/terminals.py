"""The terminals of a live run and all they need: folder, clean room, stage container, shells.

Everything here is taken down in the opposite order in which it was made: shells first, with the daemons that they
started, then the clean room with all that the demo made in it, at last the folder, in which containers may have had
mounts.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, TypeAlias

from quarterdeck.model.demo import BACKSTAGE, Demo
from quarterdeck.stage.events import Listener
from quarterdeck.stage.shell.program import Seat, ShellProgram, bash, bash_of, shell_in
from quarterdeck.stage.shell.secrets import secret_values
from quarterdeck.stage.shell.session import Session, SessionContext
from quarterdeck.stage.shell.typist import Typing
from quarterdeck.stage.workspace import StageContainer, Workspace, stage_environment
from quarterdeck.terminal.buffer import USUAL, Grid


class Room(Protocol):
    """What a run needs of the clean room in front of the engine."""

    @property
    def docker_host(self) -> str:
        """The ``DOCKER_HOST`` of the demo's shells."""

    async def end_foregrounds(self, processes: Iterable[int]) -> None:
        """End the containers that ran in the foreground of processes that were killed."""


OpenRoom: TypeAlias = Callable[[Path], AbstractAsyncContextManager[Room]]
"""Opens the clean room for a demo that works in a folder; leaving it removes everything the demo made."""


class Guardian(Protocol):
    """Cleans up if the show is killed; see :class:`quarterdeck.stage.cleanup.watchdog.Watchdog`."""

    def adopt_process(self, process: int) -> None:
        """Add a process below which everything is to be killed then."""

    def adopt_folder(self, folder: Path) -> None:
        """Add a folder that is to be removed then."""


@dataclass(frozen=True, slots=True)
class LiveContext:
    """What all live runs of a show have in common."""

    speaker: Mapping[str, str]
    """The speaker's environment."""
    guardian: Guardian
    typing: Typing = Typing.HUMAN
    """How shown steps are typed."""
    seat: Seat | None = None
    """The terminal of an attendee who types; None where the demo's steps are typed."""


class Terminals:
    """The sessions of one run by terminal and compose service; each is opened when it is first needed."""

    def __init__(
        self, room: Room, context: Callable[[int, str | None], SessionContext], exits: AsyncExitStack, grid: Grid
    ) -> None:
        """``context`` returns what a session is made from; ``exits`` closes the sessions, the last one first."""
        self.grid = grid
        """The size of every terminal."""
        self._room = room
        self._context = context
        self._exits = exits
        self._sessions: dict[tuple[int, str | None], Session] = {}
        self._killings: set[asyncio.Task[None]] = set()
        """Containers whose docker command was killed are being ended."""

    async def session(self, terminal: int, service: str | None = None) -> Session:
        """Return the session of a terminal, or of a service's container there, once its shell shows a prompt.

        Raises:
            QuarterdeckError: when the shell can't be started, or shows no prompt.

        """
        session = self._sessions.get((terminal, service))
        if session is None:
            muted = service is not None or terminal == BACKSTAGE
            session = await Session.open(self._context(terminal, service), muted=muted)
            self._exits.push_async_callback(session.close)
            session.audience.muted = terminal == BACKSTAGE
            self._sessions[terminal, service] = session
        return session

    def resize(self, grid: Grid) -> None:
        """Give all terminals another size, those too that are opened later."""
        self.grid = grid
        for session in self._sessions.values():
            session.resize(grid)

    def end_containers(self, processes: Sequence[int]) -> None:
        """Begin to end the containers that ran in the foreground of processes that were killed."""
        task = asyncio.create_task(self._room.end_foregrounds(processes))
        self._killings.add(task)
        task.add_done_callback(self._killings.discard)

    async def containers_ended(self) -> None:
        """Wait until those containers are gone."""
        if self._killings:
            await asyncio.wait(self._killings)


@asynccontextmanager
async def open_terminals(
    demos: Sequence[Demo],
    open_room: OpenRoom,
    live: LiveContext,
    publish: Listener,
    clock: Callable[[], float],
    grid: Grid = USUAL,
) -> AsyncIterator[Terminals]:
    """Set up the stage for a demo; leaving the context takes down everything.

    Args:
        demos: The last is the one that runs; those before it are what it continues.
        open_room: Opens the clean room.
        live: What all runs have in common.
        publish: Called with what the terminals print.
        clock: Returns the run's time.
        grid: The size of the terminals at first.

    Raises:
        QuarterdeckError: when files can't be copied, a secret isn't set, or the clean room or container can't start.

    """
    secrets: dict[str, str] = {}
    variables: dict[str, str] = {}
    for demo in demos:
        secrets |= secret_values(demo, live.speaker)
        variables |= demo.env
    variables |= secrets
    workspace = Workspace(demos, live.speaker, live.guardian.adopt_folder)
    try:
        async with open_room(workspace.folder) as room:
            environment = stage_environment(
                live.speaker,
                home=workspace.home,
                docker_config=workspace.docker_config,
                docker_host=room.docker_host,
                extra=variables,
            )
            inside: str | None = None
            if image := demos[-1].stage_image:
                inside = await StageContainer(image, environment, workspace.folder, variables).start()

            def program(service: str | None) -> ShellProgram:
                if where := service or inside:
                    return shell_in(where, environment, workspace.folder)
                if live.seat is not None:
                    return bash_of(live.seat, environment, workspace.folder)
                return bash(environment, workspace.folder)

            def context(terminal: int, service: str | None) -> SessionContext:
                return SessionContext(
                    terminal,
                    program=lambda: replace(program(service), grid=terminals.grid),
                    secrets=tuple(secrets.values()),
                    publish=publish,
                    clock=clock,
                    adopt=live.guardian.adopt_process,
                    on_killed=terminals.end_containers,
                )

            async with AsyncExitStack() as exits:
                terminals = Terminals(room, context, exits, grid)
                yield terminals
    finally:
        workspace.remove()
