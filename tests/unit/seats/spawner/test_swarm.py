"""Seats as services of a Swarm: where a task runs is where its seat is."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest

from quarterdeck.seats.spawner import NoRoomError, Place, SeatCondition, SeatOrder, SpawnError
from quarterdeck.seats.spawner import docker_hosts as hosts_module
from quarterdeck.seats.spawner.docker_hosts import Host
from quarterdeck.seats.spawner.swarm import Swarm, seat_state, service
from quarterdeck.stage.docker.address import parse_address
from quarterdeck.stage.docker.connection import EngineError
from quarterdeck.workshop.manifest.seats import Settings

GIGABYTE = 1 << 30
ORDER = SeatOrder("ab12", "ports", "s3cret", 1_900_000_000.0, "try-first")


def node(
    id_: str, address: str, state: str = "ready", availability: str = "active", manager: str = ""
) -> dict[str, Any]:
    """A node as a manager lists it."""
    return {
        "ID": id_,
        "Status": {"State": state, "Addr": address},
        "Spec": {"Availability": availability},
        "ManagerStatus": {"Addr": manager} if manager else None,
        "Description": {"Resources": {"MemoryBytes": 4 * GIGABYTE}},
    }


class Manager:
    """A manager of a Swarm with two nodes that take tasks, in memory."""

    def __init__(self) -> None:
        self.made: dict[str, dict[str, Any]] = {}
        self.state = "running"
        self.error = ""

    def with_timeout(self, seconds: float) -> Manager:
        """The same."""
        return self

    def close(self) -> None:
        """Nothing is open."""

    def nodes(self) -> list[dict[str, Any]]:
        """One knows itself as 0.0.0.0, one is down, one is drained."""
        return [
            node("n1", "0.0.0.0", manager="10.0.0.1:2377"),
            node("n2", "10.0.0.2"),
            node("n3", "10.0.0.3", state="down"),
            node("n4", "10.0.0.4", availability="drain"),
        ]

    def create_service(self, *, name: str, labels: dict[str, str], task_template: dict[str, Any], **more: Any) -> None:
        """Make one."""
        refused = [each.partition("!=")[2] for each in task_template["Placement"]["Constraints"]]
        on = next((each for each in ("n1", "n2") if each not in refused), "")
        self.made[name] = {"ID": name, "Spec": {"Labels": labels}, "on": on}

    def services(self, *, filters: dict[str, str]) -> list[dict[str, Any]]:
        """Those with the label."""
        key, equals, value = filters["label"].partition("=")
        labelled = ((each, each["Spec"]["Labels"].get(key)) for each in list(self.made.values()))
        return [each for each, found in labelled if found is not None and (not equals or found == value)]

    def tasks(self, *, filters: dict[str, str]) -> Iterator[dict[str, Any]]:
        """Two for each service: one that was shut down, and the one that counts."""
        for name, each in self.made.items():
            ports = {"Ports": [{"PublishedPort": 32_768, "TargetPort": 7000}]}
            status = {"State": self.state, "Err": self.error, "PortStatus": ports}
            yield {"ServiceID": name, "CreatedAt": "1", "NodeID": "n3", "Status": {"State": "running"}}
            yield {"ServiceID": name, "CreatedAt": "2", "NodeID": each["on"], "Status": status}

    def remove_service(self, name: str) -> None:
        """Remove one."""
        if self.made.pop(name, None) is None:
            raise EngineError("no such service", 404)


@pytest.fixture
def manager(monkeypatch: pytest.MonkeyPatch) -> Manager:
    """A manager."""
    manager = Manager()
    monkeypatch.setattr(hosts_module, "engine_client", lambda address, timeout: manager)
    return manager


def run(work: Callable[[Swarm], Awaitable[Any]]) -> Any:
    """Do something with a Swarm, and close it."""

    async def whole() -> Any:
        address = parse_address("tcp://10.0.0.1")
        swarm = Swarm(Host("swarm:lab", address, "10.0.0.1"), Settings(), "ports", "seats:latest")
        try:
            return await work(swarm)
        finally:
            await swarm.close()

    return asyncio.run(whole())


def test_a_seat_is_started_found_and_stopped(manager: Manager) -> None:
    """The desk gets the address of the node that its task runs on; stopped twice it is gone once."""

    async def work(swarm: Swarm) -> None:
        started = await swarm.start(ORDER)
        assert (started.host, started.place) == ("10.0.0.1", Place("10.0.0.1", 32_768))
        assert await swarm.find("ab12") == started
        assert await swarm.list() == [started]
        assert await swarm.capacity() == {"10.0.0.1": 11, "10.0.0.2": 12}
        await swarm.stop("ab12")
        await swarm.stop("ab12")
        assert await swarm.find("ab12") is None

    run(work)


def test_nodes_to_avoid(manager: Manager) -> None:
    """A seat goes to a node that isn't to be avoided; with none left that is said, and nothing is made."""

    async def work(swarm: Swarm) -> None:
        avoid = frozenset({"10.0.0.1"})
        assert (await swarm.start(SeatOrder("ab12", "ports", "s", 1.0, avoid=avoid))).host == "10.0.0.2"
        with pytest.raises(NoRoomError):
            await swarm.start(SeatOrder("cd34", "ports", "s", 1.0, avoid=avoid | {"10.0.0.2"}))
        assert await swarm.stop_all() == {"swarm:lab": 1}

    run(work)
    assert manager.made == {}


@pytest.mark.parametrize(
    ("state", "error", "kind"),
    [
        ("pending", "no suitable node (insufficient resources on 2 nodes)", NoRoomError),
        ("rejected", "No such image: seats:latest", SpawnError),
    ],
)
def test_tasks_that_cannot_run(manager: Manager, state: str, error: str, kind: type[Exception]) -> None:
    """What the Swarm says is passed on, and its service is removed."""
    manager.state, manager.error = state, error
    with pytest.raises(kind, match=error.partition("(")[0].strip()):
        run(lambda swarm: swarm.start(ORDER))
    assert manager.made == {}


def test_states_of_tasks() -> None:
    """A seat without a task is starting, one whose task has ended is gone, and only a running one has a place."""
    made = {"Spec": {"Labels": {"quarterdeck.seat": "ab12", "quarterdeck.expires": "7"}}}
    assert seat_state(made, None, {}).state is SeatCondition.STARTING
    for said, state in [("preparing", "starting"), ("failed", "gone"), ("orphaned", "gone")]:
        found = seat_state(made, {"NodeID": "n1", "Status": {"State": said}}, {"n1": "10.0.0.1"})
        assert (found.state, found.place, found.expires) == (state, None, 7.0)


def test_what_a_service_may_do() -> None:
    """It has a seat's three capabilities and its limits, and reserves what an idle seat may come to need."""
    spec = service(Settings(pids=300), ORDER, "seats:latest", ["n9"])
    template = spec["task_template"]
    container = template["ContainerSpec"]
    assert container["CapabilityAdd"] == ["CAP_SYS_ADMIN", "CAP_NET_ADMIN", "CAP_SYS_PTRACE"]
    assert {each["Type"] for each in container["Mounts"]} == {"volume"}
    assert template["Resources"]["Limits"] == {"MemoryBytes": GIGABYTE, "NanoCPUs": 2_000_000_000, "Pids": 300}
    assert template["Resources"]["Reservations"] == {"MemoryBytes": GIGABYTE // 4}
    assert template["Placement"]["Constraints"] == ["node.id!=n9"]
    assert spec["endpoint_spec"]["Ports"][0]["PublishMode"] == "host"
