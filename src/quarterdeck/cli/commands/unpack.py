"""``quarterdeck unpack``."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("unpack")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", "folder", type=click.Path(path_type=Path), metavar="DIR", help="By default the file's name."
)
@click.option("--no-images", is_flag=True, help="Leave the Docker images in the file.")
def command(file: Path, folder: Path | None, no_images: bool) -> None:
    """Unpack what 'quarterdeck pack' wrote: files into DIR, images into the Docker engine.

    Nothing is downloaded, and nothing that is there is written over.  Interrupted, it goes on where it stopped.
    """
    from quarterdeck.cli.progress import engine_for_images, moving
    from quarterdeck.diagnostics import QuarterdeckError
    from quarterdeck.files.outputs import shown_size
    from quarterdeck.workshop.pack.format import BrokenPackError, PackReader
    from quarterdeck.workshop.pack.unpack import broken, contents, unpack_files, unpack_images

    folder = folder or Path(file.stem)
    try:
        reader = PackReader(file)
    except FileNotFoundError:
        raise QuarterdeckError.of(f"there is no file {file}", code="missing-file") from None
    except (OSError, BrokenPackError) as error:
        raise broken(str(file), error) from None
    with reader:
        packed = contents(reader, str(file))
        unpack_files(reader, packed, folder, str(file))
        click.echo(f"{len(packed.files)} files in {folder}")
        if packed.images and not no_images:
            engine = engine_for_images()
            with moving("loading", sum(image.size for image in packed.images)) as progress:
                loaded = unpack_images(reader, packed, engine, str(file), progress)
            there = len(packed.images) - len(loaded)
            click.echo(f"{len(loaded)} images loaded, {there} were there; {shown_size(file.stat().st_size)} read")
    click.echo(f"give the talk with: quarterdeck present {folder / packed.deck}")
