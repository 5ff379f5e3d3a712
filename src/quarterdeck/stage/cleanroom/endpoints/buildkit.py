"""BuildKit's own API, which buildx speaks through a tunnel: the policy on its requests, and the images of builds.

It is gRPC in HTTP/2 (:mod:`~quarterdeck.stage.cleanroom.http2`).  The method of a request is in its headers; methods
that aren't known are refused.  Read are builds (``SolveRequest``, ``SolveResponse``; moby/buildkit,
``api/services/control/control.proto``), and what concerns more than the demo's own: the build cache and the history
of builds.  A message that is read goes on to the engine only once it was read whole; one that doesn't go on is
answered in the engine's place, so that buildx shows why.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from quarterdeck.model.demo import Permissions
from quarterdeck.stage.cleanroom.http2 import (
    DATA,
    END_STREAM,
    HEADER_FRAMES,
    HEADERS,
    PREFACE,
    RST_STREAM,
    Frames,
    Header,
    HeaderReader,
    UnreadableError,
    content_of,
    credit,
    refusal,
    reset,
    status,
    stream_of,
)
from quarterdeck.stage.cleanroom.image_request import ImageRequest
from quarterdeck.stage.cleanroom.policy import RefusedError

MESSAGE_LIMIT = 16 << 20
"""Bytes of the messages of a connection that aren't whole yet; BuildKit's own limit is that for one."""
ENTITLEMENTS = {"network.host": "host-network", "security.insecure": "privileged", "device": "devices"}
"""What a build may be entitled to → the exception that lifts the rule."""
EXPORTERS = frozenset({"", "local", "tar", "oci", "docker", "moby", "image", "cacheonly"})
HOST_ATTRIBUTES = {"cgroup-parent": "cgroup-parent"}
"""Attributes of a build's frontend → the exception that lifts the rule."""
CONTROL = "/moby.buildkit.v1.Control/"
SOLVE = f"{CONTROL}Solve"
HISTORY = f"{CONTROL}ListenBuildHistory"
NOTHING = {f"{CONTROL}Prune": b"", f"{CONTROL}DiskUsage": bytes(5)}
"""Methods that are answered here as if the build cache were empty, since it is everybody's, and what they return."""
PASSED = frozenset(
    f"/{service}/{method}"
    for service, methods in (
        ("moby.buildkit.v1.Control", "Status Session ListWorkers Info"),
        (
            "moby.buildkit.v1.frontend.LLBBridge",
            "Ping Solve ResolveImageConfig ResolveSourceMeta ReadFile ReadDir StatFile Evaluate Inputs Return Warn",
        ),
        ("containerd.services.content.v1.Content", "Info Read"),
        ("grpc.health.v1.Health", "Check Watch"),
        ("opentelemetry.proto.collector.trace.v1.TraceService", "Export"),
    )
    for method in methods.split()
)
"""Methods that concern a build by its id, or nobody's objects."""
_IMAGE_KEY = re.compile(r"containerimage\.(?:config\.)?digest")
_IMAGE = re.compile(r"sha256:[0-9a-f]{64}")


@dataclass(slots=True)
class Messages:
    """Puts the gRPC messages of each stream together (gRPC over HTTP/2, "Length-Prefixed-Message")."""

    streams: dict[int, bytearray] = field(default_factory=dict)

    def feed(self, frame: bytes) -> Iterator[bytes]:
        """The messages that a frame completes; raises UnreadableError."""
        kind, flags, stream = frame[3], frame[4], stream_of(frame)
        if kind == DATA:
            waiting = self.streams.setdefault(stream, bytearray())
            waiting += content_of(frame)
            while len(waiting) >= 5:
                compressed, size = struct.unpack(">BI", waiting[:5])
                if compressed or size > MESSAGE_LIMIT:
                    raise UnreadableError("a message is compressed or too long")
                if len(waiting) < 5 + size:
                    break
                yield bytes(waiting[5 : 5 + size])
                del waiting[: 5 + size]
            if sum(map(len, self.streams.values())) > MESSAGE_LIMIT:
                raise UnreadableError("messages are too long")
        if kind == RST_STREAM or (kind in (DATA, HEADERS) and flags & END_STREAM):
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


