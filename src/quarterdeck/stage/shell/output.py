"""A shell's output on its way to the audience: what may be shown of it, and how much.

Bytes are decoded (UTF-8); commands to the terminal that reach beyond its screen are dropped (:class:`SequenceFilter`);
a program's question for the cursor is answered and taken out; the emulated screen follows; secrets are masked
(:class:`OutputPipeline`, one for each shell).  Then the text is published, of a flood only glimpses
(:class:`AudienceFeed`, one for each terminal).  Text that may begin a secret, an unfinished
control sequence, and half a UTF-8 sequence are held back until more comes.
"""

from __future__ import annotations

import asyncio
import codecs
import re
from collections.abc import Callable, Iterable

from quarterdeck.stage.events import Listener, Output, Typed
from quarterdeck.stage.shell.repl import PromptWatch
from quarterdeck.stage.shell.secrets import Masker
from quarterdeck.terminal.buffer import USUAL, Grid
from quarterdeck.terminal.emulator import UNFINISHED

CURSOR_QUERY = "\x1b[6n"
"""What a program prints to ask where the cursor is (DSR 6, ECMA-48 8.3.35); line editors do, to learn the width."""
HOLD_SECONDS = 0.25
"""How long the first characters of text that may begin a secret are held back while nothing follows it."""
LONGEST_SEQUENCE = 8192
"""Characters of a control sequence; a longer one is dropped."""
ONE_CHARACTER = {
    0x90: "\x1bP",
    0x98: "\x1bX",
    0x9B: "\x1b[",
    0x9C: "\x1b\\",
    0x9D: "\x1b]",
    0x9E: "\x1b^",
    0x9F: "\x1b_",
}
"""Control characters (C1, ECMA-48) that some terminals take for the beginning or end of a sequence, and the two
characters that all take for it."""

_STRING = re.compile(r"\x1b[\]PX^_][^\x07\x1b\x18\x1a]*(?:\x07|\x1b\\|[\x18\x1a]|(?=\x1b[^\\]))")
"""A command that holds text (OSC, DCS, SOS, PM, APC)."""
_KEPT_STRING = re.compile(r"\x1b\](?:8;[^\x18\x1a]*|(?:4|1[0-9]|104|11[0-9])(?:;[^?\x18\x1a]*)?)(?:\x07|\x1b\\)")
"""Commands that change the screen and nothing else: colours and links."""
_REPEATED = re.compile(r"\x1b+(?=\x1b)")
"""ESC before an ESC, which must not begin a sequence with what comes after a string that is dropped."""
_STRING_END = re.compile(r"[\x07\x18\x1a]|(?=\x1b)")


class SequenceFilter:
    """Drops from a stream of text the commands to the terminal that reach beyond its screen.

    That is the window's title and the clipboard (OSC 0 and 52), notifications, files, pictures and whatever else a
    terminal may know; only colours and links are kept.  Pages would ignore most, but a recording may be played in any
    terminal.  Sequences that come in pieces are passed on whole.
    """

    def __init__(self) -> None:
        self._unfinished = ""
        self._overlong = False
        """Whether what comes belongs to a command that was dropped before its end was there."""

    def feed(self, text: str) -> str:
        """Return the text that can be passed on."""
        text = _REPEATED.sub("", self._unfinished + text.translate(ONE_CHARACTER))
        self._unfinished = ""
        if self._overlong:
            end = _STRING_END.search(text)
            if end is None:
                return ""
            text, self._overlong = text[end.end() :], False
        if "\x1b" not in text:
            return text
        text = _STRING.sub(lambda found: found[0] if _KEPT_STRING.fullmatch(found[0]) else "", text)
        start = _unfinished_start(text)
        text, self._unfinished = text[:start], text[start:]
        if len(self._unfinished) > LONGEST_SEQUENCE:
            self._overlong = not self._unfinished.startswith("\x1b[")
            self._unfinished = ""
        return text

    def reset(self) -> None:
        """Drop an unfinished sequence: what follows doesn't belong to it."""
        self._unfinished, self._overlong = "", False


def _unfinished_start(text: str) -> int:
    """Where a control sequence begins that the text doesn't end; the text's length if there is none."""
    at = text.rfind("\x1b")
    if at == len(text) - 1:  # perhaps half of what ends a string
        before = text.rfind("\x1b", 0, at)
        if before >= 0 and UNFINISHED.match(text, before):
            return before
    return at if at >= 0 and UNFINISHED.match(text, at) else len(text)


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
        self._sequences = SequenceFilter()
        self._masker = Masker(secrets)
        self._hold: asyncio.TimerHandle | None = None

    def feed(self, data: bytes) -> None:
        """Take in output."""
        text = self._sequences.feed(self._decoder.decode(data))
        if CURSOR_QUERY in text:
            text = self._reply_in(text)
        self.screen.feed(text)
        if shown := self._masker.feed(text):
            self._emit(shown)
        self.stop_timer()
        if self._masker.holding:
            self._hold = asyncio.get_running_loop().call_later(HOLD_SECONDS, self._pause)

    def flush(self) -> None:
        """Emit what is held back: nothing that belongs to it will follow."""
        if rest := self._decoder.decode(b"", final=True):
            rest = self._sequences.feed(rest)
            self.screen.feed(rest)
            self._emit(self._masker.feed(rest))
        self._sequences.reset()
        self.stop_timer()
        if rest := self._masker.rest():
            self._emit(rest)

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

    def _pause(self) -> None:
        self.stop_timer()
        if shown := self._masker.pause():
            self._emit(shown)


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
