"""One terminal of a demo, with the shell that runs on it at present."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.stage.events import Asked, Listener
from quarterdeck.stage.shell.marks import PROMPT, Mark, MarkKind, Piece
from quarterdeck.stage.shell.output import AudienceFeed, OutputPipeline
from quarterdeck.stage.shell.program import ShellProgram
from quarterdeck.stage.shell.pty import Shell
from quarterdeck.stage.shell.secrets import Masker
from quarterdeck.stage.shell.state import Activity, Phase, ShellState
from quarterdeck.terminal.buffer import Grid

START_SECONDS = 10.0
"""How long a shell may take to show its first prompt."""
ANSWERED_KEYS = b"\r\n\x03"
"""Enter and Ctrl-C: a shell answers them with a new prompt."""
ANSWERED_QUIET = 0.15
"""Seconds without output after which everything that a speaker typed counts as answered."""
READ_LOOK = 0.01
"""Seconds from one look at whether a program has read what was typed to the next."""
READ_LOOKS = 100
"""So many looks; then it is read later, or never."""
ERASE_LINE = b"\x05\x15"
"""Ctrl-E and Ctrl-U: a line editor goes to the end of the line, and deletes it."""

_CURSOR_KEY = re.compile(r"\x1b\[([A-DFH])")
"""Arrows, Home and End: with DECCKM they are sent with SS3 (xterm's ctlseqs)."""


@dataclass(frozen=True, slots=True)
class SessionContext:
    """What a session gets from the run that it belongs to."""

    terminal: int
    """Its number in the demo."""
    program: Callable[[], ShellProgram]
    """Makes the program for a shell; each shell gets one of its own, with another nonce."""
    secrets: Sequence[str]
    """Values that an audience must not see."""
    publish: Listener
    """Called with what an audience may see, and what an attendee asks for."""
    clock: Callable[[], float]
    """Returns the run's time, in seconds."""
    adopt: Callable[[int], None]
    """Called with the process above each shell: so that what is below it is killed if the show is."""
    on_killed: Callable[[Sequence[int]], None]
    """Called with processes that were killed because they would not end."""


class Session:
    """A terminal that outlives its shells: one that ends, or is stuck, is replaced.

    It is made by :meth:`open`.  Everything happens in the event loop's thread.
    """

    def __init__(self, context: SessionContext, shell: Shell) -> None:
        self._context = context
        self.state = ShellState()
        self.activity = Activity()
        self.audience = AudienceFeed(context.terminal, context.publish, context.clock)
        self._taken_over = False
        """Whether a speaker has typed since the last step."""
        self._pressed = False
        """Whether keys were pressed in a program since the last command."""
        self._sweep: asyncio.Future[None] | None = None
        """Ends what the shell before has left in a container."""
        self._attach(shell)

    @classmethod
    async def open(cls, context: SessionContext, *, muted: bool) -> Session:
        """Start a shell on a new terminal, and wait for its first prompt.

        Raises:
            QuarterdeckError: when it can't be started, or shows no prompt.

        """
        session = cls(context, await Shell.start(context.program()))
        session.audience.muted = muted
        try:
            await session._first_prompt()
        except BaseException:
            await session.close()
            raise
        return session

    async def reopen(self) -> None:
        """Replace a shell that has ended, or is stuck, by a new one.

        Raises:
            QuarterdeckError: when it can't be started, or shows no prompt.

        """
        self.state.phase = Phase.STARTING
        await self.shell.close()
        self.output.tidy()
        self._sweep = asyncio.ensure_future(self.shell.sweep())
        muted, self.audience.muted = self.audience.muted, True  # the start of a shell is not part of the demo
        try:
            self._attach(await Shell.start(self._context.program()))
            await self._first_prompt()
        except QuarterdeckError:
            self.state.phase = Phase.DEAD
            raise
        finally:
            self.audience.muted = muted
        self.audience.print(PROMPT)

    async def close(self) -> None:
        """End the shell and everything it started."""
        self.output.stop_timer()
        self.audience.flush()
        await self.shell.close()
        if self._sweep is not None:
            await self._sweep

    def resize(self, grid: Grid) -> None:
        """Give the terminal another size."""
        self.shell.resize(grid)
        self.output.screen.resize(grid)
        self.state.resize(grid)

    # Typing

    def begin_line(self, line: str) -> None:
        """A step begins to type a line: what is printed from here on is its echo and its output."""
        self.state.since_sent.clear(self.output.screen.cursor_line())
        self.state.line_begun = True
        self._publish_typed(line + "\r")

    def send_line(self) -> None:
        """Press Enter."""
        self._mark_sent()
        self.shell.write(b"\r")

    def press(self, key: str) -> None:
        """Press Ctrl and a key, once."""
        self.state.since_sent.clear(self.output.screen.cursor_line())
        self._mark_sent(key)
        control = bytes([ord(key) & 0x1F])
        self._publish_typed(control.decode())
        self.shell.write(control)

    def begin_keys(self) -> None:
        """A step begins to press keys in a program: what is on the screen from here on follows from them."""
        self._pressed = True
        self.state.status = None
        self.output.screen.pressed()

    def press_key(self, key: str) -> None:
        """Press a key in a full-screen program; ``key`` is what xterm sends in normal mode.

        Nothing is echoed, so that it isn't published as typed.
        """
        if self.output.screen.application_cursor and (arrow := _CURSOR_KEY.fullmatch(key)):
            key = f"\x1bO{arrow[1]}"
        self.shell.write(key.encode())

    def screen_lines(self) -> list[str]:
        """The lines on the screen, secrets masked."""
        text = "\n".join(self.output.screen.screen_lines())
        masker = Masker(self._context.secrets)
        return (masker.feed(text) + masker.rest()).split("\n")

    async def write(self, data: bytes) -> None:
        """Type bytes as they are, for a speaker who has taken over.

        Raises:
            QuarterdeckError: when the shell has ended, and a new one can't be started.

        """
        if self.state.phase is Phase.DEAD:
            await self.reopen()
        self._taken_over = True
        if any(key in data for key in ANSWERED_KEYS):
            self._mark_sent("C" if b"\x03" in data else "")
            self.audience.begin_step()
        self.activity.note_output()
        self.shell.write(data)

    async def wait_for_answers(self) -> None:
        """Wait until everything typed by a speaker who took over is answered."""
        if self._taken_over:
            await self.wait_until_read()
            await self.activity.settled(_answered)

    async def wait_for_line(self) -> None:
        """Wait until a command can be typed, or the shell has ended or waits for a further line.

        What is half typed at its prompt is deleted: by a speaker who took over, or because a program had ended before
        the last keys were pressed in it.  Lines that the speaker typed ahead are run before.
        """
        await self.activity.settled(self.state.quiet_at_rest)
        if self._taken_over or self._pressed:
            self.shell.write(ERASE_LINE)
            at_rest = False
            while not at_rest:
                await self.wait_until_read()
                self.activity.note_output()
                await self.activity.settled(_answered)
                at_rest = self.state.at_rest
                await self.activity.settled(self.state.quiet_at_rest)
            self._taken_over = self._pressed = False
        if self.shell.closed:
            await self.activity.settled(lambda: 0.0 if self.state.phase is Phase.DEAD else None)

    async def wait_until_read(self) -> None:
        """Wait until the program has read what was typed; that comes to its terminal a moment after it was written."""
        for _ in range(READ_LOOKS):
            await asyncio.sleep(READ_LOOK)
            if not self.shell.unread:
                return

    def _mark_sent(self, key: str = "") -> None:
        self.output.screen.typed(key)
        self.state.send()

    def _publish_typed(self, text: str) -> None:
        masker = Masker(self._context.secrets)
        self.audience.type(masker.feed(text) + masker.rest())

    # Ending what runs

    def kill_foreground(self) -> None:
        """Kill the program in the foreground."""
        self._context.on_killed(self.shell.kill_foreground())

    def kill(self) -> None:
        """Kill the shell and everything it started."""
        self._context.on_killed(self.shell.kill())

    # The shell

    def _attach(self, shell: Shell) -> None:
        self.shell = shell
        self.output = OutputPipeline(self._context.secrets, self._show, shell.write, shell.program.grid)
        self.state.resize(shell.program.grid)
        self.state.phase = Phase.STARTING
        self.state.line_begun = False
        self._taken_over = self._pressed = False
        self._context.adopt(shell.pid)
        shell.listen(self._on_piece, self._on_exit)

    async def _first_prompt(self) -> None:
        deadline = asyncio.get_running_loop().time() + START_SECONDS
        while self.state.phase is not Phase.PROMPT:
            if self.state.phase is Phase.DEAD or not await self.activity.changed(deadline):
                await self.shell.close()
                said = " ".join(self.state.printed.lines()[-3:] or self.state.since_sent.lines()[-3:])
                raise QuarterdeckError.of(
                    f"the stage's shell shows no prompt{f': {said}' if said else ''}",
                    hint="demos need bash 4.4 or later",
                    code="no-shell",
                )
        await self.activity.settled(lambda: self.shell.program.settling)

    def _on_piece(self, piece: Piece) -> None:
        match piece:
            case Mark(kind=MarkKind.ASKED, word=word):
                self.output.flush()
                self.audience.flush()
                self._context.publish(Asked(word))
            case Mark():
                self.output.flush()
                self.audience.flush()
                self.state.accept(piece)
                if self.state.phase is Phase.ENDED:
                    self.output.tidy()
            case bytes():
                self.activity.note_output()
                self.output.feed(piece)
        self.activity.wake()

    def _on_exit(self, status: int) -> None:
        self.output.flush()
        self.audience.flush()
        self.state.status = status
        self.state.phase = Phase.DEAD
        self.activity.wake()

    def _show(self, text: str) -> None:
        self.state.feed(text)
        self.audience.print(text)


def _answered() -> float:
    return ANSWERED_QUIET
