"""What a shell is doing, according to its marks, what it printed meanwhile, and how to wait for it.

A shell is at a prompt, or runs a command (:class:`Phase`).  Programs that read commands themselves print no marks:
of those only the screen is known, and how long nothing was printed.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections import deque
from collections.abc import Callable
from enum import StrEnum

from quarterdeck.stage.shell.marks import Mark, MarkKind
from quarterdeck.terminal.buffer import USUAL, Grid
from quarterdeck.terminal.emulator import Terminal
from quarterdeck.terminal.screenshot import joined_lines


class Phase(StrEnum):
    """Where a shell is between two prompts."""

    STARTING = "starting"
    PROMPT = "prompt"
    """Its prompt is on the screen: a command can be typed."""
    CONTINUATION = "continuation"
    """It waits for a further line of the command."""
    SENT = "sent"
    """A line was sent, and the shell hasn't marked yet what came of it."""
    RUNNING = "running"
    ENDED = "ended"
    """The command ended; the prompt is about to come."""
    DEAD = "dead"


HEAD = 512 * 1024
"""Characters kept from the beginning."""
TAIL = 64 * 1024
"""Characters kept from the end of longer output."""


class Capture:
    """Output since some moment: all of it, or its head and tail."""

    def __init__(self) -> None:
        self.grid = USUAL
        """The size of the terminal that it is printed on: a line editor moves about in the lines that it wraps."""
        self.clear()

    def clear(self, before: str = "") -> None:
        """Start again with no output; ``before`` is the text that the cursor's line already holds."""
        self.before = before
        self._head: list[str] = [before]
        self._head_size = 0
        self._tail: deque[str] = deque()
        self._tail_size = 0
        self.newlines = 0
        """How many line ends came since."""

    def feed(self, text: str) -> None:
        """Add some output."""
        self.newlines += text.count("\n")
        if self._head_size < HEAD:
            self._head.append(text)
            self._head_size += len(text)
            return
        self._tail.append(text)
        self._tail_size += len(text)
        while self._tail_size - len(self._tail[0]) >= TAIL:
            self._tail_size -= len(self._tail.popleft())

    @property
    def text(self) -> str:
        """The output; where the middle was dropped, the head's last line is closed before the tail."""
        if not self._tail:
            return "".join(self._head)
        return "".join(self._head) + "\r\n" + "".join(self._tail)

    def lines(self) -> list[str]:
        """The output as a reader sees it; see :func:`quarterdeck.terminal.screenshot.text_lines`."""
        terminal = Terminal(self.grid.columns, self.grid.rows)
        terminal.feed(self.text)
        return joined_lines(terminal.lines)


class ShellState:
    """The phase of a terminal's shell, the status of its last command, and the output since it was typed."""

    def __init__(self) -> None:
        self.phase = Phase.STARTING
        self.status: int | None = None
        """Of the last command that ended since a line was sent; of the shell itself when it is dead."""
        self.ran = False
        """Whether a command began since a line was sent."""
        self.line_begun = False
        """Whether a line was begun and not sent."""
        self._drawn = False
        """Whether a command seemed to begin at the prompt, and nothing was printed since."""
        self.printed = Capture()
        """What commands printed, from their begin to their end, since :meth:`begin_command`."""
        self.since_sent = Capture()
        """Everything since the last line was sent, its echo included."""

    @property
    def at_rest(self) -> bool:
        """Whether the shell runs nothing: it takes a line, or is dead."""
        return self.phase in (Phase.PROMPT, Phase.CONTINUATION, Phase.DEAD)

    def quiet_at_rest(self) -> float | None:
        """For :meth:`Activity.settled`: no silence is needed once the shell is at rest."""
        return 0.0 if self.at_rest else None

    def resize(self, grid: Grid) -> None:
        """The terminal has another size."""
        self.printed.grid = self.since_sent.grid = grid

    def begin_command(self) -> None:
        """A command is about to be typed."""
        self.printed.clear()
        self.ran = False
        self.status = None

    def send(self) -> None:
        """A line was sent: the shell's prompt is answered."""
        self.line_begun = False
        if self.phase in (Phase.PROMPT, Phase.CONTINUATION):
            self.phase = Phase.SENT

    def feed(self, text: str) -> None:
        """Keep some output; prompts are no output of commands."""
        self._drawn = False
        if self.phase not in (Phase.ENDED, Phase.PROMPT):
            self.since_sent.feed(text)
        if self.phase is Phase.RUNNING:
            self.printed.feed(text)

    def accept(self, mark: Mark) -> None:
        """Follow a mark; at the prompt, a line editor that draws its prompt again changes nothing.

        A command that begins there was typed ahead, while an earlier one still ran.  The prompts of POSIX shells hold
        the marks of a whole command: one that is drawn again seems to begin a command, which ends before it prints.
        """
        if self.phase is Phase.PROMPT and mark.kind not in (MarkKind.STARTED, MarkKind.CONTINUATION):
            return
        match mark.kind:
            case MarkKind.STARTED:
                self._drawn = self.phase is Phase.PROMPT
                self.ran = True
                self.phase = Phase.RUNNING
            case MarkKind.ENDED if self._drawn:
                self._drawn = False
                self.phase = Phase.PROMPT
            case MarkKind.ENDED:
                self.status = mark.status
                self.phase = Phase.ENDED
            case MarkKind.PROMPT:
                self.phase = Phase.PROMPT
            case MarkKind.CONTINUATION:
                self.phase = Phase.CONTINUATION
            case MarkKind.ASKED:
                pass

    def printed_lines(self) -> list[str]:
        """What commands printed since :meth:`begin_command`.

        Where the shell doesn't mark the begin of commands: everything after the echo of the last line.
        """
        return self.printed.lines() or self.lines_since_sent()

    @property
    def printed_since_sent(self) -> bool:
        """Whether anything was printed since a line was sent, after its echo; also what moves the cursor only."""
        return bool(self.since_sent.text.partition("\n")[2])

    def lines_since_sent(self) -> list[str]:
        """What was printed since a line was sent, without its echo."""
        return self.since_sent.lines()[1:]

    def lines_since_pressed(self, key: str) -> list[str]:
        """What was printed since a key was pressed, without the cursor's line then; Ctrl-D is not echoed."""
        lines = self.since_sent.lines()
        at_line_start = not self.since_sent.before.strip()
        return lines if at_line_start and lines[:1] != [f"^{key}"] else lines[1:]


class Activity:
    """Lets steps wait until a terminal prints something, or has fallen quiet."""

    def __init__(self) -> None:
        self.last_output = 0.0
        """The loop's time when something was last printed or typed by hand."""
        self._change = asyncio.Event()

    def note_output(self) -> None:
        """Something was printed just now: a new time of silence begins."""
        self.last_output = asyncio.get_running_loop().time()

    def wake(self) -> None:
        """Let those who wait look at their conditions again: there was output, a mark, or the shell's end."""
        self._change.set()

    async def settled(self, needed: Callable[[], float | None], deadline: float = math.inf) -> bool:
        """Wait until ``needed`` returns seconds, and as many have passed without output; False at ``deadline``."""
        loop = asyncio.get_running_loop()
        while True:
            quiet = needed()
            until = deadline if quiet is None else min(deadline, self.last_output + quiet)
            if loop.time() >= until:
                return quiet is not None and loop.time() >= self.last_output + quiet
            await self.changed(until)

    async def changed(self, deadline: float) -> bool:
        """Wait for the next :meth:`wake`; False if the loop's time reaches ``deadline`` before."""
        self._change.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(None if deadline == math.inf else deadline):
                await self._change.wait()
            return True
        return False
