"""Who gets in: the workshop's code, names, cookies, and how often somebody may guess.

A code is short, since people type it from a slide; what keeps it from being guessed is that wrong ones are slow.  A
room may share one address (its router's), so an address has some wrong codes free, and all addresses together have
more.  While an address has none left, right codes are refused too, or guessing would cost nothing.
"""

from __future__ import annotations

import hmac
import ipaddress
import re
import secrets
import time
import unicodedata
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from starlette.datastructures import Headers

from quarterdeck.seats.desk.state import ALPHABET
from quarterdeck.seats.proxy import COOKIE
from quarterdeck.show.web.access import is_address

TOKEN_BYTES = 24
MAX_NAME = 40
"""Characters of a name."""

REFUSAL = "This desk does not answer to that address.\n"
PORTS = {"http": 80, "https": 443}
"""The ports that addresses leave out."""

FREE_TRIES = 20
"""Wrong codes from one address at once …"""
SECONDS_A_TRY = 4.0
"""… and one more in so many seconds from then on."""
ALL_FREE_TRIES = 200
ALL_SECONDS_A_TRY = 0.5
"""The same for all addresses together."""
ADDRESSES = 4096
"""Addresses whose tries are remembered; those that tried last."""

WORDS = (
    *(
        "ANCHOR",
        "BEACON",
        "BRIDGE",
        "BUOY",
        "CABIN",
        "CANVAS",
        "CHART",
        "COMPASS",
        "CORAL",
        "CREW",
        "DECK",
        "DOCK",
        "FERRY",
        "FLAG",
        "FLEET",
        "GALLEY",
        "GULL",
        "HARBOUR",
        "HELM",
        "HORIZON",
        "HULL",
        "ISLAND",
        "JETTY",
        "KEEL",
        "KNOT",
        "LAGOON",
        "LANTERN",
        "LIGHT",
    ),
    *(
        "MAST",
        "OAR",
        "OCEAN",
        "PEARL",
        "PIER",
        "PILOT",
        "PORT",
        "QUAY",
        "RUDDER",
        "SAIL",
        "SAILOR",
        "SEAL",
        "SHELL",
        "SHORE",
        "SIGNAL",
        "SPRAY",
        "STERN",
        "STORM",
        "SURF",
        "TIDE",
        "VESSEL",
        "VOYAGE",
        "WAKE",
        "WAVE",
        "WHARF",
        "WHALE",
        "WIND",
    ),
)
"""What a code begins with; two digits follow, such as TIDE-42."""


def new_workshop_code() -> str:
    """A code for a workshop whose manifest gives none."""
    return f"{secrets.choice(WORDS)}-{secrets.randbelow(90) + 10}"


def plain_code(text: str) -> str:
    """What counts of a code as typed: letters and digits, in capitals; not hyphens, spaces and the width of letters."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", text[:100]).upper() if letter.isalnum())


def same_code(given: str, code: str) -> bool:
    """Whether somebody typed the code, in a time that doesn't tell how much of it."""
    return hmac.compare_digest(plain_code(given).encode(), plain_code(code).encode())


def plain_pass(text: str) -> str:
    """What counts of a code for another device as typed."""
    return "".join(letter for letter in plain_code(text) if letter in ALPHABET)


def clean_name(text: str) -> str:
    """A name as it is shown: one line, without what can't be seen or turns the line around; may be empty."""
    visible = "".join(
        " " if letter.isspace() else letter
        for letter in unicodedata.normalize("NFC", text[:1000])
        if letter.isspace() or unicodedata.category(letter)[0] not in "CZ"
    )
    stacked = 0
    kept = []
    for letter in " ".join(visible.split()):
        stacked = stacked + 1 if unicodedata.category(letter) == "Mn" else 0
        if stacked <= 2:  # more of them reach into the lines above and below
            kept.append(letter)
    return "".join(kept)[:MAX_NAME].strip()


