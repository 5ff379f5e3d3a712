"""Prints what the speaker needs to know before the first slide: what was checked, what is wrong, how to fix it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from itertools import chain
from typing import TYPE_CHECKING

import click

from quarterdeck.cli.report import lines
from quarterdeck.project.doctor import Finding, Grade
from quarterdeck.project.preflight import EngineState, examine, images_of, links, look_at_engine, wanted_images

if TYPE_CHECKING:
    from quarterdeck.model.demo import Demo
    from quarterdeck.project.engines import Chosen
    from quarterdeck.project.project import Project


def preflight(project: Project, chosen: Chosen, port: int) -> None:
    """Check all that the demos need, print it, and ask whether to continue if a demo can neither run nor be played.

    Missing images are pulled first.  Without a terminal nothing is pulled or asked.

    Raises:
        click.Abort: when the speaker doesn't want to continue.

    """
    terminal = sys.stdin.isatty() and sys.stderr.isatty()
    findings, engine = _look(project, chosen)
    if engine and engine.missing and terminal and shutil.which("docker"):
        pull(engine)
        findings, _ = _look(project, chosen)
    findings += links(project, port)
    for line in chain.from_iterable(map(lines, findings)):
        click.echo(line, err=True)
    grades = {finding.grade for finding in findings}
    if not terminal or grades == {Grade.GOOD}:
        return
    if Grade.LOST in grades:
        click.confirm("\nContinue without it?", default=True, abort=True, err=True)
    else:  # the console would cover it before anybody had read it
        click.echo("\nPress any key to start the show, Ctrl-C to quit.", err=True)
        click.getchar()


def _look(project: Project, chosen: Chosen) -> tuple[list[Finding], EngineState | None]:
    """The findings, and the engine where demos run against one."""
    import asyncio

    from quarterdeck.diagnostics import QuarterdeckError

    live = chosen.engine.name == "docker"
    if not live and chosen.note is None:
        return examine(project, None, None), None
    try:
        engine = asyncio.run(look_at_engine(wanted_images(project)))
    except QuarterdeckError as error:
        return examine(project, None, error), None
    return (examine(project, engine, None), engine) if live else (examine(project, None, chosen.note), None)


def pull_missing(demos: Iterable[Demo]) -> None:
    """Pull the images that demos name and the engine lacks, where there is a terminal to show it on."""
    import asyncio

    from quarterdeck.diagnostics import QuarterdeckError

    if not (sys.stderr.isatty() and shutil.which("docker")):
        return
    try:
        engine = asyncio.run(look_at_engine(images_of(demos)))
    except QuarterdeckError:
        return  # whoever needs the engine says so
    if engine.missing:
        pull(engine)


def pull(engine: EngineState) -> None:
    """Pull the images that are missing, with Docker's own progress; Ctrl-C leaves the rest out."""
    environ = dict(os.environ)
    if not {"DOCKER_HOST", "DOCKER_CONTEXT"} & environ.keys() and engine.address.source == "the usual socket":
        environ["DOCKER_HOST"] = engine.address.url
    try:
        for number, image in enumerate(engine.missing, start=1):
            click.echo(f"pulling {image} ({number} of {len(engine.missing)}); Ctrl-C goes on without", err=True)
            _pull(image, environ)
    except KeyboardInterrupt:
        click.echo("going on without", err=True)


def _pull(image: str, environ: dict[str, str]) -> None:
    subprocess.run(
        ["docker", "pull", image], env=environ, check=False
    )  # what went wrong is on the terminal, and found again after