def read_solve(message: bytes) -> Solve:
    """A ``SolveRequest``; raises UnreadableError."""
    solve = Solve({}, [], [])
    exporter, attributes = "", dict[str, str]()
    for number, value in fields(message):
        match number, value:
            case 3, bytes():
                exporter = _text(value)
            case 4, bytes():
                attributes |= [_entry(value)]
            case 7, bytes():
                solve.frontend.update([_entry(value)])
            case 9, bytes():
                solve.entitlements.append(_text(value))
            case 13, bytes():
                solve.exporters.append(_exporter(value))
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
    """Reads one tunnel: refuses requests beyond the policy, and takes note of builds' tags and images."""

    def __init__(self, work: ImageRequest, permissions: Permissions) -> None:
        self._work = work
        self._permissions = permissions
        self._preface = b""
        self._to_engine, self._to_client = Frames(), Frames()
        self._headers = HeaderReader()
        self._requests, self._responses = Messages(), Messages()
        self._methods: dict[int, str] = {}
        """Of the streams whose messages are read."""
        self._latest = 0
        """The stream that was opened last: their numbers rise."""
        self._answered: set[int] = set()
        """Streams that were answered here; their frames go no further."""

    async def inward(self, data: bytes) -> tuple[bytes, bytes]:
        """Whole frames for the engine, and answers to refused requests for the client; raises BadMessageError."""
        onward, answers = [], []
        if missing := len(PREFACE) - len(self._preface):
            self._preface += data[:missing]
            onward.append(data[:missing])
            if not PREFACE.startswith(self._preface):
                raise UnreadableError("not HTTP/2")
        for frame in self._to_engine.feed(data[missing:]):
            kind, stream = frame[3], stream_of(frame)
            if (headers := self._headers.feed(frame)) is not None and stream > self._latest:
                self._open(stream, headers)
            if kind == DATA and stream > self._latest:
                raise UnreadableError("a message without a request")
            if stream in self._methods and stream not in self._answered:
                for message in self._requests.feed(frame):
                    if answer := await self._answer(stream, message):
                        self._answered.add(stream)
                        answers.append(answer)
                        onward.append(reset(stream))
                        break
            if kind == DATA and stream in self._answered:
                answers.append(credit(len(frame) - 9))
            elif kind in HEADER_FRAMES or stream not in self._answered:
                onward.append(frame)
        return b"".join(onward), b"".join(answers)

    def _open(self, stream: int, headers: list[Header]) -> None:
        """Take note of a request that begins."""
        methods = [value for name, value in headers if name == b":path"]
        if len(methods) != 1:
            raise UnreadableError("a request without one method")
        self._latest = stream
        method = methods[0].decode(errors="replace")
        if method not in PASSED:
            self._methods[stream] = method

    async def outward(self, data: bytes) -> bytes:
        """Whole frames for the client."""
        frames = list(self._to_client.feed(data))
        for frame in frames:
            if self._methods.get(stream_of(frame)) == SOLVE:
                for message in self._responses.feed(frame):
                    for image in read_images(message):
                        self._work.saw(image)
        return b"".join(frames)

    async def _answer(self, stream: int, message: bytes) -> bytes:
        """The answer to a message in the engine's place; nothing if it may go on.  Takes note of a build's tags."""
        method = self._methods[stream]
        if method in NOTHING:
            return status(stream, 0, "", NOTHING[method])
        try:
            if method == SOLVE:
                solve = read_solve(message)
                check_solve(solve, self._permissions)
                for _, attributes in solve.exporters:
                    await self._work.expect(filter(None, attributes.get("name", "").split(",")))
            elif method != HISTORY:
                raise RefusedError(f"the clean room doesn't know BuildKit's method '{method}', so it is refused")
            elif not any(value for number, value in fields(message) if number == 2):
                return status(stream, 0, "")  # not one build's history, but everybody's
        except (RefusedError, UnreadableError) as fault:
            return refusal(stream, f"quarterdeck: {fault}")
        return b""


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
