"""Noticing that a deck was saved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from quarterdeck.project.loading import Project

SETTLE_MILLISECONDS = 50
"""How long files must be quiet before they count as saved; editors write more than once."""

BEGUN_MILLISECONDS = 200
"""After this time without a change a watch is known to have begun."""
CLOCK_STEP = 10_000_000
"""Nanoseconds by which the times of files may be behind the clock: kernels stamp them at their timer's ticks."""


def watched(projects: Iterable[Project]) -> frozenset[Path]:
    """Every file whose change changes the outputs: sources, scripts, recordings, a theme of the deck's own."""
    files = {path.resolve() for project in projects for path in project.deck.sources}
    for project in projects:
        for demo in project.deck.scripts.values():
            files |= {demo.path.resolve(), demo.cast_path.resolve()}
        theme = project.deck.folder / project.deck.theme
        if theme.is_file():
            files.add(theme.resolve())
    return frozenset(files)


def deck_folder(deck: Path) -> Path:
    """The folder that a deck, a folder or a Markdown file, lies in."""
    return deck if deck.is_dir() else deck.parent


def saves(files: frozenset[Path], faulty: Iterable[Path], since: int) -> Iterator[frozenset[Path]]:
    """The files of each save, for ever; folders are watched, since editors replace files.

    ``faulty`` are the folders of decks that can't be built: anything that changes in them counts, since what mends
    a deck may be a file that it didn't have before.  ``since`` is the ``time.time_ns()`` at which the files were
    last read: what was saved between then and the beginning of the watch comes first.
    """
    from watchfiles import watch

    folders = {path.parent for path in files if path.parent.is_dir()}
    broken = tuple(folder.resolve() for folder in faulty)
    began = False
    for changes in watch(
        *folders,
        *broken,
        debounce=SETTLE_MILLISECONDS * 4,
        step=SETTLE_MILLISECONDS,
        recursive=bool(broken),
        rust_timeout=BEGUN_MILLISECONDS,
        yield_on_timeout=True,
    ):
        paths = {Path(path).resolve() for _, path in changes}
        if not began:
            began = True
            candidates = files.union(*(folder.rglob("*") for folder in broken))
            paths |= {path for path in candidates if _saved_since(path, since)}
        saved = frozenset(p for p in paths if p in files or any(p.is_relative_to(folder) for folder in broken))
        if saved:
            yield saved


def _saved_since(path: Path, since: int) -> bool:
    try:
        return path.stat().st_mtime_ns > since - CLOCK_STEP
    except OSError:
        return False
