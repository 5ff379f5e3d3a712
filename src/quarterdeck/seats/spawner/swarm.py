"""Seats as services of a Docker Swarm: one task each, its port published on its node ("host mode").

The Swarm places the seats.  What a service says is only what is wanted, so where a seat is and whether it runs is asked
of its *task*.  The hosts of seats are the nodes, called by their addresses.

- A seat has a network of its own here, too: a bridge that the Swarm knows and the seat's node makes, with addresses
  from the node's own pools.  An overlay network would not do: published ports lead to a bridge that all share.
- A Swarm takes long to see that a node is lost, and starts its seats elsewhere then.  So a seat is only found where its
  node takes a connection; the desk, which looks often, has it started elsewhere long before.
- Nodes to avoid are avoided at the start alone: a Swarm keeps to the constraints of a service for as long as it lasts.
- The image goes by its id: nobody looks for it in a registry, and no node takes an older one.

Services can do less than containers: they can't be kept from swapping, and Docker before 25 can't run them without
AppArmor's profile, which refuses ``mount``.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
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
from quarterdeck.seats.spawner.docker_hosts import (
    CAPABILITIES,
    LEAST,
    LOOK_SECONDS,
    PART,
    START_SECONDS,
    Host,
    HostClient,
    container_name,
    gone_is_fine,
    seats_of,
)
from quarterdeck.stage.docker.connection import EngineError
from quarterdeck.workshop.manifest.seats import Settings

THREADS = 16
POLL_SECONDS = 0.1
TASK_SECONDS = 20.0
"""How long a start waits until the Swarm has found a node; a seat that waits longer is STARTING."""
FREE_SECONDS = 20.0
"""How long the end of seats waits until no task uses their networks."""
CONNECT_SECONDS = 2.0
"""How long a node may take to accept a connection."""
STOP_NANOSECONDS = 3_000_000_000
ENDED = frozenset({"complete", "shutdown", "failed", "rejected", "remove", "orphaned"})
"""States of tasks that won't run again."""
Result = TypeVar("Result")


