"""A terminal and its shells."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.processes import descendants
from quarterdeck.stage.events import Asked, Output, StageEvent, Typed
from quarterdeck.stage.shell import session as module
from quarterdeck.stage.shell.program import Seat, ShellProgram, answer, bash, bash_of
from quarterdeck.stage.shell.session import Session, SessionContext
from quarterdeck.stage.shell.state import Phase
from quarterdeck.terminal.buffer import Grid

ENVIRONMENT = {"PATH": os.environ["PATH"], "HOME": "/", "TERM": "xterm-256color"}


@dataclass
class Run:
    """What a session tells the run that it belongs to."""

    programs: list[ShellProgram] = field(default_factory=lambda: [bash(ENVIRONMENT, Path("/")) for _ in range(3)])
    secrets: tuple[str, ...] = ()
    events: list[StageEvent] = field(default_factory=list)
    adopted: list[int] = field(default_factory=list)
    killed: list[int] = field(default_factory=list)

    def kill(self, processes: Sequence[int]) -> None:
        """Note what was killed."""
        self.killed += processes

    @asynccontextmanager
    async def session(self, *, muted: bool = False) -> AsyncIterator[Session]:
        """An open session."""
        context = SessionContext(
            1,
            lambda: self.programs.pop(0),
            self.secrets,
            self.events.append,
            lambda: 0.0,
            self.adopted.append,
            self.kill,
        )
        session = await Session.open(context, muted=muted)
        try:
            yield session
        finally:
            await session.close()

    @property
    def text(self) -> str:
        """Everything published."""
        return "".join(e.data for e in self.events if isinstance(e, Output))


async def phase(session: Session, wanted: Phase) -> None:
    """Wait for a phase."""
    async with asyncio.timeout(60):
        while session.state.phase is not wanted:
            await session.activity.changed(asyncio.get_running_loop().time() + 1)


async def test_a_session_is_open_at_its_prompt() -> None:
    """Its shell was given to the watchdog before anything is typed, and ends with it."""
    run = Run()
    async with run.session() as session:
        assert session.state.phase is Phase.PROMPT
        assert run.adopted == [session.shell.pid]
        assert "$" in run.text
    assert descendants(run.adopted[0]) == []


async def test_a_muted_session_publishes_nothing() -> None:
    """Neither its prompt, nor what is typed into it."""
    run = Run()
    async with run.session(muted=True) as session:
        session.begin_line("echo hi")
        session.shell.write(b"echo hi")
        session.send_line()
        await phase(session, Phase.PROMPT)
        assert session.state.lines_since_sent() == ["hi"]
    assert run.events == []


async def test_secrets_are_masked_in_what_is_typed() -> None:
    """A command that holds one is published without it."""
    run = Run(secrets=("s3cr3t",))
    async with run.session() as session:
        session.begin_line("login s3cr3t")
    assert [e.data for e in run.events if isinstance(e, Typed)] == ["login ••••••\r"]


async def test_a_dead_shell_is_replaced_when_the_speaker_types() -> None:
    """On the same terminal, with the prompt that it had."""
    run = Run()
    async with run.session() as session:
        (shell,) = descendants(run.adopted[0])
        session.kill()
        assert run.killed == [shell]
        await phase(session, Phase.DEAD)
        await session.write(b"echo ag''ain\r")
        await phase(session, Phase.PROMPT)
        assert "again" in run.text
        assert len(run.adopted) == 2


@pytest.mark.parametrize("arguments", [("sh", "-c", "echo no luck; exit 3"), ("sleep", "1000")], ids=["ends", "silent"])
async def test_a_shell_without_a_prompt(arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """The message quotes what it printed, and nothing is left running; neither is it when it replaces another."""
    monkeypatch.setattr(module, "START_SECONDS", 0.3)
    bad = ShellProgram(arguments, ENVIRONMENT, Path("/"), "nonce")
    run = Run([bad])
    with pytest.raises(QuarterdeckError, match="shows no prompt"):
        async with run.session():
            pytest.fail("it opened")
    assert descendants(run.adopted[0]) == []
    monkeypatch.undo()
    run = Run([bash(ENVIRONMENT, Path("/")), bad])
    async with run.session() as session:
        monkeypatch.setattr(module, "START_SECONDS", 0.3)
        with pytest.raises(QuarterdeckError, match="shows no prompt"):
            await session.reopen()
        assert session.state.phase is Phase.DEAD


async def test_an_attendees_word_is_published_even_where_output_is_not() -> None:
    """The shell waits until it is answered, with a status."""
    seat = Seat(("verify",), Grid(80, 24))
    run = Run([bash_of(seat, ENVIRONMENT, Path("/"))])
    async with run.session(muted=True) as session:
        await session.write(b"verify; echo status $?\r")
        async with asyncio.timeout(60):
            while Asked("verify") not in run.events:
                await asyncio.sleep(0.01)
        session.shell.write(answer(4))
        await phase(session, Phase.PROMPT)
        assert "status 4" in session.state.printed.text


async def test_a_half_typed_line_is_deleted() -> None:
    """What the speaker left at the prompt is not part of the next step's command."""
    run = Run()
    async with run.session() as session:
        await session.write(b"rm -rf half")
        await session.wait_for_answers()
        await session.wait_for_line()
        session.begin_line("true")
        session.shell.write(b"true")
        session.send_line()
        await phase(session, Phase.PROMPT)
        assert session.state.status == 0


async def test_a_session_that_is_given_up_while_it_opens_leaves_no_shell() -> None:
    """A speaker who moves on while a demo is prepared doesn't wait for its first prompt."""
    run = Run([ShellProgram(("sleep", "1000"), ENVIRONMENT, Path("/"), "nonce")])

    async def begin() -> None:
        async with run.session():
            pytest.fail("it opened")

    opening = asyncio.create_task(begin())
    async with asyncio.timeout(60):
        while not run.adopted:
            await asyncio.sleep(0.01)
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    assert descendants(run.adopted[0]) == []
