"""Keeping a show, from the command line."""

import asyncio
import json
import os
import signal
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.typing import Origin

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.model.cast import decode
from quarterdeck.show import present as present_module
from quarterdeck.show.present import ShowOptions, present
from quarterdeck.show.show import Show
from support.presented import Presented, presented
from support.scripted_stage import DECK as DEMOS
from support.scripted_stage import ScriptedEngine, replay_engine

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


async def given(live: ScriptedEngine, options: ShowOptions) -> tuple[str, str]:
    """Give a show and end it with Ctrl-C: the engine it ran on, and what the speaker was told."""
    seen: list[tuple[str, str]] = []

    async def watch(show: Show) -> None:
        await asyncio.sleep(0.1)
        seen.append((show.engine, show.notices.text))
        os.kill(os.getpid(), signal.SIGINT)

    async with asyncio.timeout(60):
        await present(DEMOS, lambda: "", live, replay_engine(), {"hello"}, options, alongside=watch)
    return seen[0]


async def test_a_show_recorded_on_a_full_disk_ends_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """What couldn't be written isn't written again when the file is closed: no traceback."""
    full = Path("/dev/full").open("w", encoding="utf-8")  # noqa: SIM115  # the show closes it
    monkeypatch.setattr(present_module, "new_recording", lambda *_: full)
    await given(ScriptedEngine(), ShowOptions(port=0, console=False, record=Path("/dev")))


class Unwritable(ScriptedEngine):
    """An engine whose watchdog can't start, since the folder for state can't be written."""

    async def open(self) -> None:
        """As the real one says it."""
        raise QuarterdeckError.of("the process that cleans up after a show can't be started: read-only file system")


async def test_a_show_that_cannot_clean_up_plays_recordings() -> None:
    """A folder for state that can't be written costs the live demos, not the talk; the speaker reads why."""
    engine, notice = await given(Unwritable(), ShowOptions(port=0, console=False))
    assert engine == "replay"
    assert "read-only file system: playing the recordings" in notice
