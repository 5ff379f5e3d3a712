"""How far the room is, as the desk of the seats says it."""

import msgspec
import pytest

from quarterdeck.seats.desk.roommessages import RoomSummary
from quarterdeck.seats.desk.roommessages import Standing as DeskStanding
from quarterdeck.show.room import Room, Standing, decode_room


@pytest.mark.parametrize(
    ("people", "done", "text"),
    [
        (14, 11, "11 of 14 have solved it"),
        (14, 1, "1 of 14 has solved it"),
        (14, 0, "0 of 14 have solved it"),
        (3, 5, "5 of 5 have solved it"),
        (0, 0, ""),
    ],
)
def test_the_line_says_how_many_have_solved_it(people: int, done: int, text: str) -> None:
    """Never more than there are, although those who have left count too; nothing while nobody is there."""
    assert Room("http://a/", "TIDE-42", people, {"web": Standing(done)}).standing("web") == text


def test_nothing_is_said_of_what_the_desk_does_not_know() -> None:
    """Another exercise, and any while the desk is silent, has no figures."""
    room = Room("http://a/", "TIDE-42", 14, {"web": Standing(11)})
    assert room.standing("other") == ""
    assert room.without_standings.standing("web") == ""
    assert room.without_standings.code == "TIDE-42"


def test_the_show_understands_what_the_desk_says() -> None:
    """The desk's own message is read as it is meant."""
    said = msgspec.json.encode(RoomSummary("http://a/", "TIDE-42", 14, {"web": DeskStanding(3, 11)}))
    assert decode_room(said) == Room("http://a/", "TIDE-42", 14, {"web": Standing(11)})


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html>",
        b"[]",
        b"{}",
        b'{"address": "http://a/", "code": "c", "people": -1, "exercises": {}}',
        b'{"address": "http://a/", "code": "c", "people": 1, "exercises": {"web": {"done": "many"}}}',
        b'{"address": "\xff", "code": "c", "people": 1, "exercises": {}}',
        b'{"address": "' + b"a" * 500 + b'", "code": "c", "people": 1, "exercises": {}}',
        b"[" * 10_000,
    ],
)
def test_anything_else_is_refused(data: bytes) -> None:
    """What is no answer of a desk never reaches a slide."""
    with pytest.raises(ValueError):
        decode_room(data)
