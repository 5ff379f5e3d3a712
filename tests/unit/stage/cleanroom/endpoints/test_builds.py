"""Builds, as the engine is asked for them and as the demo sees them."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

from quarterdeck.stage.cleanroom.endpoints.builds import QuietBuild
from support.fake_engine import TIMEOUT_SECONDS, Demo, Said
from support.solve_messages import asked, data, frame, solve, solved
from support.waiting import wait_until

IMAGE = f"sha256:{'5' * 64}"
BUILT = [
    b'{"stream":"Step 1/1 : FROM busybox\\n"}',
    b'{"stream":" ---\\u003e [Warning] Your kernel does not support swap limit capabilities.\\n"}',
    b'{"aux":{"ID":"' + IMAGE.encode() + b'"}}',
    b'{"stream":"Successfully built 555555555555\\n"}',
]
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


def build(demo: Demo, query: str = "") -> dict[str, list[str]]:
    """The query of a build as the engine gets it."""
    demo.engine.answer("POST", "/build", Said(lines=BUILT))
    return demo.forwarded("POST", f"/build?t=own{query}").query


@pytest.mark.parametrize(
    ("asked", "memory", "period", "quota"),
    [
        ("", "2147483648", "100000", "300000"),
        ("&memory=67108864&cpuquota=5000", "67108864", None, "5000"),
        ("&memory=-1&cpuquota=-1", "2147483648", "100000", "300000"),
        ("&cpuperiod=1000", "2147483648", "1000", "3000"),
        ("&memory=0&memswap=-1", "2147483648", "100000", "300000"),
    ],
)
def test_limits(asked: str, memory: str, period: str | None, quota: str, demo: Demo) -> None:
    """A build's containers have limits, its own or the clean room's."""
    sent = build(demo, asked)
    assert sent["memory"] == [memory]
    assert sent.get("cpuperiod", [None]) == [period]
    assert sent["cpuquota"] == [quota]
    assert "memswap" not in sent


def test_unlimited_builds(demos: Callable[..., Demo]) -> None:
    """With the exception, a build gets the limits that it asks for."""
    sent = build(demos("unlimited"), "&memswap=-1")
    assert "memory" not in sent
    assert sent["memswap"] == ["-1"]


def test_limits_that_are_no_numbers(demo: Demo) -> None:
    """They are refused by name."""
    assert "memory: '1g' is not a whole number" in demo.refused("POST", "/build?memory=1g")


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("networkmode=host", "allow: [host-network]"),
        ("networkmode=ns:/proc/1/ns/net", "allow: [host-network]"),
        ("cgroupparent=/x", "allow: [cgroup-parent]"),
        ('securityopt=["seccomp=unconfined"]', "allow: [security-options]"),
        ("remote=/etc", "remote: '/etc' is not for demos"),
        ('outputs=[{"Type":"moby","Attrs":{"name":"victim"}}]', "an image is named by '--tag'"),
        ('outputs=[{"Type":"moby","Attrs":{"Name":"victim"}}]', "an image is named by '--tag'"),
        ('outputs=[{"Type":"surprise"}]', "the type 'surprise' is not for demos"),
        ('outputs=[{"Type":"local","Surprise":1}]', "'Surprise'"),
        ("outputs=x", "not JSON"),
        ("volume=/:/host", "the clean room doesn't know the parameter 'volume'"),
    ],
)
def test_refused_builds(query: str, message: str, demo: Demo) -> None:
    """The message names the parameter, and the engine hears nothing."""
    assert message in demo.refused("POST", f"/build?{quote(query, safe='=&')}")


def test_harmless_builds(demo: Demo) -> None:
    """Contexts elsewhere, other builders' networks, and outputs that go to the client."""
    assert build(demo, "&version=2&buildid=upload-request:x&remote=upload-request")["remote"] == ["upload-request"]
    sent = build(demo, "&remote=https://example.org/x.git&networkmode=none&outputs=%5B%7B%22Type%22%3A%22tar%22%7D%5D")
    assert (sent["remote"], sent["networkmode"]) == (["https://example.org/x.git"], ["none"])
    assert build(demo, "&networkmode=container:web")["networkmode"] == [f"container:{demo.prefix}web"]


