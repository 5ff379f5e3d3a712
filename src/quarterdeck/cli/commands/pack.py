"""``quarterdeck pack``."""

from __future__ import annotations

from pathlib import Path

import click

from quarterdeck.cli.options import one_deck


@click.command("pack")
@one_deck
@click.option(
    "-o", "--output", "target", type=click.Path(path_type=Path), metavar="FILE", help="By default NAME.qdpack."
)
@click.option("--no-images", is_flag=True, help="Leave the Docker images out.")
def command(deck: Path, target: Path | None, no_images: bool) -> None:
    """Put all that a venue without a network needs into one file.

    The deck's sources, demos, recordings and outputs, and the images that its demos name, each with a checksum.
    'quarterdeck unpack' brings them back.  Interrupted, it goes on where it stopped.
    """
    from quarterdeck.cli.progress import engine_for_images, moving
    from quarterdeck.files.outputs import shown_size
    from quarterdeck.project.preflight import wanted_images
    from quarterdeck.project.project import load_project
    from quarterdeck.workshop.pack.pack import pack, plan

    project = load_project(deck)
    target = target or Path(f"{project.deck.name}.qdpack")
    engine = engine_for_images() if wanted_images(project) and not no_images else None
    planned = plan(project, deck, engine)
    click.echo(
        f"{len(planned.files)} file{'s' * (len(planned.files) != 1)}, {shown_size(planned.file_bytes)}; "
        f"{len(planned.images)} image{'s' * (len(planned.images) != 1)}, about {shown_size(planned.image_bytes)}"
    )
    with moving("packing", planned.file_bytes + planned.image_bytes) as progress:
        written = pack(planned, target, engine, progress)
    click.echo(f"{target}  {shown_size(written)}")
