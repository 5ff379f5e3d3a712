"""An organiser is told what is wrong with a host before the workshop."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.project.doctor import Finding, Grade
from quarterdeck.seats.spawner import hosts as module
from quarterdeck.seats.spawner.docker_hosts import Host
from quarterdeck.seats.spawner.hosts import LOCAL, examine, find_hosts
from quarterdeck.stage.docker.address import parse_address
from quarterdeck.stage.docker.connection import EngineError
from quarterdeck.workshop.manifest.seats import Settings

GIGABYTE = 1 << 30


class Engine:
    """What an engine says that is well set up, with changes."""

    def __init__(self, found: dict[str, Any] | None = None, **info: Any) -> None:
        self.found = found if found is not None else {"free": 100 * GIGABYTE, "metadata": False}
        self.said = {
            "ServerVersion": "26.1.5",
            "SecurityOptions": ["name=seccomp,profile=builtin", "name=userns"],
            "MemTotal": 32 * GIGABYTE,
            "NCPU": 8,
            "Runtimes": {"runc": {}},
            **info,
        }
        self.removed: list[str] = []

    def info(self) -> dict[str, Any]:
        """``GET /info``."""
        return {"SystemTime": datetime.now(UTC).isoformat(), **self.said}

    def nodes(self) -> list[dict[str, Any]]:
        """Two that take tasks."""
        ready = {"Spec": {"Availability": "active"}}
        return [{"ID": each, "Status": {"State": "ready", "Addr": f"10.0.0.{each}"}, **ready} for each in "12"]

    def with_timeout(self, seconds: float) -> Engine:
        """The same."""
        return self

    def create_container_from_config(self, config: dict[str, Any]) -> dict[str, str]:
        """The trial's container; its image is missing if nothing was found."""
        if not self.found:
            raise EngineError("no such image", 404)
        assert config["Labels"] == {"quarterdeck.workshop": "ports"}, "else 'seats stop' could not remove it"
        return {"Id": "trial"}

    def start(self, name: str) -> None:
        """Start it."""

    def wait(self, name: str) -> None:
        """Wait for it."""

    def logs(self, name: str, **options: bool) -> Iterator[bytes]:
        """What it printed."""
        assert options["stream"], "the client takes other answers for JSON"
        yield json.dumps(self.found).encode()

    def remove_container(self, name: str, **options: bool) -> None:
        """Remove it."""
        self.removed.append(name)


def findings(
    monkeypatch: pytest.MonkeyPatch, engine: Engine, url: str = "ssh://one", name: str = "one", **settings: Any
) -> dict[str, Finding]:
    """What is found on a host with this engine, by subject."""

    @contextmanager
    def client(address: object, timeout: float) -> Iterator[Engine]:
        yield engine

    monkeypatch.setattr(module, "engine_client", client)
    host = Host(name, parse_address(url), "one")
    found = asyncio.run(examine(host, Settings(**settings), "ports", "seats:latest"))
    return {each.what: each for each in found}


