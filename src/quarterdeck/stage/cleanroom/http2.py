"""HTTP/2 as BuildKit's clients speak it in a tunnel: frames, and the headers that begin a stream.

Frames pass as they are (RFC 9113); header blocks are only read (HPACK, RFC 7541), so both ends' tables of headers stay
those of the ends.  A block that this reader and the engine's could read in two ways ends the connection.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from quarterdeck.stage.cleanroom.http import BadMessageError

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
"""What a client sends before its first frame."""
FRAME_LIMIT = 1 << 20
BLOCK_LIMIT = 64 << 10
"""Bytes of one header block."""
DATA, HEADERS, RST_STREAM, PUSH_PROMISE, WINDOW_UPDATE, CONTINUATION = 0, 1, 3, 5, 8, 9
HEADER_FRAMES = (HEADERS, CONTINUATION)
END_STREAM, END_HEADERS, PADDED, PRIORITY = 0x1, 0x4, 0x8, 0x20
CANCEL = 8
TABLE_SIZE = 4096
"""Bytes of the table of headers that were sent before, as RFC 7541 counts them (4.1)."""
PERMISSION_DENIED = 7
"""The gRPC status of what is refused."""


class UnreadableError(BadMessageError):
    """Bytes that are not what they should be."""


@dataclass(slots=True)
class Frames:
    """Cuts one direction of an HTTP/2 connection into whole frames."""

    waiting: bytes = b""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The frames that are now complete; raises UnreadableError."""
        waiting, start = self.waiting + data, 0
        while len(waiting) - start >= 9:
            end = start + 9 + int.from_bytes(waiting[start : start + 3])
            if end - start > FRAME_LIMIT:
                raise UnreadableError("a frame is too long")
            if len(waiting) < end:
                break
            yield waiting[start:end]
            start = end
        self.waiting = waiting[start:]


def stream_of(frame: bytes) -> int:
    """The stream that a frame belongs to; 0 for the connection's own."""
    return int.from_bytes(frame[5:9]) & 0x7FFFFFFF


def content_of(frame: bytes) -> bytes:
    """What a frame of data or headers holds, without its padding and priority; raises UnreadableError."""
    flags, content, padding = frame[4], frame[9:], 0
    if flags & PADDED:
        padding, content = (content[0], content[1:]) if content else (1, b"")
    if frame[3] == HEADERS and flags & PRIORITY:
        content = content[5:]
    if padding > len(content):
        raise UnreadableError("a frame is shorter than its padding")
    return content[: len(content) - padding]


Header = tuple[bytes, bytes]
STATIC: tuple[Header, ...] = tuple(
    (name.encode(), value.encode())
    for name, *values in (
        line.split("|")
        for line in (
            ":authority|", ":method|GET|POST", ":path|/|/index.html", ":scheme|http|https",
            ":status|200|204|206|304|400|404|500", "accept-charset|", "accept-encoding|gzip, deflate",
            "accept-language|", "accept-ranges|", "accept|", "access-control-allow-origin|", "age|", "allow|",
            "authorization|", "cache-control|", "content-disposition|", "content-encoding|", "content-language|",
            "content-length|", "content-location|", "content-range|", "content-type|", "cookie|", "date|", "etag|",
            "expect|", "expires|", "from|", "host|", "if-match|", "if-modified-since|", "if-none-match|", "if-range|",
            "if-unmodified-since|", "last-modified|", "link|", "location|", "max-forwards|", "proxy-authenticate|",
            "proxy-authorization|", "range|", "referer|", "refresh|", "retry-after|", "server|", "set-cookie|",
            "strict-transport-security|", "transfer-encoding|", "user-agent|", "vary|", "via|", "www-authenticate|",
        )
    )
    for value in values
)  # fmt: skip
"""Headers that have a number from the beginning, from 1 on (RFC 7541, appendix A)."""
_LENGTHS = {
    5: "012aceiost", 6: " %-./3456789=A_bdfghlmnpru", 7: ":BCDEFGHIJKLMNOPQRSTUVWYjkqvwxyz", 8: "&*,;XZ", 10: '!"()?',
    11: "'+|", 12: "#>", 13: "\0$@[]~", 14: "^}", 15: "<`{", 19: "\\",
}  # fmt: skip
"""Bits of the code of each character; within a length, codes follow each other (RFC 7541, appendix B).  Characters that
no header of gRPC has, beyond ASCII, have longer codes."""


def _codes() -> dict[tuple[int, int], int]:
    """Length and bits of each code → the character's number."""
    codes, code, before = {}, 0, 0
    for length, characters in _LENGTHS.items():
        code <<= length - before
        for character in characters:
            codes[length, code] = ord(character)
            code += 1
        before = length
    return codes


_CODES = _codes()


