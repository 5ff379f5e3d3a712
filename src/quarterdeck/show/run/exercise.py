"""An exercise in a terminal: an attendee works in the stage's shell, and asks it whether the task is done.

The shell has a few commands that bash hasn't (:mod:`quarterdeck.stage.shell.program`).  Each is answered here, in the
same terminal, while the shell waits.  They are words, not keys: programs in the terminal keep every key, and a word has
an exit status that a script can use.  The checks of an exercise run in a second shell, backstage: they must neither
depend on, nor disturb, what the attendee's shell is in the middle of.

Where the attendee has buttons as well (:mod:`quarterdeck.seats`), they ask beside the terminal: nothing is printed, and
the page with the buttons shows what :class:`Practice` tells.  So they work while another program has the terminal.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol, TypeAlias

from msgspec import Struct

from quarterdeck.diagnostics import QuarterdeckError, harmless
from quarterdeck.model.content import Block
from quarterdeck.model.demo import Command, Demo, KeyPress, Keys, Step
from quarterdeck.show.prose import prose
from quarterdeck.stage.events import Asked, DemoRun, Listener, Outcome, Output, StageEvent, StepFinished
from quarterdeck.stage.shell.marks import PROMPT
from quarterdeck.stage.shell.program import answer

WORDS = {
    "task": "what is to be done",
    "hint": "what may help, one at a time",
    "verify": "what is still missing",
    "solution": "how it can be done",
    "reset": "begin again",
    "quit": "leave, and tidy up",
}
"""The commands of an attendee, in the order in which they are listed."""
ALIASES = {"exit": "quit", "help": "task"}
SHELL_WORDS = (*WORDS, *ALIASES)
"""What the attendee's shell must know as commands; bash's own ``exit`` would end it with all that was done in it."""
PROMPT_SECONDS = 0.3
"""After this long without a prompt, another program than the shell reads what is typed after a word."""
INTERRUPT = b"\x03"
QUIT = b"\x11"
"""Ctrl-Q; also sent when the terminal is gone."""
_BOLD, _DIM, _RED, _GREEN, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[32m", "\x1b[0m"
_CLEAR_LINE = "\r\x1b[K"


class Preparing(Struct, frozen=True):
    """The stage is set up, for the first time or again."""


class Began(Struct, frozen=True):
    """The attendee can work."""


class Hinted(Struct, frozen=True):
    """A hint was asked for."""

    number: int
    """Its place, from 1."""
    of: int


class Checking(Struct, frozen=True):
    """The checks begin to run."""


class Checked(Struct, frozen=True):
    """All checks have run."""

    passed: int
    of: int
    missing: tuple[str, ...]
    """What each check that failed says is still to do."""

    @property
    def done(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing


class Stopped(Struct, frozen=True):
    """The checks were interrupted: it isn't known what is missing."""


PracticeEvent: TypeAlias = Preparing | Began | Hinted | Checking | Checked | Stopped


def _tell_nobody(event: PracticeEvent) -> None:
    del event


class _Wish(Struct, frozen=True):
    """Something that the attendee asks for."""

    word: str
    typed: bool
    """Whether the shell waits for an answer; else a button was pressed."""


class Stage(Protocol):
    """The engine that runs the exercise."""

    def run(self, demo: Demo, publish: Listener, /) -> DemoRun:
        """Return a run of it, not started yet, that calls ``publish`` with what happens."""


