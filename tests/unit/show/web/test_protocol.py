"""Pages can send what they should, and nothing else."""

import json
import math
import os
import random
import re
from collections.abc import Callable
from contextlib import suppress
from functools import reduce
from itertools import chain
from operator import or_
from typing import Annotated, get_args

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UNSET

from quarterdeck.show.machine.commands import Key
from quarterdeck.show.machine.state import Ink
from quarterdeck.show.web import protocol
from quarterdeck.show.web.protocol import (
    INPUT_LIMIT,
    MESSAGE_LIMIT,
    NAME_LIMIT,
    POINTS_LIMIT,
    Download,
    Downloads,
    Drawing,
    Erasing,
    GoTo,
    Hello,
    Invitation,
    OpenDemo,
    PageMessage,
    PageName,
    PagesShown,
    Pointing,
    Press,
    Printed,
    ProtocolError,
    Served,
    ShowMessage,
    StrokeDrawn,
    Typing,
    decode,
    encode,
)

FUZZED = int(os.environ.get("QUARTERDECK_FUZZ", "1500"))
"""How many messages near those of pages are made at random; a long run: ``QUARTERDECK_FUZZ=300000``."""
SEED = int(os.environ.get("QUARTERDECK_FUZZ_SEED", "1"))
MANY = max(300, min(FUZZED // 10, 30_000))
"""How many of them Hypothesis makes, which takes a hundred times as long, and finds the smallest that fails."""


UNDERSTOOD: list[tuple[dict[str, object], PageMessage]] = [
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
]


@pytest.mark.parametrize(("message", "meaning"), UNDERSTOOD)
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


NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=NAME_LIMIT)
SHARES = st.floats(0, 1)
LINES = st.lists(st.tuples(SHARES, SHARES), min_size=1, max_size=9).map(tuple)
KINDS: dict[type[PageMessage], st.SearchStrategy[PageMessage]] = {
    Hello: st.builds(Hello, st.sampled_from(get_args(PageName)), NAMES | st.just(UNSET)),
    Press: st.builds(Press, st.sampled_from(Key)),
    GoTo: st.builds(GoTo, NAMES),
    OpenDemo: st.builds(OpenDemo, NAMES),
    Typing: st.builds(Typing, st.text(st.characters(exclude_categories=["Cs"]), max_size=INPUT_LIMIT)),
    Pointing: st.builds(Pointing, st.none() | SHARES, st.none() | SHARES),
    Drawing: st.builds(
        Drawing, NAMES, NAMES, st.sampled_from(Ink), st.lists(st.tuples(SHARES, SHARES), min_size=1, max_size=9)
    ),
    Erasing: st.builds(Erasing, NAMES, st.booleans()),
}
MESSAGES = st.one_of(*KINDS.values())
"""Messages that pages may send."""


@given(MESSAGES, st.booleans())
def test_every_message_of_a_page_arrives(message: PageMessage, escaped: bool) -> None:
    """As it was sent, however its text is escaped, with points rounded to what a slide can show."""
    found = decode(json.dumps(msgspec.to_builtins(message), ensure_ascii=escaped))
    if isinstance(message, Drawing):
        assert isinstance(found, Drawing)
        assert all(abs(a - b) <= 1e-4 for a, b in zip(chain(*found.points), chain(*message.points), strict=True))
        message = msgspec.structs.replace(message, points=found.points)
    assert found == message


def is_text(value: object, most: int = NAME_LIMIT) -> bool:
    """Whether a value is text that UTF-8 can hold, of so many characters."""
    return isinstance(value, str) and len(value) <= most and not re.search("[\ud800-\udfff]", value)


def is_share(value: object) -> bool:
    """Whether a value is a number from 0 to 1."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def is_line(value: object) -> bool:
    """Whether a value is a list of points."""
    return isinstance(value, list) and 1 <= len(value) <= POINTS_LIMIT and all(map(is_point, value))


def is_point(value: object) -> bool:
    """Whether a value is two numbers from 0 to 1."""
    return isinstance(value, list) and len(value) == 2 and all(map(is_share, value))


def choice(*words: str) -> Callable[[object], bool]:
    """Whether a value is one of some words."""
    return lambda value: isinstance(value, str) and value in words


FIELDS: dict[str, dict[str, Callable[[object], bool]]] = {
    "hello": {"page": choice("audience", "preview", "presenter", "remote", "stage"), "token": is_text},
    "key": {"key": choice(*Key)},
    "jump": {"slide": is_text},
    "open": {"demo": is_text},
    "input": {"data": lambda value: is_text(value, INPUT_LIMIT)},
    "point": dict.fromkeys("xy", lambda value: value is None or is_share(value)),
    "draw": {"slide": is_text, "stroke": is_text, "ink": choice(*Ink), "points": is_line},
    "erase": {"slide": is_text, "whole": lambda value: isinstance(value, bool)},
}
"""The messages of pages once more, written apart from the protocol: each type's fields, and what they may hold."""


def is_message(value: object) -> bool:
    """Whether the decoder should accept a value."""
    if not isinstance(value, dict) or not isinstance(kind := value.get("type"), str) or kind not in FIELDS:
        return False
    checks, values = FIELDS[kind], {name: part for name, part in value.items() if name != "type"}
    absent = checks.keys() - values.keys() - {"token"}
    return not absent and values.keys() <= checks.keys() and all(checks[name](part) for name, part in values.items())


@st.composite
def changed_messages(draw: st.DrawFn, messages: st.SearchStrategy[PageMessage] = MESSAGES) -> object:
    """A message of a page, with a few of its fields added, removed, renamed or given other values."""
    message: dict[str, object] = msgspec.to_builtins(draw(messages))
    values = json_values | SHARES | st.sampled_from([*Key, *Ink, *FIELDS, "audience"])
    numbers = st.sampled_from([True, 0, 1, -0.0, 1e-300, 10**400, -1, 2, -1e-9, 1.0000001, -1.5, 1e9, "1"])
    long = st.sampled_from([200, 201, INPUT_LIMIT, INPUT_LIMIT + 1]).map(lambda size: "x" * size)
    lines = st.lists(st.lists(SHARES | json_values, min_size=1, max_size=3), max_size=3)
    names = st.sampled_from(["type", *{name for fields in FIELDS.values() for name in fields}, "Type", "more"])
    for _ in range(draw(st.integers(0, 3))):
        own = bool(message) and draw(st.booleans())
        name = draw(st.sampled_from(sorted(message)) if own else names)
        if draw(st.booleans()):
            message[name] = draw(values | numbers | long | lines | st.just("\ud800"))
        else:
            message.pop(name, None)
    return message


def disagreements(value: object) -> str:
    """How the decoder and the table of fields disagree about a value; empty if they agree."""
    text = json.dumps(value)
    value = json.loads(text)
    try:
        decode(text)
    except ProtocolError as error:
        assert str(error)
        return f"refused: {error}" if is_message(value) and len(text) <= MESSAGE_LIMIT else ""
    return "" if is_message(value) else f"accepted: {text}"


@pytest.mark.slow
@settings(max_examples=MANY)
@given(changed_messages() | json_values)
def test_exactly_the_messages_of_pages_are_accepted(value: object) -> None:
    """What is nearly one is refused, what is one is not."""
    assert disagreements(value) == ""


FIELD_NAMES = sorted({"type", "Type", "more", *(name for fields in FIELDS.values() for name in fields)})
TEXTS_OF_ANY_LENGTH = ["", "é", "\ud800", "x\udfffy", *("x" * n for n in (NAME_LIMIT, NAME_LIMIT + 1))]
TEXTS_OF_ANY_LENGTH += ["x" * n for n in (INPUT_LIMIT, INPUT_LIMIT + 1, MESSAGE_LIMIT)]
WORDS = [*FIELDS, *Key, *Ink, *get_args(PageName), "root", "Next", "1"]
NUMBERS = [True, False, 0, 1, -0.0, 1e-300, 10**400, -1, 2, -1e-9, 1.0000001, 0.5, 1e9, math.nan, math.inf, None]


def value_at_random(chance: random.Random) -> object:
    """Something that a field may hold, or may not."""
    match chance.randrange(7):
        case 0:
            return chance.choice(TEXTS_OF_ANY_LENGTH)
        case 1 | 2:
            return chance.choice(WORDS)
        case 3:
            return chance.choice(NUMBERS)
        case 4:
            return chance.random()
        case 5:
            count = chance.choice((0, 1, 2, 3, POINTS_LIMIT, POINTS_LIMIT + 1))
            return [[0.5, 1] for _ in range(count)]
        case _:
            part = value_at_random(chance)
            return chance.choice(([part], [[0.1, part]], [[0.1], part], [[0, 0.2, part]], {"x": part}))


def message_at_random(chance: random.Random) -> object:
    """A message of a page, with a few of its fields added, removed or given other values; sometimes none."""
    message = dict(chance.choice(UNDERSTOOD)[0])
    for _ in range(chance.choice((0, 1, 1, 1, 2, 3))):
        name = chance.choice(sorted(message) if message and chance.random() < 0.7 else FIELD_NAMES)
        if chance.random() < 0.2:
            message.pop(name, None)
        else:
            message[name] = value_at_random(chance)
    return message if chance.random() < 0.98 else value_at_random(chance)


def test_messages_at_random() -> None:
    """Thousands that are nearly those of pages: exactly those that are, are accepted, and a cut one does no harm."""
    chance = random.Random(SEED)
    accepted = 0
    for number in range(FUZZED):
        value = message_at_random(chance)
        assert disagreements(value) == "", f"message {number} of the seed {SEED}"
        accepted += is_message(value)
        text = json.dumps(value)
        with suppress(ProtocolError):
            decode(text[: chance.randint(0, len(text))])
    assert 0.1 < accepted / FUZZED < 0.6, "most are nearly one, and many are one"


class Laxer(msgspec.Struct, tag_field="type", tag="erase"):
    """``Erasing``, if unknown fields were passed over."""

    slide: Annotated[str, msgspec.Meta(max_length=NAME_LIMIT)]
    whole: bool


class Longer(msgspec.Struct, tag_field="type", tag="jump", forbid_unknown_fields=True):
    """``GoTo``, if its name were not limited."""

    slide: str


class Wider(msgspec.Struct, tag_field="type", tag="point", forbid_unknown_fields=True):
    """``Pointing``, if it could be beside the slide."""

    x: float | None
    y: float | None


class Freer(msgspec.Struct, tag_field="type", tag="key", forbid_unknown_fields=True):
    """``Press``, if any text were a key."""

    key: str


class Richer(msgspec.Struct, tag_field="type", tag="draw", forbid_unknown_fields=True):
    """``Drawing``, if a stroke could have any number of points."""

    slide: Annotated[str, msgspec.Meta(max_length=NAME_LIMIT)]
    stroke: Annotated[str, msgspec.Meta(max_length=NAME_LIMIT)]
    ink: Ink
    points: tuple[protocol.Place, ...]


BROKEN = [(Erasing, Laxer), (GoTo, Longer), (Pointing, Wider), (Press, Freer), (Drawing, Richer)]


@pytest.mark.parametrize(("rule", "instead"), BROKEN)
def test_broken_rule_is_found(rule: type[PageMessage], instead: type, monkeypatch: pytest.MonkeyPatch) -> None:
    """A decoder that accepts too much disagrees with the table, within a fraction of what a long run sends."""
    kinds = [instead if kind is rule else kind for kind in get_args(PageMessage)]
    monkeypatch.setattr(protocol, "_DECODER", msgspec.json.Decoder(reduce(or_, kinds)))
    chance = random.Random(1)
    assert any(disagreements(message_at_random(chance)) for _ in range(30_000))


TEXTS = st.text(max_size=30)
SHOW_MESSAGES = st.one_of(
    st.builds(Printed, TEXTS, st.integers(1, 4), TEXTS | st.sampled_from(["\ud800", "a\nb\r\u2028\x1b[m"])),
    st.builds(PagesShown, TEXTS, st.lists(st.builds(Served, TEXTS, st.integers(0, 9))).map(tuple), st.booleans()),
    st.builds(StrokeDrawn, TEXTS, TEXTS, st.sampled_from(Ink), st.lists(st.tuples(SHARES, SHARES)).map(tuple)),
    st.builds(Invitation, TEXTS, st.lists(TEXTS).map(tuple)),
    st.builds(Downloads, st.lists(st.builds(Download, TEXTS, TEXTS)).map(tuple)),
)


@given(SHOW_MESSAGES)
def test_every_message_of_a_show_is_one_line_of_json(message: ShowMessage) -> None:
    """Whatever programs print: pages split what they get at line ends, and read each line as JSON."""
    line = encode(message)
    assert "\n" not in line
    assert json.loads(line) == json.loads(json.dumps(msgspec.to_builtins(message)))
