"""Seats on Docker hosts: what they may do, what is left of them, and hosts that fail."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from quarterdeck.seats.spawner import NoRoomError, Place, SeatCondition, SeatOrder, SeatState, SpawnError
from quarterdeck.seats.spawner import docker_hosts as module
from quarterdeck.seats.spawner.docker_hosts import DockerHosts, Host, seat_config, seat_state
from quarterdeck.stage.docker.address import EngineAddress, parse_address
from quarterdeck.stage.docker.connection import EngineError
from quarterdeck.workshop.manifest.seats import Settings

ORDER = SeatOrder("ab12", "ports", "s3cret", 1_900_000_000.5, "try-first")
GIGABYTE = 1 << 30


class Engine:
    """What an engine does of what spawners ask, in memory."""

    def __init__(self) -> None:
        self.objects: dict[str, dict[str, Any]] = {"container": {}, "volume": {}, "network": {}}
        self.image = True
        self.fault: Exception | None = None
        self.taken = 0
        """How many networks that are tried first are somebody else's."""
        self.closed = 0

    def with_timeout(self, seconds: float) -> Engine:
        """The same engine."""
        assert seconds > 0
        if self.fault:
            raise self.fault
        return self

    def close(self) -> None:
        """Count it."""
        self.closed += 1

    def info(self) -> dict[str, Any]:
        """An engine with 4 GB."""
        return {"MemTotal": 4 * GIGABYTE, "SecurityOptions": ["name=userns"]}

    def _with(self, kind: str, filters: Mapping[str, list[str]]) -> list[dict[str, Any]]:
        def matches(labels: Mapping[str, str], wanted: str) -> bool:
            key, equals, value = wanted.partition("=")
            return key in labels and (not equals or labels[key] == value)

        return [
            each
            for each in self.objects[kind].values()
            if all(matches(each["Labels"], one) for one in filters["label"])
        ]

    def containers(self, *, all: bool, filters: Mapping[str, list[str]]) -> list[dict[str, Any]]:  # noqa: A002  # SDK's
        """Those with the labels."""
        assert all
        return self._with("container", filters)

    def volumes(self, *, filters: Mapping[str, list[str]]) -> dict[str, Any]:
        """Those with the labels; null for none, as engines say."""
        return {"Volumes": self._with("volume", filters) or None}

    def networks(self, *, filters: Mapping[str, list[str]]) -> list[dict[str, Any]]:
        """Those with the labels."""
        return self._with("network", filters)

    def create_network(self, name: str, *, labels: dict[str, str], **options: Any) -> None:
        """Make one, or refuse addresses that are taken."""
        if self.taken:
            self.taken -= 1
            raise EngineError("Pool overlaps with other one on this address space", 403)
        self.objects["network"][name] = {"Id": name, "Labels": labels, **options}

    def create_volume(self, name: str, *, driver_opts: object, labels: dict[str, str]) -> None:
        """Make one."""
        self.objects["volume"][name] = {"Name": name, "Labels": labels, "options": driver_opts}

    def create_container_from_config(self, config: dict[str, Any], name: str) -> dict[str, str]:
        """Make one, if its image is there."""
        if not self.image:
            raise EngineError("no such image", 404, "No such image: seats:latest")
        self.objects["container"][name] = {"Id": name, "State": "created", **config}
        return {"Id": name}

    def start(self, name: str) -> None:
        """Start it, on a port."""
        ports = [{"PrivatePort": 7000, "PublicPort": 40_001, "IP": "0.0.0.0"}]
        self.objects["container"][name].update(State="running", Ports=ports)

    def remove_container(self, name: str, **options: bool) -> None:
        """Remove it."""
        assert options == {"v": True, "force": True}
        self._remove("container", name)

    def remove_volume(self, name: str, **options: bool) -> None:
        """Remove it."""
        self._remove("volume", name)

    def remove_network(self, name: str) -> None:
        """Remove it."""
        self._remove("network", name)

    def _remove(self, kind: str, name: str) -> None:
        if name not in self.objects[kind]:
            raise EngineError("not found", 404)
        del self.objects[kind][name]

    @property
    def count(self) -> int:
        """How many objects it has."""
        return sum(map(len, self.objects.values()))


@pytest.fixture
def engines(monkeypatch: pytest.MonkeyPatch) -> dict[str, Engine]:
    """Two engines, by the host name of their address."""
    engines = {"one": Engine(), "two": Engine()}
    monkeypatch.setattr(module, "engine_client", lambda address, timeout: engines[address.host].with_timeout(timeout))
    return engines


