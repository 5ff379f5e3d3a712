"""One demo in a terminal, a key a step: for those who present with PowerPoint.

The same state machine and director as a whole show, on a plan of one slide.  What the demo prints
goes to the terminal as it comes; the last line of the terminal says where the demo is and which
keys do what (DECSTBM keeps output above it, ECMA-48 / DEC VT510).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from quarterdeck.model.demo import Demo
from quarterdeck.show.commands import Ended, Fact, Key
from quarterdeck.show.director import Director
from quarterdeck.show.plan import PlannedSlide, ShowPlan
from quarterdeck.show.state import Activity, Move, ShowState, intent_of
from quarterdeck.show.terminals import Terminals
from quarterdeck.show.transitions import Change, advance, begin
from quarterdeck.show.wording import intent_text, stage_text
from quarterdeck.stage.events import Cleared, Output, PageOpened, StageEvent, StepFinished, StepStarted
from quarterdeck.stage.run import REPLAY, Engine

KEYS: Mapping[bytes, Key] = {
    **dict.fromkeys((b" ", b"\r", b"\n", b"n", b"\x1b[C", b"\x1bOC", b"\x1b[B", b"\x1bOB", b"\x1b[6~"), Key.NEXT),
    **dict.fromkeys((b"\x7f", b"\x08", b"p", b"\x1b[D", b"\x1bOD", b"\x1b[A", b"\x1bOA", b"\x1b[5~"), Key.BACK),
    **dict.fromkeys((b"i", b"\x03"), Key.INTERRUPT),
    b"v": Key.RECORDING,
    b"r": Key.RESET,
    b"x": Key.RERUN,
    b"t": Key.TYPE,
}
"""What keys send, and what they do; as in the console."""
QUIT = frozenset({b"q", b"\x11"})
END_TYPING = frozenset({b"\x1bOQ", b"\x1b[12~"})
"""F2 gives the terminal back after ``t``; programs in it get all other keys."""
HINTS = ("space next", "q quit", "← back", "i interrupt", "v recording", "r reset", "t type")
"""The most needed first: those that the terminal is too narrow for are left out."""
ALWAYS = 2
"""How many of them always have room."""


class Solo:
    """A demo under way in this terminal.  Everything happens in one asyncio loop."""

    def __init__(
        self,
        demo: Demo,
        live: Engine,
        recordings: Engine,
        *,
        recorded: bool,
        write: Callable[[str], None],
        size: Callable[[], tuple[int, int]],
    ) -> None:
        """``write`` prints to the terminal; ``size`` gives its columns and lines."""
        self.demo = demo
        self._write = write
        self._size = size
        slide = PlannedSlide(demo.name, demo.title, 0, demo.name, demo.shown_steps, recorded)
        self.plan = ShowPlan(demo.title, (slide,), live=live.name != REPLAY)
        self.failed = False
        """Whether the last step that ended did not do what it should."""
        self.ended = asyncio.Event()
        self._terminals = Terminals()
        self._director = Director({demo.name: demo}, live, recordings, self)
        self.state: ShowState
        self._apply(begin(self.plan, 0))

    def press(self, key: bytes) -> None:
        """Do what a key stands for."""
        if self.state.typing and key not in END_TYPING:
            self._director.type(key, 1)
        elif key in QUIT:
            self.ended.set()
        elif self.state.typing or key in KEYS:
            command = Key.TYPE if self.state.typing else KEYS[key]
            if command is Key.NEXT and intent_of(self.plan, self.state).move is Move.END:
                self.ended.set()
                return
            self._apply(advance(self.plan, self.state, command))

    def hear(self, fact: Fact) -> None:
        """The director tells that an effect has come to its end."""
        if isinstance(fact, Ended):
            self.failed = fact.outcome.bad
        self._apply(advance(self.plan, self.state, fact))

    def happen(self, demo: str, event: StageEvent) -> None:
        """The director tells what happens on the stage."""
        match event:
            case Output(terminal, data):
                self._terminals.write(demo, terminal, data)
                self._write(data)
            case StepStarted(_, step):
                self._terminals.mark(demo, [s.id for s in self.demo.shown_steps].index(step))
            case PageOpened(url):
                self._write(f"\r\n{url}\r\n")
            case Cleared():
                self._terminals.clear(demo)
                self._clear()
            case StepFinished():
                pass  # the director tells how it ended, also of a step that it gave up

    def rewind(self, demo: str, done: int) -> bool:
        """The director tells that the terminals are as they were after ``done`` steps."""
        known = self._terminals.rewind(demo, done)
        self._clear()
        for text in self._terminals.of(demo):
            self._write(text.data)
        self.draw()
        return known

    async def close(self) -> None:
        """Clear the stage, and give the whole terminal back."""
        await self._director.close()
        _, lines = self._size()
        self._write(f"\x1b[r\x1b[{lines};1H\x1b[2K")

    def draw(self) -> None:
        """Write the status line."""
        columns, lines = self._size()
        shown = status_line(f"{self.demo.title} · {self._status()} · next: {self._next()}", columns)
        self._write(f"\x1b7\x1b[1;{lines - 1}r\x1b[{lines};1H\x1b[7m{shown}\x1b[0m\x1b8")

    def _status(self) -> str:
        stage = self.state.own_stage
        if self.state.typing:
            return "you type; F2 ends it"
        fault = stage.fault if stage and stage.activity in (Activity.READY, Activity.BROKEN) else ""
        return fault.split("\n", 1)[0] or stage_text(self.plan, self.state)

    def _next(self) -> str:
        if intent_of(self.plan, self.state).move is Move.END:
            return "the end"
        return intent_text(self.plan, self.state)

    def _clear(self) -> None:
        self._write("\x1b[r\x1b[H\x1b[2J\x1b[3J")

    def _apply(self, change: Change) -> None:
        self.state = change.state
        for effect in change.effects:
            self._director.perform(effect)
        self.draw()


def status_line(what: str, columns: int) -> str:
    """One line of that many columns: what is going on, and then the keys that there is room for."""
    least = sum(len(f" · {hint}") for hint in HINTS[:ALWAYS])
    line = f" {what}"[: max(0, columns - least)]
    for hint in HINTS:
        if len(line) + len(f" · {hint}") <= columns:
            line += f" · {hint}"
    return line[:columns].ljust(columns)


async def play(solo: Solo, keys: Callable[[Callable[[bytes], None]], Callable[[], None]]) -> None:
    """Give the demo until the speaker ends it.

    ``keys`` begins to read keys, hands each to the callable that it is given, and returns what stops it.
    """
    stop = keys(solo.press)
    try:
        await solo.ended.wait()
    finally:
        stop()
        await solo.close()
