"""One terminal of a demo: its shell, where that shell stands, and what it printed."""

from __future__ import annotations

import asyncio
import codecs
import contextlib
import math
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Protocol

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.stage.shell.marks import PROMPT, Mark, MarkKind, Piece
from quarterdeck.stage.shell.output import Capture, FloodGate
from quarterdeck.stage.shell.program import ShellProgram
from quarterdeck.stage.shell.pty import Shell
from quarterdeck.stage.shell.repl import PromptWatch
from quarterdeck.stage.shell.secrets import Masker
from quarterdeck.stage.shell.typist import delays

CURSOR_QUERY = "\x1b[6n"
"""What a program prints to be told where the cursor is (DSR 6, ECMA-48 8.3.35), as line editors do for the width."""
START_SECONDS = 10.0
"""How long a shell may take to show its first prompt."""
ANSWERED_KEYS = b"\r\n\x03"
"""Enter and Ctrl-C: a shell answers them with a new prompt."""
GIVE_BACK_QUIET = 0.15
"""Seconds without output after which all that a speaker typed is taken to be answered."""
ERASE_LINE = b"\x05\x15"
"""Ctrl-E and Ctrl-U: a line editor goes to the end of what is typed, and takes it all away."""
HOLD_SECONDS = 0.25
"""How long text that may begin a secret is held back while nothing follows it."""


class Phase(StrEnum):
    """Where a shell stands."""

    STARTING = "starting"
    PROMPT = "prompt"
    """Its prompt is on the screen: a command can be typed."""
    CONTINUATION = "continuation"
    """It waits for a further line of the command."""
    SENT = "sent"
    """A line was sent, and it hasn't said what became of it."""
    RUNNING = "running"
    ENDED = "ended"
    """The command ended; the prompt is about to come."""
    DEAD = "dead"


class SessionListener(Protocol):
    """Is told what an audience may see: secrets are masked, and nothing comes while the session is muted."""

    def printed(self, text: str) -> None:
        """The terminal printed something."""

    def typed(self, text: str) -> None:
        """Something was typed."""

    def started(self, leader: int) -> None:
        """A shell was started; ``leader`` is its process, and its session."""

    def killed(self, processes: Sequence[int]) -> None:
        """Processes were killed because they would not end."""

    def asked(self, word: str) -> None:
        """The shell of a seat asks for something, and waits for a line."""


