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
from support.machines import FOLLOWER, SPEAKER, Machine, two_machines, why_no_machines
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


ELSEWHERE, TUNNEL, OTHER = "198.51.100.2", "203.0.113.5", "198.51.100.3"


def test_a_hotspot_without_uplink_beside_a_vpn(machines: tuple[Machine, Machine], deck: Path) -> None:
    """The address of the audience's network is offered first, though everything else goes out by the VPN."""
    speaker, follower = machines
    speaker.run("ip", "tuntap", "add", "vpn", "mode", "tun")
    speaker.run("ip", "address", "add", f"{TUNNEL}/24", "dev", "vpn")
    speaker.run("ip", "link", "set", "vpn", "up")
    speaker.run("ip", "route", "add", "default", "dev", "vpn")
    with presented(deck, "--engine", "replay", "--lan", home=deck.parent, wrapper=speaker.command()) as show:
        port = show.addresses["audience"].removesuffix("/").rpartition(":")[2]
        assert show.addresses["phone"].startswith(f"http://{SPEAKER}:{port}/remote#")
        assert page(follower, f"{SPEAKER}:{port}")["slides"] == ["one"]
        assert page(speaker, f"{TUNNEL}:{port}")["slides"] == ["one"]


def test_without_any_network_of_its_own_a_hotspot_is_found(machines: tuple[Machine, Machine], deck: Path) -> None:
    """Its machine has no way out, and the address of the hotspot all the same; IPv6 too."""
    speaker, follower = machines
    speaker.run("ip", "address", "add", "fd00::2/64", "dev", "cable", "nodad")
    follower.run("ip", "address", "add", "fd00::3/64", "dev", "cable", "nodad")
    with presented(deck, "--engine", "replay", "--lan", home=deck.parent, wrapper=speaker.command()) as show:
        port = show.addresses["audience"].removesuffix("/").rpartition(":")[2]
        assert show.addresses["phone"].startswith(f"http://{SPEAKER}:{port}/remote#")
        assert page(follower, f"[fd00::2]:{port}")["slides"] == ["one"]


def test_a_network_that_comes_during_the_show(machines: tuple[Machine, Machine], deck: Path) -> None:
    """Followers find the show at its new address at once, and the speaker is told."""
    speaker, follower = machines
    with presented(deck, "--engine", "replay", "--lan", home=deck.parent, wrapper=speaker.command()) as show:
        port = show.addresses["audience"].removesuffix("/").rpartition(":")[2]
        for machine, old, new in ((speaker, SPEAKER, ELSEWHERE), (follower, FOLLOWER, OTHER)):
            machine.run("ip", "address", "add", f"{new}/24", "dev", "cable")
            machine.run("ip", "address", "delete", f"{old}/24", "dev", "cable")
        assert page(follower, f"{ELSEWHERE}:{port}")["slides"] == ["one"]
        assert show.process.stdout
        while ELSEWHERE not in (line := show.process.stdout.readline()):
            assert line, "the show has ended"
        assert f"http://{ELSEWHERE}:{port}/" in line


def test_one_address_that_is_asked_for(machines: tuple[Machine, Machine], deck: Path) -> None:
    """It is offered and served, beside loopback; another address of the machine is not."""
    speaker, follower = machines
    speaker.run("ip", "address", "add", f"{ELSEWHERE}/24", "dev", "cable")
    follower.run("ip", "address", "add", f"{OTHER}/24", "dev", "cable")
    options = ("--engine", "replay", "--lan", ELSEWHERE)
    with presented(deck, *options, home=deck.parent, wrapper=speaker.command()) as show:
        own = show.addresses["presenter"].removeprefix("http://").partition("/")[0]
        port = own.rpartition(":")[2]
        assert show.addresses["phone"].startswith(f"http://{ELSEWHERE}:{port}/remote#")
        assert page(follower, f"{ELSEWHERE}:{port}")["slides"] == ["one"]
        assert page(speaker, own)["slides"] == ["one"]
        refused = follower.run(sys.executable, "-c", PAGE, json.dumps([f"{SPEAKER}:{port}", None, []]), check=False)
        assert "Connection refused" in refused.stderr
    none = ("--engine", "replay", "--no-console", "--no-browser", "--port", "0", "--lan", "203.0.113.99")
    said = speaker.run(sys.executable, "-m", "quarterdeck", "present", deck, *none, check=False)
    assert said.returncode == 1
    assert "this machine has no address 203.0.113.99" in said.stderr
    assert f"{SPEAKER} (cable), {ELSEWHERE} (cable)" in said.stderr
