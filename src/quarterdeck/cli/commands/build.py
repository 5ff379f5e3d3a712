"""``quarterdeck build``."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec.structs import replace

from quarterdeck.cli.options import choices_options, finish, many_decks
from quarterdeck.model.options import SHOW_PORT
from quarterdeck.project.outputs.formats import FORMATS

if TYPE_CHECKING:
    from quarterdeck.model.options import Choices
    from quarterdeck.project.project import BuildCache, Project


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be built."""

    decks: tuple[Path, ...]
    folder: Path
    formats: tuple[str, ...]
    chosen: Choices
    strict: bool
    finish: Path | None = None


@click.command("build")
@many_decks
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(path_type=Path),
    default=Path("out"),
    show_default=True,
    help="The folder to write to.",
)
@click.option(
    "--to",
    "formats",
    default="pptx,html",
    show_default=True,
    metavar="FORMATS",
    help=f"Any of {','.join(FORMATS)}.",
)
@choices_options
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    metavar="PORT",
    default=SHOW_PORT,
    show_default=True,
    help="Where the show will be that links of the PPTX lead to.",
)
@finish
@click.option("--strict", is_flag=True, help="Warnings are errors.")
@click.option("--watch", is_flag=True, help="Build again at each save, until Ctrl-C.")
def command(
    decks: tuple[Path, ...],
    folder: Path,
    formats: str,
    chosen: Choices,
    port: int,
    finish: Path | None,
    strict: bool,
    watch: bool,
) -> None:
    """Write NAME.pptx and NAME.html for each DECK.

    Nothing is written unless every deck is free of errors.
    """
    gc.disable()  # nearly all objects of a build live to its end: looking for others takes a sixth of its time
    wanted = tuple(name.strip() for name in formats.split(",") if name.strip())
    if not wanted or not set(wanted) <= set(FORMATS):
        raise click.BadParameter(f"'{formats}': choose from {','.join(FORMATS)}", param_hint="--to")
    if finish is not None and not any("pptx" in (name, *FORMATS[name].parts) for name in wanted):
        raise click.BadParameter("it changes PPTX files, and --to has none", param_hint="--finish")
    order = Order(decks, folder, wanted, replace(chosen, show_port=port), strict, finish)
    if watch:
        import asyncio

        asyncio.run(_build_at_each_save(order))
    else:
        _build(order)


def _build(order: Order, cache: BuildCache | None = None) -> Sequence[Project]:
    """Build everything, or nothing; raises QuarterdeckError with the faults of all decks."""
    from quarterdeck.cli.report import report
    from quarterdeck.diagnostics import Diagnostics, QuarterdeckError
    from quarterdeck.files.outputs import shown_size, write
    from quarterdeck.project.outputs.finish import Finish
    from quarterdeck.project.outputs.formats import build
    from quarterdeck.project.project import load_project

    finish = Finish.read(order.finish) if order.finish is not None else None
    found = Diagnostics()
    projects, outputs = [], {}
    for deck in order.decks:
        try:
            project = load_project(deck, order.chosen, cache)
        except QuarterdeckError as error:
            found.extend(error.diagnostics)
            continue
        projects.append(project)
        found.extend(project.warnings)
        for output in build(replace(project, finish=finish), order.formats, order.folder):
            if output.path in outputs:
                found.error(f"two decks are both called '{project.deck.name}'", hint="build them into two folders")
            outputs[output.path] = output
    if found.errors or (order.strict and len(found)):
        raise QuarterdeckError(found)
    report(found)
    write(outputs.values())
    for path, output in outputs.items():
        click.echo(f"{path}  {shown_size(len(output.data))}")
    return projects


async def _build_at_each_save(order: Order) -> None:
    """Build now and whenever a file is saved; a faulty deck is reported, and the last good output stays."""
    import time

    from quarterdeck.project.project import BuildCache
    from quarterdeck.project.watch import Watched, deck_folder, saves, watched

    cache = BuildCache()
    own = frozenset(path.resolve() for path in (order.finish,) if path is not None)
    files = frozenset(deck.resolve() for deck in order.decks if deck.is_file())
    folders = tuple(map(deck_folder, order.decks))
    since = time.time_ns()
    projects = _try_build(order, cache)
    click.echo("watching; Ctrl-C ends it")

    def now() -> Watched:
        nonlocal files
        files = watched(projects) if projects is not None else files
        return Watched(files | own, folders if projects is None else ())

    async for _ in saves(now, since):
        projects = _try_build(order, cache)


def _try_build(order: Order, cache: BuildCache) -> Sequence[Project] | None:
    """Build, and say how long it took; reports the faults and gives None where it can't be done."""
    import time

    from quarterdeck.cli.report import forget_sources, report
    from quarterdeck.diagnostics import QuarterdeckError

    forget_sources()
    begin = time.perf_counter()
    try:
        projects = _build(order, cache)
    except QuarterdeckError as error:
        report(error.diagnostics)
        return None
    click.echo(f"built in {time.perf_counter() - begin:.2f} s")
    gc.collect()
    return projects
