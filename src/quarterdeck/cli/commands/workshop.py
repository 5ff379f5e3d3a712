"""``quarterdeck workshop``: lists and builds the variants of a manifest, and prints its schema."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

import click

from quarterdeck.cli.options import finish as finish_option
from quarterdeck.cli.options import output_folder

if TYPE_CHECKING:
    from quarterdeck.workshop.build.build import BuildOrder, VariantOutcome
    from quarterdeck.workshop.manifest.manifest import Manifest
    from quarterdeck.workshop.manifest.variants import Variant

manifest_argument = click.argument("manifest", type=click.Path(path_type=Path), default=Path())
only_option = click.option("--only", metavar="GLOB", help="Only variants whose names match: 'lecture-*'.")


@click.group("workshop")
def workshop_command() -> None:
    """Every variant of a deck from one MANIFEST: a workshop.yaml, or the folder that has one."""


@workshop_command.command("list")
@manifest_argument
@output_folder
@only_option
@finish_option
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Output format."
)
def list_variants(manifest: Path, folder: Path, only: str | None, finish: Path | None, form: str) -> None:
    """List the variants, and which of them are up to date."""
    from quarterdeck.project.finish import Finish
    from quarterdeck.workshop.build.build import BuildOrder, is_fresh
    from quarterdeck.workshop.build.index import as_json, as_table
    from quarterdeck.workshop.build.records import read_record

    read, variants = _read(manifest, only)
    order = BuildOrder.of(folder, read.path, finish=Finish.read(finish) if finish else None)
    contents = order.contents()
    listed = [(each, is_fresh(each, read_record(folder, each.name), order, contents)) for each in variants]
    click.echo(as_json(listed) if form == "json" else as_table(listed))


@workshop_command.command("build")
@manifest_argument
@output_folder
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(1),
    metavar="N",
    help="How many at a time; by default one per processor.",
)
@only_option
@finish_option
@click.option("--strict", is_flag=True, help="Warnings are errors.")
def build_variants(
    manifest: Path, folder: Path, jobs: int | None, only: str | None, finish: Path | None, strict: bool
) -> int:
    """Build the variants that have changed, an index.html of all, and an attendees.html of the attendees' alone.

    If a variant can't be built, its errors are shown, its files of an earlier build stay, the others are built all
    the same, and the exit status is 1.
    """
    from quarterdeck.files.atomic import Output, write
    from quarterdeck.project.finish import Finish
    from quarterdeck.workshop.build.build import BuildOrder, build, sweep
    from quarterdeck.workshop.build.index import attendees_page, index_page
    from quarterdeck.workshop.manifest.variants import variants_of

    read, chosen = _read(manifest, only)
    names = {variant.name for variant in chosen}
    variants = variants_of(read)
    order = BuildOrder.of(folder, read.path, strict=strict, finish=Finish.read(finish) if finish else None)
    with _progress() as progress:
        outcomes = build(variants, order, jobs or _processors(), lambda each: each.name in names, progress)
    removed, changed = sweep(variants, order)
    pages = {"index.html": index_page(read, outcomes), "attendees.html": attendees_page(read, outcomes)}
    write(Output(folder / name, page.encode()) for name, page in pages.items() if page is not None)
    return _report(order, outcomes, removed, changed)


@workshop_command.command("schema")
@click.option("--path", is_flag=True, help="Print its path, for an editor's settings.")
def show_schema(path: bool) -> None:
    """Print the JSON Schema of manifests, for completion and checks in editors."""
    import importlib.resources

    schema = importlib.resources.files("quarterdeck") / "workshop" / "manifest" / "schema.json"
    click.echo(str(schema) if path else schema.read_text("utf-8"), nl=path)


def _read(path: Path, only: str | None) -> tuple[Manifest, Sequence[Variant]]:
    """The manifest, and those of its variants that match ``only``."""
    from quarterdeck.diagnostics import suggestion
    from quarterdeck.workshop.manifest.read import read_manifest
    from quarterdeck.workshop.manifest.variants import variants_of

    manifest = read_manifest(path)
    variants = variants_of(manifest)
    chosen = [each for each in variants if only is None or fnmatchcase(each.name, only)]
    if only is not None and not chosen:
        hint = suggestion(only, [each.name for each in variants])
        raise click.BadParameter(f"no variant matches '{only}'; {hint}", param_hint="--only")
    return manifest, chosen


def _processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def _progress() -> Iterator[Callable[[VariantOutcome, int, int], None]]:
    """Show a progress bar on a terminal; yields the callback ``(outcome, done, count)`` that advances it."""
    if not sys.stderr.isatty():
        yield lambda outcome, done, count: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.description}"))
    # It draws when it is told something, without a thread: workers are forked while it is there.
    with Progress(*columns, console=Console(stderr=True), transient=True, auto_refresh=False) as bar:
        task = bar.add_task("", total=None)
        yield lambda outcome, done, count: bar.update(
            task, completed=done, total=count, description=outcome.variant.name, refresh=True
        )


def _report(
    order: BuildOrder, outcomes: Sequence[VariantOutcome], removed: Sequence[str], changed: Sequence[str]
) -> int:
    """Print what became of the variants; returns the exit status."""
    from quarterdeck.cli.report import report
    from quarterdeck.workshop.build.build import VariantState

    failed = [each for each in outcomes if each.state is VariantState.FAILED]
    there = [each.record for each in outcomes if each.state in (VariantState.BUILT, VariantState.UNCHANGED)]
    warnings = [fault for record in there if record for fault in record.warnings]
    report([*warnings, *(fault for each in failed for fault in each.faults)])
    for path in changed:
        click.echo(f"{order.folder / path} is not built any more, but was changed by hand: it is left alone", err=True)
    for path in removed:
        click.echo(f"removed {order.folder / path}")
    for each in failed:
        kept = "; its files of an earlier build stay" if each.record else ""
        click.echo(f"not built: {each.variant.name}{kept}", err=True)
    counts = Counter(each.state for each in outcomes)
    said = ", ".join(f"{counts[state]} {state}" for state in VariantState if counts[state])
    click.echo(f"{order.folder / 'index.html'}  {said}")
    return int(bool(failed))
