"""The clean room: a Docker API on a unix socket of the stage's own, in front of a real engine.

It runs in a thread with an event loop of its own, so that a busy show doesn't slow the demo's
docker commands down, nor they the show.
"""

from __future__ import annotations

import asyncio
import socket
import tempfile
import threading
from collections.abc import Callable, Coroutine, Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.files.folders import StageFolder, journal_folder
from quarterdeck.model.demo import Permissions
from quarterdeck.stage.cleanroom.call import Call, Engine
from quarterdeck.stage.cleanroom.connection import GONE_CHECK_SECONDS, ConnectionEndedError, Wire
from quarterdeck.stage.cleanroom.http import BadMessageError, dumps, parse_request, request_framing, serialise
from quarterdeck.stage.cleanroom.images import ImageLedger
from quarterdeck.stage.cleanroom.policy import RefusedError
from quarterdeck.stage.cleanroom.relay import Client
from quarterdeck.stage.cleanroom.request import is_newer, read_request, spoken
from quarterdeck.stage.cleanroom.room import Hear, Room
from quarterdeck.stage.cleanroom.routes import resolve
from quarterdeck.stage.cleanup.image_journal import journal_file
from quarterdeck.stage.cleanup.image_restore import EngineImages
from quarterdeck.stage.cleanup.labels import Stamp, owner_of
from quarterdeck.stage.cleanup.sweep import SweepReport, sweep
from quarterdeck.stage.docker.address import EngineAddress
from quarterdeck.stage.docker.client import engine_client, ping, probe
from quarterdeck.stage.docker.connection import EngineError

Result = TypeVar("Result")
BACKLOG = 128
MOST_CONNECTIONS = 200
"""Connections of one demo's commands at the same time; further ones wait.  With those to the engine they leave the show
enough of its descriptors."""
PAUSE_SECONDS = 0.1
"""Before another try when there is no descriptor for a connection."""
SHORT_FOLDER = "/tmp"
PROBE_SECONDS = 5.0
KILL_SECONDS = 2.0
"""How long the engine may take to kill a container."""
WITHHELD_SECONDS = 4.0
"""How long the loss of the engine is kept from the demo's commands.

They would print their client's errors on the projector; a show notices the loss meanwhile, and plays the recording."""
SIGN_SECONDS = 1.0
"""How long an engine may take for a sign of life, after a connection to it has ended."""


class CleanRoom:
    """A clean room, open within ``async with``; ``docker_host`` is the value for the demo's ``DOCKER_HOST``."""

    def __init__(
        self,
        address: EngineAddress,
        *,
        show: str,
        demo: str,
        folder: Path,
        permissions: Permissions = Permissions(),  # noqa: B008  # frozen
        images: Iterable[str] = (),
        journals: Path | None = None,
        adopt: Callable[[Path], None] | None = None,
        hear: Hear | None = None,
    ) -> None:
        """``folder`` is the demo's working folder, ``images`` those that its front matter names.

        ``journals`` is where the state of images is kept; None takes the user's state folder.  ``adopt`` is told
        the folder of the room's socket: if the show is killed, the watchdog removes it.  ``hear`` has the watchdog
        read the rest of a build's answer in that case.
        """
        self._address = address
        self.show, self.demo = show, demo
        self._folder = folder.resolve()
        self.permissions = permissions
        self._images = tuple(images)
        self._journals = journals or journal_folder()
        self._adopt = adopt
        self._hear = hear
        self._temporary: StageFolder | None = None
        self._home = Path()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._room: Room | None = None
        self._acceptor: asyncio.Task[None] | None = None

    @property
    def docker_host(self) -> str:
        """``unix://…``, short enough for every system."""
        return f"unix://{self._home / 'docker.sock'}"

    @property
    def prefix(self) -> str:
        """The start of the engine's names for the demo's containers, networks and volumes."""
        if self._room is None:
            raise RuntimeError("the clean room is not open")
        return self._room.names.prefix

    @property
    def connections(self) -> int:
        """How many connections the demo's commands have open."""
        return len(self._room.connections) if self._room is not None else 0

    async def __aenter__(self) -> CleanRoom:
        self._temporary = StageFolder(self._adopt, _short_folder())
        self._home = self._temporary.path
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run_loop, name=f"clean room of {self.demo}", daemon=True)
        self._thread.start()
        try:
            await self._in_room(self._open())
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def _run_loop(self) -> None:
        assert self._loop is not None
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    async def _in_room(self, work: Coroutine[Any, Any, Result]) -> Result:
        assert self._loop is not None
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))

    async def _open(self) -> None:
        path = self._home / "docker.sock"
        processors = await asyncio.to_thread(_processors, self._address)

        file = journal_file(self._journals, self.show, self.demo)
        ledger = ImageLedger(self.show, self.demo, self._address.url, file, EngineImages(self._address), self._images)
        engine = await probe(self._address, PROBE_SECONDS)
        self._room = Room(
            self._address,
            Stamp(self.show, self.demo, owner_of(self._journals)),
            self._folder,
            self.permissions,
            ledger,
            path,
            cpus=max(1.0, processors - 1),
            volumes_first=engine.name == "Podman",
            version=f"/v{spoken(engine.api_version)}" if is_newer(engine.api_version) else "",
            hear=self._hear,
        )
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.setblocking(False)
        listener.bind(str(path))
        path.chmod(0o600)
        listener.listen(BACKLOG)
        self._acceptor = asyncio.get_running_loop().create_task(_accept(listener, self._room))

    async def reset(self) -> SweepReport:
        """Remove all that the demo made: containers, networks, volumes, images and tags.

        The demo's commands that are still running lose their connection.
        Raises OSError or EngineError when the engine is gone.
        """
        return await self._in_room(self._reset())

    async def _reset(self) -> SweepReport:
        if self._room is None:
            raise RuntimeError("the clean room is not open")
        await self._room.clear()
        report = await asyncio.to_thread(sweep, self._address, self.show, demo=self.demo, journals=self._journals)
        if not report.faults:
            self._room.images.forget()
        return report

    async def end_foregrounds(self, processes: Iterable[int]) -> None:
        """Kill the containers that ran in the foreground of killed processes; Docker would let them run on."""
        if self._room is None:
            return
        for container in filter(None, (self._room.foreground.pop(process, None) for process in processes)):
            with suppress(OSError, EngineError):  # an engine that is gone runs nothing
                await asyncio.to_thread(self._kill, container)

    def _kill(self, container: str) -> None:
        with engine_client(self._address, KILL_SECONDS) as engine:
            engine.kill(container.removeprefix("/containers/"))

    async def close(self) -> None:
        """End every connection and remove the socket; what the demo made stays until it is swept."""
        if self._loop is None or self._thread is None:
            return
        loop, self._loop = self._loop, None
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(self._end(), loop))
        loop.call_soon_threadsafe(loop.stop)
        await asyncio.to_thread(self._thread.join)
        loop.close()
        if self._temporary is not None:
            self._temporary.remove()

    async def _end(self) -> None:
        if self._acceptor is not None:
            self._acceptor.cancel()
            await asyncio.gather(self._acceptor, return_exceptions=True)
        if self._room is not None:
            await self._room.clear()
        await asyncio.get_running_loop().shutdown_default_executor()


