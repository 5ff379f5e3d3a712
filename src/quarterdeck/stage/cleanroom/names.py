"""Names of the demo's objects: the demo says ``web``, the engine knows ``qd3f9a1c02-web``.

So the demo's ``web`` never meets the speaker's ``web``.  Names get the prefix on their way in, and
lose it in whatever JSON comes back; raw streams and archives are never touched.

The addresses of published ports are names of the same kind: a port published without an address is on loopback, but
the demo is shown ``0.0.0.0:8080->80/tcp``, as its viewers see it at home.  What was asked is remembered here, for as
long as the room lasts, which is as long as the container does.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from msgspec import Struct

from quarterdeck.stage.cleanroom.http import BadMessageError, dumps, loads_object
from quarterdeck.stage.cleanup.labels import new_prefix

PREDEFINED_NETWORKS = frozenset({"bridge", "host", "none", "default", "podman"})
"""Networks that every engine has; they keep their names, and may be used but not changed."""
_HEX = re.compile(r"[0-9a-f]{1,64}")
_FULL_ID = re.compile(r"[0-9a-f]{64}")
_ADJECTIVES = (
    "able", "brave", "bright", "brisk", "calm", "clear", "clever", "eager", "fair", "fleet", "fresh", "gentle",
    "happy", "hardy", "jolly", "keen", "kind", "lively", "lucky", "merry", "neat", "proud", "quick", "quiet",
    "ready", "sharp", "steady", "sunny", "swift", "tidy", "trim", "warm", "wise", "witty",
)  # fmt: skip
_NOUNS = (
    "anchor", "beacon", "bosun", "bowsprit", "brig", "buoy", "capstan", "clipper", "compass", "current", "cutter",
    "dinghy", "ensign", "frigate", "galley", "gull", "halyard", "harbour", "helm", "hull", "jib", "keel", "ketch",
    "lantern", "lugger", "mast", "osprey", "pilot", "rudder", "sail", "schooner", "sextant", "sloop", "tide",
    "tiller", "topsail", "wake", "yawl",
)  # fmt: skip


@dataclass(slots=True)
class Owned:
    """Containers, or networks, that the demo created through this room."""

    ids: set[str] = field(default_factory=set)
    """Full ids, including those of objects that were removed: an id never means another object."""
    names: dict[str, str] = field(default_factory=dict)
    """Plain name → id."""

    def add(self, identity: str, name: str) -> None:
        """Record a new object."""
        self.ids.add(identity)
        self.names[name] = identity

    def rename(self, identity: str, name: str) -> None:
        """Record an object's new name."""
        for old in [n for n, i in self.names.items() if i == identity]:
            del self.names[old]
        self.names[name] = identity

    def name_of(self, reference: str) -> str | None:
        """The plain name of the object that a name or an id refers to."""
        if reference in self.names:
            return reference
        return next((n for n, i in self.names.items() if i.startswith(reference)), None)


LOOPBACK = "127.0.0.1"
"""Where ports are published unless the demo names an address: a conference network should not reach a demo."""
EVERY_ADDRESS = "0.0.0.0"
"""What an engine shows for a port that was published without an address."""
_LOOPBACK_PORT = re.compile(rb"(?<![\d.])127\.0\.0\.1:(\d{1,5})(?!\d)")


class Binding(Struct, frozen=True):
    """An address and a port of this machine as a demo asked for them, ``--publish 127.0.0.1:8080:80`` say."""

    address: str
    """Empty where the demo named none."""
    port: str
    """``8080``, ``8080-8089``, or empty for any."""

    def may_be(self, port: str) -> bool:
        """Whether the engine may have chosen this port for it."""
        first, _, last = self.port.partition("-")
        if not first.isdecimal() or not port.isdecimal():
            return not self.port
        return int(first) <= int(port) <= int(last if last.isdecimal() else first)


class Published(Struct, frozen=True):
    """The ports of a container that a demo published, as it asked for them."""

    bindings: Mapping[str, tuple[Binding, ...]]
    """By the container's port, ``80/tcp``."""
    all_ports: bool = False
    """Whether it asked for every exposed port (``-P``)."""

    def shown(self, container_port: str, address: str, port: str) -> str:
        """The address that the demo sees for one the engine reports."""
        if address != LOOPBACK:
            return address
        asked = self.bindings.get(container_port, ())
        if any(b.port and not b.address and b.may_be(port) for b in asked):
            return EVERY_ADDRESS
        return address if any(b.address == LOOPBACK and b.may_be(port) for b in asked) else EVERY_ADDRESS

    def hides(self, port: str) -> bool:
        """Whether this port of the machine was asked for without an address."""
        return any(b.port and not b.address and b.may_be(port) for asked in self.bindings.values() for b in asked)


