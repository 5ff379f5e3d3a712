"""Random requests: whatever the demo sends, the engine gets nothing beyond the policy.

``QUARTERDECK_FUZZ=300000`` sends as many, ``QUARTERDECK_FUZZ_SEED`` chooses others; a failure names its seed.
"""

from __future__ import annotations

import logging
import os
import random
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from quarterdeck.stage.cleanroom import policy
from quarterdeck.stage.cleanroom.endpoints import builds, containers, networks, volumes
from quarterdeck.stage.cleanroom.names import Names
from support.fake_engine import DEMO_HEADER, Demo
from support.room_policy import Policy
from support.room_requests import Requests
from support.waiting import wait_until

pytestmark = pytest.mark.slow

MESSAGES = int(os.environ.get("QUARTERDECK_FUZZ", "1500"))
SEED = int(os.environ.get("QUARTERDECK_FUZZ_SEED", "1"))
ANSWER_SECONDS = 0.25
"""How long a message may stay without an answer, as one that promises more bytes than it has does."""


def send(demo: Demo, message: bytes) -> None:
    """A message on a connection of its own, until it is answered once."""
    with suppress(OSError), demo.connect() as connection:
        connection.settimeout(ANSWER_SECONDS)
        connection.sendall(message)
        connection.recv(1 << 16)


def violations(demo: Demo, messages: int, seed: int) -> list[tuple[str, str, bytes]]:
    """The promises broken by so many messages, each with the engine's request and the demo's message."""
    own = [demo.make("containers", "web"), demo.make("networks", "front"), demo.make("volumes", "data")]
    requests = Requests(random.Random(seed), own, str(demo.folder))
    rules = Policy(demo.prefix, demo.room.show, demo.folder)
    sent: dict[str, bytes] = {}
    found: list[tuple[str, str, bytes]] = []
    for number in range(messages):
        sent[str(number)] = requests.next(number)
        send(demo, sent[str(number)])
        if number % 200 == 199 or number == messages - 1:
            wait_until(lambda: demo.room.connections <= 1)
            time.sleep(0.05)  # for what is still on its way to the engine
            received = [demo.engine.requests.pop(0) for _ in range(len(demo.engine.requests))]
            for request in received:
                message = sent.get(request.header(DEMO_HEADER) or "", b"")
                found += [(broken, str(request), message) for broken in rules.violations(request)]
            sent = {}
    return found


def test_no_promise_is_broken(demos: Callable[..., Demo], caplog: pytest.LogCaptureFixture) -> None:
    """And nothing that the demo sends crashes the room, or fills it with connections."""
    demo = demos()
    with caplog.at_level(logging.ERROR):
        assert violations(demo, MESSAGES, SEED) == [], f"seed {SEED}"
    assert not caplog.records, f"seed {SEED}: {caplog.text}"
    assert demo.ask("GET", "/_ping").body == b"OK"
    end = time.monotonic() + 30
    while demo.room.connections > 1:
        assert time.monotonic() < end
        time.sleep(0.05)
    demo.engine.requests.clear()


def nothing(*_: Any, **__: Any) -> None:
    """In place of a rule."""


BREAKAGES: dict[str, tuple[object, str, Any]] = {
    "host settings": (containers, "check_host", nothing),
    "binds": (volumes, "check_bind", nothing),
    "volumes' options": (volumes, "check_volume_options", nothing),
    "networks": (networks, "check_network", nothing),
    "limits": (containers, "limit", nothing),
    "builds": (builds, "check", nothing),
    "builds' limits": (builds, "limits", lambda _: {}),
    "names": (Names, "inward", lambda _, name: name),
    "namespaces": (policy, "check_mode", nothing),
}
"""Rules of the room, each put out of action."""


@pytest.mark.parametrize(("owner", "name", "broken"), BREAKAGES.values(), ids=BREAKAGES.keys())
def test_broken_rule_is_found(
    owner: object, name: str, broken: Any, demos: Callable[..., Demo], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rule that is not kept shows within a few hundred messages."""
    demo = demos()
    monkeypatch.setattr(owner, name, broken)
    for part in range(20):
        if violations(demo, 150, SEED + part):
            break
    else:
        pytest.fail("nothing was found")
    demo.engine.requests.clear()
