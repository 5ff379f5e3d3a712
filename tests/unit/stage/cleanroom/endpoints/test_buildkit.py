"""Builds that buildx asks BuildKit for, through a tunnel."""

from __future__ import annotations

import os
import random
from collections.abc import Iterable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.model.demo import Permissions
from quarterdeck.stage.cleanroom.endpoints import buildkit
from quarterdeck.stage.cleanroom.endpoints.buildkit import BuildKitTap, Solve, read_solve
from quarterdeck.stage.cleanroom.http import BadMessageError
from quarterdeck.stage.cleanroom.http2 import PREFACE, UnreadableError, credit, reset
from support.room_policy import solve_violations
from support.solve_messages import RandomSolves, asked, data, frame, opened, solve, solved, text, varint

BUILDS = max(1000, int(os.environ.get("QUARTERDECK_FUZZ", "0")) // 10)
SEED = int(os.environ.get("QUARTERDECK_FUZZ_SEED", "1"))

IMAGE = f"sha256:{'a' * 64}"
LONG = ",".join(f"registry.example/team/app:{number}" for number in range(9))
MANY = ",".join(f"registry.example/team/app:{number}" for number in range(900))


class Noted:
    """In place of a request that makes images."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.ids: list[str] = []

    async def expect(self, names: Iterable[str]) -> None:
        """Tags."""
        self.names += names

    def saw(self, identity: str) -> None:
        """An image."""
        self.ids.append(identity)


async def tap(*allow: str) -> tuple[BuildKitTap, Noted]:
    """A tunnel's tap whose connection has begun."""
    noted = Noted()
    made = BuildKitTap(noted, Permissions(frozenset(allow)))  # type: ignore[arg-type]
    assert await made.inward(PREFACE[:5]) == (PREFACE[:5], b"")
    assert await made.inward(PREFACE[5:]) == (PREFACE[5:], b"")
    return made, noted


@pytest.mark.parametrize("cut", [1, 7, 30, 60, 100, 5000])
async def test_tags_and_image(cut: int) -> None:
    """They are found wherever the stream is cut, however many there are, and every byte is passed on."""
    made, noted = await tap()
    requests = asked(solve(attributes={"name": "web,web:2"})) + asked(solve(exporters=[("image", {"name": LONG})]), 5)
    responses = frame(4, 0, 0, b"") + data(solved(IMAGE))
    pieces = [await made.inward(requests[at : at + cut]) for at in range(0, len(requests), cut)]
    assert b"".join(onward for onward, _ in pieces) == requests
    assert not any(answer for _, answer in pieces)
    assert b"".join([await made.outward(responses[at : at + cut]) for at in range(0, len(responses), cut)]) == responses
    assert noted.names == ["web", "web:2", *LONG.split(",")]
    assert noted.ids == [IMAGE]


async def test_more_than_a_kibibyte_of_tags() -> None:
    """Each of them is the demo's, however many frames they fill."""
    made, noted = await tap()
    await made.inward(asked(solve(attributes={"name": MANY}), size=700))
    assert noted.names == MANY.split(",")


@pytest.mark.parametrize(
    ("message", "allow"),
    [
        (solve(entitlements=["network.host"]), "host-network"),
        (solve(entitlements=["network.host"], ref=""), "host-network"),
        (solve(entitlements=["security.insecure"]), "privileged"),
        (solve(entitlements=["device=nvidia.com/gpu"]), "devices"),
        (solve(frontend={"force-network-mode": "host"}), "host-network"),
        (solve(frontend={"cgroup-parent": "/x"}), "cgroup-parent"),
    ],
)
async def test_entitlements(message: bytes, allow: str) -> None:
    """A build beyond the policy is answered here; the engine never has the whole request, and forgets its stream."""
    made, _ = await tap()
    stream, other = asked(message, 5, size=9), asked(solve(attributes={"name": "web"}), 7)
    pieces = [await made.inward(stream[at : at + 1]) for at in range(len(stream))]
    (answer,) = [answer for _, answer in pieces if b"grpc-status" in answer]
    assert f"stage: {{allow: [{allow}]}}".encode() in answer
    onward = b"".join(onward for onward, _ in pieces)
    assert onward.endswith(reset(5))
    assert len(onward) < len(stream) + len(reset(5))
    assert await made.inward(frame(8, 0, 5, bytes(4)) + other) == (other, b"")  # the connection goes on without it
    assert await (await tap(allow))[0].inward(stream) == (stream, b"")


@pytest.mark.parametrize(
    "message",
    [
        solve(entitlements=["from.the.future"]),
        solve(exporter="surprise"),
        solve(exporters=[("surprise", {})]),
    ],
)
async def test_unknown_words_are_refused(message: bytes) -> None:
    """Entitlements and outputs that the clean room doesn't know."""
    onward, answer = await (await tap())[0].inward(asked(message))
    assert (onward, b"not for demos" in answer) == (opened(3) + reset(3), True)


METHODS = {
    "Control/Prune": (0, b""),
    "Control/DiskUsage": (0, bytes(5)),
    "Control/ListenBuildHistory": (0, b""),
    "Control/UpdateBuildHistory": (7, b"doesn't know BuildKit's method"),
    "Control/FromTheFuture": (7, b"doesn't know BuildKit's method"),
    "Control/%50rune": (7, b"doesn't know BuildKit's method"),
    "frontend.LLBBridge/NewContainer": (7, b"doesn't know BuildKit's method"),
}


@pytest.mark.parametrize(("method", "answer"), METHODS.items())
async def test_what_is_everybodys(method: str, answer: tuple[int, bytes]) -> None:
    """The build cache isn't removed, and seems empty; the history of builds isn't told; the rest is refused."""
    made, _ = await tap()
    name = f"/moby.buildkit.v1.{method}"
    onward, told = await made.inward(asked(b"", 3, method=name))
    assert onward == opened(3, name) + reset(3)
    assert f"grpc-status\x01{answer[0]}".encode() in told
    assert answer[1] in told
    assert told.endswith(credit(5)), "the client may send on"
    assert await made.inward(asked(solve(), 5)) == (asked(solve(), 5), b"")


@pytest.mark.parametrize("method", sorted(buildkit.PASSED))
async def test_what_concerns_one_build(method: str) -> None:
    """It passes as it is, without being read, whatever it is; so does the history of one build."""
    for request in (asked(b"\xff" * 99, 3, method=method), asked(text(2, "ref"), 3, method=buildkit.HISTORY)):
        assert await (await tap())[0].inward(request) == (request, b"")


async def test_method_of_a_stream_stays() -> None:
    """Headers that come later on a stream, as trailers do, change nothing."""
    made, _ = await tap()
    prune, status = "/moby.buildkit.v1.Control/Prune", "/moby.buildkit.v1.Control/Status"
    onward, told = await made.inward(opened(3, prune) + opened(3, status) + data(b""))
    assert onward == opened(3, prune) + opened(3, status) + reset(3)
    assert b"grpc-status" in told


@pytest.mark.parametrize(
    "stream",
    [
        opened(3) + data(b"x" * 20, compressed=True),
        opened(3) + b"\0\0\5\0\0\0\0\0\3\0\xff\xff\xff\xff",
        b"\xff\xff\xff\0\0\0\0\0\3",
        data(solve()),
        frame(1, 4, 3, b"\x83\x86"),
        frame(1, 4, 3, b"\x84\x84"),
        b"".join(opened(n) + frame(0, 0, n, b"\0\0\xff\xff\xff" + bytes(900_000)) for n in range(1, 39, 2)),
    ],
    ids=[
        "compressed",
        "long message",
        "long frame",
        "no headers",
        "no method",
        "two methods",
        "many that aren't whole",
    ],
)
async def test_unreadable_streams(stream: bytes) -> None:
    """What can't be read isn't passed on."""
    with pytest.raises(BadMessageError):
        await (await tap())[0].inward(stream)


async def solve_faults(builds: int, seed: int) -> list[tuple[list[str], bytes]]:
    """The promises broken by so many random builds, each with what was sent."""
    requests, chance = RandomSolves(random.Random(seed)), random.Random(seed)
    found = []
    for _ in range(builds):
        made, noted = await tap()
        (sent, methods), passed = requests.next(), b""
        with suppress(BadMessageError):
            at = 0
            while at < len(sent):
                cut = chance.choice((1, 8, 9, 50, 5000))
                passed += (await made.inward(sent[at : at + cut]))[0]
                at += cut
        if broken := solve_violations(passed, methods, set(noted.names)):
            found.append((broken, sent))
    return found


async def test_no_random_build_goes_beyond_the_policy() -> None:
    """However its frames are cut and its message is written: what BuildKit would read was read here before."""
    assert await solve_faults(BUILDS, SEED) == []


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("check_solve", lambda *_: None),
        ("HOST_ATTRIBUTES", {}),
        ("read_solve", lambda _: Solve({}, [], [])),
        ("PASSED", {*buildkit.PASSED, "/moby.buildkit.v1.Control/Prune", "/moby.buildkit.v1.Control/FromTheFuture"}),
        ("_exporter", lambda _: ("", {})),
    ],
)
async def test_broken_rule_is_found(name: str, broken: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that is not kept shows within a few hundred random builds."""
    monkeypatch.setattr(buildkit, name, broken)
    assert await solve_faults(400, SEED)


@pytest.mark.parametrize(
    "message",
    [
        text(100, b"\xff") + solve(frontend={"force-network-mode": "host"}),
        solve(frontend={"force-network-mode": "host"}, ref=""),
        solve(frontend={"force-network-mode": "host"}, ref="a\tb"),
        solve(frontend={"force-network-mode": "host"}) + text(7, text(1, b"\xff")),
        solve(frontend={"force-network-mode": "host"}) + varint(100 << 3 | 3) + varint(100 << 3 | 4),
        solve() + varint((9 + (1 << 32)) << 3 | 2) + varint(12) + b"network.host",
    ],
    ids=["unknown field", "no id", "odd id", "not UTF-8", "a group", "a large number"],
)
async def test_oddly_written_builds_are_read(message: bytes) -> None:
    """As leniently as BuildKit reads them."""
    onward, answer = await (await tap())[0].inward(asked(message))
    assert (onward, b"not for demos" in answer) == (opened(3) + reset(3), True)


async def test_padded_frames() -> None:
    """Padding of a frame is not part of its message."""
    made, noted = await tap()
    content = data(solve(attributes={"name": "web"}), size=10**6)[9:]
    await made.inward(opened(3) + frame(0, 0x9, 3, bytes([4]) + content + bytes(4)))
    assert noted.names == ["web"]


@given(st.binary(max_size=200))
def test_any_message_is_read_or_passed_over(message: bytes) -> None:
    """Whatever bytes there are, reading them ends."""
    with suppress(UnreadableError):
        read_solve(message)


def test_solve_is_read() -> None:
    """Frontend, entitlements and every exporter come out as they were put in."""
    message = solve(attributes={"name": "a"}, frontend={"k": "v"}, entitlements=["e"], exporters=[("local", {})])
    assert read_solve(message) == Solve({"k": "v"}, ["e"], [("local", {}), ("moby", {"name": "a"})])
