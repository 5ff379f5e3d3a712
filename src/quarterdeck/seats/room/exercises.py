"""The exercises of a seat: one at a time, begun and left from outside, with what was done in each.

An exercise under way is a :class:`quarterdeck.show.run.exercise.Practice`, as in ``quarterdeck run``.  Whatever goes
wrong in it is printed in the terminal; then nothing is under way until somebody begins it again, or another one.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol

from msgspec.structs import replace

from quarterdeck.diagnostics import QuarterdeckError, harmless
from quarterdeck.model.demo import Demo
from quarterdeck.seats.messages import Progress, SeatWord, Status
from quarterdeck.seats.room.kit import Kit, KitExercise
from quarterdeck.seats.room.transcript import Transcript
from quarterdeck.show.run.exercise import (
    INTERRUPT,
    QUIT,
    SHELL_WORDS,
    WORDS,
    Began,
    Checked,
    Checking,
    Hinted,
    Practice,
    PracticeEvent,
    Preparing,
    Stopped,
)
from quarterdeck.stage.events import DemoRun, Listener
from quarterdeck.stage.shell.program import Seat
from quarterdeck.terminal.buffer import USUAL, Grid

SEAT_WORDS = {word: meaning for word, meaning in WORDS.items() if word != "quit"}
"""What can be typed: nobody leaves a seat at its prompt."""
LEAVE_SECONDS = 20.0
"""How long an exercise that is left may take to remove what was made in it."""
_KEYS = re.compile(f"({INTERRUPT.decode()})")
_RED, _DIM, _PLAIN = "\x1b[31m", "\x1b[2m", "\x1b[0m"


class SeatStage(Protocol):
    """The engine that an exercise runs on."""

    def run(self, demo: Demo, publish: Listener, /) -> DemoRun:
        """Return a run of it, not started yet."""

    def resize(self, grid: Grid) -> None:
        """Give the attendee's terminal another size."""

    async def open(self) -> None:
        """Start what all runs share."""

    async def close(self) -> None:
        """Remove everything that was made."""


MakeStage = Callable[[Sequence[Demo], Seat], Awaitable[SeatStage]]
"""Makes the engine for an exercise and those demos that it continues; raises QuarterdeckError."""


