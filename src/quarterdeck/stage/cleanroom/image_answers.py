"""What the engine's answers say about images: which were made, and which tags were set.

Reads one line of a JSON stream at a time, of builds, pulls, loads and imports, in Docker's words and
Podman's.  Pure: what becomes of it is for :mod:`~.images`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TypeAlias

_STEP = re.compile(rb'"stream":" ?-{2,3}(?:\\u003e|>) ([0-9a-f]{11,12})\b')
"""The image after a step of a classic build; Podman shortens ids to eleven digits."""
_RUNNING = re.compile(rb'"stream":" ?-{2,3}(?:\\u003e|>) Running in ([0-9a-f]{12})\b')
_FULL_ID = re.compile(r"sha256:[0-9a-f]{64}")
_BUILT = re.compile(rb'\{"stream":"([0-9a-f]{64})\\n"\}\s*')
"""Podman's form of an ``aux`` message."""
_LOADED = re.compile(r"Loaded image(?:\(s\)| ID)?: (.+)")
_PULLED = re.compile(r"Status: (?:Downloaded newer image|Image is up to date) for (\S+)")
_WORDS = (b'"error"', b'"aux"', b"Loaded image", b'"status":"sha256:', b'"status":"Status: ')
"""Lines with one of these are worth decoding."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a classic build made, or found, an image: its id, shortened."""

    image: str


@dataclass(frozen=True, slots=True)
class Runs:
    """A step of a classic build runs in a container: its id, shortened."""

    container: str


@dataclass(frozen=True, slots=True)
class Result:
    """The image that was made: its full id.  Each stage of a build has its own; the last one gets the tags."""

    image: str


@dataclass(frozen=True, slots=True)
class Names:
    """Images that were loaded or pulled: tags or full ids."""

    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Failed:
    """The request failed."""


News: TypeAlias = Step | Runs | Result | Names | Failed


def read_line(line: bytes) -> News | None:
    """What one line of an engine's answer says about images; None for most lines."""
    if step := _STEP.search(line):
        return Step(step[1].decode())
    if running := _RUNNING.search(line):
        return Runs(running[1].decode())
    if built := _BUILT.fullmatch(line):
        return Result(f"sha256:{built[1].decode()}")
    if not any(word in line for word in _WORDS):
        return None
    try:
        message = json.loads(line)
    except ValueError:
        return None
    return _read_message(message) if isinstance(message, dict) else None


def _read_message(message: dict[str, object]) -> News | None:
    aux, status, text = message.get("aux"), str(message.get("status", "")), str(message.get("stream", ""))
    if isinstance(aux, dict) and is_image_id(str(aux.get("ID"))):
        return Result(str(aux["ID"]))
    if is_image_id(status):
        return Result(status)
    if "error" in message:
        return Failed()
    if loaded := _LOADED.search(text.strip()):
        return Names(tuple(name.strip() for name in loaded[1].split(",")))
    if pulled := _PULLED.search(status):
        return Names((pulled[1],))
    return None


def is_image_id(text: str) -> bool:
    """Whether a text is an image's full id: ``sha256:`` and 64 digits."""
    return _FULL_ID.fullmatch(text) is not None