def _short_folder() -> str | None:
    """The folder for the socket: /tmp if the temporary folder is too deep for a socket's 100 characters."""
    return None if len(tempfile.gettempdir()) < 60 else SHORT_FOLDER


def _processors(address: EngineAddress) -> int:
    try:
        with engine_client(address) as engine:
            return int(engine.info()["NCPU"])
    except (OSError, EngineError, ValueError, KeyError, TypeError) as error:
        raise QuarterdeckError.of(
            f"the Docker engine at {address.url} can't be asked: {error}", code="engine-down"
        ) from None


async def _accept(listener: socket.socket, room: Room) -> None:
    loop = asyncio.get_running_loop()
    with listener:
        while True:
            if len(room.connections) >= MOST_CONNECTIONS:
                await asyncio.wait(room.connections.copy(), return_when=asyncio.FIRST_COMPLETED)
                continue
            try:
                connection, _ = await loop.sock_accept(listener)
            except OSError:  # the process has no descriptor left
                await asyncio.sleep(PAUSE_SECONDS)
                continue
            connection.setblocking(False)
            task = loop.create_task(Conversation(room, connection).run())
            room.connections.add(task)
            task.add_done_callback(room.connections.discard)


class Conversation:
    """One connection of the demo's, with its own connections to the engine, which are opened when needed."""

    def __init__(self, room: Room, connection: socket.socket) -> None:
        self._room = room
        self._wire = Wire(connection)
        self._engine = Engine(room.address)

    async def run(self) -> None:
        """Answer one request after the other until either side is done."""
        try:
            while await self._next():
                pass
        except (OSError, ConnectionEndedError):
            # the client is gone, or the engine ended in the middle of an answer: so does this connection
            await self._withhold_loss()
        finally:
            self._wire.close()
            self._engine.close()

    async def _next(self) -> bool:
        """Answer the next request; whether another may follow."""
        try:
            received = await self._wire.head()
            if received is None:
                return False
            head = parse_request(received)
            framing = request_framing(head)
        except BadMessageError as fault:
            await self._wire.send(malformed(str(fault), fault.status))
            return False
        client = Client(self._wire, head, framing)
        try:
            route = resolve(read_request(head, framing, self._room.version))
            await route.handler(Call(self._room, route.request, route.params, client, self._engine))
        except (RefusedError, BadMessageError) as fault:
            await client.refuse(fault)
        except EngineError as fault:
            await self._withhold_loss()
            await client.refuse(BadMessageError(str(fault), 503))
        return not client.closing

    async def _withhold_loss(self) -> None:
        """If the engine is gone, keep that for a while from the client, unless that is gone itself."""
        if self._wire.hung_up():
            return
        try:
            await ping(self._room.address, SIGN_SECONDS)
        except QuarterdeckError:
            end = asyncio.get_running_loop().time() + WITHHELD_SECONDS
            while not self._wire.hung_up() and asyncio.get_running_loop().time() < end:  # noqa: ASYNC110
                await asyncio.sleep(GONE_CHECK_SECONDS)  # the kernel reports a hang-up only when asked


def malformed(reason: str, status: int) -> bytes:
    """The answer to bytes that are not a request, after which the connection ends."""
    body = dumps({"message": f"quarterdeck: {reason}"})
    headers = [("Content-Type", "application/json"), ("Connection", "close"), ("Content-Length", str(len(body)))]
    return serialise(f"HTTP/1.1 {status} Bad Request", headers) + body