class Session:
    """One terminal.  Everything happens in the event loop's thread."""

    def __init__(self, program: Callable[[], ShellProgram], hears: SessionListener, secrets: Sequence[str]) -> None:
        """``program`` makes what is run, anew for each shell; ``hears`` is told what an audience may see."""
        self._program = program
        self._hears = hears
        self._secrets = tuple(secrets)
        self._gate = FloodGate(hears.printed)
        self._change = asyncio.Event()
        self._hold: asyncio.TimerHandle | None = None
        self._sweeping: asyncio.Future[None] | None = None
        """Ending what the shell before left behind in a container."""
        self.typing = False
        """Whether a line was begun and not sent."""
        self.going = asyncio.Event()
        """Whether lines are typed; not while the speaker holds the step."""
        self.going.set()
        self._taken_over = False
        self.muted = False
        """Whether output is kept from the audience."""
        self.phase = Phase.STARTING
        self.status: int | None = None
        """Of the last command that ended since a line was sent; of the shell itself when it is dead."""
        self.ran = False
        """Whether a command began since a line was sent."""
        self.last_output = 0.0
        """The loop's time when something was last printed."""
        self.output = Capture()
        """What commands printed, from their begin to their end, since :meth:`begin`."""
        self.since_sent = Capture()
        """Everything since the last line was sent, its echo too."""
        self.watch = PromptWatch()
        self._renew()

    def _renew(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._masker = Masker(self._secrets)
        self.watch = PromptWatch()
        self.phase = Phase.STARTING
        program = self._program()
        self._settling = program.settling
        self._shell = Shell(program, self._hear, self._hear_exit)

    async def open(self) -> None:
        """Start the shell and wait for its first prompt.

        Raises:
            QuarterdeckError: when it can't be started, or shows no prompt.

        """
        self._hears.started(await self._shell.start())
        deadline = asyncio.get_running_loop().time() + START_SECONDS
        while self.phase is not Phase.PROMPT:
            if self.phase is Phase.DEAD or not await self.changed(deadline):
                await self._shell.close()
                said = " ".join(self.output.lines()[-3:] or self.since_sent.lines()[-3:])
                raise QuarterdeckError.of(
                    f"the stage's shell shows no prompt{f': {said}' if said else ''}",
                    hint="demos need bash 4.4 or later",
                    code="no-shell",
                )
        await self.settled(lambda: self._settling)

    async def reopen(self) -> None:
        """Replace a shell that is gone, or stuck, by a new one."""
        await self._shell.close()
        self._tidy()
        self._sweeping = asyncio.ensure_future(self._shell.sweep())
        self._renew()
        muted, self.muted = self.muted, True  # what a shell says at its start is no part of the demo
        try:
            await self.open()
        finally:
            self.muted = muted
        if not muted:
            self._gate.feed(PROMPT)

    async def close(self) -> None:
        """End the shell and all it started."""
        if self._hold is not None:
            self._hold.cancel()
        self._gate.flush()
        await self._shell.close()
        if self._sweeping is not None:
            await self._sweeping

    def begin_step(self) -> None:
        """A step begins: its output is shown in full again."""
        self._gate.begin_step()

    def begin(self) -> None:
        """A command is about to be typed."""
        self.output.clear()
        self.ran = False
        self.status = None

    async def type(self, line: str, *, instantly: bool, pauses: Sequence[float] | None = None) -> None:
        """Type a line and press Enter."""
        self.since_sent.clear(self.watch.cursor_line())
        self.typing = True
        self._tell_typed(line + "\r")
        if instantly:
            self._shell.write(line.encode())
        else:
            for character, pause in zip(line, pauses or delays(line), strict=True):
                await asyncio.sleep(pause)
                await self.going.wait()
                self._shell.write(character.encode())
        await self.going.wait()
        self.sent()
        self._shell.write(b"\r")

    def sent(self) -> None:
        """Whatever prompt stands there now is answered."""
        self.typing = False
        self.watch.typed()
        if self.phase in (Phase.PROMPT, Phase.CONTINUATION):
            self.phase = Phase.SENT

    async def write(self, data: bytes) -> None:
        """Type bytes as they are, for a speaker who has taken over.

        Raises:
            QuarterdeckError: when the shell has ended, and a new one can't be started.

        """
        if self.phase is Phase.DEAD:
            await self.reopen()
        self._taken_over = True
        if any(key in data for key in ANSWERED_KEYS):
            self.sent()
            self._gate.begin_step()
        self._type_freely(data)

    async def give_back(self) -> None:
        """Wait until all that a speaker who took over typed is answered."""
        if self._taken_over:
            await self.settled(lambda: GIVE_BACK_QUIET)

    async def clear_line(self) -> None:
        """Take away what a speaker who took over left half typed at the shell's prompt."""
        if self._taken_over:
            self._taken_over = False
            self._type_freely(ERASE_LINE)
            await self.settled(lambda: GIVE_BACK_QUIET)

    def _type_freely(self, data: bytes) -> None:
        self.last_output = asyncio.get_running_loop().time()
        self._shell.write(data)

    def printed_lines(self) -> list[str]:
        """What commands printed since :meth:`begin`.

        A shell that doesn't tell when a command begins gives all that came after the last line's echo.
        """
        return self.output.lines() or self.lines_since_sent()

    def lines_since_sent(self) -> list[str]:
        """What was printed since a line was sent, without its echo."""
        return self.since_sent.lines()[1:]

    def lines_since_pressed(self, key: str) -> list[str]:
        """What was printed since a key was pressed, without the line it stands in; Ctrl-D is not echoed."""
        lines = self.since_sent.lines()
        at_line_start = not self.since_sent.before.strip()
        return lines if at_line_start and lines[:1] != [f"^{key}"] else lines[1:]

    def terminate_foreground(self) -> None:
        """Ask the program in the foreground to end."""
        self._shell.terminate_foreground()

    def kill_foreground(self) -> None:
        """Kill the program in the foreground."""
        self._hears.killed(self._shell.kill_foreground())

    @property
    def passes_keys_on(self) -> bool:
        """Whether Ctrl and a key is input, for a container's terminal say, and no signal for the foreground here."""
        return self._shell.raw

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size."""
        self._shell.resize(columns, rows)

    def kill(self) -> None:
        """Kill the shell and all it started."""
        self._hears.killed(self._shell.kill())

    def press(self, key: str) -> None:
        """Press Ctrl and a key, once."""
        self.since_sent.clear(self.watch.cursor_line())
        self.sent()
        control = bytes([ord(key) & 0x1F])
        self._tell_typed(control.decode())
        self._shell.write(control)

    async def settled(self, needed: Callable[[], float | None], deadline: float = math.inf) -> bool:
        """Wait until ``needed`` gives seconds, and as many have passed without output; False at ``deadline``."""
        loop = asyncio.get_running_loop()
        while True:
            quiet = needed()
            until = deadline if quiet is None else min(deadline, self.last_output + quiet)
            if loop.time() >= until:
                return quiet is not None and loop.time() >= self.last_output + quiet
            await self.changed(until)

    async def changed(self, deadline: float) -> bool:
        """Wait for the next output, mark or end; False when the loop's time reached ``deadline`` before."""
        self._change.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(None if deadline == math.inf else deadline):
                await self._change.wait()
            return True
        return False

    def release(self) -> None:
        """Show what was held back, since it is complete."""
        self._pass_on(self._decoder.decode(b"", final=True))
        self._show(self._masker.rest())
        self._gate.flush()

    def _tell_typed(self, text: str) -> None:
        if not self.muted:
            masker = Masker(self._secrets)
            self._hears.typed(masker.feed(text) + masker.rest())

    # What the shell does

    def _hear(self, piece: Piece) -> None:
        match piece:
            case Mark():
                self.release()
                self._hear_mark(piece)
            case bytes():
                self.last_output = asyncio.get_running_loop().time()
                self._pass_on(self._decoder.decode(piece))
                self._release_later()
        self._change.set()

    def _hear_mark(self, mark: Mark) -> None:
        if mark.kind is MarkKind.ASKED:
            self._hears.asked(mark.word)
            return
        if self.phase is Phase.PROMPT:
            return  # a line editor drew its prompt again
        match mark.kind:
            case MarkKind.STARTED:
                self.ran = True
                self.phase = Phase.RUNNING
            case MarkKind.ENDED:
                self.status = mark.status
                self.phase = Phase.ENDED
                self._tidy()
            case MarkKind.PROMPT:
                self.phase = Phase.PROMPT
            case MarkKind.CONTINUATION:
                self.phase = Phase.CONTINUATION

    def _hear_exit(self, status: int) -> None:
        self.release()
        self.status = status
        self.phase = Phase.DEAD
        self._change.set()

    def _pass_on(self, text: str) -> None:
        """Take output in.  A program that asks where the cursor is waits for the answer: the session is its terminal.

        Pages don't see the question, or each would answer it too.
        """
        first, *others = text.split(CURSOR_QUERY)
        self._take_in(first)
        for other in others:
            self._shell.write(self.watch.cursor_report().encode())
            self._take_in(other)

    def _take_in(self, text: str) -> None:
        if text:
            self.watch.feed(text)
            self._show(self._masker.feed(text))

    def _show(self, text: str) -> None:
        if not text:
            return
        if self.phase not in (Phase.ENDED, Phase.PROMPT):
            self.since_sent.feed(text)
        if self.phase is Phase.RUNNING:
            self.output.feed(text)
        if not self.muted:
            self._gate.feed(text)

    def _tidy(self) -> None:
        """Undo what a program left behind on the screen.

        The prompt then stands at the beginning of a line, where the shell takes it to be.
        """
        tidy = self.watch.undo_modes()
        self.watch.feed(tidy)
        if self.watch.cursor_column:
            tidy += "\r\n"
            self.watch.feed("\r\n")
        self._show(tidy)

    def _release_later(self) -> None:
        if self._hold is not None:
            self._hold.cancel()
            self._hold = None
        if self._masker.holding:
            self._hold = asyncio.get_running_loop().call_later(HOLD_SECONDS, self._release_held)

    def _release_held(self) -> None:
        self._hold = None
        self._show(self._masker.rest())
