"""``quarterdeck import``."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", "folder", type=click.Path(path_type=Path), metavar="DIR", help="By default FILE's name."
)
@click.option(
    "--from",
    "dialect",
    type=click.Choice(["marp", "slidev", "pandoc", "pptx"]),
    help="Whose deck it is; told from the file where this isn't said.",
)
def command(file: Path, folder: Path | None, dialect: str | None) -> None:
    """Take over a Marp, Slidev or pandoc deck, or a PPTX, as a deck of ours.

    What did not carry over is listed with its place.  What a slide can't show is kept in its notes.
    """
    from quarterdeck.cli.report import report
    from quarterdeck.diagnostics import Diagnostics
    from quarterdeck.files.outputs import report_others, write
    from quarterdeck.workshop.imports.deck import Dialect, import_deck

    folder = folder or Path(file.stem if file.stem not in ("slides", "deck", "index") else file.resolve().parent.name)
    outputs, losses = import_deck(file, folder, Dialect(dialect) if dialect else None)
    found = Diagnostics()
    report_others(outputs, found)
    found.raise_errors()
    write(outputs)
    report(losses)
    click.echo(f"{folder}: {len(outputs)} file{'s' * (len(outputs) != 1)}, {len(losses)} things did not carry over")
    click.echo(f"look at it with: quarterdeck present {folder}")
