"""BuildKit's messages as buildx sends them: protocol buffers in gRPC in HTTP/2."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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


def data(message: bytes, stream: int = 3, size: int = 1000, *, compressed: bool = False) -> bytes:
    """A gRPC message in frames of ``size`` bytes."""
    content = bytes([compressed]) + len(message).to_bytes(4) + message
    pieces = [content[at : at + size] for at in range(0, len(content), size)]
    return b"".join(frame(0, at == len(pieces) - 1, stream, piece) for at, piece in enumerate(pieces))
