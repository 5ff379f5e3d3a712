"""``quarterdeck rehearse``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from quarterdeck.cli.decks import yes

if TYPE_CHECKING:
    from quarterdeck.model.demo import Demo, Step
    from quarterdeck.project.rehearsing import DemoResult
    from quarterdeck.project.scripts import Selection
    from quarterdeck.stage.events import StepFinished


@click.command("rehearse")
@click.argument("targets", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="DECK|DEMO...")
@click.option("--junit", "report_file", type=click.Path(path_type=Path), metavar="FILE", help="Write JUnit XML.")
@click.option("--update", is_flag=True, help="Rewrite the expected output from what came out.")
@click.option(
    "--engine",
    "engine_name",
    type=click.Choice(["docker", "replay"]),
    default="docker",
    show_default=True,
    help="Run for real, or play the recordings.",
)
@yes
def command(targets: tuple[Path, ...], report_file: Path | None, update: bool, engine_name: str, yes: bool) -> int:
    """Run every demo of each DECK, or a DEMO script alone: compare, and record.

    Exit status 1 when a step fails, or when there is no step at all.
    """
    import asyncio

    from quarterdeck.cli.agreement import agree
    from quarterdeck.cli.reporting import report
    from quarterdeck.project.junit import junit
    from quarterdeck.project.outputs import Output, write
    from quarterdeck.project.rehearsing import require_steps, save_casts
    from quarterdeck.project.scripts import select

    selection = select(targets)
    require_steps(selection.demos)
    if engine_name == "docker":
        agree(selection.all, yes)
    results = asyncio.run(_rehearse(selection, engine_name))
    if report_file:
        write([Output(report_file, junit(results))])
    if update:
        from quarterdeck.project.updating import update_scripts

        for path in update_scripts(results):
            click.echo(f"updated {path}")
    if engine_name == "docker":
        save_casts(results)
    report([fault for r in results for fault in (*r.fault, *(f for s in r.steps for f in s.finished.faults))])
    steps = [s for r in results for s in r.steps]
    failed = [r.demo.name for r in results if not r.passed]
    click.echo(
        f"{len(steps)} steps of {len(results)} demos, " + (f"failed: {', '.join(failed)}" if failed else "none failed")
    )
    return 1 if failed else 0


async def _rehearse(selection: Selection, engine_name: str) -> tuple[DemoResult, ...]:
    from quarterdeck.diagnostics import Diagnostics
    from quarterdeck.project.engines import docker_engine
    from quarterdeck.project.loading import load_casts
    from quarterdeck.project.rehearsing import rehearse
    from quarterdeck.stage.replay import ReplayEngine
    from quarterdeck.stage.typist import Typing

    if engine_name == "docker":
        engine = await docker_engine(selection.all, Typing.INSTANT)
        return await rehearse(selection.demos, engine, say_progress)
    found = Diagnostics()
    casts = load_casts(selection.demos, found)
    found.raise_errors()
    return await rehearse(selection.demos, ReplayEngine(casts), say_progress)


def say_progress(demo: Demo, step: Step, finished: StepFinished | None) -> None:
    """A line for each step that ended; on a terminal, also which one is running."""
    from quarterdeck.project.rehearsing import GOOD

    name = f"{demo.name}/{step.id}"
    tty = sys.stdout.isatty()
    if finished is None:
        if tty:
            click.echo(f"  …  {name}", nl=False)
        return
    good = finished.outcome in GOOD
    mark = click.style("ok", fg="green") if good else click.style(str(finished.outcome), fg="red", bold=True)
    click.echo(f"{chr(13) if tty else ''}{mark:>4}  {name}  {finished.duration:.1f} s")
