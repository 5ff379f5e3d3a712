"""``quarterdeck present``: gives the talk."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec.structs import replace

from quarterdeck.cli.options import choices_options, draft, one_deck, pull, yes
from quarterdeck.model.options import SHOW_PORT

if TYPE_CHECKING:
    from quarterdeck.model.options import Choices
    from quarterdeck.project.engines import Chosen
    from quarterdeck.project.project import Project
    from quarterdeck.show.addresses import Addresses
    from quarterdeck.show.present import ShowOptions, Summary

IN_PREFLIGHT = frozenset({"missing-cast", "stale-cast"})
"""Codes of warnings that are left out because the preflight shows the same."""


@dataclass(frozen=True, slots=True)
class TalkRequest:
    """A talk that is about to be given, and its options."""

    path: Path
    choices: Choices
    project: Project
    chosen: Chosen
    yes: bool
    """Whether ``--yes`` gave consent to every command, including those of later editions."""
    options: ShowOptions
    browser: bool


@click.command("present")
@one_deck
@click.option(
    "--engine",
    type=click.Choice(["auto", "docker", "replay"]),
    default="auto",
    show_default=True,
    help="Run the demos, or play their recordings; auto runs them if Docker answers.",
)
@click.option("--from", "start", metavar="SLIDE", help="Start from this slide: its id or number.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    metavar="PORT",
    default=SHOW_PORT,
    show_default=True,
    help="The port to serve on; 0 takes a free one.",
)
@click.option("--no-typing", is_flag=True, help="Show commands at once instead of typing them out.")
@click.option("--lan", is_flag=True, help="Let other machines follow, read-only.")
@click.option(
    "--record",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Record the show to this folder: a cast, and a page that replays it.",
)
@click.option("--no-browser", is_flag=True, help="Don't open the pages.")
@click.option("--no-console", is_flag=True, help="No console in this terminal; print the addresses of the pages.")
@draft
@click.option("--solutions", is_flag=True, help="Show each exercise's solution after it, and run it.")
@choices_options
@pull
@yes
def present_command(
    deck: Path,
    engine: str,
    start: str | None,
    port: int,
    no_typing: bool,
    lan: bool,
    record: Path | None,
    no_browser: bool,
    no_console: bool,
    draft: bool,
    solutions: bool,
    chosen: Choices,
    pull: bool | None,
    yes: bool,
) -> int:
    """Give the talk: a page for the audience, one for the presenter, and the console in this terminal.

    One key drives everything: the next fragment, then the next step of the demo, then the next slide.  With --draft,
    slides on which something doesn't fit are marked and shown; the exit status is 1 all the same.
    """
    import asyncio

    from quarterdeck.cli.outcome import sum_up
    from quarterdeck.cli.preflight import agreed, preflight
    from quarterdeck.cli.report import report
    from quarterdeck.files.folders import show_log
    from quarterdeck.model.options import Solutions
    from quarterdeck.project.engines import show_engine
    from quarterdeck.project.project import load_project
    from quarterdeck.show.alerts import bookmark_file
    from quarterdeck.show.present import ShowOptions, require_startable
    from quarterdeck.stage.shell.typist import Typing

    chosen = replace(chosen, solutions=Solutions.SHOWN if solutions else Solutions.LEFT_OUT, draft=draft)
    project = load_project(deck, chosen)
    report(warning for warning in project.warnings if warning.code not in IN_PREFLIGHT)
    demos = tuple(project.deck.demos.values())
    console = not no_console and all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))
    bookmark = bookmark_file(deck, port) if port else None
    options = ShowOptions(
        port=port, lan=lan, start=start, console=console, faults=show_log(), record=record, bookmark=bookmark
    )
    require_startable(project.shown, project.casts.keys(), options)
    typing = Typing.INSTANT if no_typing else Typing.HUMAN
    played_on = show_engine(engine, lambda: agreed(demos, yes), demos, project.casts, typing)
    preflight(project, played_on, port, pull=pull)
    talk = TalkRequest(deck, chosen, project, played_on, yes, options, not no_browser)
    summary, last = asyncio.run(_present(talk))
    sum_up(summary)
    _write_replay(summary, last)
    return int(bool(last.misfits))


async def _present(talk: TalkRequest) -> tuple[Summary, Project]:
    """Give the talk; returns its summary, and the deck as it was at the end."""
    from quarterdeck.diagnostics import QuarterdeckError
    from quarterdeck.model.options import Role
    from quarterdeck.project import consent
    from quarterdeck.project.project import load_project
    from quarterdeck.project.watch import Edition, edition_of, editions
    from quarterdeck.show.addresses import open_pages
    from quarterdeck.show.alerts import reload_on_save
    from quarterdeck.show.present import present
    from quarterdeck.show.web.documents import TakeHome
    from quarterdeck.stage.live import DockerEngine
    from quarterdeck.stage.replay import ReplayEngine

    project, chosen = talk.project, talk.chosen
    attendees = replace(talk.choices, role=Role.ATTENDEE)
    current = edition_of(project)
    recordings = ReplayEngine(project.casts)
    runs = isinstance(chosen.engine, DockerEngine)

    def announce(addresses: Addresses) -> None:
        if not talk.options.console:
            _print_addresses(addresses)
        if talk.browser:
            open_pages((addresses.projector, addresses.presenter))

    def accept(project: Project) -> None:
        if runs and not (talk.yes or consent.given(project.deck.demos.values())):
            raise QuarterdeckError.of(
                "it runs other commands, and you haven't agreed to them",
                hint="start the show again to be asked, or pass --yes",
                code="not-agreed",
            )

    def take(edition: Edition) -> None:
        nonlocal current
        current = edition
        for engine in (chosen.engine, recordings):
            match engine:
                case DockerEngine():
                    engine.replace(edition.project.deck.demos.values())
                case ReplayEngine():
                    engine.replace(edition.project.casts)

    summary = await present(
        project.shown,
        lambda: current.page,
        chosen.engine,
        recordings,
        project.casts.keys(),
        talk.options,
        note=chosen.note or "",
        announce=announce,
        step_seconds=recordings.step_seconds,
        takehome=TakeHome(project.deck.name, lambda: load_project(talk.path, attendees)),
        alongside=lambda show: reload_on_save(show, editions(talk.path, project, talk.choices, accept), take),
    )
    return summary, current.project


def _write_replay(summary: Summary, project: Project) -> None:
    """Write the page that replays a recorded show next to its cast; a show that never started leaves neither."""
    from quarterdeck.files.atomic import Output, write
    from quarterdeck.project.outputs.formats import replay_html

    if summary.kept is None:
        return
    if not summary.seconds:
        summary.kept.cast.unlink(missing_ok=True)
        return
    write([Output(summary.kept.page, replay_html(project, summary.kept.told))])
    click.echo(f"{summary.kept.page} replays the show; the cast is next to it.")


def _print_addresses(addresses: Addresses) -> None:
    """Print the addresses of the pages, and a QR code for the phone."""
    from quarterdeck.show.addresses import qr_lines

    click.echo(f"projector  {addresses.projector}")
    click.echo(f"presenter  {addresses.presenter}")
    click.echo(f"phone      {addresses.remote}")
    click.echo(f"audience   {addresses.audience}")
    for address in addresses.followers:
        click.echo(f"           {address}")
    if addresses.followers:
        for line in qr_lines(addresses.remote):
            click.echo("           " + click.style(line, fg=(0, 0, 0), bg=(255, 255, 255)))
    click.echo("Ctrl-C ends the show.")
