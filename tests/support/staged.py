"""A stage without an engine, and demos built in code: for tests of what runs on it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from quarterdeck.diagnostics import SourceSpan
from quarterdeck.model.demo import Command, Demo, ExpectedOutput, Interaction, KeyPress, Keys, Step
from quarterdeck.source.demos.prompts import read_keys
from quarterdeck.stage.events import DemoRun, Output, StageEvent, StepFinished
from quarterdeck.stage.live_run import LiveRun
from quarterdeck.stage.shell.typist import Typing
from quarterdeck.stage.terminals import LiveContext
from quarterdeck.terminal.screenshot import text_lines
from support.waiting import until

FILE = "demo.md"


@dataclass
class NoRoom:
    """A place without an engine behind it."""

    docker_host: str = "unix:///nowhere/docker.sock"

    async def end_foregrounds(self, processes: Iterable[int]) -> None:
        """No container runs here."""


@dataclass
class Guard:
    """Keeps what it was given to look after."""

    processes: list[int] = field(default_factory=list)
    folders: list[Path] = field(default_factory=list)

    def adopt_process(self, process: int) -> None:
        """Note a process."""
        self.processes.append(process)

    def adopt_folder(self, folder: Path) -> None:
        """Note a folder."""
        self.folders.append(folder)


def expect(*lines: str, status: int | None = 0) -> ExpectedOutput:
    """Expected output."""
    return ExpectedOutput(lines, given=True, status=status, span=SourceSpan(FILE, 11))


def typed(text: str, *lines: str, prompt: str = "$", status: int | None = 0) -> Command:
    """A command; with lines, its expected output."""
    nested = prompt != "$"
    expected = (
        expect(*lines, status=None if nested else status)
        if lines
        else ExpectedOutput(status=None if nested else status)
    )
    return Command(prompt, tuple(text.split("\n")), expected, nested, SourceSpan(FILE, 10))


def key(name: str, prompt: str = "") -> KeyPress:
    """A control key."""
    return KeyPress(name, prompt=prompt, span=SourceSpan(FILE, 10))


def keys(text: str, *lines: str) -> Keys:
    """A line of keys; with lines, what the screen must show."""
    expected = replace(expect(*lines, status=None), on_screen=True) if lines else Keys("", ()).expected
    return Keys(text, read_keys(text)[0], expected, SourceSpan(FILE, 10))


def step(*interactions: Interaction | str, id: str = "step-1", **more: Any) -> Step:  # noqa: A002
    """A step; a string is a command of which only the status counts."""
    from quarterdeck.model.demo import StepKind

    made = tuple(typed(i) if isinstance(i, str) else i for i in interactions)
    return replace(Step(id, StepKind.SHOWN, made, span=SourceSpan(FILE, 9)), **more)


def demo_of(*steps: Step, name: str = "demo", **more: Any) -> Demo:
    """A demo."""
    base = Demo(name, name.title(), steps, Path(FILE), Path(f"{name}.cast"), timeout=60.0, span=SourceSpan(FILE))
    return replace(base, **more)


@dataclass
class Staged:
    """A started run and what it told."""

    run: DemoRun
    events: list[StageEvent]
    guard: Guard = field(default_factory=Guard)

    def raw(self, terminal: int = 1) -> str:
        """Everything a terminal printed."""
        return "".join(e.data for e in self.events if isinstance(e, Output) and e.terminal == terminal)

    def screen(self, terminal: int = 1) -> list[str]:
        """What an audience reads in a terminal."""
        return text_lines(self.raw(terminal))

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something is so."""
        await until(condition, pause=0.01)

    async def play(self) -> list[StepFinished]:
        """Run all shown steps."""
        return [await self.run.run_step(step) for step in self.run.demo.shown_steps]


@asynccontextmanager
async def on_stage(
    demo: Demo,
    *,
    before: Sequence[Demo] = (),
    done: Sequence[Step] = (),
    typing: Typing = Typing.INSTANT,
    environ: Mapping[str, str] = {},
    start: bool = True,
) -> AsyncIterator[Staged]:
    """A run of the demo, started unless told not to, and stopped in the end."""
    events: list[StageEvent] = []
    guard = Guard()

    @asynccontextmanager
    async def room(folder: Path) -> AsyncIterator[NoRoom]:
        yield NoRoom()

    speaker = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **environ}
    run = LiveRun(demo, events.append, room, LiveContext(speaker, guard, typing), before)
    try:
        if start:
            await run.start(done)
        yield Staged(run, events, guard)
    finally:
        await run.stop()