def test_cancelled_build(demo: Demo) -> None:
    """Only one of the demo's own can be."""
    demo.engine.answer("POST", "/build", Said(lines=[]))
    assert "No such build: another" in demo.refused("POST", "/build/cancel?id=another")
    demo.ask("POST", "/build?buildid=own")
    assert demo.forwarded("POST", "/build/cancel?id=own").query == {"id": ["own"]}


def test_labels_of_ours(demo: Demo) -> None:
    """An image can't get them from ``--label``: its containers would look like a demo's."""
    sent = build(demo, "&labels=%7B%22quarterdeck.show%22%3A%22x%22%2C%22a%22%3A%22b%22%7D")
    assert json.loads(sent["labels"][0]) == {"a": "b"}


def test_image_is_the_demos(demo: Demo) -> None:
    """Its tag means it, and the warnings about limits that nobody asked for are not shown."""
    demo.engine.answer("POST", "/build", Said(lines=BUILT))
    answer = demo.ask("POST", "/build?t=own")
    assert b"Successfully built" in answer.body
    assert b"Warning" not in answer.body
    listed = [{"Id": IMAGE, "RepoTags": ["own:latest"]}, {"Id": f"sha256:{'6' * 64}", "RepoTags": ["speakers:1"]}]
    demo.engine.answer("GET", "/images/json", listed)
    assert demo.ask("GET", "/images/json").json == listed[:1]


@pytest.mark.parametrize("how", ["killed", "reset"])
def test_build_that_is_cut_off_is_heard_out(how: str, demo: Demo) -> None:
    """The engine ends the step that it is in, and what it says then of the step's image is not lost."""
    assert demo.room._room is not None
    ledger = demo.room._room.images

    def engine(connection: socket.socket) -> None:
        line = b'{"stream":"Step 1/2 : RUN touch /x\\n"}\n'
        connection.sendall(b"%x\r\n%s\r\n" % (len(line), line))
        assert connection.recv(1) == b"", "it is not asked to end"
        line = b'{"stream":" ---\\u003e 555555555555\\n"}\n{"error":"context canceled"}\n'
        connection.sendall(b"%x\r\n%s\r\n0\r\n\r\n" % (len(line), line))

    demo.engine.answer("POST", "/build", Said(headers={"Transfer-Encoding": "chunked"}, converse=engine))
    with demo.connect() as client:
        client.sendall(b"POST /build?t=own HTTP/1.1\r\nHost: d\r\nContent-Length: 4\r\n\r\ntext")
        received = b""
        while b"Step 1/2" not in received:
            received += client.recv(1 << 16)
        if how == "reset":
            asyncio.run(demo.room._in_room(demo.room._room.clear()))
    end = time.monotonic() + TIMEOUT_SECONDS
    while not ledger.owns("sha256:555555555555") or ledger.journal.under_way:
        assert time.monotonic() < end, ledger.journal
        time.sleep(0.01)


def test_classic_build_can_be_heard_by_another_process(demo: Demo) -> None:
    """Its connection and journal are given away before the engine is asked, and taken back after its answer."""
    told: list[tuple[str, bool, int]] = []

    @contextmanager
    def hear(connection: socket.socket, journal: Path) -> Iterator[None]:
        told.append((str(connection.getpeername()), journal.exists(), len(demo.engine.forwarded)))
        yield
        told.append(("", journal.exists(), len(demo.engine.forwarded)))

    room = demo.room._room
    assert room is not None
    room.hear = hear
    build(demo)
    wait_until(lambda: len(told) == 2)
    assert told == [(str(demo.engine.path), True, 0), ("", True, 1)]
    build(demo, "&version=2")
    build(demo)
    wait_until(lambda: len(told) == 4)
    assert told[2:] == [(str(demo.engine.path), True, 2), ("", True, 3)], "BuildKit makes no layers without a name"


def test_quiet_build(demo: Demo) -> None:
    """It says only its image, though the engine is asked to say everything."""
    demo.engine.answer("POST", "/build", Said(lines=BUILT))
    answer = demo.ask("POST", "/build?q=1&t=own")
    assert json.loads(answer.body) == {"stream": f"{IMAGE}\n"}
    assert "q" not in demo.engine.forwarded[-1].query


