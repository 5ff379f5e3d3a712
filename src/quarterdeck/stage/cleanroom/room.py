"""The state of one clean room: whose it is, its permissions, the objects it has made."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from quarterdeck.model.demo import Permissions
from quarterdeck.stage.cleanroom.images import ImageLedger
from quarterdeck.stage.cleanroom.names import Names
from quarterdeck.stage.cleanroom.policy import RefusedError
from quarterdeck.stage.cleanup.labels import Stamp
from quarterdeck.stage.docker.address import AddressKind, EngineAddress

Hear: TypeAlias = Callable[[socket.socket, Path], AbstractContextManager[None]]
"""In effect while a build's answer comes on a connection; the second is the file of the journal that it completes."""
CREATION_SECONDS = 5.0
ENDED_SESSIONS = 256
"""How many BuildKit sessions are remembered that were ended before they were opened."""


class Sessions:
    """BuildKit's open sessions, by their ids."""

    def __init__(self) -> None:
        self._ends: dict[str, asyncio.Event] = {}

    @contextmanager
    def opened(self, session: str) -> Iterator[asyncio.Event]:
        """While a session is open; yields the event that is set when it must end."""
        try:
            yield self._ends.setdefault(session, asyncio.Event())
        finally:
            self._ends.pop(session, None)

    def end(self, session: str) -> None:
        """End a session whose build was refused: now, or as soon as it is opened."""
        self._ends.setdefault(session, asyncio.Event()).set()
        ended = [name for name, end in self._ends.items() if end.is_set()]
        for forgotten in ended[:-ENDED_SESSIONS]:
            del self._ends[forgotten]


@dataclass(slots=True)
class Room:
    """The state that all connections of a clean room share; lives in one event loop."""

    address: EngineAddress
    stamp: Stamp
    folder: Path
    """The demo's working folder: binds may come from it alone.  Resolved."""
    permissions: Permissions
    images: ImageLedger
    socket: Path
    """The unix socket that the room listens on."""
    cpus: float = 1.0
    """Processors that a container may use unless it asks for others."""
    volumes_first: bool = False
    """Whether volumes must be made before their container to be labelled: Podman ignores labels in ``Mounts``."""
    version: str = ""
    """Before the path of requests that name no version, so that the engine doesn't take one that the room doesn't know:
    ``/v1.51``, or nothing."""
    names: Names = field(default_factory=Names)
    sessions: Sessions = field(default_factory=Sessions)
    foreground: dict[int, str] = field(default_factory=dict)
    """Ids of processes (``docker run``) → the API's path of the container that each runs in its foreground."""
    binds: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Ids of the demo's containers → the folders of this machine that each mounts, as they were asked for."""
    devices: set[str] = field(default_factory=set)
    """The folders of this machine that volumes of the demo's mount: ``-o type=none -o o=bind -o device=FOLDER``."""
    builds: set[str] = field(default_factory=set)
    """Ids that the demo's commands gave their builds."""
    connections: set[asyncio.Task[None]] = field(default_factory=set)
    """One task for each connection of the demo's."""
    creations: set[asyncio.Task[None]] = field(default_factory=set)
    """Tasks in which the engine is creating something; it finishes even if the client disconnects."""

    hear: Hear | None = None
    """Has another process read the rest of a build's answer, should the show be killed."""
    clearing: bool = False
    """Whether the connections are being ended."""

    @property
    def local(self) -> bool:
        """Whether the engine shares this machine's files."""
        return self.address.kind is AddressKind.UNIX

    @contextmanager
    def creating(self) -> Iterator[None]:
        """While the engine makes a container, a network or a volume: a reset waits for it, and lets none begin."""
        if self.clearing:
            raise RefusedError("the demo is being reset", status=503)
        task = asyncio.current_task()
        assert task is not None, "runs in a connection's task"
        self.creations.add(task)
        try:
            yield
        finally:
            self.creations.discard(task)

    async def clear(self) -> None:
        """End every connection, but give the engine up to 5 s to finish what it is creating."""
        self.clearing = True
        try:
            if self.creations:
                await asyncio.wait(self.creations.copy(), timeout=CREATION_SECONDS)
            tasks = list(self.connections)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        finally:
            self.clearing = False
