"""Where others find the show, and a code that phones read off a terminal."""

import asyncio

import pytest
import segno

from quarterdeck.show import addresses
from quarterdeck.show.addresses import (
    BLOCKS,
    BORDER,
    AddressBook,
    Addresses,
    LocalAddress,
    lan_names,
    local_addresses,
    qr_lines,
)

TEXT = "http://192.168.100.100:7777/remote#token=0123456789abcdefghijklmn"


def test_the_blocks_are_the_modules_of_the_code() -> None:
    """Read back, two rows a line, they are what the standard makes of the text."""
    halves = {character: pair for pair, character in BLOCKS.items()}
    rows: list[list[int]] = []
    for line in qr_lines(TEXT):
        rows += [[halves[character][0] for character in line], [halves[character][1] for character in line]]
    code = segno.make(TEXT, error="l", micro=False, boost_error=False)
    wanted = [list(row) for row in code.matrix_iter(border=BORDER)]
    assert rows[: len(wanted)] == wanted
    assert not any(map(any, rows[len(wanted) :]))


def test_an_address_fits_a_small_terminal() -> None:
    """With a frame around it, in 80 × 24 cells, beside the addresses."""
    lines = qr_lines(TEXT)
    assert len(lines) <= 21
    assert {len(line) for line in lines} == {37}


UP, POINT_TO_POINT, LOOPED = 0x1, 0x10, 0x8
WIFI = LocalAddress("192.168.4.20", "wlan0", UP)
HOTSPOT = LocalAddress("10.42.0.1", "ap0", UP)
VPN = LocalAddress("10.8.0.2", "tun0", UP | POINT_TO_POINT)
SIX = LocalAddress("fd00::20", "wlan0", UP)
NEVER = (
    LocalAddress("127.0.0.1", "lo", UP | LOOPED),
    LocalAddress("172.17.0.1", "docker0", UP),
    LocalAddress("172.18.0.1", "br-0123456789ab", UP),
    LocalAddress("fe80::1", "wlan0", UP),
)


@pytest.mark.parametrize(
    ("has", "out", "best"),
    [
        ((VPN, SIX, WIFI), "10.8.0.2", ("192.168.4.20", "fd00::20", "10.8.0.2")),
        ((WIFI, HOTSPOT), "10.42.0.1", ("10.42.0.1", "192.168.4.20")),
        ((HOTSPOT,), None, ("10.42.0.1",)),
        ((VPN,), "10.8.0.2", ("10.8.0.2",)),
        ((), None, ()),
    ],
)
def test_the_audience_gets_the_address_of_its_own_network(
    monkeypatch: pytest.MonkeyPatch, has: tuple[LocalAddress, ...], out: str | None, best: tuple[str, ...]
) -> None:
    """Not that of a VPN, even if it is the way out; and one of a hotspot that leads nowhere."""
    monkeypatch.setattr(addresses, "local_addresses", lambda: (*NEVER, *has))
    monkeypatch.setattr(addresses, "outward_address", lambda: out)
    monkeypatch.setattr(addresses, "host_names", lambda: ("laptop", "laptop.local"))
    assert lan_names() == (*best, "laptop", "laptop.local")


def test_this_machine_has_addresses() -> None:
    """Its loopback's at least, as the system lists them."""
    assert "127.0.0.1" in {a.address for a in local_addresses() if a.loopback}
    assert all(a.interface and a.version in (4, 6) for a in local_addresses())


async def test_another_network_gives_other_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Phones and followers are sent to it as soon as it is there; IPv6 addresses are in brackets."""
    names = ["192.168.4.20"]
    monkeypatch.setattr(addresses, "lan_names", lambda: tuple(names))
    monkeypatch.setattr(addresses, "LOOK_SECONDS", 0.001)
    book = AddressBook(7777, "secret", lan=True)
    assert book.now.followers == ("http://192.168.4.20:7777/",)
    told: asyncio.Queue[Addresses] = asyncio.Queue()
    watch = asyncio.create_task(book.watch(told.put_nowait))
    names[:] = ["fd00::20", "10.42.0.1"]
    async with asyncio.timeout(60):
        assert (await told.get()).followers == ("http://[fd00::20]:7777/", "http://10.42.0.1:7777/")
    assert book.now.remote == "http://[fd00::20]:7777/remote#token=secret"
    assert told.empty()
    watch.cancel()


async def test_only_the_address_that_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever others there are; and without --lan there is none."""
    monkeypatch.setattr(addresses, "lan_names", lambda: ("192.168.4.20",))
    only = AddressBook(7777, "secret", lan=True, only="10.42.0.1")
    await only.watch(lambda others: pytest.fail(str(others)))
    assert only.now.followers == ("http://10.42.0.1:7777/",)
    assert AddressBook(7777, "secret").now.followers == ()
