"""``quarterdeck pack`` and ``quarterdeck unpack``: a deck and its images in one file, for a venue without network."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from quarterdeck.cli.options import one_deck, pull

if TYPE_CHECKING:
    from quarterdeck.stage.docker.address import EngineAddress
    from quarterdeck.workshop.pack.format import Progress


@click.command("pack")
@one_deck
@click.option(
    "-o", "--output", "target", type=click.Path(path_type=Path), metavar="FILE", help="By default NAME.qdpack."
)
@click.option("--no-images", is_flag=True, help="Leave the Docker images out.")
@pull
def pack_command(deck: Path, target: Path | None, no_images: bool, pull: bool | None) -> None:
    """Pack all that a venue without a network needs into one file.

    It holds the deck's sources, demos, recordings and outputs, and the Docker images of its demos, each with a
    checksum.  'quarterdeck unpack' unpacks it.  After an interruption, run it again to continue.
    """
    from quarterdeck.cli.preflight import pull_missing
    from quarterdeck.files.atomic import shown_size
    from quarterdeck.project.preflight import wanted_images
    from quarterdeck.project.project import load_project
    from quarterdeck.workshop.pack.pack import pack, plan

    project = load_project(deck)
    target = target or Path(f"{project.deck.name}.qdpack")
    images = () if no_images else wanted_images(project)
    engine = _engine_for_images() if images else None
    pull_missing(images, pull=pull)
    planned = plan(project, deck, engine)
    click.echo(
        f"{len(planned.files)} file{'s' * (len(planned.files) != 1)}, {shown_size(planned.file_bytes)}; "
        f"{len(planned.images)} image{'s' * (len(planned.images) != 1)}, about {shown_size(planned.image_bytes)}"
    )
    with _moving("packing", planned.file_bytes + planned.image_bytes) as progress:
        written = pack(planned, target, engine, progress)
    click.echo(f"{target}  {shown_size(written)}")


@click.command("unpack")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", "folder", type=click.Path(path_type=Path), metavar="DIR", help="By default the file's name."
)
@click.option("--no-images", is_flag=True, help="Leave the Docker images in the file.")
def unpack_command(file: Path, folder: Path | None, no_images: bool) -> None:
    """Unpack what 'quarterdeck pack' wrote: files into DIR, images into the Docker engine.

    Nothing is downloaded, and no existing file is overwritten.  After an interruption, run it again to continue.
    """
    from quarterdeck.diagnostics import QuarterdeckError
    from quarterdeck.files.atomic import shown_size
    from quarterdeck.workshop.pack.format import BrokenPackError, PackReader
    from quarterdeck.workshop.pack.unpack import broken, contents, unpack_files, unpack_images

    folder = folder or Path(file.stem)
    try:
        reader = PackReader(file)
    except FileNotFoundError:
        raise QuarterdeckError.of(f"no such file: {file}", code="missing-file") from None
    except (OSError, BrokenPackError) as error:
        raise broken(str(file), error) from None
    with reader:
        packed = contents(reader, str(file))
        unpack_files(reader, packed, folder, str(file))
        click.echo(f"{len(packed.files)} files in {folder}")
        if packed.images and not no_images:
            engine = _engine_for_images()
            with _moving("loading", sum(image.size for image in packed.images)) as progress:
                loaded = unpack_images(reader, packed, engine, str(file), progress)
            there = len(packed.images) - len(loaded)
            click.echo(f"{len(loaded)} images loaded, {there} already there; {shown_size(file.stat().st_size)} read")
    click.echo(f"start the talk with: quarterdeck present {folder / packed.deck}")


def _engine_for_images() -> EngineAddress:
    """The engine that images are saved from or loaded into; raises QuarterdeckError with a way to do without."""
    import asyncio

    from msgspec.structs import replace

    from quarterdeck.diagnostics import QuarterdeckError
    from quarterdeck.project.engines import reachable

    try:
        return asyncio.run(reachable())
    except QuarterdeckError as error:
        raise QuarterdeckError(
            replace(fault, hint=f"{fault.hint}; or leave the images out with --no-images")
            for fault in error.diagnostics
        ) from None


@contextmanager
def _moving(what: str, total: int) -> Iterator[Progress]:
    """Show a progress bar if stderr is a terminal; yields the callback ``(name, bytes_done)`` that advances it."""
    if not sys.stderr.isatty():
        yield lambda thing, count: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(what, total=total)
        yield lambda thing, count: shown.update(task, advance=count, description=f"{what} {thing}")
