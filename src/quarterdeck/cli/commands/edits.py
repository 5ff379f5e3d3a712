"""``quarterdeck sync`` and ``merge``: what someone changed in PowerPoint, in the deck or on a newer PPTX."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from quarterdeck.cli.options import choices_options, finish, one_deck

if TYPE_CHECKING:
    from quarterdeck.model.options import Choices
    from quarterdeck.workshop.edits.sync import Builder

edited_file = click.argument("edited", type=click.Path(path_type=Path), metavar="EDITED.pptx")
base_file: Callable[[Any], Any] = click.option(
    "--base",
    "original",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The PPTX as it was built, for an edited one that LibreOffice or Google has saved.",
)


@click.command("sync")
@edited_file
@one_deck
@click.option("--write", "is_written", is_flag=True, help="Change the files; without it only the changes are shown.")
@base_file
@choices_options
@finish
def sync_command(
    edited: Path, deck: Path, is_written: bool, original: Path | None, chosen: Choices, finish: Path | None
) -> int:
    """Take edits made in EDITED.pptx back into the Markdown of DECK.

    EDITED.pptx was built from DECK, with the same options, and edited since; DECK may have changed, too.  Texts, cells
    of tables, notes and new slides are taken.  What both have changed, and what Markdown can't hold, is listed with
    its place in the source, and left alone.

    Exit status 1 when something was not taken.
    """
    from quarterdeck.cli.report import report
    from quarterdeck.files.outputs import write
    from quarterdeck.workshop.edits.sync import sync

    found = sync(edited, _builder(deck, chosen, finish), original)
    if is_written:
        write(found.outputs)
        for taken in found.taken:
            click.echo(f"{taken.span.file}:{taken.span.line}: {taken.what}")
    else:
        click.echo(found.diff, nl=False)
    report(found.refused)
    if not found.taken and not found.refused:
        click.echo("nothing was edited")
    elif found.taken and not is_written:
        click.echo(f"{_count(len(found.taken), 'edit')} can be taken: --write does", err=True)
    return int(bool(found.refused))


@click.command("merge")
@edited_file
@one_deck
@click.option("-o", "--output", "to", type=click.Path(path_type=Path), required=True, metavar="NEW.pptx")
@base_file
@choices_options
@finish
def merge_command(
    edited: Path, deck: Path, to: Path, original: Path | None, chosen: Choices, finish: Path | None
) -> int:
    """Build DECK as NEW.pptx with the edits that were made in EDITED.pptx.

    EDITED.pptx was built from DECK, with the same options, and edited since.  Texts with their looks, moved shapes, new
    text boxes and pictures, notes, new slides and slides taken out are made again; the deck's sources stay as they
    are.  What both have changed stays as the deck has it, and is listed.

    Exit status 1 when something could not be made again.
    """
    from quarterdeck.cli.report import report
    from quarterdeck.files.outputs import Output, shown_size, write
    from quarterdeck.workshop.edits.replay import merge

    found = merge(edited, _builder(deck, chosen, finish), original)
    write([Output(to, found.pptx)])
    report(found.refused)
    click.echo(f"{to}  {shown_size(len(found.pptx))}, {_count(found.made, 'edit')} made again")
    return int(bool(found.refused))


def _builder(deck: Path, chosen: Choices, finish: Path | None) -> Builder:
    from quarterdeck.project.finish import Finish
    from quarterdeck.workshop.edits.sync import Builder

    return Builder(deck, chosen, Finish.read(finish) if finish is not None else None)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"
