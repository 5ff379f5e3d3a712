"""Labels on containers, networks and volumes: which show and demo made them, for whom, and when they expire.

A container also takes on the labels of its image, and somebody may commit a demo's container to one.  So only a
container whose name begins as those of clean rooms do is taken for a demo's.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NAMESPACE = "quarterdeck."
SHOW = "quarterdeck.show"
DEMO = "quarterdeck.demo"
EXPIRES = "quarterdeck.expires"
OWNER = "quarterdeck.owner"
LIFETIME_SECONDS = 12 * 3600
"""No show is longer: older objects are leftovers, even if their machine can't be asked."""


MACHINE_IDS = ("/etc/machine-id", "/var/lib/dbus/machine-id")


_PREFIX = re.compile(r"/?qd[0-9a-f]{8}-")
"""What a clean room puts before the names that a demo gives."""


def new_prefix() -> str:
    """A prefix for the names of one demo, which no other has."""
    return f"qd{secrets.token_hex(4)}-"


def has_prefix(name: str) -> bool:
    """Whether a clean room gave this name."""
    return _PREFIX.match(name) is not None


def owner_of(journals: Path) -> str:
    """An id of this machine, this user and the folder with their journals: shows that share an engine differ in it.

    It is a hash, which doesn't reveal machine-id(5).
    """
    found = (Path(file).read_text().strip() for file in MACHINE_IDS if Path(file).is_file())
    identity = next(filter(None, found), None) or platform.node()
    return hashlib.sha256(f"quarterdeck {identity} {os.getuid()} {journals.resolve()}".encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Stamp:
    """The labels of one demo of one show."""

    show: str
    demo: str
    owner: str
    """As :func:`owner_of` gives it."""

    def labels(self) -> dict[str, str]:
        """The labels for an object that is made now."""
        expires = str(int(time.time()) + LIFETIME_SECONDS)
        return {SHOW: self.show, DEMO: self.demo, OWNER: self.owner, EXPIRES: expires}

    def selectors(self) -> list[str]:
        """The values of a ``label`` filter that selects this demo's objects."""
        return [f"{SHOW}={self.show}", f"{DEMO}={self.demo}"]

    def marks(self, labels: object) -> bool:
        """Whether an object with these labels belongs to this demo."""
        return isinstance(labels, Mapping) and labels.get(SHOW) == self.show and labels.get(DEMO) == self.demo

    def on(self, labels: Mapping[str, Any] | None) -> dict[str, Any]:
        """A demo's labels together with this stamp; labels of our namespace that the demo sets are dropped."""
        return {**without_ours(labels or {}), **self.labels()}


def expired(labels: Mapping[str, str]) -> bool:
    """Whether an object is older than any show can be."""
    return labels.get(EXPIRES, "").isdecimal() and int(labels[EXPIRES]) < time.time()


def without_ours(labels: Mapping[str, Any]) -> dict[str, Any]:
    """Labels without those of our namespace."""
    return {name: value for name, value in labels.items() if not name.casefold().startswith(NAMESPACE)}


def hide(value: Any) -> Any:
    """A JSON answer of the engine without our labels, at any depth."""
    if isinstance(value, dict):
        return {k: hide(v) for k, v in value.items() if not k.startswith(NAMESPACE)}
    if isinstance(value, list):
        return [hide(item) for item in value]
    return value
