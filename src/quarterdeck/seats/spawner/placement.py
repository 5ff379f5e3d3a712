"""Which host gets the next seat, how many it holds, and which network the seat gets: pure decisions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping

SHARE = 0.8
"""The share of a host's memory that seats may take."""
PART = 4
"""A seat is counted with this part of its limit: idle ones take a twelfth of a gigabyte, and few are busy at once."""
LEAST = 128 << 20
"""Bytes that a seat is counted with at least."""
RANGE = "10.213"
"""The beginning of all addresses of the networks of seats: Docker's own range has room for thirty networks only."""
NETWORK_BITS = 29
"""A seat's network has eight addresses: its own, its host's, and what Docker needs."""


def seats_of(memory: int, limit: int) -> int:
    """How many seats a host holds that has ``memory`` bytes, when each may use ``limit`` bytes."""
    return int(memory * SHARE) // max(limit // PART, LEAST)


def order(free: Mapping[str, int], avoid: Iterable[str] = ()) -> list[str]:
    """The hosts that can take a seat, the one to be tried first at the front: the one with most room."""
    refused = frozenset(avoid)
    return sorted((host for host in free if free[host] > 0 and host not in refused), key=lambda host: -free[host])


def networks(seat: str, tries: int = 32) -> Iterator[str]:
    """Networks to be tried for a seat, in CIDR notation: others may have taken the first."""
    count = 1 << (NETWORK_BITS - 16)
    first = int.from_bytes(hashlib.sha256(seat.encode()).digest()[:4], "big")
    for number in range(tries):
        start = (first + 7919 * number) % count * 8  # a prime: those of other seats are not tried one after the other
        yield f"{RANGE}.{start >> 8}.{start & 255}/{NETWORK_BITS}"
