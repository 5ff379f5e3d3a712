"""The messages between the organiser's page and the desk: JSON objects in WebSocket text frames.

``src/web/generate.py`` writes the page's ``roommessages.ts`` from the classes here, with their docstrings.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta, Struct

from quarterdeck.seats.messages import Ending, Exercise, Name, Part, Progress
from quarterdeck.show.web.protocol import ProtocolError

NOTICE_LIMIT = 500
"""Characters of what the organiser tells everybody."""
MESSAGE_LIMIT = 16 * 1024
"""Bytes of one of them."""

Where: TypeAlias = Literal["waiting", "starting", "ready", "silent", "ended"]
"""What has become of an attendee's seat; ``silent``: it has missed looks."""


class FromRoom(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type"):
    """A message of the organiser's page."""


class RoomHello(FromRoom, frozen=True, tag="hello"):
    """The first message of a page, or of a connection to an attendee's terminal."""

    token: Name
    attendee: Name | None = None
    """Whose terminal it is about; null for the room."""


class Announce(FromRoom, frozen=True, tag="announce"):
    """Tell everybody; an empty text takes it back."""

    text: Annotated[str, Meta(max_length=NOTICE_LIMIT)]


class AskHelp(FromRoom, frozen=True, tag="ask"):
    """Ask an attendee whether the organiser may use the terminal."""

    attendee: Name


class LeaveHelp(FromRoom, frozen=True, tag="leave"):
    """The terminal isn't needed any more."""

    attendee: Name


class Seen(FromRoom, frozen=True, tag="seen"):
    """The organiser has seen to an attendee who asked for help."""

    attendee: Name


class Reset(FromRoom, frozen=True, tag="reset"):
    """Begin an attendee's exercise again."""

    attendee: Name


class Extend(FromRoom, frozen=True, tag="extend"):
    """Give more time."""

    attendee: Name | None
    """Null for everybody."""
    minutes: Annotated[int, Meta(ge=1, le=1440)]


class End(FromRoom, frozen=True, tag="end"):
    """Close a seat."""

    attendee: Name | None
    """Null for all."""


RoomPageMessage: TypeAlias = RoomHello | Announce | AskHelp | LeaveHelp | Seen | Reset | Extend | End
_DECODER = msgspec.json.Decoder(RoomPageMessage)


class ForRoom(Part, frozen=True, tag_field="type"):
    """A message to the organiser's page."""


class Person(Part, frozen=True):
    """An attendee."""

    id: str
    name: str
    exercise: str | None
    progress: dict[str, Progress]
    stuck: float | None
    """Since when help is asked for, by the desk's clock."""
    where: Where
    position: int
    """How many get a seat before."""
    host: str
    moved: int
    """How often the seat was lost with its host."""
    ended: Ending | None
    expires: float
    active: float
    """When something was done last."""
    pages: int
    """How many pages are open."""
    help: str | None
    """``asked``, ``granted`` or ``refused`` where the organiser has asked for the terminal."""
    fault: str
    """Why there is no exercise under way."""


class HostLine(Part, frozen=True):
    """A host."""

    name: str
    seats: int
    warm: int
    """Those of them that nobody has."""
    room: int | None
    """How many more it can take; null for one that doesn't answer."""


class FaultLine(Part, frozen=True):
    """What went wrong with a host."""

    at: float
    host: str
    text: str


class Room(ForRoom, frozen=True, tag="room"):
    """The whole room."""

    at: float
    """The desk's clock, in seconds since 1970."""
    title: str
    code: str
    address: str
    """Where attendees go."""
    rows: tuple[str, ...]
    """Its QR code, ``1`` for a dark module."""
    count: int
    """The most seats at a time."""
    exercises: tuple[Exercise, ...]
    people: tuple[Person, ...]
    hosts: tuple[HostLine, ...]
    notice: str
    faults: tuple[FaultLine, ...]
    wrong: int
    """Wrong codes so far."""


class RoomBeat(ForRoom, frozen=True, tag="beat"):
    """A sign of life, about every second."""

    at: float


class Standing(Struct, frozen=True):
    """How far the room is with an exercise, for a slide."""

    at: int
    """How many are at it."""
    done: int
    """How many have solved it."""


class RoomSummary(Struct, frozen=True):
    """How far the room is, for the slides of a show."""

    address: str
    code: str
    people: int
    exercises: dict[str, Standing]


def decode_order(text: str) -> RoomPageMessage:
    """Read a message of the organiser's page.

    Raises:
        ProtocolError: for anything that is not exactly a known message.

    """
    if len(text) > MESSAGE_LIMIT:
        raise ProtocolError("the message is too long")
    try:
        return _DECODER.decode(text)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise ProtocolError(str(error)) from None


def encode_for_room(message: ForRoom) -> str:
    """A message to the organiser's page, as JSON."""
    return msgspec.json.encode(message).decode()