class Exercises:
    """The exercises of one seat.  Everything happens in one asyncio loop."""

    def __init__(
        self,
        kit: Kit,
        stage: MakeStage,
        transcript: Transcript,
        printed: Callable[[], None],
        changed: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Make them; :meth:`run` begins what is asked for.

        Args:
            kit: The exercises.
            stage: Makes the engine for one.
            transcript: Gets what the terminal prints.
            printed: Called after that.
            changed: Called when the status is another one.
            clock: Seconds.

        """
        self.kit = kit
        self._stage_for = stage
        self._transcript = transcript
        self._printed = printed
        self._changed = changed
        self._clock = clock
        self._began = clock()
        self._grid = USUAL
        self._progress: dict[str, Progress] = {}
        self._now: KitExercise | None = None
        self._practice: Practice | None = None
        self._stage: SeatStage | None = None
        self._busy = False
        self._fault = ""
        self._next: KitExercise | None = None
        """What is to be begun; None ends everything."""
        self._asked = asyncio.Event()
        """Whether something else is to be begun, or everything to end."""

    # What pages and the desk want

    def begin(self, name: str) -> bool:
        """Leave the exercise under way and begin one; returns whether there is such an exercise."""
        wanted = self.kit.get(name)
        if wanted is not None:
            self._next = wanted
            self._asked.set()
        return wanted is not None

    def resume(self, progress: Mapping[str, Progress]) -> None:
        """Take over what was done in a seat that is gone."""
        self._progress |= {name: done for name, done in progress.items() if self.kit.get(name) is not None}
        self._changed()

    def press(self, data: str) -> None:
        """Type something into the terminal."""
        if self._practice is not None:
            for part in _KEYS.split(data.replace(QUIT.decode(), "")):
                if part:
                    self._practice.press(part.encode("utf-8", "replace"))

    def ask(self, word: SeatWord) -> None:
        """Do what a button is for."""
        if self._practice is not None and not self._busy:
            self._busy = word != "hint"
            self._practice.ask(word)
            self._changed()

    def resize(self, grid: Grid) -> None:
        """Give the terminal another size, now and for what comes."""
        if grid != self._grid:
            self._grid = grid
            if self._stage is not None:
                self._stage.resize(grid)
            self._changed()

    def stop(self) -> None:
        """End all: :meth:`run` returns when everything is tidy."""
        self._next = None
        self._asked.set()

    def status(self) -> Status:
        """How the seat is."""
        return Status(
            up=round(self._clock() - self._began, 3),
            exercise=self._now.name if self._now else None,
            exercises=tuple(each.about for each in self.kit.exercises),
            progress=dict(self._progress),
            ports=self._now.demo.ports if self._now and self._now.demo else (),
            busy=self._busy,
            fault=self._fault,
            columns=self._grid.columns,
            rows=self._grid.rows,
        )

    def task(self, name: str) -> str | None:
        """The task of an exercise as HTML, with the hints that were shown; None for an unknown one."""
        exercise = self.kit.get(name)
        return None if exercise is None else exercise.task(self._progress.get(name, Progress()).hints, self.kit.lang)

    # What happens

    async def run(self) -> None:
        """Give what is wanted, one after the other, until :meth:`stop`."""
        await self._asked.wait()
        while self._next is not None:
            self._asked.clear()
            giving = asyncio.create_task(self._give(self._next))
            try:
                await self._asked.wait()
                await self._left(giving)
            finally:
                giving.cancel()
                await asyncio.gather(giving, return_exceptions=True)

    async def _left(self, giving: asyncio.Task[None]) -> None:
        """Leave what is under way, and wait until it is tidied up, if that doesn't take too long."""
        if self._practice is not None:
            self._busy = True
            self._changed()
            self._practice.leave()
            await asyncio.wait({giving}, timeout=LEAVE_SECONDS)

    async def _give(self, exercise: KitExercise) -> None:
        self._now, self._fault, self._busy = exercise, "", True
        self._progress.setdefault(exercise.name, Progress())
        self._transcript.clear()
        self._changed()
        try:
            await self._work_on(exercise)
        except QuarterdeckError as error:
            self._failed(error.first.message, error.first.hint or "")
        except Exception as error:  # noqa: BLE001 - whatever it is, the seat must live
            self._failed(f"something unexpected happened: {type(error).__name__}: {error}")

    async def _work_on(self, exercise: KitExercise) -> None:
        if exercise.demo is None:
            raise QuarterdeckError.of(exercise.fault)
        self._print(f"{_DIM}starting the engine …{_PLAIN}\r")
        stage = await self._stage_for((*exercise.before, exercise.demo), Seat(SHELL_WORDS, self._grid))
        self._print("\x1b[K")
        self._stage = stage
        try:
            await stage.open()
            practice = Practice(
                exercise.demo,
                stage,
                None,
                self._print,
                lambda: self._grid.columns,
                words=SEAT_WORDS,
                tell=self._hear,
            )
            self._practice = practice
            await practice.run()
        finally:
            self._stage = self._practice = None
            await stage.close()

    def _failed(self, what: str, hint: str = "") -> None:
        """Say in the terminal why the exercise isn't under way."""
        self._fault, self._busy = what, False
        lines = [f"\r\n{_RED}{harmless(what)}{_PLAIN}", *([harmless(hint)] if hint else [])]
        self._print("\r\n".join((*lines, f"{_DIM}Begin it again, or another exercise.{_PLAIN}", "")))
        self._changed()

    def _print(self, text: str) -> None:
        self._transcript.write(text)
        self._printed()

    def _hear(self, event: PracticeEvent) -> None:
        """Keep what is told of the exercise under way."""
        if self._now is None:
            return
        progress = self._progress.get(self._now.name, Progress())
        match event:
            case Preparing():
                self._busy = True
                progress = replace(progress, passed=0, checks=0, missing=())
            case Began():
                self._busy = False
                if self._stage is not None:
                    self._stage.resize(self._grid)  # it may have changed meanwhile
            case Hinted(number=number):
                progress = replace(progress, hints=max(progress.hints, number))
            case Checking():
                self._busy = True
            case Checked(passed=passed, of=of, missing=missing):
                self._busy = False
                done = progress.done or event.done
                progress = replace(progress, passed=passed, checks=of, missing=missing, done=done)
            case Stopped():
                self._busy = False
        self._progress[self._now.name] = progress
        self._changed()
