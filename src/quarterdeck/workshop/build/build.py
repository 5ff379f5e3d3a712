"""Builds the variants that have changed, several at a time; one that fails doesn't stop the others.

Each variant has its own record, written after its files, so that an interrupted build continues where it was.
"""

from __future__ import annotations

import gc
import hashlib
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from msgspec import structs

from quarterdeck.diagnostics import Diagnostic, QuarterdeckError, in_order
from quarterdeck.files.atomic import Output, write
from quarterdeck.model.deck import Deck
from quarterdeck.model.options import Choices, Schedule, Selector
from quarterdeck.project.check.rules import overrun
from quarterdeck.project.finish import Finish
from quarterdeck.project.outputs.formats import rendered
from quarterdeck.project.project import BuildCache, Project, load_project
from quarterdeck.source.deck import read_deck
from quarterdeck.workshop.build.calendar import calendar
from quarterdeck.workshop.build.records import (
    FileDigests,
    PlannedPart,
    Record,
    TalkFacts,
    WrittenFile,
    forget,
    inputs_of,
    program,
    read_record,
    read_records,
    remove_files,
    unchanged,
)
from quarterdeck.workshop.manifest.variants import CALENDAR, Variant


class VariantState(StrEnum):
    """The result of building a variant."""

    BUILT = "built"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    WAITING = "waiting"
    """It wasn't selected."""


@dataclass(frozen=True, slots=True)
class VariantOutcome:
    """A variant after a build."""

    variant: Variant
    state: VariantState
    record: Record | None = None
    """The record of its present files, which may be of an earlier build."""
    faults: tuple[Diagnostic, ...] = ()
    """The errors, if it failed."""


@dataclass(frozen=True, slots=True)
class BuildOrder:
    """The settings of a build that are the same for all variants."""

    folder: Path
    """The output folder."""
    manifest: Path
    strict: bool
    """Whether warnings are errors."""
    program: str
    """A hash of this program's own files."""
    finish: Finish | None = None
    """The user's function that changes each PPTX last."""

    @classmethod
    def of(cls, folder: Path, manifest: Path, *, strict: bool = False, finish: Finish | None = None) -> BuildOrder:
        """The settings, with the hash of this program."""
        return cls(folder, manifest, strict, program(), finish)

    @property
    def manifest_name(self) -> str:
        """The manifest's path from the output folder."""
        return os.path.relpath(self.manifest, self.folder)

    def key(self, variant: Variant) -> str:
        """A hash of everything but files that determines a variant's outputs."""
        digest = hashlib.sha256(self.program.encode() + b"\0" + variant.canonical())
        if self.finish is not None:
            digest.update(b"\0" + self.finish.source)
        return digest.hexdigest()

    def contents(self) -> FileDigests:
        """The digests of the files that variants are made from; none is computed yet."""
        return FileDigests(self.manifest.parent)


def is_fresh(variant: Variant, record: Record | None, order: BuildOrder, contents: FileDigests) -> bool:
    """Whether the built files of a variant are those that would be built now."""
    return (
        record is not None
        and record.key == order.key(variant)
        and not (order.strict and record.warnings)
        and all(file.is_ours(order.folder) for file in record.files)
        and unchanged(record.inputs, contents)
    )


def build(
    variants: Sequence[Variant],
    order: BuildOrder,
    jobs: int,
    wanted: Callable[[Variant], bool],
    progress: Callable[[VariantOutcome, int, int], None],
) -> tuple[VariantOutcome, ...]:
    """Build the wanted variants that aren't up to date, ``jobs`` at a time, and return the outcomes of all.

    ``progress(outcome, done, count)`` is called after each one.
    """
    contents = order.contents()
    outcomes: dict[str, VariantOutcome] = {}
    pending: list[Variant] = []
    for variant in variants:
        record = read_record(order.folder, variant.name)
        if not wanted(variant):
            outcomes[variant.name] = VariantOutcome(variant, VariantState.WAITING, record)
        elif is_fresh(variant, record, order, contents):
            outcomes[variant.name] = VariantOutcome(variant, VariantState.UNCHANGED, record)
        else:
            pending.append(variant)
    for number, outcome in enumerate(_made(pending, order, jobs), start=1):
        outcomes[outcome.variant.name] = outcome
        progress(outcome, number, len(pending))
    return tuple(outcomes[variant.name] for variant in variants)


def sweep(variants: Sequence[Variant], order: BuildOrder) -> tuple[list[str], list[str]]:
    """Remove the files of variants that the manifest no longer has.

    Returns the paths that were removed, and those that were left because someone has changed them.
    """
    names = {variant.name for variant in variants}
    written = [variant.path_of(output).as_posix() for variant in variants for output in variant.outputs]
    removed: list[str] = []
    changed: list[str] = []
    for name, record in read_records(order.folder).items():
        if name not in names and record.manifest == order.manifest_name:
            gone, others = remove_files(order.folder, record.files, written)
            removed += gone
            changed += others
            forget(order.folder, name)
    return removed, changed


