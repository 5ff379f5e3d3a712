"""Noticing that a deck was saved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from quarterdeck.project.loading import Project

SETTLE_MILLISECONDS = 50
"""How long files must be quiet before they count as saved; editors write more than once."""


def watched(projects: Iterable[Project]) -> frozenset[Path]:
    """Every file whose change changes the outputs: sources, scripts, recordings, a theme of the deck's own."""
    files = {path.resolve() for project in projects for path in project.deck.sources}
    for project in projects:
        for demo in project.deck.demos.values():
            files |= {demo.path.resolve(), demo.cast_path.resolve()}
        theme = project.deck.folder / project.deck.theme
        if theme.is_file():
            files.add(theme.resolve())
    return frozenset(files)


def saves(files: frozenset[Path]) -> Iterator[frozenset[Path]]:
    """The files of each save, for ever; folders are watched, since editors replace files."""
    from watchfiles import watch

    folders = {path.parent for path in files if path.parent.is_dir()}
    for changes in watch(*folders, debounce=SETTLE_MILLISECONDS * 4, step=SETTLE_MILLISECONDS, recursive=False):
        saved = frozenset(Path(path).resolve() for _, path in changes) & files
        if saved:
            yield saved
