"""Seats as services of a Swarm: where a task runs is where its seat is."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest

from quarterdeck.seats.spawner import NoRoomError, Place, SeatCondition, SeatOrder, SpawnError
from quarterdeck.seats.spawner import docker_hosts as hosts_module
from quarterdeck.seats.spawner import swarm as swarm_module
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


def labelled(labels: dict[str, str], wanted: str) -> bool:
    """Whether something has a label, ``KEY`` or ``KEY=VALUE``."""
    key, equals, value = wanted.partition("=")
    return key in labels and (not equals or labels[key] == value)


def refusing(task_template: dict[str, Any]) -> list[str]:
    """The nodes on which tasks are never started."""
    return [each.removeprefix("node.id!=") for each in task_template["Placement"]["Constraints"]]


class Manager:
    """A manager of a Swarm with two nodes that take tasks, in memory."""

    def __init__(self) -> None:
        self.made: dict[str, dict[str, Any]] = {}
        self.nets: dict[str, dict[str, str]] = {}
        """Networks, and their labels."""
        self.still: dict[str, dict[str, str]] = {}
        """Those that the node of the manager still has, though the Swarm has removed them."""
        self.used = 0
        """How often a network is still in use when it is to be removed."""
        self.state = "running"
        self.error = ""
        self.second = "127.0.0.12"
        """Where the second node is."""

    def with_timeout(self, seconds: float) -> Manager:
        """The same."""
        return self

    def close(self) -> None:
        """Nothing is open."""

    def nodes(self) -> list[dict[str, Any]]:
        """One knows itself as 0.0.0.0, one is down, one is drained."""
        return [
            node("n1", "0.0.0.0", manager="127.0.0.11:2377"),
            node("n2", self.second),
            node("n3", "10.0.0.3", state="down"),
            node("n4", "10.0.0.4", availability="drain"),
        ]

    def inspect_image(self, name: str) -> dict[str, str]:
        """The manager has the image."""
        return {"Id": f"sha256:{name}"}

    def create_network(self, name: str, *, driver: str, scope: str, labels: dict[str, str], **more: Any) -> None:
        """Make one that the Swarm knows, and each node makes."""
        assert (driver, scope) == ("bridge", "swarm")
        self.nets[name] = labels

    def networks(self, *, filters: dict[str, str]) -> list[dict[str, Any]]:
        """Those with the label."""
        there = [*self.nets.items(), *self.still.items()]
        return [{"Id": name} for name, labels in there if labelled(labels, filters["label"])]

    def remove_network(self, name: str) -> None:
        """Remove one, if no task uses it."""
        if self.used or name in self.made:
            self.used -= 1
            raise EngineError(f"network {name} is in use by task t1", 400)
        if name not in self.nets:
            raise EngineError(f"network {name} not found", 500)
        del self.nets[name]

    def create_service(
        self, *, name: str, labels: dict[str, str], task_template: dict[str, Any], **more: Any
    ) -> dict[str, str]:
        """Make one."""
        refused = refusing(task_template)
        assert [each["Target"] for each in task_template["Networks"]] == [name]
        on = next((each for each in ("n1", "n2") if each not in refused), "")
        self.made[name] = {"ID": name, "Spec": {"Labels": labels, "TaskTemplate": task_template}, "on": on}
        return {"ID": name}

    def inspect_service(self, name: str) -> dict[str, Any]:
        """What one is now."""
        return {"Version": {"Index": 7}}

    def update_service(self, service: str, version: int, *, task_template: dict[str, Any], **more: Any) -> None:
        """Let one be otherwise; its task stays where only constraints differ."""
        assert version == 7
        spec = self.made[service]["Spec"]
        assert {**spec["TaskTemplate"], "Placement": task_template["Placement"]} == task_template
        spec["TaskTemplate"] = task_template

    def services(self, *, filters: dict[str, str]) -> list[dict[str, Any]]:
        """Those with the label."""
        return [each for each in list(self.made.values()) if labelled(each["Spec"]["Labels"], filters["label"])]

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
        address = parse_address("tcp://127.0.0.11")
        swarm = Swarm(Host("swarm:lab", address, "127.0.0.11"), Settings(), "ports", "seats:latest")
        try:
            return await work(swarm)
        finally:
            await swarm.close()

    return asyncio.run(whole())


def test_a_seat_is_started_found_and_stopped(manager: Manager) -> None:
    """The desk gets the address of the node that its task runs on; stopped twice it is gone once."""

    async def work(swarm: Swarm) -> None:
        started = await swarm.start(ORDER)
        assert (started.host, started.place) == ("127.0.0.11", Place("127.0.0.11", 32_768))
        assert await swarm.find("ab12") == started
        assert await swarm.list() == [started]
        assert await swarm.capacity() == {"127.0.0.11": 11, "127.0.0.12": 12}
        await swarm.stop("ab12")
        await swarm.stop("ab12")
        assert await swarm.find("ab12") is None

    run(work)


def test_nodes_to_avoid(manager: Manager) -> None:
    """They are avoided at the start alone: later a seat may have to go there.  With none left nothing is made."""

    async def work(swarm: Swarm) -> None:
        avoid = frozenset({"127.0.0.11"})
        assert (await swarm.start(SeatOrder("ab12", "ports", "s", 1.0, avoid=avoid))).host == "127.0.0.12"
        assert [refusing(each["Spec"]["TaskTemplate"]) for each in manager.made.values()] == [[]]
        with pytest.raises(NoRoomError):
            await swarm.start(SeatOrder("cd34", "ports", "s", 1.0, avoid=avoid | {"127.0.0.12"}))
        assert await swarm.stop_all() == {"swarm:lab": 1}

    run(work)
    assert manager.made == manager.nets == {}


def test_a_node_that_the_swarm_does_not_know_to_be_lost(manager: Manager, monkeypatch: pytest.MonkeyPatch) -> None:
    """A task that is said to run isn't believed where its node takes no connection; others are found."""
    monkeypatch.setattr(swarm_module, "CONNECT_SECONDS", 0.1)

    async def work(swarm: Swarm) -> None:
        await swarm.start(ORDER)
        await swarm.start(SeatOrder("cd34", "ports", "s", 1.0, avoid=frozenset({"127.0.0.11"})))
        manager.second = "192.0.2.7"  # where nobody is
        with pytest.raises(SpawnError, match=r"192\.0\.2\.7: doesn't answer"):
            await swarm.find("cd34")
        assert await swarm.find("ab12") is not None

    run(work)


