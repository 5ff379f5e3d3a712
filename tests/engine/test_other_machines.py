"""Other machines: each a network namespace of its own, joined by a cable (``veth``).

With ``--lan`` they follow and can't command; without it they find nothing.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import missing
from support.machines import SPEAKER, Machine, two_machines, why_no_machines
from support.presented import presented

pytestmark = pytest.mark.engine

DECK = "# One\n\n<!-- for the speaker alone -->\n\n---\n\n# Two\n"
PAGE = """
import asyncio, json, sys, urllib.request
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

async def main(host, token, orders):
    page = urllib.request.urlopen(f"http://{host}/", timeout=60).read().decode()
    heard = []
    async with connect(f"ws://{host}/ws", origin=f"http://{host}", proxy=None) as socket:
        hello = {"type": "hello", "page": "audience"} | ({"token": token} if token else {})
        await socket.send(json.dumps(hello))
        try:
            async with asyncio.timeout(60):
                while not any(message["type"] == "state" for message in heard):
                    heard += map(json.loads, (await socket.recv()).split("\\n"))
                slide = heard[-1]["slide"]
                for order in orders:
                    await socket.send(json.dumps({"type": "key", "key": order}))
                    while heard[-1].get("slide") == slide:
                        heard += map(json.loads, (await socket.recv()).split("\\n"))
            code = None
        except ConnectionClosed as closed:
            code = closed.rcvd.code
    slides = [message["slide"] for message in heard if message["type"] == "state"]
    print(json.dumps({"page": "One" in page, "slides": slides, "all": json.dumps(heard), "code": code}))

asyncio.run(main(*json.loads(sys.argv[1])))
"""
"""A page of the audience without a browser: fetches the document, says hello, orders, and tells what it heard."""


def page(machine: Machine, host: str, token: str | None = None, orders: tuple[str, ...] = ()) -> dict[str, object]:
    """What a page on a machine sees."""
    done = machine.run(sys.executable, "-c", PAGE, json.dumps([host, token, orders]), check=False)
    assert not done.returncode, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


@pytest.fixture
def machines() -> Iterator[tuple[Machine, Machine]]:
    """The speaker's and a follower's."""
    if reason := why_no_machines():
        missing("engine", reason)
    with two_machines() as pair:
        yield pair


@pytest.fixture
def deck(tmp_path: Path) -> Path:
    """A deck of two slides."""
    path = tmp_path / "deck.md"
    path.write_text(DECK)
    return path


def test_with_lan_other_machines_follow_and_cant_command(machines: tuple[Machine, Machine], deck: Path) -> None:
    """A follower hears where the show is, by its address; nothing of the speaker's, and its orders end its page."""
    speaker, follower = machines
    with presented(deck, "--engine", "replay", "--lan", home=deck.parent, wrapper=speaker.command()) as show:
        address, _, token = show.addresses["phone"].partition("#token=")
        host = address.removeprefix("http://").removesuffix("/remote")
        assert host.startswith(f"{SPEAKER}:")
        heard = page(follower, host)
        assert (heard["page"], heard["slides"], heard["code"]) == (True, ["one"], None)
        assert "for the speaker alone" not in str(heard["all"])
        assert page(follower, host, orders=("next",))["code"] == 4403
        assert page(follower, host)["slides"] == ["one"]
        assert page(follower, host, "wrong")["code"] == 4401
        phone = page(follower, host, token, ("next",))
        assert phone["slides"] == ["one", "two"]
        assert "for the speaker alone" in str(phone["all"])


def test_without_lan_other_machines_find_nothing(machines: tuple[Machine, Machine], deck: Path) -> None:
    """Not by the address of the speaker's machine; on it, by loopback only."""
    speaker, _ = machines
    with presented(deck, "--engine", "replay", home=deck.parent, wrapper=speaker.command()) as show:
        host = show.addresses["audience"].removeprefix("http://").removesuffix("/")
        outside = host.replace("127.0.0.1", SPEAKER)
        assert outside != host
        for machine in machines:
            refused = machine.run(sys.executable, "-c", PAGE, json.dumps([outside, None, []]), check=False)
            assert "Connection refused" in refused.stderr
        assert page(speaker, host)["slides"] == ["one"]
