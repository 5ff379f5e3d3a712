"""BuildKit's own API, which buildx speaks through a tunnel: the policy on its builds, and the images they make.

It is gRPC in HTTP/2 (RFC 9113).  Read here are the frames that carry data, the messages in them, and of
these only builds (``SolveRequest``, ``SolveResponse``; moby/buildkit, ``api/services/control/control.proto``).
A message goes on to the engine only once it was read whole; a refused build is answered in the engine's
place, so that buildx shows why.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote

from quarterdeck.model.demo import Permissions
from quarterdeck.stage.cleanroom.http import BadMessageError
from quarterdeck.stage.cleanroom.image_request import ImageRequest
from quarterdeck.stage.cleanroom.policy import RefusedError

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
"""What a client sends before its first frame."""
FRAME_LIMIT = 1 << 20
MESSAGE_LIMIT = 64 << 20
"""Bytes of one message; BuildKit's own limit is 16 MiB."""
DATA, HEADERS, RST_STREAM = 0, 1, 3
END_STREAM, END_HEADERS, PADDED = 0x1, 0x4, 0x8
CANCEL = 8
PERMISSION_DENIED = 7
"""The gRPC status of a refused build."""
ENTITLEMENTS = {"network.host": "host-network", "security.insecure": "privileged", "device": "devices"}
"""What a build may be entitled to → the exception that lifts the rule."""
EXPORTERS = frozenset({"", "local", "tar", "oci", "docker", "moby", "image", "cacheonly"})
HOST_ATTRIBUTES = {"cgroup-parent": "cgroup-parent"}
"""Attributes of a build's frontend → the exception that lifts the rule."""
_IMAGE_KEY = re.compile(r"containerimage\.(?:config\.)?digest")
_IMAGE = re.compile(r"sha256:[0-9a-f]{64}")


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


@dataclass(slots=True)
class Messages:
    """Puts the gRPC messages of each stream together (gRPC over HTTP/2, "Length-Prefixed-Message")."""

    streams: dict[int, bytearray] = field(default_factory=dict)

    def feed(self, frame: bytes) -> Iterator[bytes]:
        """The messages that a frame completes; raises UnreadableError."""
        kind, flags, stream = frame[3], frame[4], stream_of(frame)
        if kind == DATA:
            content = frame[9:]
            if flags & PADDED:
                content = content[1 : len(content) - content[0]] if content else content
            waiting = self.streams.setdefault(stream, bytearray())
            waiting += content
            while len(waiting) >= 5:
                compressed, size = struct.unpack(">BI", waiting[:5])
                if compressed or size > MESSAGE_LIMIT:
                    raise UnreadableError("a message is compressed or too long")
                if len(waiting) < 5 + size:
                    break
                yield bytes(waiting[5 : 5 + size])
                del waiting[: 5 + size]
        if kind in (DATA, HEADERS) and flags & END_STREAM:
            self.streams.pop(stream, None)


def fields(message: bytes) -> Iterator[tuple[int, bytes | int]]:
    """The fields of a protocol buffer: number and value; raises UnreadableError.

    Read as leniently as Go's decoders read: groups are passed over, and of a number that is too large the last 32 bits
    count.
    """
    position, groups = 0, 0
    while position < len(message):
        key, position = _varint(message, position)
        number = key >> 3 & 0xFFFFFFFF
        value: bytes | int | None = None
        match key & 7:
            case 0:
                value, position = _varint(message, position)
            case 2:
                size, position = _varint(message, position)
                if position + size > len(message):
                    raise UnreadableError("a field ends too early")
                value, position = message[position : position + size], position + size
            case 1 | 5 as kind:
                position += 8 if kind == 1 else 4
            case 3:
                groups += 1
            case 4 if groups:
                groups -= 1
            case _:
                raise UnreadableError("a field of an unknown kind")
        if value is not None and not groups:
            yield number, value
    if groups or position > len(message):
        raise UnreadableError("a field ends too early")


def _varint(message: bytes, position: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 64, 7):
        if position >= len(message):
            raise UnreadableError("a number ends too early")
        value |= (message[position] & 0x7F) << shift
        position += 1
        if not message[position - 1] & 0x80:
            return value & (1 << 64) - 1, position
    raise UnreadableError("a number is too long")


def _text(value: bytes) -> str:
    """A field as text; bytes that aren't UTF-8 are replaced, since not every decoder refuses them."""
    return value.decode(errors="replace")


def _entry(value: bytes) -> tuple[str, str]:
    """One entry of a ``map<string, string>``."""
    entry = {number: _text(part) for number, part in fields(value) if isinstance(part, bytes)}
    return entry.get(1, ""), entry.get(2, "")


@dataclass(frozen=True, slots=True)
class Solve:
    """A build that a client asks BuildKit for."""

    frontend: dict[str, str]
    """Attributes of the frontend: ``force-network-mode``, ``filename``."""
    entitlements: list[str]
    exporters: list[tuple[str, dict[str, str]]]
    """Type and attributes of each."""


