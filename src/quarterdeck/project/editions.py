"""A deck as it is saved again and again while it is being presented."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.lazy import dataclass
from quarterdeck.model.options import PLAIN, Choices
from quarterdeck.project.building import live_html
from quarterdeck.project.kept import Kept
from quarterdeck.project.loading import Project, load_project
from quarterdeck.project.watching import Watched, deck_folder, saves, watched


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
    kept = project.kept or Kept()
    faulty = False

    def now() -> Watched:
        return Watched(watched([project]), (deck_folder(path),) if faulty else ())

    async for _ in saves(now, project.read_at):
        try:
            project = await asyncio.to_thread(load_project, path, choices, kept)
            accept(project)
            found: Edition | QuarterdeckError = await asyncio.to_thread(edition_of, project)
        except QuarterdeckError as error:
            found = error
        faulty = isinstance(found, QuarterdeckError)
        yield found
