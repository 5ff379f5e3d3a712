"""Keeping a show, from the command line."""

import asyncio
import json
from pathlib import Path

from websockets.asyncio.client import connect
from websockets.typing import Origin

from quarterdeck.model.cast import decode
from support.presented import Presented, presented

DECK = "# One\n\n---\n\n# Two\n"


async def press(show: Presented) -> None:
    """Press next once, as the presenter's page does."""
    address, _, token = show.addresses["presenter"].partition("/presenter#token=")
    async with connect(f"{address.replace('http', 'ws')}/ws", origin=Origin(address), proxy=None) as socket:
        await socket.send(json.dumps({"type": "hello", "page": "presenter", "token": token}))
        await socket.send(json.dumps({"type": "key", "key": "next"}))
        async for frame in socket:
            if '"slide":"two"' in str(frame):
                return


def test_a_show_is_kept_unless_it_never_began(tmp_path: Path) -> None:
    """A cast and a page of one that was given; nothing of one that was ended before its first press."""
    deck, kept = tmp_path / "talk.md", tmp_path / "kept"
    deck.write_text(DECK)
    with presented(deck, "--engine", "replay", "--record", str(kept), home=tmp_path):
        assert [path.suffix for path in kept.iterdir()] == [".cast"]
    assert list(kept.iterdir()) == []
    with presented(deck, "--engine", "replay", "--record", str(kept), home=tmp_path) as show:
        asyncio.run(press(show))
    cast, page = sorted(kept.iterdir())
    markers = [event.data for event in decode(cast.read_text(), str(cast)).events if event.code == "m"]
    assert markers == ["1 One", "2 Two"]
    assert '"mode":"replay"' in page.read_text()


def test_a_folder_that_cant_be_written_is_told_before_anything_begins(tmp_path: Path) -> None:
    """With what to do; the show doesn't begin only to lose its recording."""
    deck = tmp_path / "talk.md"
    deck.write_text(DECK)
    (tmp_path / "file").touch()
    show = presented(deck, "--engine", "replay", "--record", str(tmp_path / "file" / "kept"), home=tmp_path)
    try:
        with show:
            raise AssertionError("it began")
    except AssertionError as error:
        assert "can't record the show in" in str(error)
        assert "--record" in str(error)