class Names:
    """Translates between the demo's names and the engine's, which have the room's prefix."""

    def __init__(self) -> None:
        self.prefix = new_prefix()
        self._prefix_bytes = self.prefix.encode()
        self.containers = Owned()
        self.networks = Owned()
        self.volumes: set[str] = set()
        """Names of the demo's anonymous volumes, which have no prefix."""
        self.execs: set[str] = set()
        self.published: dict[str, Published] = {}
        """By the container's full id: what it published where the room chose the address."""

    def inward(self, name: str) -> str:
        """Return the engine's name for a name of the demo's."""
        return self.prefix + name

    def outward(self, body: bytes) -> bytes:
        """Return JSON from the engine without the prefix, for the demo."""
        return body.replace(self._prefix_bytes, b"")

    def outward_error(self, body: bytes) -> bytes:
        """An error for the demo: plain names, and the addresses of ports as it asked for them."""

        def address(match: re.Match[bytes]) -> bytes:
            port = match[1].decode()
            hidden = any(published.hides(port) for published in self.published.values())
            return EVERY_ADDRESS.encode() + b":" + match[1] if hidden else match[0]

        return _LOOPBACK_PORT.sub(address, self.outward(body))

    def plain(self, name: str) -> str:
        """Return the demo's name for a name of the engine's."""
        return name.removeprefix("/").removeprefix(self.prefix)

    def container(self, reference: str) -> str:
        """Return the engine's reference for a container's name, id or shortened id in the demo.

        Whatever isn't the stage's becomes a name with the prefix, which the engine doesn't know.
        """
        return self._reference(self.containers, reference.removeprefix("/"))

    def network(self, reference: str) -> str:
        """Return the engine's reference for a network; the predefined ones keep their names."""
        if reference in PREDEFINED_NETWORKS:
            return reference
        return self._reference(self.networks, reference)

    def volume(self, name: str) -> str:
        """Return the engine's name for a volume."""
        return name if name in self.volumes else self.inward(name)

    def _reference(self, owned: Owned, reference: str) -> str:
        if reference not in owned.names and reference in owned.ids:
            return reference
        if reference not in owned.names and _HEX.fullmatch(reference):
            found = [identity for identity in owned.ids if identity.startswith(reference)]
            if len(found) == 1:
                return found[0]
            if found:
                raise BadMessageError(f"multiple IDs found with provided prefix: {reference}")
        return self.inward(reference)

    def generate(self) -> str:
        """Return a new name for a container that was given none, such as ``calm_clipper``, as Docker does."""
        while True:
            name = f"{secrets.choice(_ADJECTIVES)}_{secrets.choice(_NOUNS)}"
            if len(self.containers.names) > len(_ADJECTIVES) * len(_NOUNS) // 2:
                name += str(secrets.randbelow(1_000_000))
            if name not in self.containers.names:
                return name

    def mode(self, mode: str) -> str:
        """Return a network, pid or ipc mode with the engine's name in ``container:NAME``."""
        kind, separator, reference = mode.partition(":")
        return f"container:{self.container(reference)}" if separator and kind == "container" else mode


def is_full_id(text: str) -> bool:
    """Whether a text has the form of a full id, which is also that of an anonymous volume's name."""
    return _FULL_ID.fullmatch(text) is not None


Filters: TypeAlias = dict[str, list[str]]


def parse(text: str) -> Filters:
    """Parse the ``filters`` parameter of a query, in its present form or the older one; raises BadMessageError."""
    filters: Filters = {}
    for key, values in loads_object(text.encode()).items():
        match values:
            case list():
                filters[key] = [str(value) for value in values]
            case dict():
                filters[key] = [value for value, wanted in values.items() if wanted]
            case _:
                raise BadMessageError(f"invalid filter '{key}'")
    return filters


def encode(filters: Filters) -> str:
    """Encode filters for a query; empty if there are none."""
    return dumps(filters).decode() if filters else ""


def name_pattern(names: Names, value: str) -> str:
    """Return a pattern that matches the engine's names as ``value``, which is unanchored, matches the demo's."""
    anchored = value.startswith("^")
    plain = value.removeprefix("^").removeprefix("/?").removeprefix("/")
    start = "" if anchored or value.startswith("/") else ".*"
    return f"^/?{names.prefix}{start}(?:{plain})"


def translate(names: Names, filters: Filters) -> Filters:
    """Return filters with the engine's names of containers, networks and volumes."""
    kinds: dict[str, Callable[[str], str]] = {
        "name": lambda value: name_pattern(names, value),
        "container": names.container,
        "before": names.container,
        "since": names.container,
        "network": names.network,
        "volume": lambda value: value if value.startswith("/") else names.volume(value),
    }
    return {key: [kinds[key](v) for v in values] if key in kinds else values for key, values in filters.items()}
