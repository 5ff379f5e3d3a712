"""A deck as it is saved again and again while it is being presented."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.lazy import dataclass
from quarterdeck.model.choices import PLAIN, Choices
from quarterdeck.project.building import live_html
from quarterdeck.project.loading import Project, load_project
from quarterdeck.project.watching import SETTLE_MILLISECONDS, watched


@dataclass(frozen=True, slots=True)
class Edition:
    """A deck at one moment, and the page of its show."""

    project: Project
    page: str


def edition_of(project: Project) -> Edition:
    """The project with its page."""
    return Edition(project, live_html(project))


async def editions(
    path: Path, project: Project, choices: Choices = PLAIN, accept: Callable[[Project], None] = lambda project: None
) -> AsyncIterator[Edition | QuarterdeckError]:
    """What each save makes of the deck at ``path``, for ever: a new edition, or the faults that stop it.

    ``project`` is the deck as it is now.  ``accept`` is asked about each new one, and raises QuarterdeckError
    where it is not to be shown.  While a deck is at fault any change in its folders is tried, since what mends
    it may be a file that it didn't have before.
    """
    from watchfiles import awatch

    faulty = False
    while True:
        files = watched([project])
        folders = sorted({file.parent for file in files if file.parent.is_dir()})
        # Folders are watched, not files: editors replace files.
        async for changes in awatch(
            *folders, debounce=SETTLE_MILLISECONDS * 4, step=SETTLE_MILLISECONDS, recursive=False
        ):
            if not faulty and not _paths(changes) & files:
                continue
            try:
                project = await asyncio.to_thread(load_project, path, choices)
                accept(project)
                found: Edition | QuarterdeckError = await asyncio.to_thread(edition_of, project)
            except QuarterdeckError as error:
                found = error
            faulty = isinstance(found, QuarterdeckError)
            yield found
            if watched([project]) != files:
                break  # a picture, a demo or an included file came or went: watch anew


def _paths(changes: Iterable[tuple[object, str]]) -> set[Path]:
    return {Path(name).resolve() for _, name in changes}
