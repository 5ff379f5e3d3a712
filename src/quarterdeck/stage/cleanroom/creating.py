"""A container as the demo asks for it → as the engine is asked: policy, names, labels, limits, mounts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quarterdeck.stage.cleanroom import fields
from quarterdeck.stage.cleanroom.mounting import translate_mounts
from quarterdeck.stage.cleanroom.naming import PREDEFINED_NETWORKS
from quarterdeck.stage.cleanroom.policy import RefusedError, check_host, known_fields
from quarterdeck.stage.cleanroom.room import Room

MEMORY_BYTES = 2 << 30
"""A container's memory unless it asks for some: a lecture's laptop survives it."""
PIDS = 1024
"""A container's processes unless it asks for a number: stops a fork bomb, not a database."""
LOOPBACK = "127.0.0.1"
"""Where ports are published unless the demo names an address: a conference network sees nothing."""
CPU_FIELDS = ("NanoCpus", "CpuQuota", "CpuPeriod", "CpuCount", "CpuPercent")


def container_body(room: Room, asked: dict[str, Any], name: str, image: Mapping[str, Any]) -> dict[str, Any]:
    """The body for ``POST /containers/create``.

    ``name`` is the container's plain name, ``image`` the configuration of its image (empty when the
    engine doesn't have it).  Raises RefusedError.
    """
    known_fields(asked, fields.CREATE, "container")
    host = section(asked, "HostConfig")
    known_fields(host, fields.HOST, "HostConfig")
    check_host(host, room.permissions)
    body = {key: value for key, value in asked.items() if key in fields.CREATE}
    host = {key: value for key, value in host.items() if key in fields.HOST}
    body["Labels"] = room.stamp.on(section(asked, "Labels"))
    limit(room, host)
    publish(room, body, host, image)
    translate_references(room, host)
    translate_mounts(room, body, host, image)
    body["HostConfig"] = host
    body["NetworkingConfig"] = networking(
        room, section(asked, "NetworkingConfig"), str(host.get("NetworkMode") or ""), name
    )
    return body


def section(value: Mapping[str, Any], key: str) -> dict[str, Any]:
    """An object within an object, an empty one for null."""
    return value.get(key) or {}


def limit(room: Room, host: dict[str, Any]) -> None:
    """Memory, processors and processes, where the demo sets none."""
    if "unlimited" in room.permissions.allow:
        return
    if not host.get("Memory"):
        host["Memory"] = max(MEMORY_BYTES, int(host.get("MemoryReservation") or 0))
    if not any(host.get(field) for field in CPU_FIELDS):
        host["NanoCpus"] = int(room.cpus * 1e9)
    if not host.get("PidsLimit") or int(host["PidsLimit"]) < 0:
        host["PidsLimit"] = PIDS


def publish(room: Room, body: Mapping[str, Any], host: dict[str, Any], image: Mapping[str, Any]) -> None:
    """Published ports get the loopback address, unless the demo names one or is allowed all."""
    if not room.local or "host-addresses" in room.permissions.allow:
        return
    bindings: dict[str, list[dict[str, str]]] = {}
    for port, wanted in section(host, "PortBindings").items():
        bindings[port] = []
        if not isinstance(wanted, list | None):
            raise RefusedError(f"'PortBindings': '{port}' must have a list", status=400)
        for binding in wanted or [{}]:
            known_fields(binding, fields.PORT_BINDING, "PortBindings")
            bindings[port].append({"HostPort": "", **binding, "HostIp": binding.get("HostIp") or LOOPBACK})
    if host.get("PublishAllPorts"):
        exposed = [*section(body, "ExposedPorts"), *(image.get("ExposedPorts") or {})]
        bindings |= {p: [{"HostIp": LOOPBACK, "HostPort": ""}] for p in exposed if p not in bindings}
        host["PublishAllPorts"] = False
    if bindings:
        host["PortBindings"] = bindings


def translate_references(room: Room, host: dict[str, Any]) -> None:
    """Other containers and networks that a ``HostConfig`` names."""
    names = room.names
    for field in ("NetworkMode", "PidMode", "IpcMode"):
        if mode := host.get(field):
            host[field] = names.mode(str(mode))
    mode = str(host.get("NetworkMode") or "default")
    if ":" not in mode and mode not in PREDEFINED_NETWORKS:
        host["NetworkMode"] = names.network(mode)
    links = [str(link).partition(":") for link in host.get("Links") or ()]
    if links:
        host["Links"] = [f"{names.container(who)}:{alias or names.plain(who)}" for who, _, alias in links]
    sources = [str(source).partition(":") for source in host.get("VolumesFrom") or ()]
    if sources:
        host["VolumesFrom"] = [f"{names.container(who)}{colon}{mode}" for who, colon, mode in sources]


def networking(room: Room, config: dict[str, Any], mode: str, name: str) -> dict[str, Any]:
    """The networks a container joins, with its plain name as an alias on each that has aliases."""
    known_fields(config, fields.NETWORKING, "NetworkingConfig")
    endpoints = {}
    for network, endpoint in section(config, "EndpointsConfig").items():
        if network == "host" and "host-network" not in room.permissions.allow:
            raise RefusedError("the host's network is not for demos", allow="host-network")
        real = room.names.network(network)
        endpoints[real] = endpoint_body(room, endpoint or {}, name if real not in PREDEFINED_NETWORKS else None)
    if not endpoints and mode and ":" not in mode and mode not in PREDEFINED_NETWORKS:
        endpoints[mode] = {"Aliases": [name]}
    return {"EndpointsConfig": endpoints}


def endpoint_body(room: Room, endpoint: dict[str, Any], alias: str | None) -> dict[str, Any]:
    """One network connection of a container."""
    known_fields(endpoint, fields.ENDPOINT, "EndpointsConfig")
    body = {key: value for key, value in endpoint.items() if key in fields.ENDPOINT}
    if alias is not None:
        body["Aliases"] = list(dict.fromkeys([*map(str, body.get("Aliases") or ()), alias]))
    links = [str(link).partition(":") for link in body.get("Links") or ()]
    if links:
        body["Links"] = [f"{room.names.container(who)}:{other or who}" for who, _, other in links]
    return body
