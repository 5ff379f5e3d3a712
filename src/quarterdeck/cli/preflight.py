"""Before a demo runs: asks for consent, and prints what was checked, what is wrong, and how to fix it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING

import click

from quarterdeck.cli.report import lines
from quarterdeck.diagnostics import harmless
from quarterdeck.project.doctor import Finding, Grade
from quarterdeck.project.preflight import EngineState, examine, links, look_at_engine, wanted_images

if TYPE_CHECKING:
    from quarterdeck.model.demo import Demo
    from quarterdeck.project.engines import Chosen
    from quarterdeck.project.project import Project
    from quarterdeck.stage.docker.address import EngineAddress
    from quarterdeck.stage.docker.registry import PullProgress


def preflight(project: Project, chosen: Chosen, port: int, *, pull: bool | None) -> None:
    """Check all that the demos need, print it, and ask whether to continue if a demo can neither run nor be played.

    Missing images are pulled first, if ``pull`` says so; None: if there is a terminal.  Without one nothing is asked.

    Raises:
        click.Abort: when the speaker doesn't want to continue.

    """
    terminal = sys.stdin.isatty() and sys.stderr.isatty()
    findings, engine = _look(project, chosen)
    if engine and engine.missing and _wanted(pull):
        _pull(engine.address, engine.missing)
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


def pull_missing(images: Iterable[str], *, pull: bool | None) -> None:
    """Pull the images that the engine lacks; report those that can't be pulled.

    ``pull``: whether to, as ``--pull`` says; None: only if there is a terminal to show it on.
    """
    import asyncio

    from quarterdeck.diagnostics import QuarterdeckError
    from quarterdeck.project.engines import reachable
    from quarterdeck.stage.requirements import ASK_SECONDS, missing_images

    images = tuple(images)
    if not (images and _wanted(pull)):
        return
    try:
        address = asyncio.run(reachable())
    except QuarterdeckError:
        return  # the command reports it when it needs the engine
    _pull(address, missing_images(address, images, ASK_SECONDS))


def _wanted(pull: bool | None) -> bool:
    return sys.stderr.isatty() if pull is None else pull


def _pull(address: EngineAddress, images: Sequence[str]) -> None:
    """Pull images; what can't be pulled is reported as warnings, since work continues.  Ctrl-C leaves out the rest."""
    import os

    from msgspec.structs import replace

    from quarterdeck.cli.report import report
    from quarterdeck.diagnostics import Diagnostic, QuarterdeckError, Severity
    from quarterdeck.stage.docker.registry import pull

    faults: list[Diagnostic] = []
    try:
        for number, image in enumerate(images, start=1):
            click.echo(f"pulling {image} ({number} of {len(images)}); Ctrl-C continues without", err=True)
            try:
                with _pull_bar() as progress:
                    pull(address, image, os.environ, progress)
            except QuarterdeckError as error:
                faults += [replace(fault, severity=Severity.WARNING) for fault in error.diagnostics]
    except KeyboardInterrupt:
        click.echo("continuing without the missing images", err=True)
    report(faults)


@contextmanager
def _pull_bar() -> Iterator[PullProgress]:
    """Show a progress bar on a terminal; yield the callback ``(bytes done, bytes known)`` that advances it."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress

    with Progress(BarColumn(), DownloadColumn(), console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("", total=None)
        yield lambda done, total: shown.update(task, completed=done, total=total or None)


def agreed(demos: Sequence[Demo], yes: bool) -> bool:
    """Whether the demos may run: by ``--yes``, by an earlier answer, or by the answer to a question on the terminal.

    Without a terminal the answer is no.
    """
    from quarterdeck.project import engines as consent

    if yes or consent.given(demos):
        return True
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    what = list(_what_runs(demos))
    if len(what) <= LISTED:
        click.echo("The demos of this deck run these commands on this machine, against Docker:\n", err=True)
        _list(what, demos)
        answer = click.confirm("\nRun them? (you are asked again only if a script changes)", err=True)
    else:
        click.echo(f"The demos of this deck run commands on this machine, against Docker: {_counted(demos)}", err=True)
        _list((), demos)
        answer = _asked(what, demos)
    if not answer:
        return False
    try:
        consent.give(demos)
    except OSError as error:
        click.echo(f"your answer can't be stored, and you will be asked again: {error}", err=True)
    return True


LISTED = 12
"""Commands, variables and files that are listed without being asked for; of more, only how many there are."""


def _what_runs(demos: Sequence[Demo]) -> Iterator[tuple[str, str]]:
    """What demos run, set and bring, each with the name of its demo."""
    from quarterdeck.project import engines as consent

    yield from ((name, _plain(text)) for name, text in consent.commands(demos))
    yield from ((name, f"with {_plain(text)}") for name, text in consent.settings(demos))
    yield from ((name, f"with the file {_plain(text)}") for name, text in consent.files(demos))


def _list(what: Iterable[tuple[str, str]], demos: Sequence[Demo]) -> None:
    """List what demos run, and always what they may do that the clean room refuses others."""
    from quarterdeck.project import engines as consent

    for name, text in what:
        click.echo(f"  {click.style(name, dim=True)}  {text}", err=True)
    for name, exception in consent.exceptions(demos):
        click.echo(f"  {click.style(name, dim=True)}  {click.style(f'may {exception}', fg='yellow')}", err=True)


def _counted(demos: Sequence[Demo]) -> str:
    """``51 demos, 130 commands, 4 files``."""
    from quarterdeck.project import engines as consent

    counts = (
        (sum(bool(demo.steps) for demo in demos), "demo"),
        (len(consent.commands(demos)), "command"),
        (len(consent.settings(demos)), "variable"),
        (len(consent.files(demos)), "file"),
    )
    return ", ".join(f"{count} {word}{'s' * (count != 1)}" for count, word in counts if count)


def _asked(what: Sequence[tuple[str, str]], demos: Sequence[Demo]) -> bool:
    """Ask whether to run them, as often as the list is asked for."""
    question = "\nRun them? (you are asked again only if a script changes; l lists them)"
    choices = click.Choice(["y", "n", "l"], case_sensitive=False)
    while (answer := click.prompt(question, type=choices, default="n", err=True)) == "l":
        _list(what, demos)
    return bool(answer == "y")


def _plain(text: str) -> str:
    """A command as it will be typed, with characters made visible that are invisible or reverse the text direction."""
    from quarterdeck.project.engines import visible

    return harmless(visible(text)).replace("\n", "\n      ")


def require_consent(demos: Sequence[Demo], yes: bool) -> None:
    """Ask as :func:`agreed` does; raises QuarterdeckError if the answer is no."""
    from quarterdeck.diagnostics import QuarterdeckError

    if not agreed(demos, yes):
        raise QuarterdeckError.of(
            "the demos run commands on this machine; that needs your consent",
            hint="read the scripts, then pass --yes, or use --engine replay",
            code="not-agreed",
        )
