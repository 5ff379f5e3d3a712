"""Pages can send what they should, and nothing else."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.show.machine.commands import Key
from quarterdeck.show.machine.ink import Ink
from quarterdeck.show.web.protocol import (
    INPUT_LIMIT,
    MESSAGE_LIMIT,
    POINTS_LIMIT,
    Drawing,
    Erasing,
    GoTo,
    Hello,
    OpenDemo,
    Pointing,
    Press,
    ProtocolError,
    Typing,
    decode,
)


@pytest.mark.parametrize(
    ("message", "meaning"),
    [
        ({"type": "hello", "page": "audience"}, Hello("audience")),
        ({"type": "hello", "page": "remote", "token": "t"}, Hello("remote", "t")),
        ({"type": "key", "key": "next"}, Press(Key.NEXT)),
        ({"type": "jump", "slide": "ports"}, GoTo("ports")),
        ({"type": "open", "demo": "web"}, OpenDemo("web")),
        ({"type": "input", "data": "ls\r"}, Typing("ls\r")),
        ({"type": "input", "data": "é"}, Typing("é")),
        ({"type": "point", "x": 0.5, "y": 1}, Pointing(0.5, 1.0)),
        ({"type": "point", "x": None, "y": None}, Pointing(None, None)),
        (
            {"type": "draw", "slide": "s", "stroke": "1", "ink": "pen", "points": [[0, 0.123456]]},
            Drawing("s", "1", Ink.PEN, ((0, 0.1235),)),
        ),
        ({"type": "erase", "slide": "s", "whole": False}, Erasing("s", whole=False)),
    ],
)
def test_what_pages_send_is_understood(message: dict[str, object], meaning: object) -> None:
    """Each message of the pages has its meaning."""
    assert decode(json.dumps(message)) == meaning


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"type": null}',
        '{"type": ["key"], "key": "next"}',
        '{"type": "state"}',
        '{"type": "key"}',
        '{"type": "key", "key": "destroy"}',
        '{"type": "key", "key": ["next"]}',
        '{"type": "key", "key": "next", "more": 1}',
        '{"type": "hello", "page": "root"}',
        '{"type": "hello", "page": "audience", "token": null}',
        '{"type": "hello", "page": "audience", "token": "\\ud800"}',
        '{"type": "input", "data": 5}',
        '{"type": "input", "data": "x", "terminal": 2}',
        '{"type": "point", "x": 2, "y": 0}',
        '{"type": "point", "x": NaN, "y": 0}',
        '{"type": "point", "x": true, "y": 0}',
        '{"type": "draw", "slide": "s", "stroke": "1", "ink": "pen", "points": []}',
        '{"type": "draw", "slide": "s", "stroke": "1", "ink": "lemon", "points": [[0, 0]]}',
        '{"type": "draw", "slide": "s", "stroke": "1", "ink": "pen", "points": [[0]]}',
        '{"type": "draw", "slide": "s", "stroke": "1", "ink": "pen", "points": [[0, 1.5]]}',
        '{"type": "draw", "slide": "s", "stroke": "1", "ink": "pen", "points": {"x": 0}}',
        json.dumps(
            {"type": "draw", "slide": "s", "stroke": "1", "ink": "pen", "points": [[0, 0]] * (POINTS_LIMIT + 1)}
        ),
        '{"type": "erase", "slide": "s", "whole": 1}',
        '{"type": "jump", "slide": "' + "x" * 201 + '"}',
        json.dumps({"type": "input", "data": "x" * (INPUT_LIMIT + 1)}),
        json.dumps({"type": "input", "data": "x" * MESSAGE_LIMIT}),
        "[" * 10_000,
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    """Unknown types, fields and values, wrong types, and too long texts."""
    with pytest.raises(ProtocolError):
        decode(text)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
near_messages = st.dictionaries(
    st.sampled_from(
        ["type", "key", "slide", "demo", "data", "x", "y", "points", "stroke", "whole", "page", "token", "other"]
    ),
    json_values | st.sampled_from(["key", "hello", "jump", "input", "point", "draw", "erase", "next", "audience"]),
)


@pytest.mark.slow
@given(st.text() | st.builds(json.dumps, json_values | near_messages))
def test_nothing_crashes_the_decoder(text: str) -> None:
    """Whatever a page sends is a message or is refused."""
    try:
        decode(text)
    except ProtocolError as error:
        assert str(error)
