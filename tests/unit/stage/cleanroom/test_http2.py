"""HTTP/2 in a tunnel: frames, and header blocks as RFC 7541 has them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.stage.cleanroom.http2 import (
    CONTINUATION,
    HEADERS,
    Frames,
    HeaderReader,
    UnreadableError,
    content_of,
    credit,
    refusal,
    status,
)
from support.solve_messages import frame


def block(text: str, *, kind: int = HEADERS, flags: int = 4, stream: int = 1) -> bytes:
    """A frame with a header block, written in hexadecimal digits."""
    return frame(kind, flags, stream, bytes.fromhex(text.replace(" ", "")))


EXAMPLE = [":method GET", ":scheme http", ":path /", ":authority www.example.com"]
RFC = {
    "C.3.1": ("8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d", EXAMPLE),
    "C.3.2": ("8286 84be 5808 6e6f 2d63 6163 6865", [*EXAMPLE, "cache-control no-cache"]),
    "C.4.1": ("8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff", EXAMPLE),
    "C.4.2": ("8286 84be 5886 a8eb 1064 9cbf", [*EXAMPLE, "cache-control no-cache"]),
    "C.4.3": (
        "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf",
        [":method GET", ":scheme https", ":path /index.html", EXAMPLE[3], "custom-key custom-value"],
    ),
}
"""RFC 7541's own examples: blocks of one connection after the other."""


@pytest.mark.parametrize("names", [["C.3.1", "C.3.2"], ["C.4.1", "C.4.2", "C.4.3"]])
def test_examples_of_the_rfc(names: list[str]) -> None:
    """Literals, Huffman's codes, and headers that were sent before."""
    reader = HeaderReader()
    for name in names:
        text, expected = RFC[name]
        assert [f"{key.decode()} {value.decode()}" for key, value in reader.feed(block(text)) or ()] == expected


def test_block_in_several_frames() -> None:
    """With padding and a priority, and cut anywhere."""
    whole = bytes.fromhex(RFC["C.4.1"][0].replace(" ", ""))
    for cut in range(1, len(whole)):
        reader = HeaderReader()
        first = frame(HEADERS, 0x8 | 0x20, 1, bytes([2]) + bytes(5) + whole[:cut] + bytes(2))
        assert reader.feed(first) is None
        assert reader.feed(frame(CONTINUATION, 4, 1, whole[cut:])) == HeaderReader().feed(block(RFC["C.4.1"][0]))


def test_table_has_an_end() -> None:
    """What doesn't fit is forgotten, as the other side forgets it: all of it when its size is set to nothing."""
    reader = HeaderReader()
    reader.feed(block(RFC["C.3.1"][0]))
    reader.feed(block("20"))
    with pytest.raises(UnreadableError):
        reader.feed(block("be"))
    long = HeaderReader()
    for _ in range(50):
        long.feed(block("40 01 78 7f 80 01" + "79" * 255))
    assert len(long._table) == 4096 // (1 + 255 + 32)  # nothing else shows it


@pytest.mark.parametrize(
    "frames",
    [
        [block("80")],
        [block("ff ff ff ff ff ff 7f")],
        [block("be")],
        [block("3f e2 1f")],
        [block("00 05 61")],
        [block("00 81 00 00")],
        [block("00 84 ff ff ff ff 00")],
        [block("41")],
        [block("82", flags=0), block("82")],
        [block("82", flags=0), block("82", kind=CONTINUATION, stream=3)],
        [block("82", flags=0), frame(0, 0, 1, b"")],
        [block("82", kind=CONTINUATION)],
        [block("82", kind=5)],
        [block("05", flags=0xC)],
        [block("", flags=0xC)],
        [block("82" * 60_000, flags=0), block("82" * 60_000, kind=CONTINUATION)],
    ],
    ids=[
        "number nought", "large number", "unknown number", "large table", "short name", "wrong padding", "end of text",
        "no value", "other block", "other stream", "data between", "no beginning", "promise", "too much padding",
        "no padding", "too long",
    ],
)  # fmt: skip
def test_unreadable_blocks(frames: list[bytes]) -> None:
    """What the engine refuses, or might read otherwise."""
    reader = HeaderReader()
    with pytest.raises(UnreadableError):
        for each in frames:
            reader.feed(each)


@given(st.lists(st.binary(max_size=60), max_size=5))
def test_any_block_is_read_or_refused(blocks: list[bytes]) -> None:
    """Whatever bytes there are, reading them ends."""
    reader = HeaderReader()
    for each in blocks:
        try:
            reader.feed(frame(HEADERS, 4, 1, each))
        except UnreadableError:
            return


def test_frames_are_cut() -> None:
    """However they come."""
    sent = frame(0, 0, 1, b"abc") + frame(4, 1, 0, b"") + frame(0, 0x8, 3, b"\x01xy")
    frames = Frames()
    assert b"".join(each for at in range(len(sent)) for each in frames.feed(sent[at : at + 1])) == sent
    assert content_of(sent[-12:]) == b"x"


def test_refusal_is_a_grpc_status() -> None:
    """Its frame ends the stream with PERMISSION_DENIED, and a message in plain ASCII."""
    made = refusal(7, "quarterdeck: “no” 100%" + "x" * 300)
    size, kind, flags = int.from_bytes(made[:3]), made[3], made[4]
    assert (size, kind, flags, int.from_bytes(made[5:9])) == (len(made) - 9, 1, 5, 7)
    assert b"grpc-status\x017" in made
    assert b"quarterdeck: %E2%80%9Cno%E2%80%9D 100%25xxx" in made
    # a length of seven bits that are all set goes on in further bytes (RFC 7541, C.1.2)
    at = made.index(b"grpc-message") + len(b"grpc-message")
    assert made[at] == 0x7F
    assert 127 + (made[at + 1] & 0x7F) + (made[at + 2] << 7) == len(made) - at - 3


def test_answer_with_a_message() -> None:
    """Headers, the message, and the status."""
    made = status(9, 0, "", bytes(5))
    frames = list(Frames().feed(made))
    assert [each[3] for each in frames] == [1, 0, 1]
    assert frames[1][9:] == bytes(5)
    assert b"grpc-status\x010" in frames[2]
    assert HeaderReader().feed(frames[2]) == [(b"grpc-status", b"0")]


def test_credit() -> None:
    """A WINDOW_UPDATE of the whole connection; none for nothing (RFC 9113, 6.9)."""
    assert credit(300) == frame(8, 0, 0, (300).to_bytes(4))
    assert credit(0) == b""
