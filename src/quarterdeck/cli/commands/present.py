"""``quarterdeck present``: gives the talk."""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Collection
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
    from quarterdeck.show.desklink import DeskLink
    from quarterdeck.show.present import ShowOptions, Summary

IN_PREFLIGHT = frozenset({"missing-cast", "stale-cast"})
"""Codes of warnings that are left out because the preflight shows the same."""


OTHER_COMMANDS = "The deck as saved runs other commands. Until you agree to them, the show stays as it was."


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


_ADDRESS = re.compile(r"\d+(?:\.\d+){2,}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")
"""What looks like an IP address."""


class PresentCommand(click.Command):
    """Reads ``--lan`` alone, and ``--lan ADDRESS``: what follows is the deck, unless it looks like an address."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Give a ``--lan`` without an address an empty one, since click would take whatever follows."""
        following = [*args[1:], ""]
        given = [
            "--lan=" if a == "--lan" and not _ADDRESS.fullmatch(b) else a for a, b in zip(args, following, strict=True)
        ]
        return super().parse_args(ctx, given)


def _lan_address(_ctx: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """The address of ``--lan``, empty for all; None without it."""
    import ipaddress

    try:
        return str(ipaddress.ip_address(value)) if value else value
    except ValueError:
        raise click.BadParameter(f"'{value}' is not an IP address of this machine") from None


def _desk_link(_ctx: click.Context, _option: click.Parameter, value: str | None) -> DeskLink | None:
    """The link of ``--seats``; what is wrong with it is said without its token."""
    from quarterdeck.show.desklink import DeskLink

    try:
        return DeskLink.of(value) if value else None
    except ValueError as error:
        raise click.BadParameter(f"{error}; 'quarterdeck seats serve' prints the organiser's link") from None


@click.command("present", cls=PresentCommand)
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
@click.option(
    "--lan",
    metavar="[ADDRESS]",
    callback=_lan_address,
    help="Let other machines follow, read-only: at every address of this machine, or only at one.",
)
@click.option(
    "--record",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Record the show to this folder: a cast, and a page that replays it.",
)
@click.option(
    "--seats",
    metavar="URL",
    callback=_desk_link,
    envvar="QUARTERDECK_SEATS",
    help="Show at each exercise how far the room is: the organiser's link of seats serve.",
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
    lan: str | None,
    record: Path | None,
    seats: DeskLink | None,
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
        port=port,
        lan=lan is not None,
        address=lan or None,
        start=start,
        console=console,
        faults=show_log(),
        seats=seats,
        record=record,
        bookmark=bookmark,
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
    from quarterdeck.model.options import Role
    from quarterdeck.project import engines as consent
    from quarterdeck.project.project import load_project
    from quarterdeck.project.watch import Edition, edition_of, editions
    from quarterdeck.show.addresses import open_pages
    from quarterdeck.show.alerts import reload_on_save
    from quarterdeck.show.present import present
    from quarterdeck.show.show import Question
    from quarterdeck.show.web.documents import TakeHome
    from quarterdeck.stage.live import DockerEngine
    from quarterdeck.stage.replay import ReplayEngine

    project, chosen = talk.project, talk.chosen
    attendees = replace(talk.choices, role=Role.ATTENDEE)
    current = edition_of(project)
    casts = project.casts
    recordings = ReplayEngine(casts)
    runs = isinstance(chosen.engine, DockerEngine)
    agreed = {demo.script_hash for demo in project.deck.demos.values()}

    def announce(addresses: Addresses) -> None:
        if not talk.options.console:
            _print_addresses(addresses)
        if talk.browser:
            open_pages((addresses.projector, addresses.presenter))

    def doubt(edition: Edition) -> Question | None:
        """Commands that the speaker hasn't agreed to yet; those of a demo that only has another name are not."""
        demos = tuple(edition.project.deck.demos.values())
        if not runs or talk.yes or consent.given(demos):
            return None
        lines = consent.described([demo for demo in demos if demo.script_hash not in agreed])
        return Question(OTHER_COMMANDS, tuple(lines)) if lines else None

    def take(edition: Edition) -> Collection[str]:
        """Use an edition from now on; the names of its demos with a recording."""
        nonlocal current, casts
        current = edition
        demos = edition.project.deck.demos
        if runs and not talk.yes:
            agreed.update(demo.script_hash for demo in demos.values())
            with contextlib.suppress(OSError):  # then the next show asks again
                consent.give(demos.values())
        known = {cast.script_hash: cast for cast in casts.values()}
        casts = {name: known[demo.script_hash] for name, demo in demos.items() if demo.script_hash in known}
        casts |= edition.project.casts
        for engine in (chosen.engine, recordings):
            match engine:
                case DockerEngine():
                    engine.replace(demos.values())
                case ReplayEngine():
                    engine.replace(casts)
        return casts.keys()

    summary = await present(
        project.shown,
        lambda: current.page,
        chosen.engine,
        recordings,
        project.casts.keys(),
        talk.options,
        note=chosen.note or "",
        announce=announce,
        announce_again=lambda addresses: click.echo(f"audience   {addresses.followers[0]}  (the network has changed)"),
        step_seconds=recordings.step_seconds,
        takehome=TakeHome(project.deck.name, lambda: load_project(talk.path, attendees)),
        alongside=lambda show: reload_on_save(show, editions(talk.path, project, talk.choices), take, doubt),
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