class Swarm:
    """Starts, finds, lists and stops seats in a Swarm, by one of its managers."""

    def __init__(self, manager: Host, settings: Settings, workshop: str, image: str) -> None:
        self._manager = HostClient(manager)
        self._settings = settings
        self._workshop = workshop
        self._image = image
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="swarm")

    @property
    def names(self) -> Sequence[str]:
        """Nothing: the nodes are known to the Swarm alone."""
        return ()

    async def start(self, order: SeatOrder) -> SeatState:
        """Start a seat; raises NoRoomError when no node has room, else SpawnError."""
        if not SEAT_ID.match(order.id):
            raise ValueError(f"'{order.id}' is not the id of a seat")
        return await self._ask(START_SECONDS, lambda client: self._start(client, order))

    async def find(self, seat: str) -> SeatState | None:
        """The seat of that id; raises SpawnError also when it runs on a node that takes no connection."""
        found = await self._ask(LOOK_SECONDS, lambda client: _states(client, f"{SEAT_LABEL}={seat}"))
        if found and found[0].place is not None and not await _takes_connections(found[0].place):
            raise SpawnError(found[0].host, "doesn't answer")
        return found[0] if found else None

    async def list(self) -> Sequence[SeatState]:
        """The seats of the workshop on all nodes."""
        return await self._ask(LOOK_SECONDS, lambda client: _states(client, f"{WORKSHOP_LABEL}={self._workshop}"))

    async def stop(self, seat: str) -> None:
        """Remove a seat; fine if it is gone already."""
        await self._ask(START_SECONDS, lambda client: _remove(client, f"{SEAT_LABEL}={seat}"))

    async def stop_all(self) -> Mapping[str, int]:
        """Remove all seats of the workshop; how many there were."""
        count = await self._ask(START_SECONDS, lambda client: _remove(client, f"{WORKSHOP_LABEL}={self._workshop}"))
        return {self._manager.host.name: count}

    async def capacity(self) -> Mapping[str, int]:
        """How many more seats each node can take; a node that is down or drained is missing."""
        return await self._ask(LOOK_SECONDS, self._free)

    async def close(self) -> None:
        """Close the connections; seats stay."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._manager.close()

    async def _ask(self, seconds: float, ask: Callable[[Any], Result]) -> Result:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(2 * seconds):
                return await loop.run_in_executor(self._pool, self._manager.ask, seconds, ask)
        except TimeoutError:
            self._manager.failed()
            raise SpawnError(self._manager.host.name, f"does not answer within {seconds:g} s") from None

    def _free(self, client: Any) -> Mapping[str, int]:
        nodes = active_nodes(client)
        taken = [each.host for each in _states(client, SEAT_LABEL)]
        return {
            address: max(0, seats_of(memory, self._settings.memory) - taken.count(address))
            for address, memory in nodes.values()
        }

    def _start(self, client: Any, order: SeatOrder) -> SeatState:
        nodes = active_nodes(client)
        refused = [node for node, (address, _) in nodes.items() if address in order.avoid]
        if len(refused) == len(nodes):
            raise NoRoomError("", "no node of the Swarm can take a seat")
        image = client.inspect_image(self._image)["Id"]
        try:
            network = {"driver": "bridge", "scope": "swarm", "check_duplicate": True}
            client.create_network(container_name(order.id), labels=order.labels, **network)
            made = client.create_service(**service(self._settings, order, image, refused))
            found = _placed(client, order.id)
            if refused:  # a service that differs in its constraints alone keeps its task
                version = client.inspect_service(made["ID"])["Version"]["Index"]
                client.update_service(made["ID"], version, **service(self._settings, order, image))
        except BaseException:
            with suppress(OSError, EngineError):
                _remove(client, f"{SEAT_LABEL}={order.id}")
            raise
        return found


def service(settings: Settings, order: SeatOrder, image: str, refused: Iterable[str] = ()) -> dict[str, Any]:
    """The service of a seat, for ``create_service()``, on none of the ``refused`` nodes."""
    labels, name = order.labels, container_name(order.id)
    limits = {"MemoryBytes": settings.memory, "NanoCPUs": int(settings.cpus * 1e9), "Pids": settings.pids}
    return {
        "name": name,
        "labels": labels,
        "task_template": {
            "ContainerSpec": {
                "Image": image,
                "Hostname": "seat",
                "Labels": labels,
                "Env": order.environment,
                "CapabilityAdd": [f"CAP_{each}" for each in CAPABILITIES],
                "Mounts": [{"Type": "volume", "Target": "/var/lib/docker", "VolumeOptions": {"Labels": labels}}],
                "StopGracePeriod": STOP_NANOSECONDS,
            },
            "Resources": {
                "Limits": limits,
                "Reservations": {"MemoryBytes": max(settings.memory // PART, LEAST)},
            },
            "RestartPolicy": {"Condition": "any", "Delay": 1_000_000_000},
            "Placement": {"Constraints": [f"node.id!={node}" for node in refused]},
            "Networks": [{"Target": name}],
        },
        "mode": {"Replicated": {"Replicas": 1}},
        "endpoint_spec": {
            "Mode": "dnsrr",
            "Ports": [{"Protocol": "tcp", "TargetPort": SEAT_PORT, "PublishMode": "host"}],
        },
    }


async def _takes_connections(place: Place) -> bool:
    """Whether a node is there: also one that refuses a connection is."""
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            _, writer = await asyncio.open_connection(place.address, place.port)
    except ConnectionRefusedError:
        return True
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True


def active_nodes(client: Any) -> dict[str, tuple[str, int]]:
    """The nodes that take tasks: by id their address and their memory in bytes."""
    found: dict[str, tuple[str, int]] = {}
    for node in client.nodes():
        status, spec = node.get("Status") or {}, node.get("Spec") or {}
        if status.get("State") == "ready" and spec.get("Availability") == "active":
            memory = int(((node.get("Description") or {}).get("Resources") or {}).get("MemoryBytes", 0))
            found[node["ID"]] = (_node_address(node), memory)
    return found


def _node_address(node: Mapping[str, Any]) -> str:
    """A node's address; a manager may know itself as 0.0.0.0, and others by the address that it is reached at."""
    address = str((node.get("Status") or {}).get("Addr", ""))
    manager = str((node.get("ManagerStatus") or {}).get("Addr", "")).rpartition(":")[0]
    return manager if manager and address in ("", "0.0.0.0", "127.0.0.1") else address


