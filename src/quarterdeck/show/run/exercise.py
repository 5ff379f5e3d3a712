"""An exercise in a terminal: an attendee works in the stage's shell, and asks it whether the task is done.

The shell has a few commands that bash hasn't (:mod:`quarterdeck.stage.shell.program`).  Each is answered here, in the
same terminal, while the shell waits.  They are words, not keys: programs in the terminal keep every key, and a word has
an exit status that a script can use.  The checks of an exercise run in a second shell, backstage: they must neither
depend on, nor disturb, what the attendee's shell is in the middle of.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Protocol

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
PROMPT_SECONDS = 0.3
"""After this long without a prompt, another program than the shell reads what is typed after a word."""
INTERRUPT = b"\x03"
QUIT = b"\x11"
"""Ctrl-Q; also sent when the terminal is gone."""
_BOLD, _DIM, _RED, _GREEN, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[32m", "\x1b[0m"
_CLEAR_LINE = "\r\x1b[K"


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
    ) -> None:
        """``solution``: the exercise with its solution, for those who may see it; ``write`` prints to the terminal."""
        self.exercise = exercise
        self._stage = stage
        self._solution = solution
        self._write = write
        self._columns = columns
        self._demo_run = stage.run(exercise, self.on_event)
        self._interrupting: asyncio.Future[None] | None = None
        self._keys: asyncio.Queue[bytes] = asyncio.Queue()
        self._asked: asyncio.Queue[str] = asyncio.Queue()
        self._listening = asyncio.Event()
        """Whether the shell takes what is typed; it doesn't while it waits for an answer."""
        self._no_prompt: asyncio.TimerHandle | None = None
        self._output_shown = False
        """Whether the shell's output goes to the terminal."""
        self._hints = 0
        """How many hints were shown."""
        self.done = False
        """Whether all checks passed when they last ran."""

    def press(self, key: bytes) -> None:
        """Take a key of the attendee: for the shell; Ctrl-C interrupts the checks, Ctrl-Q leaves."""
        if key == QUIT:
            self.leave()
        elif key == INTERRUPT and not self._listening.is_set():
            self._interrupt()
        else:
            self._keys.put_nowait(key)

    def leave(self) -> None:
        """End it, whatever is under way."""
        self._asked.put_nowait("quit")
        if not self._listening.is_set():
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
                self._asked.put_nowait(ALIASES.get(word, word))

    async def run(self) -> None:
        """Let the attendee work until he or she leaves.

        Raises:
            QuarterdeckError: when the stage can't be set up.

        """
        try:
            await self._begin()
            typing = asyncio.create_task(self._type())
            try:
                while (word := await self._asked.get()) != "quit":
                    await self._answer(word)
            finally:
                typing.cancel()
        finally:
            self._output_shown = False
            self._print(f"{_DIM}tidying up …{_PLAIN}", end="")
            await self._demo_run.stop()
            self._write(_CLEAR_LINE)

    async def _begin(self) -> None:
        self._output_shown = False
        self._print(f"{_DIM}preparing …{_PLAIN}", end="")
        try:
            await self._demo_run.start()
        finally:
            self._write(_CLEAR_LINE)
        self._show_task()
        self._write(f"\n{PROMPT}")
        self._output_shown = True
        self._listening.set()

    async def _type(self) -> None:
        """Pass keys to the shell, in their order; those typed while it waits for an answer come after that."""
        while True:
            key = await self._keys.get()
            await self._listening.wait()
            try:
                await self._demo_run.write(key)
            except QuarterdeckError as error:
                self._print(f"{_RED}{error}{_PLAIN}")

    async def _answer(self, word: str) -> None:
        status = 0
        match word:
            case "task":
                self._show_task()
            case "hint":
                self._show_hint()
            case "verify":
                status = await self._verify()
            case "solution":
                status = self._show_solution()
            case "reset":
                await self._reset()
                return
        await self._demo_run.write(answer(status))
        self._no_prompt = asyncio.get_running_loop().call_later(PROMPT_SECONDS, self._listening.set)

    def _show_task(self) -> None:
        self._print(f"\n{_BOLD}{harmless(self.exercise.title)}{_PLAIN}\n")
        self._show(self.exercise.task)
        words = [word for word in WORDS if word != "solution" or self._solution is not None]
        width = max(map(len, words))
        self._print("")
        for word in words:
            self._print(f"  {_GREEN}{word:<{width}}{_PLAIN}  {_DIM}{WORDS[word]}{_PLAIN}")

    def _show_hint(self) -> None:
        hints = self.exercise.hints
        if not hints:
            self._print("There are no hints.")
            return
        place = self._hints % len(hints)
        self._hints += 1
        self._print(f"{_BOLD}{place + 1} of {len(hints)}{_PLAIN}")
        self._show(hints[place])
        if place == len(hints) - 1:
            self._print(f"{_DIM}That is all; 'hint' begins again.{_PLAIN}")

    async def _verify(self) -> int:
        """Run every check, print what is missing, and return the exit status."""
        checks = self.exercise.checks
        missing = 0
        for number, check in enumerate(checks, start=1):
            self._print(f"{_DIM}looking, {number} of {len(checks)} …{_PLAIN}", end="")
            finished = await self._demo_run.run_step(check)
            self._write(_CLEAR_LINE)
            if finished.outcome is Outcome.INTERRUPTED:
                self._print("stopped looking")
                return 1
            if finished.outcome is not Outcome.PASSED:
                missing += 1
                self._print(f"{_RED}✗{_PLAIN} {_reason(check, finished)}")
        self.done = not missing
        if missing:
            self._print(f"{_DIM}{len(checks) - missing} of {len(checks)} checks pass{_PLAIN}")
            return 1
        self._print(f"{_GREEN}✓ Done: nothing is missing.{_PLAIN}")
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
        self.done = False
        self._print(f"{_DIM}everything is as it was at the beginning{_PLAIN}")
        await self._begin()

    def _show(self, blocks: Iterable[Block]) -> None:
        shown = tuple(blocks)
        if shown:
            self._write(prose(shown, self._columns()))

    def _print(self, text: str, end: str = "\n") -> None:
        self._write(f"{text}{end}")


def _reason(check: Step, finished: StepFinished) -> str:
    """Return what is still to do; where the author doesn't say, what the check found."""
    if finished.outcome is Outcome.TIMED_OUT:
        return f"{check.missing or 'One check'} {_DIM}(no answer in time){_PLAIN}"
    if check.missing:
        return harmless(check.missing)
    typed = " ".join(_typed(check))
    return f"{typed}: {harmless(finished.faults[0].message)}" if finished.faults else typed


def _typed(step: Step) -> Iterable[str]:
    for interaction in step.interactions:
        match interaction:
            case Command(prompt=prompt, lines=lines):
                yield f"{prompt} {harmless(lines[0])}".lstrip()
                yield from (f"> {harmless(line)}" for line in lines[1:])
            case KeyPress(text=text) | Keys(text=text):
                yield harmless(text)