def new_token() -> str:
    """A random token for a browser's cookie."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def cookie_name(*, secure: bool) -> str:
    """The name of the desk's cookie; with TLS it says that no other host has set it (RFC 6265bis, 4.1.3.2)."""
    return f"__Host-{COOKIE}" if secure else COOKIE


def tokens(headers: Headers, name: str) -> Iterator[str]:
    """The values of a cookie: several, if another server of this host has set one of that name too."""
    for line in headers.getlist("cookie"):
        for pair in line.split(";"):
            key, _, value = pair.strip().partition("=")
            if key == name and 0 < len(value) <= 200:
                yield value


@dataclass(frozen=True, slots=True)
class Door:
    """The addresses that a desk answers to: as strict as a show, with TLS or a proxy before it as well.

    A request must name one of them, or the address of this machine at which it came in.  Where it says which page it
    comes from, that must be one of the desk's own; a WebSocket must say so.
    """

    origins: frozenset[str]
    """Scheme, host, and the port unless it is the scheme's own."""
    scheme: str = "http"
    """What the desk itself speaks."""

    @classmethod
    def of(cls, names: Iterable[str], port: int, scheme: str, public: str | None = None) -> Door:
        """For host names (IPv6 in brackets) at a port, and the address at which a proxy serves the desk."""
        own = {origin(scheme, name, port) for name in names}
        return cls(frozenset({*own, *((public.rstrip("/").lower(),) if public else ())}), scheme)

    def allows(self, headers: Headers, *, websocket: bool, local: tuple[str, int | None] | None = None) -> bool:
        """Whether a request comes to the desk by one of its addresses, and from its own pages."""
        host = headers.get("host", "").lower()
        if len(headers.getlist("host")) != 1:
            return False
        mine = {each for each in self.origins if each.partition("://")[2] == host}
        with_port = host if re.search(r":\d+\Z", host) else f"{host}:{PORTS[self.scheme]}"
        if is_address(with_port, local):
            mine.add(f"{self.scheme}://{host}")
        came_from = headers.get("origin")
        return bool(mine) and (not websocket if came_from is None else came_from.lower() in mine)


def origin(scheme: str, name: str, port: int) -> str:
    """An origin as browsers write it (RFC 6454, 6.2)."""
    return f"{scheme}://{name.lower()}" + ("" if port == PORTS[scheme] else f":{port}")


class Tries:
    """How many wrong codes there may still be: from one address, and from all (token buckets)."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._spent: OrderedDict[str, tuple[float, float]] = OrderedDict()
        """By address: how many tries are spent, and when that was counted; those that tried last come last."""
        self._all = (0.0, clock())
        self.wrong = 0
        """Wrong codes so far."""

    def wait(self, address: str) -> float:
        """How many seconds somebody has to wait before a try; 0 for not at all."""
        now = self._clock()
        own = _left(self._spent.get(network(address), (0.0, now)), now, SECONDS_A_TRY)
        everyone = _left(self._all, now, ALL_SECONDS_A_TRY)
        return max(
            0.0,
            (own - FREE_TRIES + 1) * SECONDS_A_TRY,
            (everyone - ALL_FREE_TRIES + 1) * ALL_SECONDS_A_TRY,
        )

    def fail(self, address: str) -> None:
        """Count a wrong code."""
        now, key = self._clock(), network(address)
        self.wrong += 1
        self._all = (_left(self._all, now, ALL_SECONDS_A_TRY) + 1, now)
        self._spent[key] = (_left(self._spent.get(key, (0.0, now)), now, SECONDS_A_TRY) + 1, now)
        self._spent.move_to_end(key)
        while len(self._spent) > ADDRESSES:
            self._spent.popitem(last=False)


def network(address: str) -> str:
    """Whom an address belongs to: of IPv6 somebody has 2⁶⁴ at least (RFC 6177)."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return address


def _left(spent: tuple[float, float], now: float, seconds: float) -> float:
    count, since = spent
    return max(0.0, count - (now - since) / seconds)