def read_solve(message: bytes) -> Solve | None:
    """A message as a ``SolveRequest``; None if it is another.

    The kinds of messages are told apart by their fields, since their names are in compressed headers.  Fields that no
    other message has are read from each; others only where the first field is an id, as that of a ``SolveRequest`` is:
    in other messages it is a message, which begins with a control character.
    """
    try:
        found = [(number, value) for number, value in fields(message) if isinstance(value, bytes)]
        identified = any(number == 1 and _text(value).isprintable() for number, value in found)
        solve = Solve({}, [], [])
        exporter, attributes = "", dict[str, str]()
        for number, value in found:
            match number:
                case 3 if identified and _text(value).isprintable():
                    exporter = _text(value)
                case 4 if identified:
                    attributes |= [_entry(value)]
                case 7:
                    solve.frontend.update([_entry(value)])
                case 9:
                    solve.entitlements.append(_text(value))
                case 13:
                    solve.exporters.append(_exporter(value))
    except UnreadableError:
        return None
    solve.exporters.append((exporter, attributes))
    return solve


def _exporter(value: bytes) -> tuple[str, dict[str, str]]:
    kind, attributes = "", dict[str, str]()
    for number, part in fields(value):
        if number == 1 and isinstance(part, bytes):
            kind = _text(part)
        elif number == 2 and isinstance(part, bytes):
            attributes |= [_entry(part)]
    return kind, attributes


def read_images(message: bytes) -> list[str]:
    """The images that a message names, if it is a ``SolveResponse``."""
    try:
        entries = [_entry(value) for number, value in fields(message) if number == 1 and isinstance(value, bytes)]
    except UnreadableError:
        return []
    return [image for key, image in entries if _IMAGE_KEY.fullmatch(key) and _IMAGE.fullmatch(image)]


class BuildKitTap:
    """Reads one tunnel: refuses builds beyond the policy, and takes note of their tags and images."""

    def __init__(self, work: ImageRequest, permissions: Permissions) -> None:
        self._work = work
        self._permissions = permissions
        self._preface = b""
        self._to_engine, self._to_client = Frames(), Frames()
        self._requests, self._responses = Messages(), Messages()
        self._refused: set[int] = set()
        """Streams that were answered here; their frames go no further."""

    async def inward(self, data: bytes) -> tuple[bytes, bytes]:
        """Whole frames for the engine, and answers to refused builds for the client; raises BadMessageError."""
        onward, answers = [], []
        if missing := len(PREFACE) - len(self._preface):
            self._preface += data[:missing]
            onward.append(data[:missing])
        for frame in self._to_engine.feed(data[missing:]):
            stream = stream_of(frame)
            for message in self._requests.feed(frame):
                if fault := await self._fault(message):
                    self._refused.add(stream)
                    answers.append(refusal(stream, f"quarterdeck: {fault}"))
                    onward.append(reset(stream))
            if stream not in self._refused:
                onward.append(frame)
        return b"".join(onward), b"".join(answers)

    async def outward(self, data: bytes) -> bytes:
        """Whole frames for the client."""
        frames = list(self._to_client.feed(data))
        for frame in frames:
            for message in self._responses.feed(frame):
                for image in read_images(message):
                    self._work.saw(image)
        return b"".join(frames)

    async def _fault(self, message: bytes) -> RefusedError | None:
        """Why a message must not go on; takes note of a build's tags if it may."""
        if (solve := read_solve(message)) is None:
            return None
        try:
            check_solve(solve, self._permissions)
        except RefusedError as fault:
            return fault
        for _, attributes in solve.exporters:
            await self._work.expect(filter(None, attributes.get("name", "").split(",")))
        return None


def check_solve(solve: Solve, permissions: Permissions) -> None:
    """Refuse a build that goes beyond the policy."""
    for entitlement in solve.entitlements:
        allow = ENTITLEMENTS.get(entitlement.partition("=")[0])
        if allow is None or allow not in permissions.allow:
            raise RefusedError(f"builds with the entitlement '{entitlement}' are not for demos", allow=allow)
    if solve.frontend.get("force-network-mode") == "host" and "host-network" not in permissions.allow:
        raise RefusedError("builds on the host's network are not for demos", allow="host-network")
    for attribute, allow in HOST_ATTRIBUTES.items():
        if solve.frontend.get(attribute) and allow not in permissions.allow:
            raise RefusedError(f"builds with '{attribute}' are not for demos", allow=allow)
    for kind, _ in solve.exporters:
        if kind not in EXPORTERS:
            raise RefusedError(f"a build's output of type '{kind}' is not for demos")


def refusal(stream: int, message: str) -> bytes:
    """The frame that answers a request with an error, as gRPC's "Trailers-Only" response.

    Its headers are literals that no table of either side remembers (RFC 7541, 6.2.2), but for ``:status 200``.
    """
    headers = b"\x88"
    for name, value in (
        ("content-type", "application/grpc"),
        ("grpc-status", str(PERMISSION_DENIED)),
        ("grpc-message", quote(message, safe=" !\"#$&'()*+,-./:;<=>?@[\\]^_`{|}~")),
    ):
        headers += b"\0" + _sized(name) + _sized(value)
    return len(headers).to_bytes(3) + bytes([HEADERS, END_STREAM | END_HEADERS]) + stream.to_bytes(4) + headers


def reset(stream: int) -> bytes:
    """The frame that lets the engine forget a stream."""
    return (4).to_bytes(3) + bytes([RST_STREAM, 0]) + stream.to_bytes(4) + CANCEL.to_bytes(4)


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
