"""Seats as containers on one or several Docker hosts.

A seat is a container, a volume for the store of its engine, and a network of its own, all three called
``quarterdeck-seat-ID`` and labelled.  A network a seat, because seats may do with their network what they like: on a
shared one a seat could pretend to be its gateway, and read what the desk sends to others.

Each host is asked by threads of a pool, and each call has a time limit.  A host that has just failed to answer is not
asked again for a few seconds, so that a dead one costs one wait and not one for each call.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any, TypeVar

from quarterdeck.seats.messages import SEAT_PORT
from quarterdeck.seats.spawner import (
    SEAT_ID,
    SEAT_LABEL,
    WORKSHOP_LABEL,
    NoRoomError,
    Place,
    SeatCondition,
    SeatOrder,
    SeatState,
    SpawnError,
    expiry,
)
from quarterdeck.stage.docker.address import AddressKind, EngineAddress
from quarterdeck.stage.docker.client import engine_client
from quarterdeck.stage.docker.connection import EngineError
from quarterdeck.workshop.manifest.seats import Settings

CAPABILITIES = ("SYS_ADMIN", "NET_ADMIN", "SYS_PTRACE")
"""What the engine in a seat needs besides Docker's defaults."""
LOOK_SECONDS = 5.0
"""How long a host may take to list or inspect seats."""
START_SECONDS = 60.0
"""How long a host may take to start or remove a seat: thirty at the same moment take seven."""
DOWN_SECONDS = 3.0
"""How long a host that doesn't answer is left alone."""
THREADS_A_HOST = 8
LOG_BYTES = "5m"
"""What a host keeps of a seat's log."""
SHARE = 0.8
"""The share of a host's memory that seats may take."""
PART = 4
"""A seat is counted with this part of its limit: idle ones take a twelfth of a gigabyte, and few are busy at once."""
LEAST = 128 << 20
"""Bytes that a seat is counted with at least."""
RANGE = "10.213"
"""The beginning of all addresses of the networks of seats: Docker's own range has room for thirty networks only."""
NETWORK_BITS = 29
"""A seat's network has eight addresses: its own, its host's, and what Docker needs."""
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Host:
    """A Docker host."""

    name: str
    """As in the settings; ``local`` for this machine's engine."""
    address: EngineAddress
    reach: str
    """Where the ports that it publishes are reached."""

    @property
    def bind(self) -> str:
        """Where it publishes the ports of seats: for a host that is this machine, nobody else needs to see them."""
        return "127.0.0.1" if self.address.kind is AddressKind.UNIX else "0.0.0.0"  # seats ask for a secret


