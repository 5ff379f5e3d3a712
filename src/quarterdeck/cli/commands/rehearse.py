"""``quarterdeck rehearse``: runs demos without an audience, compares, and records."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from quarterdeck.cli.options import choices_options, or_here, pull, yes

if TYPE_CHECKING:
    from quarterdeck.model.demo import Demo, Step
    from quarterdeck.model.options import Choices
    from quarterdeck.project.rehearsal.rehearse import DemoResult, Photograph, Progress
    from quarterdeck.project.rehearsal.selection import Selection
    from quarterdeck.stage.events import Engine

STOPPED = 130
"""The exit status after Ctrl-C, by the convention of shells."""


@click.command("rehearse")
@click.argument("targets", nargs=-1, callback=or_here, type=click.Path(path_type=Path), metavar="[DECK|DEMO]...")
@click.option("--junit", "report_file", type=click.Path(path_type=Path), metavar="FILE", help="Write JUnit XML.")
@click.option("--update", is_flag=True, help="Rewrite the expected output from the real output.")
@click.option(
    "--repeat",
    "rounds",
    type=click.IntRange(1),
    default=1,
    metavar="N",
    help="Run everything N times, and list the steps that pass only sometimes.",
)
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(1),
    default=1,
    metavar="N",
    help="Run N demos at a time; those that share a port, an image tag or a demo they continue take turns.",
)
@click.option(
    "--engine",
    "engine_name",
    type=click.Choice(["docker", "replay"]),
    default="docker",
    show_default=True,
    help="Run for real, or play the recordings.",
)
@choices_options
@pull
@yes
def rehearse_command(
    targets: tuple[Path, ...],
    report_file: Path | None,
    update: bool,
    rounds: int,
    jobs: int,
    engine_name: str,
    chosen: Choices,
    pull: bool | None,
    yes: bool,
) -> int:
    """Run every demo of each DECK, or a DEMO script alone: compare, and record.

    Exit status 1 if a step fails, or if there is no step at all.  After Ctrl-C the recordings of the demos that have
    passed are kept.
    """
    from quarterdeck.cli.outcome import PrintedProgress, summary
    from quarterdeck.cli.preflight import pull_missing, require_consent
    from quarterdeck.cli.report import report
    from quarterdeck.files.atomic import Output, write
    from quarterdeck.project.preflight import images_of
    from quarterdeck.project.rehearsal.casts import save_casts
    from quarterdeck.project.rehearsal.rehearse import require_steps
    from quarterdeck.project.rehearsal.reports import junit
    from quarterdeck.project.rehearsal.selection import select

    if update and engine_name == "replay":
        raise click.UsageError("--update needs real output, so it can't be combined with --engine replay")
    selection = select(targets, chosen)
    require_steps(selection.demos)
    if engine_name == "docker":
        require_consent(selection.all, yes)
        pull_missing(images_of(selection.all), pull=pull)
    progress = PrintedProgress()
    stopped = False
    try:
        asyncio.run(_rehearse(selection, engine_name, jobs, rounds, progress))
    except KeyboardInterrupt:
        stopped = True
        progress.stop()
    results = progress.results
    if update and not stopped:
        results = _update(targets, chosen, results)
    report([fault for r in results for fault in (*r.fault, *(f for s in r.steps for f in s.finished.faults))])
    if engine_name == "docker":
        save_casts(results)
    if report_file:
        write([Output(report_file, junit(results))])
    for line in summary(selection, results, rounds):
        click.echo(line)
    if stopped:
        return STOPPED
    return int(not all(result.passed for result in results))


async def _rehearse(selection: Selection, engine_name: str, jobs: int, rounds: int, progress: Progress) -> None:
    from quarterdeck.project.rehearsal.rehearse import rehearse

    engines = await _engines(selection, engine_name, jobs)
    with _photographs(selection.demos if engine_name == "docker" else ()) as photograph:
        await rehearse(
            selection.demos, engines, progress, rounds=rounds, continued=selection.continued, photograph=photograph
        )


@contextmanager
def _photographs(demos: Iterable[Demo]) -> Iterator[Photograph | None]:
    """What takes the pictures of pages, until the context is left; says once if there is no browser to take them."""
    from quarterdeck.browser import BROWSER_FAULTS, PageCamera
    from quarterdeck.cli.report import report
    from quarterdeck.diagnostics import Diagnostic, Severity
    from quarterdeck.installed import browser_path
    from quarterdeck.model.placed import PICTURE_SCALE, page_size

    opening = [demo for demo in demos if demo.pages]
    program = browser_path()
    if not opening:
        yield None
        return
    if program is None:
        names = ", ".join(f"'{demo.name}'" for demo in opening)
        hint = "install Chromium or Chrome, and rehearse again"
        about = f"no browser on this machine: the pages that {names} open are recorded without pictures"
        report([Diagnostic(about, hint=hint, code="missing-picture", severity=Severity.WARNING)])
        yield None
        return
    camera = PageCamera(program)

    async def photograph(demo: Demo, step: Step) -> bytes | None:
        try:
            size = page_size(len(demo.pages))
            return await asyncio.to_thread(camera.take, step.open_url or "", size, PICTURE_SCALE)
        except BROWSER_FAULTS as error:
            about = f"there is no picture of {step.open_url}: {program}: {error}"
            report([Diagnostic(about, step.span, code="missing-picture", severity=Severity.WARNING)])
            return None

    with closing(camera):
        yield photograph


async def _engines(selection: Selection, engine_name: str, jobs: int) -> Sequence[Engine]:
    """One engine for each demo that may run at the same time."""
    from quarterdeck.cli.report import report
    from quarterdeck.diagnostics import Diagnostics
    from quarterdeck.project.engines import docker_engines
    from quarterdeck.project.project import load_casts
    from quarterdeck.stage.replay import ReplayEngine
    from quarterdeck.stage.shell.typist import Typing

    if engine_name == "docker":
        return await docker_engines(jobs, selection.all, Typing.RECORDED)
    found = Diagnostics()
    casts = load_casts(selection.demos, found)
    found.raise_errors()
    report(found)
    return [ReplayEngine(casts) for _ in range(jobs)]


def _update(targets: Sequence[Path], chosen: Choices, results: Sequence[DemoResult]) -> tuple[DemoResult, ...]:
    """Rewrite the scripts, and return the results compared with the new ones."""
    from quarterdeck.cli.report import forget_sources, report
    from quarterdeck.project.project import shown_path
    from quarterdeck.project.rehearsal.selection import select
    from quarterdeck.project.rehearsal.update import compared_again, update_scripts

    update = update_scripts(results)
    for path in update.files:
        click.echo(f"updated {shown_path(path)}")
    forget_sources()
    report(update.warnings)
    return compared_again(results, select(targets, chosen).demos)
