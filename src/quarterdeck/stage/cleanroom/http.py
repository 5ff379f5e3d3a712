"""HTTP/1.1 messages and their JSON bodies, read strictly: a message that two readers could read differently is refused.

The clean room decides by what it reads, and forwards to an engine that reads again.  Smuggling needs
the two to disagree, so nothing is tolerated here (RFC 9112): no bare line feeds, folded headers,
repeated or malformed lengths, chunk extensions or trailers.  In JSON, Go takes the last of several
equal keys and matches keys without regard to case (even ``K``, the Kelvin sign, for ``k``); so equal
keys are refused here, and case variants of known fields by :func:`~.policy.known_fields`.  What can be
read but not written again (half a surrogate pair, ``1e999``, lists a thousand levels deep) is refused too.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import msgspec
from msgspec import Struct

BODY_LIMIT = 4 << 20
"""Bytes of a JSON request; the largest known are composed of long environment lists."""
HEAD_LIMIT = 64 << 10
"""Bytes of a start line with its headers; a long ``X-Registry-Config`` fits."""
DEPTH_LIMIT = 100
"""Levels of lists and objects within each other in JSON; the API has fewer than ten."""
_REQUEST_LINE = re.compile(r"([A-Z]{3,10}) (/[\x21-\x7e]*) HTTP/1\.1")
_STATUS_LINE = re.compile(r"HTTP/1\.[01] ([1-5][0-9]{2})(?: ([\t\x20-\x7e\x80-\xff]*))?")
_HEADER = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):([\t\x20-\x7e\x80-\xff]*)")
_LENGTH = re.compile(r"[0-9]{1,18}")
_CHUNK_SIZE = re.compile(rb"[0-9A-Fa-f]{1,15}")
_LONGEST_SIZE_LINE = 17
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
"""Half of a character, escaped: without the other half Go takes U+FFFD for it."""


class BadMessageError(Exception):
    """A message that can't be read, or could be read in two ways; ``status`` is the answer's."""

    def __init__(self, reason: str, status: int = 400) -> None:
        super().__init__(reason)
        self.status = status


Headers: TypeAlias = tuple[tuple[str, str], ...]


class _Head:
    """The headers of a request or a response."""

    __slots__ = ()
    values: Mapping[str, list[str]]
    """By the name of the header in lower case."""

    def get(self, name: str) -> str | None:
        """The value of the one header called ``name`` (lower case), or None; BadMessageError if there are several."""
        values = self.values.get(name, ())
        if len(values) > 1:
            raise BadMessageError(f"more than one {name} header")
        return values[0] if values else None

    def tokens(self, name: str) -> frozenset[str]:
        """The comma-separated words of that header, in lower case."""
        values = self.values.get(name, ())
        return frozenset(t.strip().lower() for value in values for t in value.split(",") if t.strip())


class RequestHead(_Head, Struct, frozen=True):
    """A request without its body."""

    method: str
    target: str
    """As received: an absolute path and perhaps a query."""
    headers: Headers
    values: Mapping[str, list[str]]


class ResponseHead(_Head, Struct, frozen=True):
    """A response without its body."""

    status: int
    reason: str
    headers: Headers
    values: Mapping[str, list[str]]


class NoBody(Struct, frozen=True):
    """The message has no body."""


class Sized(Struct, frozen=True):
    """The body has as many bytes as ``Content-Length`` says."""

    length: int


class Chunked(Struct, frozen=True):
    """The body comes in chunks and ends with an empty one."""


class UntilClose(Struct, frozen=True):
    """The body lasts until the connection ends; only in responses."""


Framing: TypeAlias = NoBody | Sized | Chunked | UntilClose


def parse_request(head: bytes) -> RequestHead:
    """The request whose head, blank line included, is ``head``; raises BadMessageError."""
    first, headers, values = _lines(head)
    match = _REQUEST_LINE.fullmatch(first)
    if match is None:
        raise BadMessageError("not an HTTP/1.1 request for a path")
    request = RequestHead(match[1], match[2], headers, values)
    if request.get("host") is None:
        raise BadMessageError("a request needs one Host header")
    return request


def parse_response(head: bytes) -> ResponseHead:
    """The response whose head, blank line included, is ``head``; raises BadMessageError."""
    first, headers, values = _lines(head)
    match = _STATUS_LINE.fullmatch(first)
    if match is None:
        raise BadMessageError("not an HTTP response", 502)
    return ResponseHead(int(match[1]), match[2] or "", headers, values)


def _lines(head: bytes) -> tuple[str, Headers, Mapping[str, list[str]]]:
    """The first line, the headers as they are, and their values by their names."""
    first, *rest = head.removesuffix(b"\r\n\r\n").decode("latin-1").split("\r\n")
    headers = []
    values: dict[str, list[str]] = {}
    for line in rest:
        match = _HEADER.fullmatch(line)
        if match is None:
            raise BadMessageError("malformed header")
        name, value = match[1], match[2].strip(" \t")
        headers.append((name, value))
        values.setdefault(name.lower(), []).append(value)
    return first, tuple(headers), values


def request_framing(head: RequestHead) -> Framing:
    """How the body of a request is delimited; raises BadMessageError if that is ambiguous."""
    encoding, length = head.get("transfer-encoding"), head.get("content-length")
    if encoding is not None and length is not None:
        raise BadMessageError("both Content-Length and Transfer-Encoding")
    if encoding is not None:
        if encoding.lower() != "chunked":
            raise BadMessageError(f"transfer encoding '{encoding}' is not known", 501)
        return Chunked()
    if length is None:
        return NoBody()
    size = _length(length)
    return Sized(size) if size else NoBody()


def response_framing(head: ResponseHead, method: str) -> Framing:
    """How the body of the response to a ``method`` request is delimited; raises BadMessageError."""
    if method == "HEAD" or head.status < 200 or head.status in (204, 304):
        return NoBody()
    encoding, length = head.get("transfer-encoding"), head.get("content-length")
    if encoding is not None:
        if encoding.lower() != "chunked" or length is not None:
            raise BadMessageError("the engine's answer can't be delimited", 502)
        return Chunked()
    return UntilClose() if length is None else Sized(_length(length))


def _length(text: str) -> int:
    if _LENGTH.fullmatch(text) is None:
        raise BadMessageError("malformed Content-Length")
    return int(text)


def serialise(first_line: str, headers: Iterable[tuple[str, str]]) -> bytes:
    """The bytes of a message's head, from its first line and headers."""
    lines = [first_line, *(f"{name}: {value}" for name, value in headers), "", ""]
    return "\r\n".join(lines).encode("latin-1")