def _made(pending: Sequence[Variant], order: BuildOrder, jobs: int) -> Iterator[VariantOutcome]:
    jobs = min(jobs, len(pending))
    if jobs <= 1:
        yield from (make(variant, order) for variant in pending)
        return
    _load_writers()
    gc.freeze()  # a collection in a worker would write to all these modules, and so copy them
    # A forked worker has the modules of this process; where forking isn't safe a new one loads its own.
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    with ProcessPoolExecutor(jobs, context, _begin_worker) as pool:
        futures = {pool.submit(make, variant, order): variant for variant in pending}
        try:
            for future in as_completed(futures):
                yield _outcome(future, futures[future])
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _outcome(future: Future[VariantOutcome], variant: Variant) -> VariantOutcome:
    try:
        return future.result()
    except BrokenProcessPool:
        fault = Diagnostic(
            f"the process that built {variant.name} was killed",
            hint="if memory is short, build fewer at a time: -j 1",
            code="worker-killed",
        )
        return VariantOutcome(variant, VariantState.FAILED, faults=(fault,))


def _load_writers() -> None:
    """Import what every worker needs before they are forked."""
    import quarterdeck.compile.pptx.writer
    import quarterdeck.compile.reveal.page  # noqa: F401 - loaded for the workers


def _begin_worker() -> None:
    gc.disable()  # the garbage collector takes a sixth of a build; it runs once after each variant
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the main process too, which ends the build
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this worker when the main process has ended in any way; its files are complete at any time."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@cache
def _shared() -> BuildCache:
    """The cache of all variants that this process builds."""
    return BuildCache()


def make(variant: Variant, order: BuildOrder) -> VariantOutcome:
    """Build one variant, and write its files and then its record."""
    before = read_record(order.folder, variant.name)
    try:
        record = _write(variant, order)
    except QuarterdeckError as error:
        return VariantOutcome(variant, VariantState.FAILED, before, error.diagnostics)
    if before is not None:
        remove_files(order.folder, before.files, [file.path for file in record.files])
    gc.collect()  # only the cache is shared with the next variant
    gc.freeze()  # and the next collection doesn't go through all of it again, which took half of a build
    return VariantOutcome(variant, VariantState.BUILT, record)


def _write(variant: Variant, order: BuildOrder) -> Record:
    since = time.time_ns()
    project = structs.replace(load_variant(variant)[0], finish=order.finish)
    warnings = in_order((*project.warnings, *overrun(project.deck)))
    if order.strict and warnings:
        raise QuarterdeckError(warnings)
    data = rendered(project, (output for output in variant.outputs if output != CALENDAR.name))
    if CALENDAR.name in variant.outputs:
        data[CALENDAR.name] = calendar(project.deck, variant.event, variant.name, variant.title or project.deck.title)
    made = [(output, variant.path_of(output), data[output]) for output in variant.outputs]
    write(Output(order.folder / path, data) for _, path, data in made)
    record = Record(
        variant.name,
        order.manifest_name,
        order.key(variant),
        inputs_of(project, variant.choices, order.contents(), since),
        tuple(WrittenFile.of(output, path, order.folder, data) for output, path, data in made),
        _talk(project.shown, variant),
        warnings,
    )
    write([record.output(order.folder)])
    return record


def load_variant(variant: Variant) -> tuple[Project, Choices]:
    """The project of a variant, and the choices that give it.

    A selector that means slides of another deck of the manifest means none of this one.
    """
    try:
        return load_project(variant.deck, variant.choices, _shared()), variant.choices
    except QuarterdeckError as error:
        unknown = {fault.span for fault in error.diagnostics if fault.code == "unknown-slide"}
        chosen = variant.choices
        named = {each.name for each in (*chosen.include, *chosen.exclude) if each.span in unknown}
        named |= {each.after for each in chosen.schedule.breaks if each.after and each.span in unknown}
        elsewhere = {name for name in named if any(_has_slide(deck, name, chosen) for deck in variant.others)}
        include = tuple(each for each in chosen.include if each.name not in elsewhere)
        if not elsewhere:
            raise
        if chosen.include and not include:
            raise QuarterdeckError.of(
                f"{variant.name}: the deck has none of the slides that are included",
                chosen.include[0].span,
                hint="leave the variant out: 'exclude:' under 'matrix:', with its deck and form",
                code="empty-deck",
            ) from None
        breaks = tuple(each for each in chosen.schedule.breaks if each.after not in elsewhere)
        choices = structs.replace(
            chosen,
            include=include,
            exclude=tuple(each for each in chosen.exclude if each.name not in elsewhere),
            schedule=structs.replace(chosen.schedule, breaks=breaks),
        )
        return load_project(variant.deck, choices, _shared()), choices


def _has_slide(deck: Path, name: str, choices: Choices) -> bool:
    """Whether a deck has a slide or section of that name in some form; False for one that can't be read."""
    every = structs.replace(
        choices, include=(), exclude=(Selector(name),), schedule=Schedule(), audience=None, role=None, language=None
    )
    try:
        found = read_deck(deck, every, _shared().read).diagnostics
    except QuarterdeckError as error:
        found = error.diagnostics
    return not any(fault.code in ("unknown-slide", "missing-deck") for fault in found)


def _talk(deck: Deck, variant: Variant) -> TalkFacts:
    agenda = deck.agenda
    parts = tuple(
        PlannedPart(agenda.clock(part.begin), part.title, part.minutes, part.is_break)
        for part in agenda.parts
        if part.minutes > 0
    )
    shown = [slide for slide in deck.slides if not slide.hidden]
    return TalkFacts(variant.title or deck.title, len(shown), len(deck.scripts), agenda.seconds, deck.duration, parts)