def _addresses(client: Any) -> dict[str, str]:
    """The addresses of all nodes, by their ids."""
    return {node["ID"]: _node_address(node) for node in client.nodes()}


def _states(client: Any, label: str) -> list[SeatState]:
    services = {each["ID"]: each for each in client.services(filters={"label": label})}
    if not services:
        return []
    addresses = _addresses(client)
    tasks: dict[str, Mapping[str, Any]] = {}
    for task in client.tasks(filters={"desired-state": "running"}):
        before = tasks.get(task["ServiceID"])
        if before is None or before["CreatedAt"] < task["CreatedAt"]:
            tasks[task["ServiceID"]] = task
    return [seat_state(each, tasks.get(service), addresses) for service, each in services.items()]


def seat_state(service: Mapping[str, Any], task: Mapping[str, Any] | None, addresses: Mapping[str, str]) -> SeatState:
    """What a service, its newest task and the nodes' addresses say of a seat."""
    labels: Mapping[str, str] = service["Spec"].get("Labels") or {}
    status = (task or {}).get("Status") or {}
    state = str(status.get("State", "new"))
    host = addresses.get(str((task or {}).get("NodeID", "")), "")
    ports = [
        each["PublishedPort"]
        for each in (status.get("PortStatus") or {}).get("Ports") or ()
        if each.get("PublishedPort")
    ]
    running = state == "running"
    condition = SeatCondition.RUNNING if running else SeatCondition.GONE if state in ENDED else SeatCondition.STARTING
    return SeatState(
        labels.get(SEAT_LABEL, ""),
        host,
        condition,
        Place(host, ports[0]) if running and ports and host else None,
        expiry(labels),
        dict(labels),
    )


def _placed(client: Any, seat: str) -> SeatState:
    """A seat once it runs, or what the Swarm says of it after a while; raises SpawnError when it can't run."""
    end = time.monotonic() + TASK_SECONDS
    while True:
        found = _states(client, f"{SEAT_LABEL}={seat}")
        if found and found[0].place is not None:
            return found[0]
        _raise_faults(client, seat)
        if time.monotonic() > end:
            if not found:
                raise SpawnError("", "a seat was removed while it was being started")
            return found[0]
        time.sleep(POLL_SECONDS)


def _raise_faults(client: Any, seat: str) -> None:
    """Raise SpawnError when a seat's task can't be started."""
    for task in client.tasks(filters={"service": container_name(seat)}):
        status = task.get("Status") or {}
        said = str(status.get("Err") or status.get("Message"))
        if status.get("State") in ("rejected", "failed"):
            raise SpawnError(_addresses(client).get(task.get("NodeID", ""), ""), said)
        if "no suitable node" in said:
            raise NoRoomError("", said)


def _remove(client: Any, label: str) -> int:
    """Remove the services and networks with a label; returns how many services there were."""
    services = client.services(filters={"label": label})
    for each in services:
        with gone_is_fine():
            client.remove_service(each["ID"])
    end = time.monotonic() + FREE_SECONDS
    for each in client.networks(filters={"label": label}):
        while not _removed(client, each["Id"]) and time.monotonic() < end:
            time.sleep(POLL_SECONDS)
    return len(services)


def _removed(client: Any, network: str) -> bool:
    """Remove a network, unless a task still uses it."""
    try:
        with gone_is_fine():
            client.remove_network(network)
    except EngineError as error:
        if "in use" not in error.reason:
            raise
        return False
    return True
