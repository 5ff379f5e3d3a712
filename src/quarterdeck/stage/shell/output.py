"""A shell's output on its way to the audience: what may be shown of it, and how much.

Bytes are decoded (UTF-8); a program's question for the cursor is answered and taken out; the emulated screen follows;
secrets are masked (:class:`OutputPipeline`, one for each shell).  Then the text is published, of a flood only glimpses
(:class:`AudienceFeed`, one for each terminal).  Text that may begin a secret, and half a UTF-8 sequence, are held back
until more comes.
"""

from __future__ import annotations

import asyncio
import codecs
from collections.abc import Callable, Iterable

from quarterdeck.stage.events import Listener, Output, Typed
from quarterdeck.stage.shell.repl import PromptWatch
from quarterdeck.stage.shell.secrets import Masker
from quarterdeck.terminal.buffer import USUAL, Grid

CURSOR_QUERY = "\x1b[6n"
"""What a program prints to ask where the cursor is (DSR 6, ECMA-48 8.3.35); line editors do, to learn the width."""
HOLD_SECONDS = 0.25
"""How long text that may begin a secret is held back while nothing follows it."""


class OutputPipeline:
    """Turns the output of one shell into text that may be shown."""

    def __init__(
        self,
        secrets: Iterable[str],
        emit: Callable[[str], None],
        reply: Callable[[bytes], None],
        grid: Grid = USUAL,
    ) -> None:
        """``emit`` is called with the text; ``reply`` types the answer to a program that asks for the cursor."""
        self.screen = PromptWatch(grid)
        """The terminal as the program sees it; secrets are not masked."""
        self._emit = emit
        self._reply = reply
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._masker = Masker(secrets)
        self._hold: asyncio.TimerHandle | None = None

    def feed(self, data: bytes) -> None:
        """Take in output."""
        text = self._decoder.decode(data)
        if CURSOR_QUERY in text:
            text = self._reply_in(text)
        self.screen.feed(text)
        if shown := self._masker.feed(text):
            self._emit(shown)
        self.stop_timer()
        if self._masker.holding:
            self._hold = asyncio.get_running_loop().call_later(HOLD_SECONDS, self._release)

    def flush(self) -> None:
        """Emit what is held back: nothing that belongs to it will follow."""
        if rest := self._decoder.decode(b"", final=True):
            self.screen.feed(rest)
            self._emit(self._masker.feed(rest))
        self._release()

    def tidy(self) -> None:
        """Undo the modes and colours that a program left on the screen, and put the cursor at a line's beginning.

        A shell takes its prompt to start there.
        """
        undo = self.screen.undo_modes()
        self.screen.feed(undo)
        if self.screen.cursor_column:
            undo += "\r\n"
            self.screen.feed("\r\n")
        if undo:
            self._emit(undo)

    def stop_timer(self) -> None:
        """Leave what is held back to the next :meth:`feed` or :meth:`flush`."""
        if self._hold is not None:
            self._hold.cancel()
            self._hold = None

    def _reply_in(self, text: str) -> str:
        """Answer each question for the cursor as of where it is asked, and return the text that follows the last.

        Pages don't see the question, or each of them would answer it too.
        """
        *parts, last = text.split(CURSOR_QUERY)
        for part in parts:
            self.screen.feed(part)
            self._reply(self.screen.cursor_report().encode())
            if shown := self._masker.feed(part):
                self._emit(shown)
        return last

    def _release(self) -> None:
        self.stop_timer()
        if rest := self._masker.rest():
            self._emit(rest)


LIMIT = 2 * 1024 * 1024
"""Characters of one step that are published in full."""
FRAME = 0.1
"""Seconds from one glimpse to the next, beyond the limit."""
GLIMPSE = 16 * 1024
"""Characters published of each frame beyond the limit: the last ones, which would stay on the screen."""


class AudienceFeed:
    """Publishes what an audience sees of one terminal: nothing while it is muted, and only glimpses of a flood."""

    def __init__(self, terminal: int, publish: Listener, clock: Callable[[], float]) -> None:
        """Publish events of the terminal with that number; ``clock`` returns the run's time in seconds."""
        self._terminal = terminal
        self._publish = publish
        self._clock = clock
        self.muted = False
        """Whether output and typing are kept from the audience."""
        self._passed = 0
        self._waiting = ""
        self._timer: asyncio.TimerHandle | None = None

    def begin_step(self) -> None:
        """From here on output is published in full again."""
        self.flush()
        self._passed = 0

    def print(self, text: str) -> None:
        """Publish some output, at once or in the next glimpse."""
        if self.muted:
            return
        if self._passed < LIMIT:
            self._passed += len(text)
            self._publish(Output(self._terminal, text, self._clock()))
            return
        self._waiting += text
        if len(self._waiting) > 2 * GLIMPSE:
            self._waiting = _from_line_start(self._waiting[-GLIMPSE:])
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(FRAME, self.flush)

    def type(self, text: str) -> None:
        """Publish that something was typed."""
        if not self.muted:
            self._publish(Typed(self._terminal, text, self._clock()))

    def flush(self) -> None:
        """Publish now what waits for the next glimpse."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._waiting:
            waiting, self._waiting = self._waiting, ""
            self._publish(Output(self._terminal, waiting, self._clock()))


def _from_line_start(text: str) -> str:
    """Drop a first line that was cut, so that no control sequence is cut either."""
    line_end = text.find("\n")
    return text[line_end + 1 :] if line_end >= 0 else text