class ChunkScanner:
    """Follows a chunked body through buffers as they come, without copying it."""

    __slots__ = ("_line", "_remaining", "_state", "done")

    def __init__(self) -> None:
        self.done = False
        """Whether the end of the body was seen."""
        self._state = "size"
        self._line = bytearray()
        self._remaining = 0

    def feed(self, buffer: memoryview) -> tuple[int, list[memoryview]]:
        """How many bytes of ``buffer`` belong to the body, and the pieces of data in them; raises BadMessageError."""
        position = 0
        pieces = []
        while position < len(buffer) and not self.done:
            if self._state == "data":
                end = min(len(buffer), position + self._remaining)
                pieces.append(buffer[position:end])
                self._remaining -= end - position
                position = end
                if not self._remaining:
                    self._state = "after"
            else:
                position = self._read_line(buffer, position)
        return position, pieces

    def _read_line(self, buffer: memoryview, position: int) -> int:
        window = bytes(buffer[position : position + _LONGEST_SIZE_LINE])
        newline = window.find(b"\n")
        taken = len(window) if newline < 0 else newline + 1
        self._line += window[:taken]
        if len(self._line) > _LONGEST_SIZE_LINE:
            raise BadMessageError("malformed chunk")
        if newline >= 0:
            line = bytes(self._line)
            self._line.clear()
            self._end_line(line)
        return position + taken

    def _end_line(self, line: bytes) -> None:
        match self._state:
            case "size":
                if not line.endswith(b"\r\n") or _CHUNK_SIZE.fullmatch(line[:-2]) is None:
                    raise BadMessageError("malformed chunk size")
                self._remaining = int(line[:-2], 16)
                self._state = "data" if self._remaining else "end"
            case _ if line != b"\r\n":
                raise BadMessageError("malformed chunk")
            case "after":
                self._state = "size"
            case _:
                self.done = True


def loads_object(body: bytes) -> dict[str, Any]:
    """The object in ``body``, an empty one for an empty body; raises BadMessageError."""
    if not body.strip():
        return {}
    try:
        value = json.loads(
            body.decode("utf-8"), object_pairs_hook=_object, parse_constant=_constant, parse_float=_finite
        )
        if _SURROGATE.search(body):
            dumps(value)
    except (ValueError, RecursionError) as error:
        raise BadMessageError(f"the body is not JSON: {error}") from None
    if body.count(b"[") + body.count(b"{") > DEPTH_LIMIT and _depth(value) > DEPTH_LIMIT:
        raise BadMessageError(f"the body has more than {DEPTH_LIMIT} levels")
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BadMessageError("the body must be a JSON object")
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise BadMessageError("a JSON key is given twice")
    return value


def _constant(name: str) -> Any:
    raise BadMessageError(f"'{name}' is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise BadMessageError(f"the number {text} is too large")
    return number


def _depth(value: object) -> int:
    """How many lists and objects are within each other at most."""
    level, depth = [value], 0
    while level := [each for each in level if isinstance(each, list | dict)]:
        depth += 1
        level = [part for each in level for part in (each.values() if isinstance(each, dict) else each)]
    return depth


def dumps(value: object) -> bytes:
    """Compact JSON, as the engine writes it; raises ValueError for half a character."""
    return msgspec.json.encode(value)


def loads_answer(body: bytes) -> Any:
    """The value in an engine's answer, None for an empty one; raises BadMessageError."""
    try:
        return msgspec.json.decode(body or b"null")
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadMessageError(f"the engine's answer is not JSON: {error}", 502) from None
