"""Messages are read strictly."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.stage.cleanroom.http import (
    BadMessageError,
    Chunked,
    ChunkScanner,
    NoBody,
    Sized,
    UntilClose,
    dumps,
    loads_answer,
    loads_object,
    parse_request,
    parse_response,
    request_framing,
    response_framing,
)

GET = b"GET /v1.41/containers/json?all=1 HTTP/1.1\r\nHost: docker\r\nX-Meta: a  b \r\n\r\n"


def test_request_is_read() -> None:
    """Method, target and headers come out as they were sent, without the space around values."""
    request = parse_request(GET)
    assert (request.method, request.target) == ("GET", "/v1.41/containers/json?all=1")
    assert request.get("x-meta") == "a  b"
    assert request_framing(request) == NoBody()


@pytest.mark.parametrize(
    "head",
    [
        b"GET  / HTTP/1.1\r\nHost: d\r\n\r\n",
        b"get / HTTP/1.1\r\nHost: d\r\n\r\n",
        b"GET / HTTP/1.0\r\nHost: d\r\n\r\n",
        b"GET /a b HTTP/1.1\r\nHost: d\r\n\r\n",
        b"GET http://d/ HTTP/1.1\r\nHost: d\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: d\r\nHost: d\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : d\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: d\r\n folded\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: d\r\n: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: d\r\nX: a\x01b\r\n\r\n",
    ],
)
def test_malformed_request_is_refused(head: bytes) -> None:
    """What isn't exactly HTTP/1.1 for a path is refused."""
    with pytest.raises(BadMessageError):
        parse_request(head)


@pytest.mark.parametrize(
    "headers",
    [
        "Content-Length: 1\r\nTransfer-Encoding: chunked",
        "Content-Length: 1\r\nContent-Length: 1",
        "Content-Length: +1",
        "Content-Length: 1, 1",
        "Content-Length: ",
        "Content-Length: 1_0",
        "Content-Length: \xb2",
        "Transfer-Encoding: gzip",
        "Transfer-Encoding: chunked, chunked",
    ],
)
def test_ambiguous_length_is_refused(headers: str) -> None:
    """A body that could end at two places is refused."""
    request = f"POST / HTTP/1.1\r\nHost: d\r\n{headers}\r\n\r\n".encode("latin-1")
    with pytest.raises(BadMessageError):
        request_framing(parse_request(request))


@pytest.mark.parametrize(
    ("head", "method", "framing"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", "GET", Sized(3)),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", "HEAD", NoBody()),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "GET", Chunked()),
        (b"HTTP/1.1 204 No Content\r\n\r\n", "DELETE", NoBody()),
        (b"HTTP/1.1 200 OK\r\n\r\n", "POST", UntilClose()),
    ],
)
def test_response_framing(head: bytes, method: str, framing: object) -> None:
    """The engine's answers are delimited as RFC 9112 says."""
    assert response_framing(parse_response(head), method) == framing


def chunked(parts: list[bytes]) -> bytes:
    """A chunked body."""
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts if part) + b"0\r\n\r\n"


@given(st.lists(st.binary(max_size=40)), st.lists(st.integers(1, 30), min_size=1), st.binary(max_size=10))
def test_chunks_are_found_however_they_arrive(parts: list[bytes], sizes: list[int], after: bytes) -> None:
    """The data and the end of a body don't depend on how it is cut into packets."""
    stream = chunked(parts) + after
    scanner = ChunkScanner()
    data, position, turn = b"", 0, 0
    while not scanner.done:
        window = stream[position : position + sizes[turn % len(sizes)]]
        taken, pieces = scanner.feed(memoryview(window))
        data += b"".join(pieces)
        position += taken
        turn += 1
    assert data == b"".join(parts)
    assert stream[position:] == after


@pytest.mark.parametrize(
    "body",
    [
        b"1;a\r\nx\r\n",
        b"g\r\n",
        b"\r\n",
        b"-1\r\n",
        b"1\nx\r\n",
        b"1\r\nxy\r\n",
        b"0\r\nX: y\r\n",
        b"1 \r\nx",
        b"f" * 40,
    ],
)
def test_malformed_chunks_are_refused(body: bytes) -> None:
    """No extensions, trailers, signs, spaces or bare line feeds."""
    with pytest.raises(BadMessageError):
        ChunkScanner().feed(memoryview(body))


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(head: bytes) -> None:
    """No input makes the parser crash."""
    for parse in (parse_request, parse_response):
        try:
            parse(head + b"\r\n\r\n")
        except BadMessageError:
            continue


@pytest.mark.parametrize("body", [b'{"a":1,"a":2}', b'{"a":{"b":1,"b":1}}', b"[1]", b'{"a":NaN}', b"{", b'"\xff"'])
def test_bodies_that_could_be_read_in_two_ways(body: bytes) -> None:
    """Repeated keys, other values than objects, and what isn't JSON."""
    with pytest.raises(BadMessageError):
        loads_object(body)


@pytest.mark.parametrize(
    "body",
    [
        b'{"a":"\\ud800"}',
        b'{"a":{"\\uDFFF":1}}',
        b'{"a":"\\uD83D x"}',
        b'{"a":1e999}',
        b'{"a":[-1e999]}',
        b'{"a":' + b"[" * 200 + b"]" * 200 + b"}",
        b'{"a":' * 200 + b"1" + b"}" * 200,
        b'{"a":' + b"9" * 5000 + b"}",
    ],
    ids=["half a pair", "in a key", "half and a letter", "infinity", "less than it", "lists", "objects", "digits"],
)
def test_bodies_that_could_not_be_written_again(body: bytes) -> None:
    """They are refused as they are read, not found when the connection breaks."""
    with pytest.raises(BadMessageError):
        loads_object(body)


def test_bodies_that_look_odd() -> None:
    """Whole pairs, many short lists and numbers with an exponent are ordinary JSON."""
    lists = [[1]] * 150
    assert loads_object(b'{"a":"\\ud83d\\ude00","b":1e3,"c":%s}' % dumps(lists)) == {"a": "😀", "b": 1000.0, "c": lists}


def test_long_header_is_read_in_a_moment() -> None:
    """However its value is made up, 64 KiB of it are read by the time that a user would notice: no steps squared."""
    for value in (b" " * 60_000 + b"\x01", b"a " * 30_000 + b"\x01", b"\t" * 60_000):
        begun = time.process_time()
        with suppress(BadMessageError):
            parse_request(b"GET / HTTP/1.1\r\nHost: d\r\nX:" + value + b"\r\n\r\n")
        assert time.process_time() - begun < 1


@pytest.mark.parametrize("body", [b"", b"  ", b"null", b"{}"])
def test_empty_bodies(body: bytes) -> None:
    """Clients say "nothing" in four ways."""
    assert loads_object(body) == {}


def test_json_round_trip() -> None:
    """Large numbers and other alphabets survive."""
    value = {"Memory": 2**63 - 1, "More": 10**30, "Share": -0.5, "Name": "Ünïcode 日本 \u2028\x00", "None": None}
    assert loads_object(dumps(value)) == loads_answer(dumps(value)) == value


def test_answers_are_read() -> None:
    """What isn't JSON is said to be the engine's fault, a proxy's page in between say."""
    assert loads_answer(b"") is None
    for body in (b"<html>", b'{"Id":', b"[" * 100_000):
        with pytest.raises(BadMessageError, match="the engine's answer is not JSON") as refused:
            loads_answer(body)
        assert refused.value.status == 502
