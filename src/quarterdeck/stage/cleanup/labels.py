"""The labels that say whose an object is, and how long it may stay."""

from __future__ import annotations

import hashlib
import platform
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

NAMESPACE = "quarterdeck."
SHOW = "quarterdeck.show"
DEMO = "quarterdeck.demo"
EXPIRES = "quarterdeck.expires"
HOST = "quarterdeck.host"
LIFETIME_SECONDS = 12 * 3600
"""No show is longer; what is older was forgotten."""


MACHINE_IDS = ("/etc/machine-id", "/var/lib/dbus/machine-id")


def this_host() -> str:
    """Which machine this is, among those whose shows share an engine; not to be found out from it (machine-id(5))."""
    found = (Path(file).read_text().strip() for file in MACHINE_IDS if Path(file).is_file())
    identity = next(filter(None, found), None) or platform.node()
    return hashlib.sha256(f"quarterdeck {identity}".encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Stamp:
    """The labels of one demo of one show."""

    show: str
    demo: str
    host: str = field(default_factory=this_host)

    def labels(self) -> dict[str, str]:
        """What every object made now gets."""
        expires = str(int(time.time()) + LIFETIME_SECONDS)
        return {SHOW: self.show, DEMO: self.demo, HOST: self.host, EXPIRES: expires}

    def selectors(self) -> list[str]:
        """What selects the objects of this demo in a ``label`` filter."""
        return [f"{SHOW}={self.show}", f"{DEMO}={self.demo}"]

    def marks(self, labels: object) -> bool:
        """Whether an object with these labels is this demo's."""
        return isinstance(labels, Mapping) and labels.get(SHOW) == self.show and labels.get(DEMO) == self.demo

    def on(self, labels: Mapping[str, Any] | None) -> dict[str, Any]:
        """The demo's own labels with this stamp; none of the demo's can pass for ours."""
        return {**without_ours(labels or {}), **self.labels()}


def expired(labels: Mapping[str, str]) -> bool:
    """Whether an object was forgotten by its show, wherever that was."""
    return labels.get(EXPIRES, "").isdecimal() and int(labels[EXPIRES]) < time.time()


def without_ours(labels: Mapping[str, Any]) -> dict[str, Any]:
    """The labels without those of our namespace."""
    return {name: value for name, value in labels.items() if not name.casefold().startswith(NAMESPACE)}


def hide(value: Any) -> Any:
    """An answer of the engine's without our labels, wherever they stand in it."""
    match value:
        case dict():
            return {k: hide(v) for k, v in value.items() if not k.startswith(NAMESPACE)}
        case list():
            return [hide(item) for item in value]
    return value