def spawner(**settings: Any) -> DockerHosts:
    """A spawner over both."""
    hosts = [Host(name, parse_address(f"tcp://{name}"), f"{name}.example.org") for name in ("one", "two")]
    return DockerHosts(hosts, Settings(**settings), "ports", "seats:latest")


def run(work: Callable[[DockerHosts], Any], **settings: Any) -> Any:
    """Do something with a spawner, and close it."""

    async def whole() -> Any:
        seats = spawner(**settings)
        try:
            return await work(seats)
        finally:
            await seats.close()

    return asyncio.run(whole())


def test_a_seat_is_started_found_and_stopped(engines: dict[str, Engine]) -> None:
    """The desk gets its place, finds it again by its id alone, and nothing is left of it afterwards."""

    async def work(seats: DockerHosts) -> None:
        started = await seats.start(ORDER)
        assert started.place == Place(f"{started.host}.example.org", 40_001)
        assert (started.id, started.state, started.expires) == ("ab12", SeatCondition.RUNNING, 1_900_000_000)
        assert await seats.find("ab12") == started
        assert await seats.find("ffff") is None
        assert await seats.list() == [started]
        await seats.stop("ab12")
        await seats.stop("ab12")
        assert await seats.list() == []

    run(work)
    assert [engine.count for engine in engines.values()] == [0, 0]


def test_seats_spread(engines: dict[str, Engine]) -> None:
    """No host gets most of the seats, even if all are asked for at the same moment."""

    async def work(seats: DockerHosts) -> list[SeatState]:
        orders = [SeatOrder(f"seat{n}", "ports", "s", 1.0) for n in range(6)]
        return list(await asyncio.gather(*map(seats.start, orders)))

    hosts = [each.host for each in run(work)]
    assert min(hosts.count("one"), hosts.count("two")) >= 2


def test_full_hosts(engines: dict[str, Engine]) -> None:
    """With no room left the desk is told so, and can let people wait; a seat that ends makes room."""

    async def work(seats: DockerHosts) -> None:
        free = await seats.capacity()
        assert free == {"one": 3, "two": 3}
        for number in range(6):
            await seats.start(SeatOrder(f"seat{number}", "ports", "s", 1.0))
        with pytest.raises(NoRoomError, match="all hosts are full"):
            await seats.start(ORDER)
        await seats.stop("seat3")
        await seats.start(ORDER)

    run(work, memory=4 * GIGABYTE)


def test_a_dead_host(engines: dict[str, Engine]) -> None:
    """Seats go to the other host; the dead one is missing from what is listed, and is there again when it is back."""
    engines["one"].fault = TimeoutError("timed out")

    async def work(seats: DockerHosts) -> None:
        assert (await seats.start(ORDER)).host == "two"
        assert set(await seats.capacity()) == {"two"}
        assert [each.host for each in await seats.list()] == ["two"]
        await seats.stop("ab12")
        engines["one"].fault = None
        seats._hosts["one"]._left_alone = 0.0
        assert set(await seats.capacity()) == {"one", "two"}

    run(work)


def test_a_dead_host_costs_one_wait(engines: dict[str, Engine], monkeypatch: pytest.MonkeyPatch) -> None:
    """A host that doesn't answer is not asked again at once, so that the others aren't kept waiting for it."""
    engines["one"].fault = TimeoutError("timed out")
    asked: list[str] = []
    client: Any = vars(module)["engine_client"]

    def counted(address: EngineAddress, seconds: float) -> object:
        asked.append(address.host)
        return client(address, seconds)

    monkeypatch.setattr(module, "engine_client", counted)

    async def work(seats: DockerHosts) -> None:
        for _ in range(5):
            await seats.list()

    run(work)
    assert asked.count("one") == 1


def test_no_host_at_all(engines: dict[str, Engine]) -> None:
    """When none can be reached, that is said, with the name of a host."""
    for engine in engines.values():
        engine.fault = ConnectionRefusedError("refused")

    async def work(seats: DockerHosts) -> None:
        with pytest.raises(SpawnError, match="can't be reached"):
            await seats.list()
        with pytest.raises(SpawnError):
            await seats.start(ORDER)

    run(work)


def test_an_image_missing_on_one_host(engines: dict[str, Engine]) -> None:
    """The seat is started on the other host; if both lack it, the command that helps is named. Nothing is left."""
    engines["one"].image = False

    async def work(seats: DockerHosts) -> None:
        assert (await seats.start(ORDER)).host == "two"
        engines["two"].image = False
        with pytest.raises(SpawnError, match="seats prepare"):
            await seats.start(SeatOrder("cd34", "ports", "s", 1.0))
        await seats.stop("ab12")

    run(work)
    assert [engine.count for engine in engines.values()] == [0, 0]