def test_quiet_build_by_buildkit(demo: Demo) -> None:
    """The engine says the image's id as text; it is the demo's, and so is its tag."""
    demo.engine.answer("POST", "/build", Said(lines=[b'{"stream":"' + IMAGE.encode() + b'\\n"}']))
    answer = demo.ask("POST", "/build?version=2&q=1&t=own")
    assert json.loads(answer.body) == {"stream": f"{IMAGE}\n"}
    assert demo.engine.forwarded[-1].query["q"] == ["1"]
    listed = [{"Id": IMAGE, "RepoTags": ["own:latest"]}]
    demo.engine.answer("GET", "/images/json", listed)
    assert demo.ask("GET", "/images/json").json == listed


def test_quiet_build_that_fails() -> None:
    """It says all that it has kept quiet."""
    quiet = QuietBuild(lambda line: line)
    assert quiet(b'{"stream":"Step 1"}') is None
    assert quiet(b"garbage") is None
    assert quiet(b'{"error":"no"}') == b'{"stream":"Step 1"}\ngarbage\n{"error":"no"}'


def test_session_of_a_refused_build_ends(demo: Demo) -> None:
    """Its client would wait for it."""

    def never(connection: socket.socket) -> None:
        connection.recv(1)

    demo.engine.answer("POST", "/session", Said(status=101, headers={"Upgrade": "h2c"}, converse=never))
    with demo.connect() as session:
        session.sendall(
            b"POST /session HTTP/1.1\r\nHost: d\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n"
            b"X-Docker-Expose-Session-Uuid: one\r\nContent-Length: 0\r\n\r\n"
        )
        assert session.recv(1 << 16).startswith(b"HTTP/1.1 101 ")
        demo.refused("POST", "/build?networkmode=host&session=one")
        assert session.recv(1) == b""


def tunnel(demo: Demo) -> socket.socket:
    """A connection to BuildKit's own API, through the room; the engine answers one build."""

    def converse(connection: socket.socket) -> None:
        received = b""
        while solve(attributes={"name": "own"}) not in received:
            if not (more := connection.recv(1 << 16)):
                return
            received += more
        connection.sendall(frame(4, 0, 0, b"") + data(solved(IMAGE)))
        connection.recv(1)

    demo.engine.answer("POST", "/grpc", Said(status=101, headers={"Upgrade": "h2c"}, converse=converse))
    client = demo.connect()
    client.sendall(
        b"POST /grpc HTTP/1.1\r\nHost: d\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 0\r\n\r\n"
    )
    assert client.recv(1 << 16).startswith(b"HTTP/1.1 101 ")
    return client


def test_build_by_buildx(demo: Demo) -> None:
    """The image of a build that passes through the tunnel is the demo's."""
    demo.engine.answer("GET", "/images/json", [{"Id": IMAGE, "RepoTags": ["own:latest"]}])
    assert demo.ask("GET", "/images/json").json == []
    demo.engine.answer("GET", "/images/json", [])
    with tunnel(demo) as client:
        demo.engine.answer("GET", "/images/json", [{"Id": IMAGE, "RepoTags": ["own:latest"]}])
        client.sendall(PREFACE + asked(solve(attributes={"name": "own"})))
        received = b""
        while IMAGE.encode() not in received:
            received += client.recv(1 << 16)
    for _ in range(100):
        if demo.ask("GET", "/images/json").json:
            break
    assert demo.ask("GET", "/images/json").json[0]["RepoTags"] == ["own:latest"]


def test_refused_build_by_buildx(demo: Demo) -> None:
    """The client gets the reason as an answer to its request; its connection goes on."""
    with tunnel(demo) as client:
        client.sendall(PREFACE + asked(solve(entitlements=["network.host"]), stream=5))
        received = b""
        while b"grpc-message" not in received:
            received += client.recv(1 << 16)
        assert int.from_bytes(received[5:9]) == 5
        assert re.search(rb"grpc-status\x017.*grpc-message.*quarterdeck: builds with the entitlement", received)
        client.sendall(asked(solve(attributes={"name": "own"}), stream=7))
        while IMAGE.encode() not in received:
            received += client.recv(1 << 16)
