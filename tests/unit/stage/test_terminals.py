"""Setting the stage up for a demo, and taking it down."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.model.demo import BACKSTAGE
from quarterdeck.processes import descendants
from quarterdeck.stage.events import Output, StageEvent
from quarterdeck.stage.terminals import LiveContext, open_terminals
from support.staged import Guard, NoRoom, demo_of, on_stage, step
from support.waiting import wait_until

SPEAKER = {"PATH": os.environ["PATH"]}


class LoggedRoom(NoRoom):
    """A room that writes down what happens, and when it closes."""

    def __init__(self, guard: Guard) -> None:
        super().__init__()
        self.guard = guard
        self.log: list[str] = []

    async def end_foregrounds(self, processes: Iterable[int]) -> None:
        """Take a moment, as an engine does."""
        await asyncio.sleep(0.05)
        self.log.append(f"ended {list(processes)}")

    @asynccontextmanager
    async def open(self, folder: Path) -> AsyncIterator[LoggedRoom]:
        """Note who is left when it closes."""
        yield self
        self.log.append(f"shells {sum(len(descendants(s)) for s in self.guard.processes)}, folder {folder.exists()}")


async def test_the_stage_is_taken_down_in_order() -> None:
    """Shells first, then the clean room, then the folder; a session is opened once, when it is first needed."""
    guard, events = Guard(), list[StageEvent]()
    room = LoggedRoom(guard)
    context = LiveContext(SPEAKER, guard)
    async with open_terminals([demo_of(step("true"))], room.open, context, events.append, lambda: 0.0) as terminals:
        assert guard.processes == []
        first = await terminals.session(1)
        assert await terminals.session(1) is first
        backstage = await terminals.session(BACKSTAGE)
        assert backstage.audience.muted
        assert not first.audience.muted
        assert len(guard.processes) == 2
    assert room.log == ["shells 0, folder True"]
    assert not guard.folders[0].exists()
    assert {e.terminal for e in events if isinstance(e, Output)} == {1}


def listening(port_file: Path) -> socket.socket:
    """A connection to the port that a daemon has written into a file."""
    port = wait_until(lambda: port_file.exists() and port_file.read_text().strip())
    return socket.create_connection(("127.0.0.1", int(port)), 5)


SERVER = (
    "import socket, sys; from pathlib import Path; s = socket.create_server(('127.0.0.1', 0)); "
    "p = Path(sys.argv[1]); t = p.with_suffix('.new'); t.write_text(str(s.getsockname()[1])); t.rename(p); "
    "[s.accept() for _ in iter(int, 1)]"
)


ESCAPES = {
    "setsid": "setsid -f sh {}",
    "double fork": "( ( setsid sh {} & ) & )",
    "empty environment": "env -i setsid -f sh {}",
    "other user": "su --command 'setsid -f sh {}' root",
}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux gives daemons another parent")
@pytest.mark.parametrize("how", ESCAPES)
async def test_daemons_end_with_the_demo(how: str, tmp_path: Path) -> None:
    """Their ports are free again, whatever else of the demo's shell they have left."""
    if how == "other user" and os.geteuid() != 0:
        pytest.skip("su would ask for a password")
    file, script = tmp_path / "port", tmp_path / "daemon"
    script.write_text(f'exec "{sys.executable}" -c "{SERVER}" {file} </dev/null >/dev/null 2>&1')
    command = ESCAPES[how].format(script)
    async with on_stage(demo_of(step(command))) as staged:
        await staged.play()
        connection = await asyncio.to_thread(listening, file)
    with connection:
        connection.settimeout(60)
        assert connection.recv(1) == b"", "the daemon lives on"
    with pytest.raises(ConnectionRefusedError):
        listening(file).close()


async def test_containers_of_killed_commands_are_waited_for() -> None:
    """The next step would find their names taken."""
    room = LoggedRoom(Guard())
    context = LiveContext(SPEAKER, room.guard)
    async with open_terminals([demo_of(step("true"))], room.open, context, lambda e: None, lambda: 0.0) as terminals:
        terminals.end_containers([7])
        assert room.log == []
        await terminals.containers_ended()
        assert room.log == ["ended [7]"]


async def test_a_secret_that_is_not_set() -> None:
    """Nothing is set up."""
    guard = Guard()
    opening = open_terminals(
        [demo_of(step("true"), secrets=("TOKEN",))],
        LoggedRoom(guard).open,
        LiveContext(SPEAKER, guard),
        lambda event: None,
        lambda: 0.0,
    )
    with pytest.raises(QuarterdeckError, match="TOKEN"):
        async with opening:
            pytest.fail("it was set up")
    assert guard.folders == []