def test_a_network_lasts_as_long_as_a_task_uses_it(manager: Manager) -> None:
    """A service is gone at once, and its task some time later: so long the end of a seat waits."""

    async def work(swarm: Swarm) -> None:
        await swarm.start(ORDER)
        manager.used, manager.still = 2, dict(manager.nets)
        await swarm.stop("ab12")
        assert (manager.nets, manager.used) == ({}, 0)
        await swarm.stop("ab12")  # while its node still lists it

    run(work)


@pytest.mark.parametrize(
    ("state", "error", "kind"),
    [
        ("pending", "no suitable node (insufficient resources on 2 nodes)", NoRoomError),
        ("rejected", "No such image: sha256:seats", SpawnError),
    ],
)
def test_tasks_that_cannot_run(manager: Manager, state: str, error: str, kind: type[SpawnError]) -> None:
    """What the Swarm says is passed on, with the node that it says it of, and the service is removed."""
    manager.state, manager.error = state, error
    with pytest.raises(kind, match=error.partition("(")[0].strip()) as raised:
        run(lambda swarm: swarm.start(ORDER))
    assert raised.value.host == ("" if kind is NoRoomError else "127.0.0.11")
    assert manager.made == manager.nets == {}


def test_a_seat_that_is_removed_while_it_starts(manager: Manager, monkeypatch: pytest.MonkeyPatch) -> None:
    """By ``seats stop``, for example: it isn't waited for, and its network doesn't stay."""

    def removed(*, filters: dict[str, str]) -> list[dict[str, Any]]:
        manager.made.clear()
        return []

    monkeypatch.setattr(swarm_module, "TASK_SECONDS", 0.0)
    monkeypatch.setattr(manager, "services", removed)
    with pytest.raises(SpawnError, match="was removed while it was being started"):
        run(lambda swarm: swarm.start(ORDER))
    assert manager.nets == {}


def test_states_of_tasks() -> None:
    """A seat without a task is starting, one whose task has ended is gone, and only a running one has a place."""
    made = {"Spec": {"Labels": {"quarterdeck.seat": "ab12", "quarterdeck.expires": "7"}}}
    assert seat_state(made, None, {}).state is SeatCondition.STARTING
    for said, state in [("preparing", "starting"), ("failed", "gone"), ("orphaned", "gone")]:
        found = seat_state(made, {"NodeID": "n1", "Status": {"State": said}}, {"n1": "127.0.0.11"})
        assert (found.state, found.place, found.expires) == (state, None, 7.0)


def test_what_a_service_may_do() -> None:
    """It has a seat's three capabilities and its limits, and reserves what an idle seat may come to need."""
    spec = service(Settings(pids=300), ORDER, "sha256:5ea7", ["n9"])
    template = spec["task_template"]
    container = template["ContainerSpec"]
    assert container["CapabilityAdd"] == ["CAP_SYS_ADMIN", "CAP_NET_ADMIN", "CAP_SYS_PTRACE"]
    assert {each["Type"] for each in container["Mounts"]} == {"volume"}
    assert template["Resources"]["Limits"] == {"MemoryBytes": GIGABYTE, "NanoCPUs": 2_000_000_000, "Pids": 300}
    assert template["Resources"]["Reservations"] == {"MemoryBytes": GIGABYTE // 4}
    assert template["Placement"]["Constraints"] == ["node.id!=n9"]
    assert spec["endpoint_spec"]["Ports"][0]["PublishMode"] == "host"
