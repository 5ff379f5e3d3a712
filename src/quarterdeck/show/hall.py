"""How many connections a show takes, so that no one can fill it: not a crowd, not a single machine.

Followers on other machines are counted; the speaker's pages and those on this machine always find a place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from quarterdeck.show.hub import Role

FOLLOWERS_LIMIT = 2000
"""Followers on other machines at once; more are turned away, and try again later."""
ADDRESS_LIMIT = 250
"""Followers from one address: many, since a hall may share the address of its router."""
WAITING_LIMIT = 100
"""Connections from one address that have not said yet what they are."""

LOOPBACK_ADDRESSES = frozenset({"127.0.0.1", "::1", "::ffff:127.0.0.1"})


class FullError(Exception):
    """There is no place for the page now."""


class Hall:
    """The places of a show."""

    def __init__(self) -> None:
        self._waiting: Counter[str] = Counter()
        self._following: Counter[str] = Counter()

    @contextmanager
    def doorway(self, address: str) -> Iterator[None]:
        """A place for a connection that has yet to say what it is.

        Raises:
            FullError: when too many from its address do.

        """
        if address not in LOOPBACK_ADDRESSES and self._waiting[address] >= WAITING_LIMIT:
            raise FullError("too many connections from this address")
        with _counted(self._waiting, address):
            yield

    @contextmanager
    def place(self, address: str, role: Role) -> Iterator[None]:
        """A place for a page.

        Raises:
            FullError: when too many follow, or too many from its address.

        """
        if role is Role.SPEAKER or address in LOOPBACK_ADDRESSES:
            yield
            return
        if self._following.total() >= FOLLOWERS_LIMIT:
            raise FullError("too many pages follow this show")
        if self._following[address] >= ADDRESS_LIMIT:
            raise FullError("too many pages from this address follow this show")
        with _counted(self._following, address):
            yield


@contextmanager
def _counted(counter: Counter[str], address: str) -> Iterator[None]:
    counter[address] += 1
    try:
        yield
    finally:
        counter[address] -= 1
        if not counter[address]:
            del counter[address]
