"""Watches the files of decks: reports each save, and loads the deck again after it."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Iterator
from contextlib import aclosing
from pathlib import Path

from msgspec import Struct

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.model.options import PLAIN, Choices
from quarterdeck.project.outputs.formats import live_html
from quarterdeck.project.project import Project, load_project
from quarterdeck.theme.file import theme_files

SETTLE_MILLISECONDS = 50
"""How long files must be unchanged before they count as saved; editors write more than once."""

BEGUN_MILLISECONDS = 200
"""After this time without a change the watch is known to have started."""
CLOCK_STEP = 10_000_000
"""Nanoseconds by which files' times may lag behind the clock: kernels take them from their timer's last tick."""


def watched(projects: Iterable[Project]) -> frozenset[Path]:
    """Every file that can change the outputs: sources, scripts, recordings with pictures, a theme file of the deck."""
    files = {path.resolve() for project in projects for path in project.deck.sources}
    for project in projects:
        for demo in project.deck.scripts.values():
            files |= {demo.path.resolve(), demo.cast_path.resolve()}
            files |= {path.resolve() for path in demo.picture_paths.values()}
        files |= {path.resolve() for path in theme_files(project.deck.theme, project.deck.folder)}
    return frozenset(files)


def deck_folder(deck: Path) -> Path:
    """The folder of a deck, which is a folder itself or a Markdown file in one."""
    return deck if deck.is_dir() else deck.parent


class Watched(Struct, frozen=True):
    """The files and folders to watch until the next save."""

    files: frozenset[Path]
    faulty: tuple[Path, ...] = ()
    """The folders of decks with errors: any change in them counts, since the fix may be a file that is new."""


async def saves(watched: Callable[[], Watched], since: int) -> AsyncIterator[frozenset[Path]]:
    """Yield the files of each save, for ever.  Their folders are watched, since editors replace files.

    ``watched`` is called at the start and after each save.  ``since`` is the ``time.time_ns()`` at which the files were
    last read; a save while no watch was active (at the start, or between two watches) is found by the files' times.
    """
    while True:
        now = watched()
        async with aclosing(_saves(now, since)) as found:
            async for saved in found:
                since = time.time_ns()
                yield saved
                if watched() != now:
                    break  # a deck got or lost errors, or an include or picture: watch other files


async def _saves(watched: Watched, since: int) -> AsyncGenerator[frozenset[Path]]:
    from watchfiles import awatch

    began = False
    async for changes in awatch(
        *_folders(watched),
        debounce=SETTLE_MILLISECONDS * 4,
        step=SETTLE_MILLISECONDS,
        recursive=bool(watched.faulty),
        rust_timeout=BEGUN_MILLISECONDS,
        yield_on_timeout=True,
    ):
        names = [name for _, name in changes]
        if not began:
            began = True
            names += _saved_since(watched, since)
        if saved := _saved(watched, names):
            yield saved


def _folders(watched: Watched) -> set[Path]:
    return {path.parent for path in watched.files if path.parent.is_dir()} | {f.resolve() for f in watched.faulty}


def _saved(watched: Watched, names: Iterable[str]) -> frozenset[Path]:
    """The changed files that are watched."""
    broken = tuple(folder.resolve() for folder in watched.faulty)
    paths = {Path(name).resolve() for name in names}
    return frozenset(p for p in paths if p in watched.files or any(p.is_relative_to(folder) for folder in broken))


def _saved_since(watched: Watched, since: int) -> Iterator[str]:
    """The watched files that have changed since they were read."""
    for path in watched.files.union(*(folder.resolve().rglob("*") for folder in watched.faulty)):
        try:
            if path.stat().st_mtime_ns > since - CLOCK_STEP:
                yield str(path)
        except OSError:
            continue  # it is gone


class Edition(Struct, frozen=True):
    """A deck as it was at one save, and its page for the show."""

    project: Project
    page: str


def edition_of(project: Project) -> Edition:
    """An edition of the project."""
    return Edition(project, live_html(project))


async def editions(path: Path, project: Project, choices: Choices = PLAIN) -> AsyncIterator[Edition | QuarterdeckError]:
    """Load the deck at ``path`` after each save, for ever; yield the new edition, or the errors that prevent it.

    ``project`` is the deck as it is now.  While a deck has errors, any change in its folder leads to another try.
    """
    import asyncio  # 3 MB with what it imports, and a workshop's workers do without

    faulty = False

    def now() -> Watched:
        return Watched(watched([project]), (deck_folder(path),) if faulty else ())

    async for _ in saves(now, project.read_at):
        try:
            project = await asyncio.to_thread(load_project, path, choices, project.cache)
            found: Edition | QuarterdeckError = await asyncio.to_thread(edition_of, project)
        except QuarterdeckError as error:
            found = error
        faulty = isinstance(found, QuarterdeckError)
        yield found