def test_a_host_that_is_well(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing to do; what it holds is said, and the container that looked is gone."""
    engine = Engine()
    found = findings(monkeypatch, engine)
    assert {each.grade for each in found.values()} == {Grade.GOOD}
    assert set(found) == {"version", "userns", "room", "clock", "disk", "metadata"}
    assert found["room"].detail.startswith("memory for 102 seats, processors for 40 attendees")
    assert engine.removed == ["trial"]


@pytest.mark.parametrize(
    ("engine", "url", "subject", "remedy"),
    [
        (Engine(ServerVersion="19.03.1"), "ssh://one", "version", "update Docker"),
        (Engine(SecurityOptions=["name=seccomp"]), "ssh://one", "userns", '"userns-remap": "default"'),
        (Engine(SecurityOptions=["name=userns"]), "ssh://one", "seccomp", "seccomp"),
        (Engine(), "tcp://one", "address", "use ssh://, or TLS"),
        (Engine(SystemTime="2020-02-02T02:02:02.123456789Z"), "ssh://one", "clock", "timedatectl"),
        (Engine(SystemTime=""), "ssh://one", "clock", ""),
        (Engine({"free": GIGABYTE, "metadata": False}), "ssh://one", "disk", "free some"),
        (Engine({"free": 100 * GIGABYTE, "metadata": True}), "ssh://one", "metadata", "DOCKER-USER"),
    ],
)
def test_each_fault_has_its_remedy(
    monkeypatch: pytest.MonkeyPatch, engine: Engine, url: str, subject: str, remedy: str
) -> None:
    """It is named, with the command or setting that helps; the workshop can be given all the same."""
    found = findings(monkeypatch, engine, url)
    assert [name for name, each in found.items() if each.grade is not Grade.GOOD] == [subject]
    assert found[subject].grade is Grade.CURED
    assert remedy in (found[subject].remedy or "")


def test_a_host_that_cannot_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Too little memory, a runtime that it lacks: those are errors."""
    assert findings(monkeypatch, Engine(MemTotal=100 << 20))["room"].grade is Grade.LOST
    assert findings(monkeypatch, Engine(), runtime="sysbox-runc")["runtime"].grade is Grade.LOST
    assert "disk" not in findings(monkeypatch, Engine({})), "without the image nothing can be tried"


MANAGER = {"Swarm": {"ControlAvailable": True}}


@pytest.mark.parametrize(
    ("info", "count", "subject", "grade", "said"),
    [
        (MANAGER, 30, "swarm", Grade.GOOD, "2 nodes take seats, and need the image: 10.0.0.1, 10.0.0.2"),
        ({}, 30, "swarm", Grade.LOST, "a manager"),
        (MANAGER, 30, "networks", Grade.GOOD, "29 seats"),
        (MANAGER, 60, "networks", Grade.CURED, "29 seats on a node"),
        (
            {**MANAGER, "DefaultAddressPools": [{"Base": "10.213.0.0/16", "Size": 29}]},
            60,
            "networks",
            Grade.GOOD,
            "8192 seats",
        ),
        ({**MANAGER, "SecurityOptions": ["name=apparmor"]}, 30, "apparmor", Grade.LOST, "a service can't leave it out"),
    ],
)
def test_what_a_swarm_is_like(
    monkeypatch: pytest.MonkeyPatch, info: dict[str, Any], count: int, subject: str, grade: Grade, said: str
) -> None:
    """Its manager is asked for its nodes; what services can't do is told before one is started."""
    found = findings(monkeypatch, Engine(**info), name="swarm:lab", count=count)[subject]
    assert found.grade is grade
    assert said in found.detail


def test_a_host_that_is_down() -> None:
    """It is said in one line, with where to look."""
    host = Host("one", parse_address("unix:///nowhere/docker.sock"), "127.0.0.1")
    (found,) = asyncio.run(examine(host, Settings(), "ports", "seats:latest"))
    assert (found.what, found.grade) == ("engine", Grade.LOST)


def test_hosts_of_settings(tmp_path: Path) -> None:
    """No host is this machine's engine; addresses are reached by their name, and faults of contexts told together."""
    environ = {"DOCKER_HOST": "unix:///run/x.sock", "HOME": str(tmp_path)}
    (local,) = find_hosts(Settings(), environ)
    assert (local.name, local.address.url, local.reach, local.bind) == (
        LOCAL,
        "unix:///run/x.sock",
        "127.0.0.1",
        "127.0.0.1",
    )
    (one,) = find_hosts(Settings(hosts=("tcp://192.0.2.7:2376",)), environ)
    assert (one.name, one.reach, one.bind) == ("tcp://192.0.2.7:2376", "192.0.2.7", "0.0.0.0")
    with pytest.raises(QuarterdeckError) as caught:
        find_hosts(Settings(hosts=("lab", "hall")), environ)
    assert [("lab" in each.message, "hall" in each.message) for each in caught.value.diagnostics] == [
        (True, False),
        (False, True),
    ]