class DockerHosts:
    """Starts, finds, lists and stops seats on Docker hosts."""

    def __init__(self, hosts: Sequence[Host], settings: Settings, workshop: str, image: str) -> None:
        self._hosts = {host.name: HostClient(host) for host in hosts}
        self._settings = settings
        self._workshop = workshop
        self._image = image
        self._pool = ThreadPoolExecutor(THREADS_A_HOST * len(hosts), thread_name_prefix="seats")
        self._under_way = dict.fromkeys(self._hosts, 0)
        self._ended = dict.fromkeys(self._hosts, 0)
        """Starts that are under way on each host, and that have ended."""

    @property
    def names(self) -> Sequence[str]:
        """The names of all hosts."""
        return list(self._hosts)

    async def start(self, order: SeatOrder) -> SeatState:
        """Start a seat on the host with most room; the next one is tried where that fails.

        Raises NoRoomError when no host can be reached or has room, else SpawnError.
        """
        if not SEAT_ID.match(order.id):
            raise ValueError(f"'{order.id}' is not the id of a seat")
        free = await self.capacity()
        if not free:
            raise NoRoomError("", "no host can be reached")
        last: SpawnError = NoRoomError("", "all hosts are full")
        for name in hosts_in_turn(free, order.avoid):
            self._under_way[name] += 1
            try:
                return await self._on(name, START_SECONDS, partial(self._start, host=name, order=order))
            except SpawnError as error:
                last = error
            finally:
                self._under_way[name] -= 1
                self._ended[name] += 1
        raise last

    async def find(self, seat: str) -> SeatState | None:
        """The seat of that id; a running one where several hosts have it."""
        found = [state for state in await self._listed({SEAT_LABEL: seat}) if state.id == seat]
        return min(found, key=lambda state: state.state is not SeatCondition.RUNNING, default=None)

    async def list(self) -> Sequence[SeatState]:
        """The seats of the workshop on all hosts that can be reached."""
        return await self._listed({WORKSHOP_LABEL: self._workshop})

    async def stop(self, seat: str) -> None:
        """Remove a seat from every host that can be reached; raises SpawnError when none can."""
        await self._everywhere(START_SECONDS, lambda client, host: remove(client, {SEAT_LABEL: seat}))

    async def stop_all(self) -> Mapping[str, int]:
        """Remove all seats of the workshop; how many each host had that could be reached."""
        wanted = {WORKSHOP_LABEL: self._workshop}
        return await self._everywhere(START_SECONDS, lambda client, host: remove(client, wanted))

    async def capacity(self) -> Mapping[str, int]:
        """How many more seats each host can take.

        A seat that is started meanwhile may be counted twice, but is never left out: seats that are asked for at the
        same moment spread.
        """
        before = dict(self._ended)
        free = await self._everywhere(LOOK_SECONDS, self._free)
        missed = {host: self._under_way[host] + self._ended[host] - before[host] for host in free}
        return {host: max(0, count - missed[host]) for host, count in free.items()}

    async def close(self) -> None:
        """Close the connections; seats stay."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        for host in self._hosts.values():
            host.close()

    async def _listed(self, wanted: Mapping[str, str]) -> Sequence[SeatState]:
        found = await self._everywhere(LOOK_SECONDS, lambda client, host: _states(client, host, wanted))
        return [state for states in found.values() for state in states]

    async def _everywhere(self, seconds: float, ask: Callable[..., Result]) -> dict[str, Result]:
        """The answer of each host that gives one to ``ask(client, host=…)``; raises SpawnError when none does."""
        names = list(self._hosts)
        asked = [self._on(name, seconds, partial(ask, host=self._hosts[name].host)) for name in names]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        found: dict[str, Result] = {}
        faults: list[BaseException] = []
        for name, answer in zip(names, answers, strict=True):
            if isinstance(answer, BaseException):
                faults.append(answer)
            else:
                found[name] = answer
        for fault in faults:
            if not found or not isinstance(fault, SpawnError):
                raise fault
        return found

    async def _on(self, name: str, seconds: float, ask: Callable[[Any], Result]) -> Result:
        """Ask a host in a thread."""
        host = self._hosts[name]
        try:
            async with asyncio.timeout(2 * seconds):  # the call has its own limit; ssh and name lookup have none
                return await asyncio.get_running_loop().run_in_executor(self._pool, host.ask, seconds, ask)
        except TimeoutError:
            host.failed()
            raise SpawnError(name, f"does not answer within {seconds:g} s") from None

    def _free(self, client: Any, host: Host) -> int:
        memory = int(client.info().get("MemTotal", 0))
        there = client.containers(all=True, filters=_filter({SEAT_LABEL: ""}))
        return seats_of(memory, self._settings.memory) - len(there)

    def _start(self, client: Any, *, host: str, order: SeatOrder) -> SeatState:
        labels = order.labels
        try:
            name = container_name(order.id)
            _make_network(client, name, labels, order.id)
            size = {"size": str(self._settings.disk)} if self._settings.disk else None
            client.create_volume(name, driver_opts=size, labels=labels)
            config = seat_config(self._settings, order, self._image, self._hosts[host].host.bind, client.info())
            made = client.create_container_from_config({**config, "Labels": labels}, name)
            client.start(made["Id"])
            found = _states(client, self._hosts[host].host, {SEAT_LABEL: order.id})
        except BaseException:
            with suppress(OSError, EngineError):
                remove(client, {SEAT_LABEL: order.id})
            raise
        if not found:
            raise SpawnError(host, "the seat ended at once")
        return found[0]


class HostClient:
    """The client of one host, made when it is first needed, and again after a fault."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self._client: Any = None
        self._left_alone = 0.0
        self._fault = ""

    def ask(self, seconds: float, ask: Callable[[Any], Result]) -> Result:
        """Ask the host something; raises SpawnError."""
        if time.monotonic() < self._left_alone:
            raise SpawnError(self.host.name, self._fault)
        try:
            if self._client is None:
                self._client = engine_client(self.host.address, LOOK_SECONDS)
            return ask(self._client.with_timeout(seconds))
        except EngineError as error:
            if error.status == HTTPStatus.NOT_FOUND and "image" in error.reason.lower():
                raise SpawnError(
                    self.host.name, "it lacks the image of the seats: run 'quarterdeck seats prepare'"
                ) from None
            raise SpawnError(self.host.name, error.reason) from None
        except OSError as error:
            self.failed(f"can't be reached: {error}")
            raise SpawnError(self.host.name, self._fault) from None

    def failed(self, fault: str = "does not answer") -> None:
        """It is left alone for a moment, and its connections are opened again then."""
        self._fault = fault
        self._left_alone = time.monotonic() + DOWN_SECONDS
        self.close()

    def close(self) -> None:
        """Close its connections."""
        client, self._client = self._client, None
        if client is not None:
            client.close()


def seats_of(memory: int, limit: int) -> int:
    """How many seats a host holds that has ``memory`` bytes, when each may use ``limit`` bytes."""
    return int(memory * SHARE) // max(limit // PART, LEAST)


def hosts_in_turn(free: Mapping[str, int], avoid: Iterable[str] = ()) -> list[str]:
    """The hosts that can take a seat, the one to be tried first at the front: the one with most room."""
    refused = frozenset(avoid)
    return sorted((host for host in free if free[host] > 0 and host not in refused), key=lambda host: -free[host])