def test_networks_that_are_taken(engines: dict[str, Engine]) -> None:
    """A seat whose addresses somebody has already gets others."""
    for engine in engines.values():
        engine.taken = 3
    assert run(lambda seats: seats.start(ORDER)).state is SeatCondition.RUNNING


def test_only_the_workshops_own(engines: dict[str, Engine]) -> None:
    """'seats stop' removes all seats of the workshop, and leaves other workshops' and other containers alone."""

    async def work(seats: DockerHosts) -> None:
        await seats.start(ORDER)
        await seats.start(SeatOrder("cd34", "other", "s", 1.0))
        engines["one"].objects["container"]["mine"] = {"Id": "mine", "Labels": {}, "State": "running"}
        removed = await seats.stop_all()
        assert sum(removed.values()) == 1
        assert await seats.find("cd34") is not None

    run(work)
    assert sorted(name for engine in engines.values() for name in engine.objects["container"]) == [
        "mine",
        "quarterdeck-seat-cd34",
    ]


def test_calls_do_not_block(engines: dict[str, Engine], monkeypatch: pytest.MonkeyPatch) -> None:
    """The desk goes on serving while a host takes its time."""
    served: list[str] = []
    slow = engines["one"].info

    def info() -> dict[str, Any]:
        while not served:
            time.sleep(0.001)
        return slow()

    monkeypatch.setattr(engines["one"], "info", info)

    async def work(seats: DockerHosts) -> None:
        asked = asyncio.create_task(seats.capacity())
        await asyncio.sleep(0)
        served.append("a page")
        assert (await asked)["one"] == 12

    run(work)


def test_what_a_seat_may_do() -> None:
    """It has three capabilities and its limits: not the host's devices, sockets, folders or namespaces."""
    settings = Settings(memory=GIGABYTE, cpus=1.5, pids=300)
    config = seat_config(
        settings, ORDER, "seats:latest", "127.0.0.1", {"SecurityOptions": ["name=seccomp,profile=default"]}
    )
    host = config["HostConfig"]
    assert host["CapAdd"] == ["SYS_ADMIN", "NET_ADMIN", "SYS_PTRACE"]
    assert not host["Privileged"]
    assert host["SecurityOpt"] == []
    assert (host["Memory"], host["MemorySwap"], host["NanoCpus"], host["PidsLimit"]) == (
        GIGABYTE,
        GIGABYTE,
        1_500_000_000,
        300,
    )
    assert [(each["Type"], each["Target"]) for each in host["Mounts"]] == [("volume", "/var/lib/docker")]
    assert host["PortBindings"] == {"7000/tcp": [{"HostIp": "127.0.0.1", "HostPort": ""}]}
    assert host["NetworkMode"] == "quarterdeck-seat-ab12"
    assert {"Devices", "Binds", "PidMode", "IpcMode", "UsernsMode", "Runtime"} & set(host) == set()
    assert "s3cret" not in repr(ORDER)


def test_apparmor_and_runtime() -> None:
    """Where AppArmor would refuse 'mount', seats run without its profile; a runtime is used where one is named."""
    config = seat_config(Settings(runtime="sysbox-runc"), ORDER, "x", "0.0.0.0", {"SecurityOptions": ["name=apparmor"]})
    assert config["HostConfig"]["SecurityOpt"] == ["apparmor=unconfined"]
    assert config["HostConfig"]["Runtime"] == "sysbox-runc"


def test_states_of_containers() -> None:
    """A container that has ended is a seat that is gone, whatever its labels say."""
    host = Host("one", parse_address("tcp://one"), "one")
    for said, state in [("created", "starting"), ("running", "running"), ("exited", "gone"), ("dead", "gone")]:
        found = seat_state({"State": said, "Labels": {"quarterdeck.seat": "ab12", "quarterdeck.expires": "x"}}, host)
        assert (found.state, found.place, found.expires) == (state, None, 0.0)


def test_ids_cannot_be_anything(engines: dict[str, Engine]) -> None:
    """An id names objects on hosts: one that is no id is refused before any host is asked."""
    with pytest.raises(ValueError, match="not the id"):
        run(lambda seats: seats.start(SeatOrder("../x", "ports", "s", 1.0)))


def test_disk(engines: dict[str, Engine]) -> None:
    """A seat's volume is limited where the settings say so."""
    run(lambda seats: seats.start(ORDER), disk=5 << 30)
    (volume,) = (each for engine in engines.values() for each in engine.objects["volume"].values())
    assert volume["options"] == {"size": str(5 << 30)}
