"""``quarterdeck rehearse``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
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
    "--repeat",
    "rounds",
    type=click.IntRange(1),
    default=1,
    metavar="N",
    help="Run everything N times, and name the steps that pass only sometimes.",
)
@click.option(
    "--engine",
    "engine_name",
    type=click.Choice(["docker", "replay"]),
    default="docker",
    show_default=True,
    help="Run for real, or play the recordings.",
)
@yes
def command(
    targets: tuple[Path, ...], report_file: Path | None, update: bool, rounds: int, engine_name: str, yes: bool
) -> int:
    """Run every demo of each DECK, or a DEMO script alone: compare, and record.

    Exit status 1 when a step fails, or when there is no step at all.
    """
    import asyncio

    from quarterdeck.cli.agreement import agree
    from quarterdeck.cli.reporting import report
    from quarterdeck.project.casts import save_casts
    from quarterdeck.project.junit import junit
    from quarterdeck.project.outputs import Output, write
    from quarterdeck.project.rehearsing import require_steps
    from quarterdeck.project.scripts import select

    if update and engine_name == "replay":
        raise click.UsageError("--update takes over what really comes out: it can't go with --engine replay")
    selection = select(targets)
    require_steps(selection.demos)
    if engine_name == "docker":
        agree(selection.all, yes)
    results = asyncio.run(_rehearse(selection, engine_name, rounds))
    if update:
        results = _update(targets, results)
    report([fault for r in results for fault in (*r.fault, *(f for s in r.steps for f in s.finished.faults))])
    if engine_name == "docker":
        save_casts(results)
    if report_file:
        write([Output(report_file, junit(results))])
    return _sum_up(selection, results, rounds)


async def _rehearse(selection: Selection, engine_name: str, rounds: int) -> tuple[DemoResult, ...]:
    from quarterdeck.cli.reporting import report
    from quarterdeck.diagnostics import Diagnostics
    from quarterdeck.project.engines import docker_engine
    from quarterdeck.project.loading import load_casts
    from quarterdeck.project.rehearsing import rehearse
    from quarterdeck.stage.replay import ReplayEngine
    from quarterdeck.stage.typist import Typing

    if engine_name == "docker":
        engine = await docker_engine(selection.all, Typing.INSTANT)
        return await rehearse(selection.demos, engine, say_progress, rounds)
    found = Diagnostics()
    casts = load_casts(selection.demos, found)
    found.raise_errors()
    report(found)
    return await rehearse(selection.demos, ReplayEngine(casts), say_progress, rounds)


def _update(targets: Sequence[Path], results: Sequence[DemoResult]) -> tuple[DemoResult, ...]:
    """Rewrite the scripts; gives the results as they are against what stands there now."""
    from quarterdeck.cli.reporting import forget_sources, report
    from quarterdeck.project.loading import shown_path
    from quarterdeck.project.scripts import select
    from quarterdeck.project.updating import judged_anew, update_scripts

    update = update_scripts(results)
    for path in update.files:
        click.echo(f"updated {shown_path(path)}")
    forget_sources()
    report(update.warnings)
    return judged_anew(results, select(targets).demos)


def say_progress(demo: Demo, step: Step, finished: StepFinished | None) -> None:
    """A line for each step that ended; on a terminal, also which one is running."""
    name = f"{demo.name}/{step.id}"
    tty = sys.stdout.isatty()
    if finished is None:
        if tty:
            click.echo(f"   …  {name}", nl=False)
        return
    good = finished.outcome.good
    word = "ok" if good else str(finished.outcome)
    mark = click.style(f"{word:>4}", fg="green" if good else "red", bold=not good)
    begin = "\r\x1b[K" if tty else ""
    click.echo(f"{begin}{mark}  {name}  {finished.duration:.1f} s")


def _sum_up(selection: Selection, results: Sequence[DemoResult], rounds: int) -> int:
    """Say how it went; gives the exit status."""
    from quarterdeck.project.rehearsing import rehearsed
    from quarterdeck.project.repeating import flaky_steps
    from quarterdeck.project.timing import slide_times

    for time in slide_times(selection.plans, results):
        line = f"slide {time.slide}: its demo takes {time.seconds:.0f} s of {time.planned:.0f} s planned"
        click.echo(click.style(line, fg="yellow") if time.over else line)
    flaky = flaky_steps(results)
    for step in flaky:
        click.echo(f"flaky: {step.demo}/{step.step} passed {step.passed} times of {step.ran}")
    steps = sum(len(result.steps) for result in results)
    failed = dict.fromkeys(result.demo.name for result in results if not result.passed)
    how_often = f", {rounds} times" if rounds > 1 else ""
    counted = f"{_count(steps, 'step')} of {_count(len(selection.demos), 'demo')}{how_often}"
    left_out = sum(sum(map(rehearsed, result.demo.steps)) - len(result.steps) for result in results)
    unrun = f"; {_count(left_out, 'step')} did not run" if left_out else ""
    click.echo(f"{counted}, " + (f"failed: {', '.join(failed)}{unrun}" if failed else "none failed"))
    return 1 if failed else 0


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"