class Practice:
    """An exercise under way in this terminal.  Everything happens in one asyncio loop."""

    def __init__(
        self,
        exercise: Demo,
        stage: Stage,
        solution: Demo | None,
        write: Callable[[str], None],
        columns: Callable[[], int],
        *,
        words: Mapping[str, str] = WORDS,
        tell: Callable[[PracticeEvent], None] = _tell_nobody,
    ) -> None:
        """Make it; :meth:`run` begins.

        What is written are the shell's characters as they come, and lines of its own that end in CR LF.

        Args:
            exercise: The exercise, without its solution.
            stage: The engine.
            solution: The exercise with its solution, for those who may see it.
            write: Prints to the terminal.
            columns: The terminal's width.
            words: Those of ``WORDS`` that may be used here, with what they do.
            tell: Called with what happens, in the event loop's thread.

        """
        self.exercise = exercise
        self._stage = stage
        self._solution = solution
        self._write = write
        self._columns = columns
        self._words = words
        self._tell = tell
        self._demo_run = stage.run(exercise, self.on_event)
        self._interrupting: asyncio.Future[None] | None = None
        self._keys: asyncio.Queue[bytes] = asyncio.Queue()
        self._wishes: asyncio.Queue[_Wish] = asyncio.Queue()
        self._listening = asyncio.Event()
        """Whether the shell takes what is typed; it doesn't while it waits for an answer."""
        self._no_prompt: asyncio.TimerHandle | None = None
        self._output_shown = False
        """Whether the shell's output goes to the terminal."""
        self._hints = 0
        """How many hints were shown."""
        self._granting = False
        """Whether something that was asked for is being done."""
        self._leaving = False

    def press(self, key: bytes) -> None:
        """Take a key of the attendee: for the shell; Ctrl-C interrupts the checks, Ctrl-Q leaves."""
        if key == QUIT:
            self.leave()
        elif key == INTERRUPT and not self._listening.is_set():
            self._interrupt()
        else:
            self._keys.put_nowait(key)

    def ask(self, word: str) -> None:
        """Do what a button is for, ``verify``, ``hint`` or ``reset``, whatever has the terminal."""
        self._wishes.put_nowait(_Wish(word, typed=False))

    def leave(self) -> None:
        """End it, whatever is under way."""
        self._leaving = True
        self._wishes.put_nowait(_Wish("quit", typed=False))
        if self._granting or not self._listening.is_set():
            self._interrupt()

    def _interrupt(self) -> None:
        self._interrupting = asyncio.ensure_future(self._demo_run.interrupt())

    def on_event(self, event: StageEvent) -> None:
        """Show output, and queue what the attendee asks for."""
        match event:
            case Output(_, data) if self._output_shown:
                self._write(data)
                if PROMPT in data:
                    self._listening.set()
            case Asked(word):
                if self._no_prompt is not None:
                    self._no_prompt.cancel()
                self._listening.clear()
                self._wishes.put_nowait(_Wish(ALIASES.get(word, word), typed=True))

    async def run(self) -> None:
        """Let the attendee work until he or she leaves.

        Raises:
            QuarterdeckError: when the stage can't be set up.

        """
        try:
            await self._begin()
            typing = asyncio.create_task(self._type())
            try:
                while not self._leaving:
                    wish = await self._wishes.get()
                    self._granting = True
                    if not self._leaving:
                        await self._grant(wish)
                    self._granting = False
            finally:
                typing.cancel()
        finally:
            self._output_shown = False
            self._print(f"{_DIM}tidying up …{_PLAIN}", end="")
            await self._demo_run.stop()
            self._write(_CLEAR_LINE)

    async def _begin(self) -> None:
        self._output_shown = False
        self._tell(Preparing())
        self._print(f"{_DIM}preparing …{_PLAIN}", end="")
        try:
            await self._demo_run.start()
        finally:
            self._write(_CLEAR_LINE)
        self._show_task()
        self._say(f"\n{PROMPT}")
        self._output_shown = True
        self._listening.set()
        self._tell(Began())

    async def _type(self) -> None:
        """Pass keys to the shell, in their order; those typed while it waits for an answer come after that."""
        while True:
            key = await self._keys.get()
            await self._listening.wait()
            try:
                await self._demo_run.write(key)
            except QuarterdeckError as error:
                self._print(f"{_RED}{error}{_PLAIN}")

    async def _grant(self, wish: _Wish) -> None:
        """Do what was asked for; ``quit``, where it may be used, is the last."""
        if wish.word == "reset":
            await self._reset()
        elif wish.typed:
            await self._answer(wish.word)
        elif wish.word == "hint":
            self._next_hint()
        elif wish.word == "verify":
            await self._check(_print_nothing)

    async def _answer(self, word: str) -> None:
        """Do what was typed, in the terminal, and let the shell go on."""
        status = 0
        match word:
            case "quit" if word in self._words:
                self._leaving = True
                return
            case "task":
                self._show_task()
            case "hint":
                self._show_hint()
            case "verify":
                status = await self._check(self._say)
            case "solution":
                status = self._show_solution()
            case _:
                self._print(f"'{word}' isn't used here; {', '.join(self._told_words())} are.")
                status = 1
        await self._demo_run.write(answer(status))
        self._no_prompt = asyncio.get_running_loop().call_later(PROMPT_SECONDS, self._listening.set)

    def _show_task(self) -> None:
        self._print(f"\n{_BOLD}{harmless(self.exercise.title)}{_PLAIN}\n")
        self._show(self.exercise.task)
        words = self._told_words()
        width = max(map(len, words))
        self._print("")
        for word in words:
            self._print(f"  {_GREEN}{word:<{width}}{_PLAIN}  {_DIM}{self._words[word]}{_PLAIN}")

    def _told_words(self) -> list[str]:
        return [word for word in self._words if word != "solution" or self._solution is not None]

    def _show_hint(self) -> None:
        hints = self.exercise.hints
        place = self._next_hint()
        if place is None:
            self._print("There are no hints.")
            return
        self._print(f"{_BOLD}{place + 1} of {len(hints)}{_PLAIN}")
        self._show(hints[place])
        if place == len(hints) - 1:
            self._print(f"{_DIM}That is all; 'hint' begins again.{_PLAIN}")

    def _next_hint(self) -> int | None:
        """The place of the hint that comes now, from 0; None if there are none."""
        hints = self.exercise.hints
        if not hints:
            return None
        place = self._hints % len(hints)
        self._hints += 1
        self._tell(Hinted(place + 1, len(hints)))
        return place

    async def _check(self, write: Callable[[str], None]) -> int:
        """Run every check, ``write`` what is missing, and return the exit status."""
        checks = self.exercise.checks
        missing: list[str] = []
        self._tell(Checking())
        for number, check in enumerate(checks, start=1):
            write(f"{_DIM}looking, {number} of {len(checks)} …{_PLAIN}")
            finished = await self._demo_run.run_step(check)
            write(_CLEAR_LINE)
            if finished.outcome is Outcome.INTERRUPTED:
                write("stopped looking\n")
                self._tell(Stopped())
                return 1
            if finished.outcome is not Outcome.PASSED:
                reason, remark = _reason(check, finished)
                missing.append(reason)
                write(f"{_RED}✗{_PLAIN} {reason}{f' {_DIM}({remark}){_PLAIN}' if remark else ''}\n")
        self._tell(Checked(len(checks) - len(missing), len(checks), tuple(missing)))
        if missing:
            write(f"{_DIM}{len(checks) - len(missing)} of {len(checks)} checks pass{_PLAIN}\n")
            return 1
        write(f"{_GREEN}✓ Done: nothing is missing.{_PLAIN}\n")
        return 0

    def _show_solution(self) -> int:
        if self._solution is None:
            self._print("The solution is held back. 'hint' may help; 'verify' says what is still missing.")
            return 1
        for step in self._solution.steps:
            self._show(step.narration)
            for line in _typed(step) if step.in_view else ():
                self._print(f"  {line}")
        self._show(self._solution.closing)
        return 0

    async def _reset(self) -> None:
        """Remove everything that was made, and begin again with a new shell."""
        self._output_shown = False
        await self._demo_run.stop()
        self._demo_run = self._stage.run(self.exercise, self.on_event)
        self._hints = 0
        self._print(f"{_DIM}everything is as it was at the beginning{_PLAIN}")
        await self._begin()

    def _show(self, blocks: Iterable[Block]) -> None:
        shown = tuple(blocks)
        if shown:
            self._say(prose(shown, self._columns()))

    def _print(self, text: str, end: str = "\n") -> None:
        self._say(f"{text}{end}")

    def _say(self, text: str) -> None:
        """Print something of our own; programs write their line ends as the terminal needs them."""
        self._write(text.replace("\n", "\r\n"))


def _reason(check: Step, finished: StepFinished) -> tuple[str, str]:
    """What is still to do, where the author doesn't say, what the check found; and a remark, or nothing."""
    if finished.outcome is Outcome.TIMED_OUT:
        return harmless(check.missing or "One check"), "no answer in time"
    if check.missing:
        return harmless(check.missing), ""
    typed = " ".join(_typed(check))
    return (f"{typed}: {harmless(finished.faults[0].message)}" if finished.faults else typed), ""


def _print_nothing(text: str) -> None:
    del text


def _typed(step: Step) -> Iterable[str]:
    for interaction in step.interactions:
        match interaction:
            case Command(prompt=prompt, lines=lines):
                yield f"{prompt} {harmless(lines[0])}".lstrip()
                yield from (f"> {harmless(line)}" for line in lines[1:])
            case KeyPress(text=text) | Keys(text=text):
                yield harmless(text)
