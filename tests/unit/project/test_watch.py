"""A deck is loaded anew at each save."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.project.project import load_project
from quarterdeck.project.watch import Edition, editions

DECK = "# First\n\nOne.\n"
SECONDS = 60


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A deck's file."""
    file = tmp_path / "deck.md"
    file.write_text(DECK)
    return file


async def saved(
    found: AsyncIterator[Edition | QuarterdeckError], source: Path, text: str
) -> Edition | QuarterdeckError:
    """What a save makes; it is repeated until it is seen, since the watch may not have begun."""
    waiting = asyncio.ensure_future(anext(found))
    async with asyncio.timeout(SECONDS):
        while not waiting.done():
            source.write_text(text)
            await asyncio.wait({waiting}, timeout=0.5)
    return waiting.result()


async def test_a_save_gives_the_new_deck_with_its_page(source: Path) -> None:
    """The page shows what was written."""
    found = editions(source.parent, load_project(source.parent))
    edition = await saved(found, source, DECK.replace("One", "Eins"))
    assert isinstance(edition, Edition)
    assert "Eins." in edition.page


async def test_a_missing_file_that_appears_mends_the_deck(source: Path) -> None:
    """What mends a deck need not be one of its files."""
    found = editions(source.parent, load_project(source.parent))
    broken = await saved(found, source, f"{DECK}\n{{% include 'more.md' %}}\n")
    assert isinstance(broken, QuarterdeckError)
    mended = await saved(found, source.parent / "more.md", "More.\n")
    while isinstance(mended, QuarterdeckError):  # the last of the repeated saves of before
        mended = await saved(found, source.parent / "more.md", "More.\n")
    assert "More." in mended.page


async def test_a_save_before_the_watch_has_begun_is_seen(source: Path) -> None:
    """What is saved between the reading of the deck and the beginning of its show isn't lost."""
    found = editions(source.parent, load_project(source.parent))
    source.write_text(DECK.replace("One", "Eins"))
    async with asyncio.timeout(SECONDS):
        edition = await anext(found)
    assert isinstance(edition, Edition)
    assert "Eins." in edition.page


@pytest.mark.slow
async def test_a_save_while_folders_are_watched_anew_is_seen(source: Path) -> None:
    """A new include makes the show watch another folder; a save in that moment isn't lost."""
    (source.parent / "modules").mkdir()
    (source.parent / "modules" / "more.md").write_text("More.\n")
    found = editions(source.parent, load_project(source.parent))
    source.write_text(f"{DECK}\n{{% include 'modules/more.md' %}}\n")
    async with asyncio.timeout(SECONDS):
        edition = await anext(found)
        assert isinstance(edition, Edition)
        assert "More." in edition.page
        (source.parent / "modules" / "more.md").write_text("Still more.\n")  # nothing watches it yet
        edition = await anext(found)
    assert isinstance(edition, Edition)
    assert "Still more." in edition.page
