"""The messages between a show and its pages: JSON objects in WebSocket text frames.

A page sends one in each frame; the show sends one or more, a line each.

What pages send is decoded strictly: an unknown type or field, a wrong type or too long a text is
refused.  What the show sends is encoded once for all pages.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from quarterdeck.show.machine.commands import Command, Jump, Key, Open
from quarterdeck.show.machine.ink import Ink, Point

MESSAGE_LIMIT = 16 * 1024
"""Bytes of a message from a page."""
INPUT_LIMIT = 4096
"""Characters typed or pasted at once."""
POINTS_LIMIT = 200
"""Points of a stroke in one message."""
PLACES = 4
"""Decimal places of a point that are kept: a tenth of a pixel on a slide of 1,280."""
NAME_LIMIT = 200
"""Characters of a slide's id or a demo's name."""


class ProtocolError(Exception):
    """A page sent something that is no message."""


@dataclass(frozen=True, slots=True)
class Hello:
    """The first message of every page: what it is, and the token when it may command."""

    page: str
    """``audience``, ``preview``, ``presenter``, ``remote`` or ``stage``."""
    token: str | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """A command of the speaker."""

    command: Command


@dataclass(frozen=True, slots=True)
class Typing:
    """What the speaker types into the terminal that was taken over, the one in front."""

    data: str


@dataclass(frozen=True, slots=True)
class Pointing:
    """Where the speaker points on the slide, in shares of its width and height; None for nowhere."""

    x: float | None
    y: float | None


@dataclass(frozen=True, slots=True)
class Drawing:
    """More points of a stroke on a slide."""

    slide: str
    """Its id."""
    stroke: str
    """A name for the stroke that no other has."""
    ink: Ink
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Erasing:
    """Take the last stroke of a slide away, or all."""

    slide: str
    whole: bool


PageMessage: TypeAlias = Hello | Order | Typing | Pointing | Drawing | Erasing

PAGES = frozenset({"audience", "preview", "presenter", "remote", "stage"})


def decode(text: str) -> PageMessage:
    """Read a message from a page.

    Raises:
        ProtocolError: for anything that is not exactly a known message.

    """
    if len(text.encode("utf-8", "surrogatepass")) > MESSAGE_LIMIT:
        raise ProtocolError("the message is too long")
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        raise ProtocolError("the message is not JSON") from None
    if not isinstance(message, dict):
        raise ProtocolError("the message is not an object")
    decoder = _DECODERS.get(message.pop("type", None) if isinstance(message.get("type"), str) else None)
    if decoder is None:
        raise ProtocolError("the message has no known type")
    decoded = decoder(message)
    if message:
        raise ProtocolError(f"the message has an unknown field '{next(iter(message))[:40]}'")
    return decoded


def _hello(message: dict[str, Any]) -> PageMessage:
    page = _text(message, "page", NAME_LIMIT)
    if page not in PAGES:
        raise ProtocolError("there is no such page")
    return Hello(page, _text(message, "token", NAME_LIMIT) if "token" in message else None)


def _key(message: dict[str, Any]) -> PageMessage:
    try:
        return Order(Key(_text(message, "key", NAME_LIMIT)))
    except ValueError:
        raise ProtocolError("there is no such key") from None


def _jump(message: dict[str, Any]) -> PageMessage:
    return Order(Jump(_text(message, "slide", NAME_LIMIT)))


def _open(message: dict[str, Any]) -> PageMessage:
    return Order(Open(_text(message, "demo", NAME_LIMIT)))


def _type(message: dict[str, Any]) -> PageMessage:
    return Typing(_text(message, "data", INPUT_LIMIT))


def _point(message: dict[str, Any]) -> PageMessage:
    return Pointing(_share(message, "x"), _share(message, "y"))


def _draw(message: dict[str, Any]) -> PageMessage:
    points = message.pop("points", None)
    if not isinstance(points, list) or not 0 < len(points) <= POINTS_LIMIT:
        raise ProtocolError(f"'points' is not a list of 1 to {POINTS_LIMIT} points")
    try:
        ink = Ink(_text(message, "ink", NAME_LIMIT))
    except ValueError:
        raise ProtocolError("there is no such ink") from None
    slide, stroke = _text(message, "slide", NAME_LIMIT), _text(message, "stroke", NAME_LIMIT)
    return Drawing(slide, stroke, ink, tuple(map(_point_of, points)))


def _erase(message: dict[str, Any]) -> PageMessage:
    whole = message.pop("whole", None)
    if not isinstance(whole, bool):
        raise ProtocolError("'whole' is not true or false")
    return Erasing(_text(message, "slide", NAME_LIMIT), whole)


_DECODERS: Mapping[str | None, Callable[[dict[str, Any]], PageMessage]] = {
    "hello": _hello,
    "key": _key,
    "jump": _jump,
    "open": _open,
    "input": _type,
    "point": _point,
    "draw": _draw,
    "erase": _erase,
}


def _text(message: dict[str, Any], field: str, limit: int) -> str:
    value = message.pop(field, None)
    if not isinstance(value, str):
        raise ProtocolError(f"'{field}' is not a text")
    if len(value) > limit:
        raise ProtocolError(f"'{field}' is longer than {limit} characters")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ProtocolError(f"'{field}' is not Unicode text") from None
    return value


def _share(message: dict[str, Any], field: str) -> float | None:
    value = message.pop(field, None)
    if value is not None and not _is_share(value):
        raise ProtocolError(f"'{field}' is not between 0 and 1")
    return None if value is None else float(value)


def _point_of(value: object) -> Point:
    if not isinstance(value, list) or len(value) != 2 or not all(map(_is_share, value)):
        raise ProtocolError("a point is not two numbers between 0 and 1")
    return round(value[0], PLACES), round(value[1], PLACES)


def _is_share(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def encode(kind: str, /, **fields: object) -> str:
    """A message of the show to its pages."""
    return json.dumps({"type": kind, **fields}, ensure_ascii=False, separators=(",", ":"))