class HeaderReader:
    """Reads the header blocks of one direction of a connection, one after the other."""

    def __init__(self) -> None:
        self._table: deque[Header] = deque()
        self._size, self._most = 0, TABLE_SIZE
        self._block, self._stream = b"", 0
        """The block that goes on in the next frame, and its stream."""

    def feed(self, frame: bytes) -> list[Header] | None:
        """The headers that a frame completes, or None; raises UnreadableError."""
        kind, flags, stream = frame[3], frame[4], stream_of(frame)
        if kind == PUSH_PROMISE or (self._stream and (kind, stream) != (CONTINUATION, self._stream)):
            raise UnreadableError("headers that don't go on")
        if kind not in (HEADERS, CONTINUATION):
            return None
        if kind == CONTINUATION and not self._stream:
            raise UnreadableError("headers that have no beginning")
        self._block += content_of(frame) if kind == HEADERS else frame[9:]
        self._stream = stream
        if len(self._block) > BLOCK_LIMIT:
            raise UnreadableError("headers are too long")
        if not flags & END_HEADERS:
            return None
        block, self._block, self._stream = self._block, b"", 0
        try:
            return list(self._headers(block))
        except IndexError:
            raise UnreadableError("headers end too early") from None

    def _headers(self, block: bytes) -> Iterator[Header]:
        at = 0
        while at < len(block):
            first = block[at]
            if first & 0x80:  # a header of the table
                number, at = _number(block, at, 7)
                yield self._entry(number)
            elif first & 0xE0 == 0x20:
                self._most, at = _number(block, at, 5)
                if self._most > TABLE_SIZE:
                    raise UnreadableError("a table of headers is too large")
                self._evict()
            else:
                number, at = _number(block, at, 6 if first & 0x40 else 4)
                if number:
                    name = self._entry(number)[0]
                else:
                    name, at = _string(block, at)
                value, at = _string(block, at)
                if first & 0x40:
                    self._table.appendleft((name, value))
                    self._size += len(name) + len(value) + 32
                    self._evict()
                yield name, value

    def _entry(self, number: int) -> Header:
        if number == 0:
            raise UnreadableError("a header without a number")
        return STATIC[number - 1] if number <= len(STATIC) else self._table[number - 1 - len(STATIC)]

    def _evict(self) -> None:
        while self._size > self._most:
            name, value = self._table.pop()
            self._size -= len(name) + len(value) + 32


def _number(block: bytes, at: int, bits: int) -> tuple[int, int]:
    """A number whose first bits are the last ones of a byte (RFC 7541, 5.1), and where it ends."""
    most = (1 << bits) - 1
    value, at = block[at] & most, at + 1
    if value < most:
        return value, at
    for shift in range(0, 28, 7):
        value += (block[at] & 0x7F) << shift
        at += 1
        if not block[at - 1] & 0x80:
            return value, at
    raise UnreadableError("a number in headers is too large")


def _string(block: bytes, at: int) -> tuple[bytes, int]:
    """A name or a value (RFC 7541, 5.2), and where it ends."""
    huffman = block[at] & 0x80
    size, at = _number(block, at, 7)
    text = block[at : at + size]
    if len(text) < size:
        raise UnreadableError("headers end too early")
    return (_decoded(text) if huffman else text), at + size


def _decoded(text: bytes) -> bytes:
    """Text of Huffman's codes; the rest of its last byte is ones."""
    made, code, length = bytearray(), 0, 0
    for byte in text:
        for shift in range(7, -1, -1):
            code, length = code << 1 | byte >> shift & 1, length + 1
            if (character := _CODES.get((length, code))) is not None:
                made.append(character)
                code, length = 0, 0
        if length > max(_LENGTHS):
            raise UnreadableError("a character of headers that isn't ASCII")
    if length > 7 or code != (1 << length) - 1:
        raise UnreadableError("headers end within a character")
    return bytes(made)


def status(stream: int, code: int, message: str, body: bytes = b"") -> bytes:
    """The frames that answer a request with gRPC's status ``code``, perhaps after one message.

    Headers are literals that no table of either side remembers (RFC 7541, 6.2.2), but for ``:status 200``.
    """
    begin = b"\x88" + _literal("content-type", "application/grpc")
    end = _literal("grpc-status", str(code))
    if message:
        end += _literal("grpc-message", quote(message, safe=" !\"#$&'()*+,-./:;<=>?@[\\]^_`{|}~"))
    if not body:
        return _frame(HEADERS, END_STREAM | END_HEADERS, stream, begin + end)
    return (
        _frame(HEADERS, END_HEADERS, stream, begin)
        + _frame(DATA, 0, stream, body)
        + _frame(HEADERS, END_STREAM | END_HEADERS, stream, end)
    )


def refusal(stream: int, message: str) -> bytes:
    """The frames that refuse a request."""
    return status(stream, PERMISSION_DENIED, message)


def reset(stream: int) -> bytes:
    """The frame that lets the engine forget a stream."""
    return _frame(RST_STREAM, 0, stream, CANCEL.to_bytes(4))


def credit(size: int) -> bytes:
    """The frame by which a client may send as many bytes more on its connection: some that the engine never gets."""
    return _frame(WINDOW_UPDATE, 0, 0, size.to_bytes(4)) if size else b""


def _frame(kind: int, flags: int, stream: int, content: bytes) -> bytes:
    return len(content).to_bytes(3) + bytes([kind, flags]) + stream.to_bytes(4) + content


def _literal(name: str, value: str) -> bytes:
    return b"\0" + _sized(name) + _sized(value)


def _sized(text: str) -> bytes:
    """A literal with its length before it, which has a prefix of seven bits (RFC 7541, 5.1 and 5.2)."""
    size, length = len(text), b""
    if size < 127:
        length = bytes([size])
    else:
        length, size = b"\x7f", size - 127
        while size >= 128:
            length, size = length + bytes([size & 0x7F | 0x80]), size >> 7
        length += bytes([size])
    return length + text.encode("ascii")
