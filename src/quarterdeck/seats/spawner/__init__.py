"""Starts, finds, lists and stops seats on hosts: the protocol, and what it is about.

:class:`Spawner` is what the desk works with.  :mod:`docker_hosts` implements it by containers on one or several Docker
hosts, :mod:`swarm` by services of a Docker Swarm; :mod:`hosts` prepares and examines them, and :mod:`image` makes what
they run.

The labels of a seat are its only record: ``quarterdeck.seat`` (its id), ``quarterdeck.workshop`` and
``quarterdeck.expires`` (seconds since the epoch).  Ids are made by :func:`new_seat_id`.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from quarterdeck.seats.messages import EXERCISE_VARIABLE, ID_VARIABLE, SECRET_VARIABLE

SEAT_LABEL = "quarterdeck.seat"
WORKSHOP_LABEL = "quarterdeck.workshop"
EXPIRES_LABEL = "quarterdeck.expires"
SEAT_ID = re.compile(r"[a-z0-9]{4,32}\Z")


class SpawnError(Exception):
    """A host refuses or fails; ``host`` is its name, '' for all of them."""

    def __init__(self, host: str, reason: str) -> None:
        super().__init__(f"{host}: {reason}" if host else reason)
        self.host = host
        self.reason = reason


class NoRoomError(SpawnError):
    """No host has room for another seat, or none can be reached."""


class SeatCondition(StrEnum):
    """What has become of a seat's container."""

    STARTING = "starting"
    RUNNING = "running"
    """Its container runs; its server may need a moment more."""
    GONE = "gone"
    """Its container has ended, or is there no more."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the desk reaches a seat's server."""

    address: str
    port: int


@dataclass(frozen=True, slots=True)
class SeatState:
    """What a host says of a seat."""

    id: str
    host: str
    """The name of the host, as in the settings."""
    state: SeatCondition
    place: Place | None
    """None until its port is published."""
    expires: float
    """Seconds since the epoch."""
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SeatOrder:
    """A seat to be started."""

    id: str
    workshop: str
    secret: str = field(repr=False)
    """What its server asks of every request, in the header ``Quarterdeck-Seat``."""
    expires: float
    """Seconds since the epoch."""
    exercise: str | None = None
    """The one that it begins with; None for the first."""
    avoid: frozenset[str] = frozenset()
    """Names of hosts that don't get it."""

    @property
    def labels(self) -> dict[str, str]:
        """The labels of all that is made for it."""
        return {SEAT_LABEL: self.id, WORKSHOP_LABEL: self.workshop, EXPIRES_LABEL: str(int(self.expires))}

    @property
    def environment(self) -> list[str]:
        """The environment of its container, as Docker takes it: ``NAME=value``."""
        variables = {SECRET_VARIABLE: self.secret, ID_VARIABLE: self.id, EXERCISE_VARIABLE: self.exercise or ""}
        return [f"{key}={value}" for key, value in variables.items()]


class Spawner(Protocol):
    """Starts, finds, lists and stops the seats of one workshop.

    No call blocks the event loop, and each is bounded in time.  All raise :class:`SpawnError`.
    """

    @property
    def names(self) -> Sequence[str]:
        """The names of all hosts, as far as they are known beforehand."""

    async def start(self, order: SeatOrder) -> SeatState:
        """Start a seat on a host that has room; raises NoRoomError when none has."""

    async def find(self, seat: str) -> SeatState | None:
        """The seat of that id; None where no host that can be reached has it."""

    async def list(self) -> Sequence[SeatState]:
        """The seats on all hosts that can be reached."""

    async def stop(self, seat: str) -> None:
        """Remove a seat and everything that belongs to it; fine if it is gone already."""

    async def capacity(self) -> Mapping[str, int]:
        """How many more seats each host can take; a host that can't be reached is missing."""

    async def close(self) -> None:
        """Close the connections to the hosts; seats stay."""


def expiry(labels: Mapping[str, str]) -> float:
    """When a seat with these labels expires, in seconds since the epoch; 0 where they don't say it."""
    expires = labels.get(EXPIRES_LABEL, "")
    return float(expires) if expires.isdigit() else 0.0


def new_seat_id() -> str:
    """A random id for a seat."""
    return secrets.token_hex(5)
