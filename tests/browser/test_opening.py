"""The browser that a show opens is the speaker's, and nobody else learns the token."""

import stat
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pytest

from support.presented import presented

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

DECK = "---\ntitle: Opened\n---\n# First\n\nOne.\n"


def given(folder: Path, count: int) -> list[str]:
    """What the browser was called with, once it was called so often; each call has left a file."""
    end = time.monotonic() + 60
    while len(files := list(folder.glob("*[0-9]"))) < count:
        assert time.monotonic() < end, "the browser was not called"
        time.sleep(0.02)
    return [file.read_text().strip() for file in files]


def test_the_pages_open_without_the_token_in_any_argument(chromium: "Browser", tmp_path: Path) -> None:
    """The browser is given files that only the speaker can read; they lead to the pages, and go with the show."""
    (tmp_path / "deck.md").write_text(DECK)
    told = tmp_path / "told"
    told.mkdir()
    program = tmp_path / "browser"
    program.write_text(f'#!/bin/sh\necho "$@" > "{told}/$$.part" && mv "{told}/$$.part" "{told}/$$"\n')
    program.chmod(0o755)
    context = chromium.new_context()
    with presented(tmp_path / "deck.md", home=tmp_path, browser=f"{program} %s") as show:
        token = urlsplit(show.addresses["presenter"]).fragment.removeprefix("token=")
        page = context.new_page()
        arguments = given(told, 2)
        assert all(token not in argument for argument in arguments)
        ways = [Path(unquote(urlsplit(argument).path)) for argument in arguments]
        assert {stat.S_IMODE(way.stat().st_mode) for way in ways} == {0o600}
        assert {stat.S_IMODE(way.parent.stat().st_mode) for way in ways} == {0o700}
        for address in sorted(arguments):
            page.goto(address)
            page.wait_for_selector("#link[data-state=good], html[data-role=speaker]")
            assert "token" not in page.url
        assert page.url == show.addresses["audience"] + "presenter"
    assert not [way for way in ways if way.exists()]
    context.close()
