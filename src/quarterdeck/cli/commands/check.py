"""``quarterdeck check``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from quarterdeck.cli.options import choices_options, many_decks

if TYPE_CHECKING:
    from quarterdeck.model.options import Choices


@click.command("check")
@many_decks
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "github"]), default="text", show_default=True, help="How."
)
@choices_options
@click.option("--strict", is_flag=True, help="Warnings are errors.")
def command(decks: tuple[Path, ...], form: str, chosen: Choices, strict: bool) -> int:
    """Say everything that is wrong with each DECK: all faults at once, each with its position."""
    from quarterdeck.cli.report import as_github, as_json, report
    from quarterdeck.diagnostics import Severity
    from quarterdeck.project.check.rules import check

    found = [fault for deck in decks for fault in check(deck, chosen)]
    match form:
        case "json":
            click.echo(as_json(found))
        case "github":
            click.echo(as_github(found))
        case _:
            report(found)
            if not found:
                click.echo(f"{', '.join(map(str, decks))}: no fault found")
    return int(any(strict or fault.severity is Severity.ERROR for fault in found))
