"""``seats:`` of a manifest: how many seats a workshop gets, on which hosts, and what each may use."""

from __future__ import annotations

import re
from dataclasses import dataclass

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.stage.docker.address import parse_address
from quarterdeck.text.fields import Fields

SEATS_KEYS = (
    *("count", "warm", "hosts", "memory", "cpus", "pids", "disk", "expires", "idle", "code", "runtime"),
    "images",
)
SWARM = "swarm:"
"""The beginning of a host that is a Swarm; the context of a manager follows, or nothing for this machine's engine."""
MOST = 1000
"""Seats of one workshop."""
_SIZE = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)\s*([kmgt])i?b?\Z", re.IGNORECASE)
_UNITS = {"k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{2,22}[A-Za-z0-9]\Z")
_CONTEXT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+-]*\Z")
_RUNTIME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*\Z")
SMALLEST_MEMORY = 256 << 20
"""Bytes: the engine and the server of a seat alone take 85 MB."""
FEWEST_PROCESSES = 100
"""An idle seat has 30 processes."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What ``seats:`` says."""

    count: int = 30
    """The most seats at a time."""
    warm: int = 2
    """Seats that run before somebody asks for one."""
    hosts: tuple[str, ...] = ()
    """Docker contexts or addresses; none for this machine's engine; one ``swarm:CONTEXT`` for a Swarm."""
    memory: int = 1 << 30
    """Bytes."""
    cpus: float = 2.0
    pids: int = 1500
    disk: int | None = None
    """Bytes; None for as much as the host has."""
    expires: float = 4 * 3600.0
    """Seconds from its start until a seat ends."""
    idle: float = 45 * 60.0
    """Seconds without a page until a seat ends."""
    code: str | None = None
    """What attendees type to get in; None: one is made up."""
    runtime: str | None = None
    """The runtime of the seats' containers, such as ``sysbox-runc``; None for the host's own."""
    images: tuple[str, ...] = ()
    """Images that every seat has, besides those that the kit's demos need."""


def read_seats(front: Fields) -> Settings:
    """The section ``seats:`` of a manifest; the defaults where there is none."""
    keys = front.section("seats", SEATS_KEYS)
    usual = Settings()
    count = keys.whole("count", 1, MOST) or usual.count
    warm = keys.whole("warm", 0, MOST)
    if warm is not None and warm > count:
        keys.wrong("warm", f"at most 'count', {count}")
    return Settings(
        count,
        min(usual.warm if warm is None else warm, count),
        _hosts(keys),
        _size(keys, "memory", SMALLEST_MEMORY) or usual.memory,
        keys.number("cpus", 0.1, 256) or usual.cpus,
        keys.whole("pids", FEWEST_PROCESSES, 100_000) or usual.pids,
        _size(keys, "disk", 1 << 30),
        keys.seconds("expires") or usual.expires,
        keys.seconds("idle") or usual.idle,
        _word(keys, "code", _CODE, "4 to 24 letters, digits and hyphens, such as TIDE-42"),
        _word(keys, "runtime", _RUNTIME, "the name of a runtime, such as sysbox-runc"),
        keys.names("images"),
    )


def _hosts(keys: Fields) -> tuple[str, ...]:
    words = keys.words("hosts")
    seen: list[str] = []
    for host, at in words:
        if fault := _host_fault(host):
            message, hint, code = fault
            keys.found.error(message, at, hint=hint, code=code)
        elif host in seen:
            keys.found.error(f"'{host}' is given twice", at, hint="keep one of them", code="duplicate-key")
        elif host.startswith(SWARM) and len(words) > 1:
            keys.found.error(
                f"'{host}' is a whole Swarm, and can't be combined with other hosts",
                at,
                hint="list hosts, or one Swarm",
                code="bad-host",
            )
        seen.append(host)
    return tuple(seen)


def _host_fault(host: str) -> tuple[str, str | None, str] | None:
    """What is wrong with a host: a message, a hint, a code."""
    name = host.removeprefix(SWARM)
    if "://" in name:
        try:
            parse_address(name)
        except QuarterdeckError as error:
            return error.first.message, error.first.hint, error.first.code
    elif not _CONTEXT.match(name) and host != SWARM:
        hint = "a docker context, unix:///path, tcp://host:port, ssh://user@host, or swarm:CONTEXT"
        return f"'{host}' is not a host", hint, "bad-host"
    return None


def _size(keys: Fields, key: str, smallest: int) -> int | None:
    """A number of bytes."""
    text = keys.text(key)
    if text is None:
        return None
    match = _SIZE.match(text)
    if match is None:
        keys.wrong(key, "a size", "write it with its unit: 512m, 1g")
        return None
    size = int(float(match[1]) * _UNITS[match[2].lower()])
    if size < smallest:
        keys.wrong(key, f"at least {smallest >> 20}m")
        return None
    return size


def _word(keys: Fields, key: str, pattern: re.Pattern[str], wanted: str) -> str | None:
    text = keys.text(key)
    if text is None or pattern.match(text):
        return text
    keys.wrong(key, wanted)
    return None
