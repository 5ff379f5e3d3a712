"""BuildKit's messages as buildx sends them: protocol buffers in gRPC in HTTP/2."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

REF = "q1w2e3r4t5y6u7i8o9p0a1s2d"
"""A build's id, in the form of BuildKit's."""


def varint(value: int) -> bytes:
    """A number of seven bits a byte."""
    made = b""
    while value >= 0x80:
        made, value = made + bytes([value & 0x7F | 0x80]), value >> 7
    return made + bytes([value])


def text(number: int, content: str | bytes) -> bytes:
    """A field that holds text or a message."""
    data = content.encode() if isinstance(content, str) else content
    return varint(number << 3 | 2) + varint(len(data)) + data


def entries(number: int, values: Mapping[str, str]) -> bytes:
    """A field that holds a map."""
    return b"".join(text(number, text(1, key) + text(2, value)) for key, value in values.items())


def solve(
    *,
    exporter: str = "moby",
    attributes: Mapping[str, str] = {},
    frontend: Mapping[str, str] = {},
    entitlements: Sequence[str] = (),
    exporters: Sequence[tuple[str, Mapping[str, str]]] = (),
    ref: str = REF,
) -> bytes:
    """A ``SolveRequest``."""
    message = text(1, ref) if ref else b""
    message += text(3, exporter) + entries(4, attributes) + text(5, "session") + entries(7, frontend)
    message += b"".join(text(9, entitlement) for entitlement in entitlements)
    return message + b"".join(text(13, text(1, kind) + entries(2, values)) for kind, values in exporters)


def solved(image: str) -> bytes:
    """A ``SolveResponse``."""
    return entries(1, {"containerimage.digest": image, "other": "x"})


def frame(kind: int, flags: int, stream: int, content: bytes) -> bytes:
    """One frame of HTTP/2."""
    return len(content).to_bytes(3) + bytes([kind, flags]) + stream.to_bytes(4) + content


SOLVE = "/moby.buildkit.v1.Control/Solve"


def opened(stream: int, method: str = SOLVE, *, flags: int = 0) -> bytes:
    """The frame that begins a request: its headers as literals that no table remembers."""
    block = b"\x83\x86" + b"".join(
        b"\0" + bytes([len(name)]) + name + bytes([len(value)]) + value
        for name, value in ((b":path", method.encode()), (b"content-type", b"application/grpc"), (b"te", b"trailers"))
    )
    return frame(1, 4 | flags, stream, block)


def asked(message: bytes, stream: int = 3, size: int = 1000, method: str = SOLVE) -> bytes:
    """A request with one message."""
    return opened(stream, method) + data(message, stream, size)


def data(message: bytes, stream: int = 3, size: int = 1000, *, compressed: bool = False) -> bytes:
    """A gRPC message in frames of ``size`` bytes."""
    content = bytes([compressed]) + len(message).to_bytes(4) + message
    pieces = [content[at : at + size] for at in range(0, len(content), size)]
    return b"".join(frame(0, at == len(pieces) - 1, stream, piece) for at, piece in enumerate(pieces))


CONTROL = "/moby.buildkit.v1.Control/"
METHODS = {
    "Solve": "6293c7e978ed3512753257ee15ef1ea4d87a18dc7a3b97",
    "Status": "6293c7e978ed3512753257ee15ef1ea4d87a18dc91a6d47f",
    "Prune": "6293c7e978ed3512753257ee15ef1ea4d87a18d765b517",
    "%50rune": "6293c7e978ed3512753257ee15ef1ea4d87a1855b0596d45",
    "FromTheFuture": "6293c7e978ed3512753257ee15ef1ea4d87a18c361e9df3970da9b6c2f",
}
"""BuildKit's methods, and their paths in Huffman's codes; of the last three the engine must hear nothing."""
ENTITLED = ("network.host", "security.insecure", "device=nvidia.com/gpu", "from.the.future")
ATTRIBUTES = ({"filename": "Dockerfile"}, {"force-network-mode": "host"}, {"cgroup-parent": "/x"}, {"x": "\udcff"})


@dataclass
class RandomSolves:
    """Requests as buildx sends them, most of them beyond the policy, written in all ways that some decoder reads."""

    chance: random.Random

    def next(self) -> tuple[bytes, dict[int, str]]:
        """A few requests, in frames, and the method of each stream."""
        chance = self.chance
        self._table: list[str] = []
        numbers = [2 * at + 1 for at in range(chance.choice((1, 1, 2, 3)))]
        methods = {number: chance.choice(("Solve", "Solve", "Solve", *METHODS)) for number in numbers}
        streams = [self._frames(self._message(), number, methods[number]) for number in numbers]
        mixed, latest = b"", 0
        while streams:
            at = min(chance.randrange(len(streams)), latest)  # streams are opened in the order of their numbers
            latest = max(latest, at + 1)
            if (piece := next(streams[at], None)) is None:
                del streams[at]
                latest -= 1
            else:
                mixed += piece
        return mixed, methods

    def _headers(self, stream: int, method: str) -> bytes:
        """The frames that begin a request; what was sent before may be meant by its number."""
        chance = self.chance
        if method in self._table and chance.random() < 0.7:
            path = bytes([0x80 | 62 + self._table.index(method)])
        else:
            plain = f"{CONTROL}{method}".encode()
            coded = bytes.fromhex(METHODS[method])
            value = bytes([0x80 | len(coded)]) + coded if chance.random() < 0.5 else bytes([len(plain)]) + plain
            if chance.random() < 0.6:
                self._table.insert(0, method)
                path = chance.choice((b"\x44", b"\x40\x05:path")) + value
            else:
                path = chance.choice((b"\x04", b"\x14", b"\x00\x05:path")) + value
        block = b"\x83\x86" + path
        cut = chance.randrange(len(block) + 1)
        first, flags = block[:cut], 0
        if chance.random() < 0.2:
            first, flags = bytes(5) + first, flags | 0x20
        if chance.random() < 0.2:
            padding = chance.randrange(9)
            first, flags = bytes([padding]) + first + bytes(padding), flags | 0x8
        if cut == len(block):
            return frame(1, flags | 4, stream, first)
        return frame(1, flags, stream, first) + frame(9, 4, stream, block[cut:])

    def _message(self) -> bytes:
        chance = self.chance
        parts = [self._field(1, chance.choice((REF, REF, "", "a\tb", "\udcff")))]
        parts += [self._field(9, chance.choice(ENTITLED)) for _ in range(chance.choice((0, 0, 0, 1)))]
        parts += [self._map(7, chance.choice(ATTRIBUTES)) for _ in range(chance.choice((0, 1, 1, 2)))]
        if chance.random() < 0.5:
            parts += [self._field(3, "moby"), self._map(4, {"name": "web"})]
        if chance.random() < 0.5:
            parts.append(self._field(13, self._field(1, "image") + self._map(2, {"name": "web,web:2"})))
        parts += [self._unknown() for _ in range(chance.choice((0, 0, 1, 2)))]
        chance.shuffle(parts)
        return b"".join(parts)

    def _field(self, number: int, content: str | bytes) -> bytes:
        data = content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content
        if self.chance.random() < 0.1:
            number += 1 << 32
        return self._number(number << 3 | 2) + self._number(len(data)) + data

    def _map(self, number: int, values: Mapping[str, str]) -> bytes:
        made = b""
        for key, value in values.items():
            parts = [self._field(1, key), self._field(2, value)]
            if self.chance.random() < 0.2:
                parts.append(self._unknown())
            if self.chance.random() < 0.2:
                parts.insert(0, self._field(2, "harmless"))
            made += self._field(number, b"".join(parts))
        return made

    def _unknown(self) -> bytes:
        inside = text(1, "x")
        return self.chance.choice(
            (
                varint(100 << 3 | 3) + inside + varint(100 << 3 | 4),
                varint(9 << 3) + varint(1),
                varint(7 << 3 | 5) + b"\0\1\2\3",
                varint(101 << 3 | 1) + bytes(8),
                text(102, b"\xff\xfe"),
            )
        )

    def _number(self, value: int) -> bytes:
        made = varint(value)
        if self.chance.random() < 0.1:
            made = made[:-1] + bytes([made[-1] | 0x80, 0])
        return made

    def _frames(self, message: bytes, stream: int, method: str) -> Iterator[bytes]:
        chance = self.chance
        yield self._headers(stream, method)
        content = b"\0" + len(message).to_bytes(4) + message
        size = chance.choice((1, 5, 40, 1000))
        for at in range(0, len(content), size):
            piece, flags = content[at : at + size], 0
            if chance.random() < 0.2:
                padding = chance.randrange(9)
                piece, flags = bytes([padding]) + piece + bytes(padding), 0x8
            made = frame(0, flags, stream | chance.choice((0, 0, 1 << 31)), piece)
            if chance.random() < 0.02:
                changed = chance.randrange(len(made))
                made = made[:changed] + bytes([chance.randrange(256)]) + made[changed + 1 :]
            yield made
            if chance.random() < 0.2:
                yield frame(chance.choice((2, 4, 6, 8, 99)), 0, stream, bytes(4))
