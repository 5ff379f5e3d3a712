"""The slide at the cursor, served to a browser."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from quarterdeck.editor.preview import Preview, slide_page
from quarterdeck.project.project import Project, load_project
from support.deck_folder import DeckFolder

DECK = "# One\n\nnowhere else\n\n---\n\n# Two\n\n. . .\n\nsecond\n"


@pytest.fixture
async def preview() -> AsyncIterator[Preview]:
    """A preview that is being served."""
    made = Preview()
    made.open()
    made.open()
    yield made
    await made.close()


def project(folder: DeckFolder, text: str = DECK) -> Project:
    """A deck of that text."""
    return load_project(folder.write("deck.md", text))


async def got(address: str) -> str:
    """What is served at an address."""
    return await asyncio.to_thread(lambda: urlopen(address, timeout=60).read().decode())


async def test_one_slide_is_served(preview: Preview, folder: DeckFolder) -> None:
    """The one that was asked for last, to whoever knows the address; the page waits for the next."""
    assert "EventSource" in await got(preview.address)
    with pytest.raises(HTTPError, match="404"):
        await got(f"{preview.address}slide/1")
    await preview.show(project(folder), "two")
    page = await got(f"{preview.address}slide/1")
    assert "second" in page
    assert "nowhere else" not in page
    with pytest.raises(HTTPError, match="404"):
        await got(preview.address.rstrip("/") + "x/")


async def test_pages_are_told_of_each_change(preview: Preview, folder: DeckFolder) -> None:
    """Also of the one that there was before they came; fragments are all shown; nothing is told twice."""
    before = project(folder)
    await preview.show(before, "two")
    reader, writer = await asyncio.open_connection("127.0.0.1", int(preview.address.split(":")[2].split("/")[0]))
    path = "/" + preview.address.split("/", 3)[3]
    writer.write(f"GET {path}events HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    async with asyncio.timeout(60):
        first = await reader.readuntil(b"data: slide/1#/0/0\n\n")
        assert b"no-transform" in first, "a proxy would hold the events back to compress them"
        await preview.show(before, "two")
        await preview.show(before, "one")
        told = await reader.readuntil(b"data: slide/2\n\n")
    assert told.count(b"data:") == 1
    writer.close()


def test_a_slide_that_is_not_shown(folder: DeckFolder) -> None:
    """It is said, instead of an empty page."""
    assert "This slide isn&#x27;t shown." in slide_page(project(folder), "gone")
