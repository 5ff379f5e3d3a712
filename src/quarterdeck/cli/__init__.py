"""The commands.

One module a command, imported only when it is used: ``quarterdeck --help`` reads none of them.
Exit status: 0 fine, 1 the deck, a step or the machine is at fault, 2 wrong usage.
"""

from __future__ import annotations

import importlib
import keyword
import sys
from collections.abc import Mapping

import click

from quarterdeck import __version__
from quarterdeck.diagnostics import QuarterdeckError

COMMANDS: Mapping[str, str] = {
    "new": "Start a deck that builds and runs as it is.",
    "build": "Write PPTX and HTML.",
    "check": "Say everything that is wrong with a deck.",
    "rehearse": "Run every demo, compare, and record.",
    "present": "Give the talk, with its demos live.",
    "run": "Run one demo in this terminal, a key a step.",
    "workshop": "Build every variant of a deck.",
    "import": "Take over a Marp, Slidev or pandoc deck, or a PPTX.",
    "pack": "Put deck, recordings and images into one file.",
    "unpack": "Bring a packed deck back, without a network.",
    "clean": "Remove what a show left behind.",
    "doctor": "Say what is missing on this machine, and how to mend it.",
    "help": "Read the guide.",
}
"""Each command and what it does, in the order a deck is made."""


class CommandsOnDemand(click.Group):
    """Knows its commands by name, and imports ``quarterdeck.cli.commands.NAME`` when one is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of ``COMMANDS``."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command's own ``command`` object, or None for an unknown name."""
        if cmd_name not in COMMANDS:
            return None
        module = f"{cmd_name}_" if keyword.iskeyword(cmd_name) else cmd_name
        command = importlib.import_module(f"quarterdeck.cli.commands.{module}").command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with the closest command as a hint."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from quarterdeck.diagnostics import suggestion

            ctx.fail(f"No such command '{args[0]}'; {suggestion(args[0], COMMANDS)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The summaries, without importing any command."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=CommandsOnDemand,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="'quarterdeck help' is the guide.  DECK is a folder with a deck.md, or a Markdown file.",
)
@click.version_option(__version__, prog_name="quarterdeck")
def quarterdeck() -> None:
    """Slide decks with live demos that can't fail on stage."""


def main() -> None:
    """Run the command line; every fault a user can cause ends here as a message and exit status 1."""
    try:
        status = quarterdeck.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped", err=True)
        sys.exit(130)
    except QuarterdeckError as error:
        from quarterdeck.cli.report import report

        report(error.diagnostics)
        sys.exit(1)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    sys.exit(status if isinstance(status, int) else 0)
