"""``quarterdeck run``."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from quarterdeck.cli.decks import yes

if TYPE_CHECKING:
    from quarterdeck.model.cast import Cast
    from quarterdeck.model.demo import Demo
    from quarterdeck.show.solo import Solo
    from quarterdeck.stage.run import Engine

END_OF_INPUT = b"\x11"
"""The key that ends the demo, pressed for a speaker whose terminal is gone."""
ONE_KEY = re.compile(rb"\x1b\[[0-9;]*[A-Za-z~]|\x1bO[A-Za-z]|\x1b.|.", re.DOTALL)
"""One key as a terminal sends it (ECMA-48 control sequences, SS3, meta, or a byte)."""


@click.command("run")
@click.argument("demo", type=click.Path(path_type=Path))
@click.option(
    "--engine",
    type=click.Choice(["auto", "docker", "replay"]),
    default="auto",
    show_default=True,
    help="Run it, or play its recording; auto runs it where Docker answers.",
)
@yes
def command(demo: Path, engine: str, yes: bool) -> int:
    """Run one DEMO in this terminal, a key a step.

    Exit status 1 when its last step failed.
    """
    import asyncio

    from quarterdeck.cli.agreement import agreed
    from quarterdeck.cli.preflighting import pull_missing
    from quarterdeck.diagnostics import Diagnostics, QuarterdeckError
    from quarterdeck.project.engines import show_engine
    from quarterdeck.project.loading import load_casts
    from quarterdeck.source.loading import load_demo_chain

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise QuarterdeckError.of(
            "this needs a terminal, for the keys", hint="'quarterdeck rehearse' runs a demo without one"
        )
    *before, last = load_demo_chain(demo)
    found = Diagnostics()
    casts = load_casts([last], found)
    found.raise_errors()
    demos = (*before, last)
    chosen = show_engine(engine, lambda: agreed(demos, yes), demos, casts)
    if chosen.engine.name == "docker":
        pull_missing(demos)
    if chosen.note:
        click.echo(chosen.note, err=True)
    return asyncio.run(_run(last, chosen.engine, casts))


async def _run(demo: Demo, engine: Engine, casts: Mapping[str, Cast]) -> int:
    from quarterdeck.show.solo import Solo, play
    from quarterdeck.stage.replay import ReplayEngine

    await engine.open()
    try:
        solo = Solo(demo, engine, ReplayEngine(casts), recorded=bool(casts), write=_write, size=_size)
        with signals(solo):
            await play(solo, read_keys)
    finally:
        await engine.close()
    return int(solo.failed)


@contextmanager
def signals(solo: Solo) -> Iterator[None]:
    """End the demo in order when the process is asked to end, and draw anew when the terminal has another size."""
    import asyncio
    import signal

    loop = asyncio.get_running_loop()
    acts = {signal.SIGTERM: solo.ended.set, signal.SIGHUP: solo.ended.set, signal.SIGWINCH: solo.draw}
    for number, act in acts.items():
        loop.add_signal_handler(number, act)
    try:
        yield
    finally:
        for number in acts:
            loop.remove_signal_handler(number)


def _size() -> tuple[int, int]:
    columns, lines = os.get_terminal_size()
    return columns, lines


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def read_keys(press: Callable[[bytes], None]) -> Callable[[], None]:
    """Hand each key to ``press``, unechoed, until the callable returned is called."""
    import asyncio
    import termios
    import tty

    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    tty.setraw(descriptor, termios.TCSANOW)
    mode = termios.tcgetattr(descriptor)
    mode[1] |= termios.OPOST  # output goes on as before: other programs' line ends stay line ends
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
