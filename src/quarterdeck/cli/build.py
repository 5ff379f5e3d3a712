"""``quarterdeck build``."""

from __future__ import annotations

from pathlib import Path

import click

from quarterdeck.cli.decks import choices, choices_options, many_decks


@click.command("build")
@many_decks
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(path_type=Path),
    default=Path("out"),
    show_default=True,
    help="Where to.",
)
@click.option("--to", "formats", default="pptx,html", show_default=True, metavar="FORMATS", help="Any of pptx, html.")
@choices_options
@click.option("--strict", is_flag=True, help="Warnings are errors.")
def command(
    decks: tuple[Path, ...],
    folder: Path,
    formats: str,
    assignments: tuple[str, ...],
    audience: str | None,
    strict: bool,
) -> None:
    """Write NAME.pptx and NAME.html for each DECK.

    Nothing is written unless every deck is free of errors.
    """
    from quarterdeck.cli.reporting import report
    from quarterdeck.diagnostics import Diagnostics, QuarterdeckError
    from quarterdeck.project.building import WRITERS, build
    from quarterdeck.project.loading import load_project
    from quarterdeck.project.outputs import write

    wanted = [name.strip() for name in formats.split(",") if name.strip()]
    if not wanted or not set(wanted) <= set(WRITERS):
        raise click.BadParameter(f"'{formats}': choose from {','.join(WRITERS)}", param_hint="--to")
    chosen = choices(assignments, audience)
    found = Diagnostics()
    outputs = {}
    for deck in decks:
        try:
            project = load_project(deck, chosen)
        except QuarterdeckError as error:
            found.extend(error.diagnostics)
            continue
        found.extend(project.warnings)
        for output in build(project, wanted, folder):
            if output.path in outputs:
                found.error(f"two decks are both called '{project.deck.name}'", hint="build them into two folders")
            outputs[output.path] = output
    if found.errors or (strict and len(found)):
        raise QuarterdeckError(found)
    report(found)
    write(outputs.values())
    for path, output in outputs.items():
        click.echo(f"{path}  {len(output.data) / 1e6:.1f} MB")
