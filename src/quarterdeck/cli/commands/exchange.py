"""``pack``, ``unpack``, ``sync`` and ``merge``: decks that go to other machines and people, and come back."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from quarterdeck.cli.options import choices_options, finish, one_deck, pull

if TYPE_CHECKING:
    from quarterdeck.model.options import Choices
    from quarterdeck.stage.docker.address import EngineAddress
    from quarterdeck.workshop.edits.builder import Builder
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


edited_file = click.argument("edited", type=click.Path(path_type=Path), metavar="EDITED.pptx")
base_file: Callable[[Any], Any] = click.option(
    "--base",
    "original",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The PPTX as it was built, for an edited one that LibreOffice or Google has saved.",
)
variant_option: Callable[[Any], Any] = click.option(
    "--variant", metavar="NAME", help="Which variant it is, where DECK is a manifest; by default told by its file name."
)


@click.command("sync")
@edited_file
@one_deck
@click.option("--write", "is_written", is_flag=True, help="Change the files; without it only the changes are shown.")
@base_file
@variant_option
@choices_options
@finish
def sync_command(
    edited: Path,
    deck: Path,
    is_written: bool,
    original: Path | None,
    variant: str | None,
    chosen: Choices,
    finish: Path | None,
) -> int:
    """Take edits made in EDITED.pptx back into the Markdown of DECK.

    EDITED.pptx was built from DECK, with the same options, and edited since; DECK may have changed, too.  It may also
    be the manifest of a workshop, one of whose variants EDITED.pptx is.  Texts, cells of tables, notes and new slides
    are taken.  What both have changed, and what Markdown can't hold, is listed with its place in the source, and left
    alone.

    Exit status 1 when something was not taken.
    """
    from quarterdeck.cli.report import report
    from quarterdeck.files.atomic import write
    from quarterdeck.workshop.edits.sync import sync

    found = sync(edited, _builder(edited, deck, variant, chosen, finish), original)
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
@variant_option
@choices_options
@finish
def merge_command(
    edited: Path,
    deck: Path,
    to: Path,
    original: Path | None,
    variant: str | None,
    chosen: Choices,
    finish: Path | None,
) -> int:
    """Build DECK as NEW.pptx with the edits that were made in EDITED.pptx.

    EDITED.pptx was built from DECK, with the same options, and edited since; DECK may also be a manifest, one of whose
    variants it is.  Texts with their looks, moved shapes, new
    text boxes and pictures, notes, new slides and slides taken out are made again; the deck's sources stay as they
    are.  What both have changed stays as the deck has it, and is listed.

    Exit status 1 when something could not be made again.
    """
    from quarterdeck.cli.report import report
    from quarterdeck.files.atomic import Output, shown_size, write
    from quarterdeck.workshop.edits.replay import merge

    found = merge(edited, _builder(edited, deck, variant, chosen, finish), original)
    write([Output(to, found.pptx)])
    report(found.refused)
    click.echo(f"{to}  {shown_size(len(found.pptx))}, {_count(found.made, 'edit')} made again")
    return int(bool(found.refused))


def _builder(edited: Path, deck: Path, variant: str | None, chosen: Choices, finish: Path | None) -> Builder:
    """What builds the deck, or the variant of a manifest, that a file was edited in."""
    from quarterdeck.project.finish import Finish
    from quarterdeck.workshop.edits.builder import Builder
    from quarterdeck.workshop.manifest.read import SUFFIXES

    if deck.suffix in SUFFIXES:
        deck, chosen = _variant(edited, deck, variant, chosen)
    elif variant is not None:
        raise click.UsageError("--variant needs the manifest of a workshop in place of DECK")
    return Builder(deck, chosen, Finish.read(finish) if finish is not None else None)


def _variant(edited: Path, manifest: Path, name: str | None, chosen: Choices) -> tuple[Path, Choices]:
    """The deck and the choices of a variant."""
    from quarterdeck.model.options import PLAIN
    from quarterdeck.workshop.build.build import load_variant
    from quarterdeck.workshop.manifest.read import read_manifest
    from quarterdeck.workshop.manifest.variants import variant_named

    if chosen != PLAIN:
        raise click.UsageError("--set, --audience, --role and --lang are what the manifest says: leave them out")
    variant = variant_named(read_manifest(manifest), name, edited.name)
    return variant.deck, load_variant(variant)[1]


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"
