"""The command line: reads arguments, calls the rooms below, prints, and sets the exit status.

In come the words that a user typed; out go files, messages on stderr with ``file:line:col``, and an exit status: 0 for
success, 1 for a fault of the deck, a step or the machine, 2 for wrong usage, 130 after Ctrl-C.  No other room imports
``click``.

Begin with :data:`COMMANDS`, the table of all commands; :mod:`commands` has their modules.  The rules:

- ``quarterdeck --help`` imports none of the commands, and a command imports what it needs when it is called.
- Every fault that a user can cause ends in :func:`main` as a message.  A traceback is a bug.
- Progress and questions appear only on a terminal; without one, the answer to a question is no.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping
from typing import NamedTuple

import click

from quarterdeck import __version__


class CommandEntry(NamedTuple):
    """Where a command is found, and its line in ``--help``."""

    module: str
    """In :mod:`quarterdeck.cli.commands`; its attribute ``NAME_command`` is the command."""
    summary: str


COMMANDS: Mapping[str, CommandEntry] = {
    "new": CommandEntry("start", "Create a deck that is ready to build and run."),
    "build": CommandEntry("build", "Write PPTX and HTML."),
    "film": CommandEntry("build", "Make a video of the show from its recordings."),
    "check": CommandEntry("build", "List everything that is wrong with a deck."),
    "rehearse": CommandEntry("rehearse", "Run every demo, compare, and record."),
    "present": CommandEntry("present", "Give the talk, with its demos live."),
    "run": CommandEntry("run", "Run one demo in this terminal, one key per step."),
    "workshop": CommandEntry("workshop", "Build every variant of a deck."),
    "theme": CommandEntry("build", "Show every layout in a theme."),
    "seats": CommandEntry("seats", "Give each attendee a stage in a browser."),
    "import": CommandEntry("start", "Import a Marp, Slidev, pandoc or PowerPoint deck."),
    "sync": CommandEntry("exchange", "Take edits made in PowerPoint back into the deck."),
    "merge": CommandEntry("exchange", "Put edits made in PowerPoint onto a deck that was built again."),
    "pack": CommandEntry("exchange", "Pack deck, recordings and images into one file."),
    "unpack": CommandEntry("exchange", "Unpack it where there is no network."),
    "lsp": CommandEntry("start", "Serve editors: faults, completion and a preview while you type."),
    "clean": CommandEntry("start", "Remove what shows have left on the Docker engine."),
    "doctor": CommandEntry("start", "Check this machine: what is missing and how to fix it."),
    "help": CommandEntry("start", "Read the guide."),
}
"""Every command, in the order in which a deck is made."""


_SHOWING = "'quarterdeck present' shows the deck and follows each save; 'quarterdeck build --watch' writes the files"
ELSEWHERE: Mapping[str, str] = {
    "export": "'quarterdeck build --to pdf' and the like write files",
    "record": "'quarterdeck rehearse' records the demos, 'quarterdeck film' makes a video of the slides",
    "video": "'quarterdeck film' makes a video of the slides",
    "render": "'quarterdeck build' writes the files",
    "convert": "'quarterdeck build' writes the files, 'quarterdeck import' reads other tools' decks",
    **dict.fromkeys(
        ("serve", "server", "preview", "watch", "dev", "start", "show", "open", "play", "slides"), _SHOWING
    ),
    **dict.fromkeys(
        ("pdf", "pptx", "html", "print", "save"), "'quarterdeck build --to pptx,html,pdf' writes the files"
    ),
    "themes": "'quarterdeck theme preview' shows every layout in each theme",
    "version": "'quarterdeck --version' prints it",
    "init": "'quarterdeck new NAME' creates a deck",
    "create": "'quarterdeck new NAME' creates a deck",
    "test": "'quarterdeck rehearse' runs the demos, 'quarterdeck check' looks for faults",
    "lint": "'quarterdeck check' looks for faults",
}
"""What commands of other tools are called here."""
_TO = "'--to pptx,html,pdf,png,handout' chooses the outputs, '-o' their folder"
OPTIONS: Mapping[str, str] = {
    **dict.fromkeys(("--pdf", "--pptx", "--html", "--png", "--images", "--format", "--export", "-t"), _TO),
    **dict.fromkeys(("--watch", "-w", "--server", "-s", "--preview", "-p"), _SHOWING),
    "--theme": "'theme:' in the deck's front matter names it: 'quarterdeck help themes'",
    "--open": "'quarterdeck present' opens the browser by itself",
    **dict.fromkeys(
        ("--presenter", "--present"), "'quarterdeck present' has a page for the speaker: it prints its address"
    ),
}
"""What options of other tools are called here, where a command has none of that name."""


class CommandsOnDemand(click.Group):
    """A group that knows its commands by name, and imports one when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of ``COMMANDS``."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported; None for an unknown name."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"quarterdeck.cli.commands.{COMMANDS[cmd_name].module}")
        command = getattr(module, f"{cmd_name}_command")
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with the closest command as a hint."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from quarterdeck.diagnostics import suggestion

            hint = ELSEWHERE.get(args[0]) or _file_hint(args[0]) or suggestion(args[0], COMMANDS)
            ctx.fail(f"No such command '{args[0]}'; {hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The summaries, without importing any command."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.summary) for name, entry in COMMANDS.items()])


def _file_hint(name: str) -> str | None:
    """What can be done with a file or folder that is named where a command belongs."""
    from pathlib import Path

    path = Path(name)
    if path.suffix == ".md" or (path / "deck.md").exists():
        return f"'quarterdeck present {name}' shows the deck, 'quarterdeck build {name}' writes the files"
    return f"'quarterdeck import {name}' makes a deck of it" if path.suffix in (".pptx", ".potx", ".html") else None


@click.group(
    cls=CommandsOnDemand,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="'quarterdeck help' is the guide.  DECK is a folder with a deck.md, or a Markdown file.",
)
@click.version_option(__version__, prog_name="quarterdeck")
def quarterdeck() -> None:
    """Slide decks with live demos that can't fail on stage."""


def main() -> None:
    """Run the command line; every fault that a user can cause ends here as a message and exit status 1."""
    try:
        _run()
    finally:
        _report_what_stayed()


def _report_what_stayed() -> None:
    """Report the folders of demos that could not be removed, if any demo has run."""
    if workspace := sys.modules.get("quarterdeck.stage.workspace"):
        from quarterdeck.cli.report import report

        report(workspace.stayed())


def _run() -> None:
    try:
        status = quarterdeck.main(standalone_mode=False)
    except click.ClickException as error:
        if isinstance(error, click.NoSuchOption) and (hint := OPTIONS.get(error.option_name)):
            error = click.UsageError(f"{error.message.rstrip('.')}; {hint}", error.ctx)
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped", err=True)
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except Exception as error:
        from quarterdeck.cli.report import report
        from quarterdeck.diagnostics import QuarterdeckError  # ``--help`` does without it, and without msgspec

        if not isinstance(error, QuarterdeckError):
            raise
        report(error.diagnostics)
        sys.exit(1)
    sys.exit(status if isinstance(status, int) else 0)