def networks(seat: str, tries: int = 32) -> Iterator[str]:
    """Networks to be tried for a seat, in CIDR notation: others may have taken the first."""
    count = 1 << (NETWORK_BITS - 16)
    first = int.from_bytes(hashlib.sha256(seat.encode()).digest()[:4], "big")
    for number in range(tries):
        start = (first + 7919 * number) % count * 8  # a prime: those of other seats are not tried one after the other
        yield f"{RANGE}.{start >> 8}.{start & 255}/{NETWORK_BITS}"


def container_name(seat: str) -> str:
    """What the container of a seat, its volume and its network are called."""
    return f"quarterdeck-seat-{seat}"


def seat_config(settings: Settings, order: SeatOrder, image: str, bind: str, info: Mapping[str, Any]) -> dict[str, Any]:
    """The container of a seat, for ``POST /containers/create``; ``info`` is the host's ``GET /info``.

    Where AppArmor is, its profile for containers refuses ``mount``, which an engine can't do without.
    """
    name = container_name(order.id)
    security = [str(each) for each in info.get("SecurityOptions") or ()]
    host: dict[str, Any] = {
        "CapAdd": list(CAPABILITIES),
        "Privileged": False,
        "SecurityOpt": ["apparmor=unconfined"] if any("name=apparmor" in each for each in security) else [],
        "Memory": settings.memory,
        "MemorySwap": settings.memory,
        "NanoCpus": int(settings.cpus * 1e9),
        "PidsLimit": settings.pids,
        "PortBindings": {f"{SEAT_PORT}/tcp": [{"HostIp": bind, "HostPort": ""}]},
        "NetworkMode": name,
        "Mounts": [{"Type": "volume", "Source": name, "Target": "/var/lib/docker"}],
        "LogConfig": {"Type": "json-file", "Config": {"max-size": LOG_BYTES, "max-file": "1"}},
    }
    if settings.runtime:
        host["Runtime"] = settings.runtime
    return {
        "Image": image,
        "Hostname": "seat",
        "Env": order.environment,
        "ExposedPorts": {f"{SEAT_PORT}/tcp": {}},
        "HostConfig": host,
    }


def remove(client: Any, wanted: Mapping[str, str]) -> int:
    """Remove the containers, volumes and networks with these labels; returns how many containers there were.

    What is gone already is fine.  Raises OSError or EngineError.
    """
    containers = client.containers(all=True, filters=_filter(wanted))
    for each in containers:
        with gone_is_fine():
            client.remove_container(each["Id"], v=True, force=True)
    for volume in client.volumes(filters=_filter(wanted)).get("Volumes") or ():
        with gone_is_fine():
            client.remove_volume(volume["Name"], force=True)
    for network in client.networks(filters=_filter(wanted)):
        with gone_is_fine():
            client.remove_network(network["Id"])
    return len(containers)


@contextmanager
def gone_is_fine() -> Iterator[None]:
    """Ignore that something is gone, or that somebody else is just removing it.

    Where a Swarm has removed a network that its node still lists, the status of that is 500.
    """
    try:
        yield
    except EngineError as error:
        if error.status != HTTPStatus.NOT_FOUND and not re.search("not found|already in progress", error.reason):
            raise


def _make_network(client: Any, name: str, labels: Mapping[str, str], seat: str) -> None:
    """Make the network of a seat, of addresses that no other network has; raises EngineError."""
    fault: EngineError | None = None
    for subnet in networks(seat):
        ipam = {"Driver": "default", "Config": [{"Subnet": subnet}]}
        try:
            client.create_network(name, driver="bridge", ipam=ipam, labels=dict(labels), check_duplicate=True)
        except EngineError as error:
            if "overlap" not in error.reason:
                raise
            fault = error
        else:
            return
    assert fault is not None
    raise fault


def _states(client: Any, host: Host, wanted: Mapping[str, str]) -> list[SeatState]:
    return [
        seat_state(each, host)
        for each in client.containers(all=True, filters=_filter(wanted))
        if SEAT_LABEL in each["Labels"]
    ]


CONDITIONS = {"created": SeatCondition.STARTING, "restarting": SeatCondition.STARTING, "running": SeatCondition.RUNNING}


def seat_state(container: Mapping[str, Any], host: Host) -> SeatState:
    """What a container, as an engine lists it, says of a seat."""
    labels: Mapping[str, str] = container.get("Labels") or {}
    ports = [
        each["PublicPort"]
        for each in container.get("Ports") or ()
        if each.get("PrivatePort") == SEAT_PORT and "PublicPort" in each
    ]
    return SeatState(
        labels.get(SEAT_LABEL, ""),
        host.name,
        CONDITIONS.get(str(container.get("State")), SeatCondition.GONE),
        Place(host.reach, ports[0]) if ports else None,
        expiry(labels),
        dict(labels),
    )


def _filter(wanted: Mapping[str, str]) -> dict[str, Any]:
    return {"label": [f"{key}={value}" if value else key for key, value in wanted.items()]}
