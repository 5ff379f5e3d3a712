"""An attendee's page can send what it should and nothing else; desk and seat understand each other."""

from __future__ import annotations

import json
from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.seats import messages
from quarterdeck.seats.messages import (
    EXERCISES_LIMIT,
    INPUT_LIMIT,
    MESSAGE_LIMIT,
    NAME_LIMIT,
    REPORT_LIMIT,
    Begin,
    Consent,
    Course,
    Exercise,
    Input,
    Open,
    Planned,
    Printed,
    Progress,
    Resume,
    SeatMessage,
    SeatPageMessage,
    Size,
    Status,
    Stuck,
    Word,
    decode,
    decode_course,
    decode_resume,
    decode_status,
    encode,
)
from quarterdeck.show.web.protocol import ProtocolError

UNDERSTOOD: list[tuple[dict[str, object], SeatPageMessage]] = [
    ({"type": "input", "data": "ls\r"}, Input("ls\r")),
    ({"type": "size", "columns": 100, "rows": 30}, Size(100, 30)),
    ({"type": "begin", "exercise": "try-publish"}, Begin("try-publish")),
    ({"type": "word", "word": "verify"}, Word("verify")),
    ({"type": "open", "port": 8092}, Open(8092)),
    ({"type": "stuck", "on": True}, Stuck(on=True)),
    ({"type": "consent", "yes": False}, Consent(yes=False)),
]

STATUS = Status(
    up=1.5,
    exercise="try-publish",
    exercises=(Exercise("try-publish", "A door for the shop", checks=2, hints=2, minutes=5),),
    progress={"try-publish": Progress(1, 2, 1, done=False, missing=("Nothing answers.",))},
    ports=(8092,),
    columns=100,
    rows=24,
)


@pytest.mark.parametrize(("message", "meaning"), UNDERSTOOD)
def test_what_a_page_sends_is_understood(message: dict[str, object], meaning: SeatPageMessage) -> None:
    """Each message of the page has its meaning, and is written as it is read."""
    assert decode(json.dumps(message)) == meaning
    assert json.loads(encode(meaning)) == message


def test_every_message_of_a_page_is_tried_here() -> None:
    """A message that is added has its line above."""
    assert {type(meaning) for _, meaning in UNDERSTOOD} == set(get_args(SeatPageMessage))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"type": "status"}',
        '{"type": "input"}',
        '{"type": "input", "data": 5}',
        '{"type": "input", "data": "x", "terminal": 2}',
        '{"type": "input", "data": "\\ud800"}',
        json.dumps({"type": "input", "data": "x" * (INPUT_LIMIT + 1)}),
        json.dumps({"type": "input", "data": "x" * MESSAGE_LIMIT}),
        '{"type": "size", "columns": 19, "rows": 24}',
        '{"type": "size", "columns": 100, "rows": 81}',
        '{"type": "size", "columns": 100.5, "rows": 24}',
        '{"type": "begin", "exercise": ""}',
        json.dumps({"type": "begin", "exercise": "x" * (NAME_LIMIT + 1)}),
        '{"type": "word", "word": "quit"}',
        '{"type": "word", "word": "task"}',
        '{"type": "word", "word": "solution"}',
        '{"type": "open", "port": 0}',
        '{"type": "open", "port": 65536}',
        '{"type": "stuck", "on": 1}',
        '{"type": "consent"}',
        "[" * 10_000,
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    """Unknown types, words and fields, wrong types, and what is out of bounds."""
    with pytest.raises(ProtocolError):
        decode(text)


@given(st.text() | st.dictionaries(st.sampled_from(["type", "data", "word", "on", "yes"]), st.text()).map(json.dumps))
def test_nothing_crashes_the_decoders(text: str) -> None:
    """Whatever a page, a seat or a desk sends is a message or is refused."""
    data = text.encode("utf-8", "surrogatepass")
    for read in (lambda: decode(text), lambda: decode_status(data), lambda: decode_resume(data)):
        try:
            read()
        except ProtocolError as error:
            assert str(error)


def test_a_seat_s_status_arrives_at_the_desk() -> None:
    """As it was, in the JSON that pages get too; something else of that kind is refused."""
    assert decode_status(encode(STATUS).encode()) == STATUS
    for wrong in (b"", b"{}", b"not json", encode(Printed("x")).encode(), b" " * (REPORT_LIMIT + 1)):
        with pytest.raises(ProtocolError):
            decode_status(wrong)


def test_what_was_done_goes_with_an_attendee_to_another_seat() -> None:
    """A seat that begins without a past gets nothing; too much of it is refused."""
    resume = Resume({"try-publish": Progress(2, 2, 1, done=True)})
    assert decode_resume(msgspec.json.encode(resume)) == resume
    assert decode_resume(b"") == Resume()
    many: dict[str, object] = {f"e{number}": {} for number in range(EXERCISES_LIMIT + 1)}
    wrongs: list[object] = [
        {"progress": many},
        {"progress": {"": {}}},
        {"progress": {"e": {"passed": "x"}}},
        {"more": 1},
    ]
    for wrong in wrongs:
        with pytest.raises(ProtocolError):
            decode_resume(json.dumps(wrong).encode())


def test_the_order_of_exercises_goes_into_the_image() -> None:
    """With how long each is meant to take; a damaged file is told from one that says nothing."""
    course = Course((Planned("try-first", 5), Planned("try-build")), lang="de")
    assert decode_course(msgspec.json.encode(course)) == course
    assert decode_course(b"{}") == Course()
    for wrong in (b"", b"[]", b'{"exercises": [{"minutes": 5}]}', b'{"exercises": [{"name": "e", "minutes": 0}]}'):
        with pytest.raises(ProtocolError):
            decode_course(wrong)


def test_half_a_character_of_output_is_sent_all_the_same() -> None:
    """A program that prints half a surrogate pair doesn't end the connection."""
    assert json.loads(encode(Printed("a\ud83d"))) == {"type": "output", "data": "a\ud83d"}


def test_messages_have_names_of_their_own() -> None:
    """No two messages, in whatever direction, have the same type: the desk passes them on by it."""
    every = [*get_args(SeatPageMessage), *get_args(SeatMessage)]
    assert len({each.__struct_config__.tag for each in every}) == len(every)
    assert all(hasattr(messages, each.__name__) for each in every)
