"""How far the room is with its exercises, as the desk of the seats says it."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta, Struct

Count = Annotated[int, Meta(ge=0)]


class Standing(Struct, frozen=True):
    """How far the room is with one exercise."""

    done: Count
    """How many have solved it."""


class Room(Struct, frozen=True):
    """Where attendees get their seats, and what they have solved."""

    address: Annotated[str, Meta(max_length=200)]
    code: Annotated[str, Meta(max_length=40)]
    people: Count
    """How many have a seat, or wait for one."""
    exercises: Annotated[dict[str, Standing], Meta(max_length=1000)] = {}
    """By their names; empty while the desk doesn't answer."""

    @property
    def without_standings(self) -> Room:
        """The same while the desk doesn't answer: attendees still go there, but nobody knows how far they are."""
        return msgspec.structs.replace(self, people=0, exercises={})

    def standing(self, exercise: str) -> str:
        """How far the room is with an exercise, in words; empty if nobody knows, or nobody has come."""
        known = self.exercises.get(exercise)
        if known is None:
            return ""
        people = max(self.people, known.done)  # somebody who has solved it may have left
        return f"{known.done} of {people} {'has' if known.done == 1 else 'have'} solved it" if people else ""


_DECODER = msgspec.json.Decoder(Room)


def decode_room(data: bytes) -> Room:
    """Read what the desk says.

    Raises:
        ValueError: when it is anything else.

    """
    try:
        return _DECODER.decode(data)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise ValueError(str(error)) from None
