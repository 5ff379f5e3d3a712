"""``quarterdeck run``: one demo in this terminal, for its author; an exercise, for an attendee."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
import termios
import tty
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from quarterdeck.cli.options import pull, yes

if TYPE_CHECKING:
    from quarterdeck.model.cast import Cast
    from quarterdeck.model.demo import Demo
    from quarterdeck.stage.events import Engine
    from quarterdeck.stage.live import DockerEngine


@click.command("run")
@click.argument("demo", type=click.Path(path_type=Path))
@click.option(
    "--engine",
    type=click.Choice(["auto", "docker", "replay"]),
    default="auto",
    show_default=True,
    help="Run it, or play its recording; auto runs it if Docker answers.",
)
@click.option("--solution", is_flag=True, help="In an exercise: let the word 'solution' show how it is done.")
@pull
@yes
def run_command(demo: Path, engine: str, solution: bool, pull: bool | None, yes: bool) -> int:
    """Run one DEMO in this terminal, one key per step; an exercise opens a shell to solve it in.

    Exit status 1 if the last step failed, or if the exercise isn't solved.
    """
    from quarterdeck.diagnostics import QuarterdeckError
    from quarterdeck.source.deck import load_demo_chain

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise QuarterdeckError.of(
            "this command needs a terminal, to read keys from", hint="'quarterdeck rehearse' runs a demo without one"
        )
    *before, last = load_demo_chain(demo)
    if last.is_exercise:
        if engine == "replay":
            raise click.UsageError("an exercise can't be played from a recording: leave out --engine replay")
        return _exercise(last, before, solution=solution, pull=pull, yes=yes)
    if solution:
        raise click.UsageError("--solution is for exercises, and this demo isn't one")
    return _demo(last, before, engine, pull=pull, yes=yes)


def _demo(demo: Demo, before: Sequence[Demo], engine: str, *, pull: bool | None, yes: bool) -> int:
    """Run a demo; ``before`` are the demos that it continues.  Returns the exit status."""
    from quarterdeck.cli.preflight import agreed, pull_missing
    from quarterdeck.diagnostics import Diagnostics
    from quarterdeck.project.engines import show_engine
    from quarterdeck.project.preflight import images_of
    from quarterdeck.project.project import load_casts

    found = Diagnostics()
    casts = load_casts([demo], found)
    found.raise_errors()
    demos = (*before, demo)
    chosen = show_engine(engine, lambda: agreed(demos, yes), demos, casts)
    if chosen.engine.name == "docker":
        pull_missing(images_of(demos), pull=pull)
    if chosen.note:
        click.echo(chosen.note, err=True)
    return asyncio.run(_play(demo, chosen.engine, casts))


async def _play(demo: Demo, engine: Engine, casts: Mapping[str, Cast]) -> int:
    import webbrowser

    from quarterdeck.cli.commands.run import read_keys, signals, size, write
    from quarterdeck.show.run.demo import Solo, play
    from quarterdeck.stage.replay import ReplayEngine

    await engine.open()
    try:
        solo = Solo(
            demo, engine, ReplayEngine(casts), recorded=bool(casts), write=write, size=size, browse=webbrowser.open
        )
        with signals(solo.ended.set, solo.resized):
            await play(solo, read_keys, engine)
    finally:
        await engine.close()
    click.echo(solo.summary())
    return int(solo.failed)


def _exercise(exercise: Demo, before: Sequence[Demo], *, solution: bool, pull: bool | None, yes: bool) -> int:
    """Let an attendee solve an exercise in this terminal.  Returns the exit status.

    Raises:
        QuarterdeckError: when there is no engine, no consent, or no solution to be shown.

    """
    from quarterdeck.cli.commands.run import size
    from quarterdeck.cli.preflight import pull_missing, require_consent
    from quarterdeck.diagnostics import QuarterdeckError
    from quarterdeck.project.engines import reachable, seated_engine
    from quarterdeck.project.outputs.scripts import without_solution
    from quarterdeck.project.preflight import images_of
    from quarterdeck.show.run.exercise import SHELL_WORDS
    from quarterdeck.stage.shell.program import Seat
    from quarterdeck.terminal.buffer import Grid

    if solution and not exercise.shown_steps:
        raise QuarterdeckError.of(
            "this copy of the exercise has no solution", hint="the instructor's copy has it", code="no-solution"
        )
    address = asyncio.run(reachable())
    held = without_solution(exercise)
    require_consent((*before, held), yes)
    pull_missing(images_of((*before, held)), pull=pull)
    columns, rows = size()
    engine = seated_engine(address, (*before, held), Seat(SHELL_WORDS, Grid(columns, rows)))
    return asyncio.run(_solve(held, engine, exercise if solution else None))


async def _solve(exercise: Demo, engine: DockerEngine, solved: Demo | None) -> int:
    from quarterdeck.cli.commands.run import read_keys, signals, size, write
    from quarterdeck.show.run.exercise import Checked, Practice, PracticeEvent, Preparing
    from quarterdeck.terminal.buffer import Grid

    done = False

    def hear(event: PracticeEvent) -> None:
        nonlocal done
        match event:
            case Preparing():
                done = False
            case Checked():
                done = event.done
            case _:
                pass

    practice = Practice(exercise, engine, solved, write, lambda: size()[0], tell=hear)
    await engine.open()
    try:
        with signals(practice.leave, lambda: engine.resize(Grid(*size()))):
            stop = read_keys(practice.press)
            try:
                await practice.run()
            finally:
                stop()
    finally:
        await engine.close()
    return int(not done)


END_OF_INPUT = b"\x11"
"""The key that ends the demo; also what is read when the terminal is gone."""
ONE_KEY = re.compile(rb"\x1b\[[0-9;]*[A-Za-z~]|\x1bO[A-Za-z]|\x1b.|.", re.DOTALL)
"""One key as a terminal sends it (ECMA-48 control sequences, SS3, meta, or a byte)."""


@contextmanager
def signals(end: Callable[[], None], resized: Callable[[], None]) -> Iterator[None]:
    """Meanwhile call ``end`` when the process is asked to end, and ``resized`` when the terminal's size changes."""
    loop = asyncio.get_running_loop()
    acts = {signal.SIGTERM: end, signal.SIGHUP: end, signal.SIGWINCH: resized}
    for number, act in acts.items():
        loop.add_signal_handler(number, act)
    try:
        yield
    finally:
        for number in acts:
            loop.remove_signal_handler(number)


def size() -> tuple[int, int]:
    """The terminal's columns and lines."""
    columns, lines = os.get_terminal_size()
    return columns, lines


def write(text: str) -> None:
    """Print without buffering."""
    sys.stdout.write(text)
    sys.stdout.flush()


def read_keys(press: Callable[[bytes], None]) -> Callable[[], None]:
    """Call ``press`` with each key, without echo, until the function that is returned is called."""
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    tty.setraw(descriptor, termios.TCSANOW)
    mode = termios.tcgetattr(descriptor)
    mode[1] |= termios.OPOST  # output is processed as before: other programs' line ends stay line ends
    termios.tcsetattr(descriptor, termios.TCSANOW, mode)
    loop = asyncio.get_running_loop()

    def read() -> None:
        try:
            data = os.read(descriptor, 1024)
        except OSError:
            data = b""  # the terminal is gone, as at the end of its input
        if not data:
            loop.remove_reader(descriptor)
            press(END_OF_INPUT)
        for key in ONE_KEY.findall(data):
            press(key)

    loop.add_reader(descriptor, read)

    def stop() -> None:
        loop.remove_reader(descriptor)
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)

    return stop
