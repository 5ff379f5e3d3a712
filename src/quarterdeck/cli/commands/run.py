"""``quarterdeck run``."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from quarterdeck.cli.options import yes

if TYPE_CHECKING:
    from quarterdeck.model.cast import Cast
    from quarterdeck.model.demo import Demo
    from quarterdeck.stage.demo_run import Engine


@click.command("run")
@click.argument("demo", type=click.Path(path_type=Path))
@click.option(
    "--engine",
    type=click.Choice(["auto", "docker", "replay"]),
    default="auto",
    show_default=True,
    help="Run it, or play its recording; auto runs it where Docker answers.",
)
@click.option("--solution", is_flag=True, help="Of an exercise: let 'solution' show how it can be done.")
@yes
def command(demo: Path, engine: str, solution: bool, yes: bool) -> int:
    """Run one DEMO in this terminal, a key a step; of an exercise, do it in the stage's shell.

    Exit status 1 when its last step failed, or when the exercise isn't done.
    """
    import asyncio

    from quarterdeck.cli.consent import agreed
    from quarterdeck.cli.preflight import pull_missing
    from quarterdeck.diagnostics import Diagnostics, QuarterdeckError
    from quarterdeck.project.engines import show_engine
    from quarterdeck.project.project import load_casts
    from quarterdeck.source.deck import load_demo_chain

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise QuarterdeckError.of(
            "this needs a terminal, for the keys", hint="'quarterdeck rehearse' runs a demo without one"
        )
    *before, last = load_demo_chain(demo)
    if last.is_exercise:
        if engine == "replay":
            raise click.UsageError("an exercise is done for real: it can't go with --engine replay")
        from quarterdeck.cli.exercise import practise

        return practise(last, before, solution=solution, yes=yes)
    if solution:
        raise click.UsageError("--solution belongs to an exercise, and this demo is none")
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
    import webbrowser

    from quarterdeck.cli.terminal import read_keys, signals, size, write
    from quarterdeck.show.run.demo import Solo, play
    from quarterdeck.stage.replay import ReplayEngine

    await engine.open()
    try:
        solo = Solo(
            demo, engine, ReplayEngine(casts), recorded=bool(casts), write=write, size=size, browse=webbrowser.open
        )
        with signals(solo.ended.set, solo.draw):
            await play(solo, read_keys)
    finally:
        await engine.close()
    click.echo(solo.summary())
    return int(solo.failed)
