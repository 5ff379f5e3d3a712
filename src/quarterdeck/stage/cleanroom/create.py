"""A container as the demo asks for it → as the engine is asked: policy, names, labels, limits, mounts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quarterdeck.stage.cleanroom import policy
from quarterdeck.stage.cleanroom.names import PREDEFINED_NETWORKS
from quarterdeck.stage.cleanroom.policy import (
    RefusedError,
    check_bind,
    check_host,
    check_volume_options,
    is_docker_socket,
    known_fields,
)
from quarterdeck.stage.cleanroom.room import Room

BIND_FLAGS = frozenset({"ro", "rw", "z", "Z", "nocopy", "cached", "delegated", "consistent", "default"})
PROPAGATIONS = frozenset({"private", "rprivate", "slave", "rslave", "shared", "rshared"})


def translate_mounts(room: Room, body: dict[str, Any], host: dict[str, Any], image: Mapping[str, Any]) -> None:
    """Rewrite ``Binds``, ``Mounts`` and ``Volumes`` of a container in place; raises RefusedError."""
    binds, mounts = [], []
    # a name of one letter looks like a drive to the docker CLI, which then sends 'v:/data' as a volume
    named = [text for text in body.get("Volumes") or () if ":" in text]
    for text in [*(host.get("Binds") or ()), *named]:
        match _bind(room, str(text)):
            case str() as bind:
                binds.append(bind)
            case mount:
                mounts.append(mount)
    mounts += [_mount(room, mount) for mount in host.get("Mounts") or ()]
    taken = {str(m.get("Target", "")).rstrip("/") for m in mounts}
    taken |= {b.split(":")[1].rstrip("/") for b in binds}
    taken |= {str(target).rstrip("/") for target in host.get("Tmpfs") or {}}
    inherited = bool(host.get("VolumesFrom"))
    own = [target for target in body.get("Volumes") or () if target not in named]
    for target in own + ([] if inherited else list(image.get("Volumes") or {})):
        if target.rstrip("/") not in taken:
            taken.add(target.rstrip("/"))
            mounts.append(_labelled(room, "", target))
    body["Volumes"] = {}
    host["Binds"], host["Mounts"] = binds, mounts


def _labelled(room: Room, source: str, target: str, *, read_only: bool = False, **options: Any) -> dict[str, Any]:
    labels = room.stamp.on(options.pop("Labels", None))
    volume: dict[str, Any] = {"Type": "volume", "Target": target, "VolumeOptions": {**options, "Labels": labels}}
    if source:
        volume["Source"] = room.names.volume(source)
    if read_only:
        volume["ReadOnly"] = True
    return volume


def _bind(room: Room, text: str) -> str | dict[str, Any]:
    """One ``-v``: ``/folder:/target[:flags]``, ``name:/target[:flags]`` or ``/target``."""
    source, separator, rest = text.partition(":")
    if not separator:
        return _labelled(room, "", source)
    target, _, flags = rest.partition(":")
    words = [word for word in flags.split(",") if word]
    if not target.startswith("/") or not set(words) <= BIND_FLAGS | PROPAGATIONS:
        raise RefusedError(f"'{text}' is not a mount", status=400)
    if source.startswith("/"):
        check_bind(source, room.folder, room.permissions)
        if set(words) & {"shared", "rshared", "slave", "rslave"} and "binds" not in room.permissions.allow:
            raise RefusedError(f"mount propagation is not for demos ('{text}')", allow="binds")
        return ":".join([_real_source(room, source), target, *([flags] if flags else [])])
    options = {"NoCopy": True} if "nocopy" in words else {}
    return _labelled(room, source, target, read_only="ro" in words, **options)


def _real_source(room: Room, source: str) -> str:
    """A demo that may have the Docker socket gets the clean room's, so its containers stay inside."""
    return str(room.socket) if is_docker_socket(source) else source


def _mount(room: Room, mount: Any) -> dict[str, Any]:
    """One ``--mount``."""
    known_fields(mount, policy.MOUNT, "Mounts")
    known: dict[str, Any] = {key: value for key, value in mount.items() if key in policy.MOUNT}
    match known.get("Type"):
        case "volume":
            return _volume_mount(room, known)
        case "bind":
            return _bind_mount(room, known)
        case "tmpfs" | "image":
            return known
        case kind:
            raise RefusedError(f"mounts of type '{kind}' are not for demos")


def _volume_mount(room: Room, mount: dict[str, Any]) -> dict[str, Any]:
    options = dict(mount.get("VolumeOptions") or {})
    known_fields(options, policy.VOLUME_OPTIONS, "VolumeOptions")
    driver = dict(options.get("DriverConfig") or {})
    known_fields(driver, policy.DRIVER_CONFIG, "DriverConfig")
    check_volume_options(str(driver.get("Name") or ""), driver.get("Options") or {}, room.folder, room.permissions)
    options["Labels"] = room.stamp.on(options.get("Labels"))
    source = str(mount.get("Source") or "")
    return {**mount, "Source": room.names.volume(source) if source else "", "VolumeOptions": options}


def _bind_mount(room: Room, mount: dict[str, Any]) -> dict[str, Any]:
    options = dict(mount.get("BindOptions") or {})
    known_fields(options, policy.BIND_OPTIONS, "BindOptions")
    if "shared" in str(options.get("Propagation")) or "slave" in str(options.get("Propagation")):
        raise RefusedError("mount propagation is not for demos", allow="binds")
    source = str(mount.get("Source") or "")
    check_bind(source, room.folder, room.permissions)
    return {**mount, "Source": _real_source(room, source)}


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
    known_fields(asked, policy.CREATE, "container")
    host = section(asked, "HostConfig")
    known_fields(host, policy.HOST, "HostConfig")
    check_host(host, room.permissions)
    body = {key: value for key, value in asked.items() if key in policy.CREATE}
    host = {key: value for key, value in host.items() if key in policy.HOST}
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
            known_fields(binding, policy.PORT_BINDING, "PortBindings")
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
    known_fields(config, policy.NETWORKING, "NetworkingConfig")
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
    known_fields(endpoint, policy.ENDPOINT, "EndpointsConfig")
    body = {key: value for key, value in endpoint.items() if key in policy.ENDPOINT}
    if alias is not None:
        body["Aliases"] = list(dict.fromkeys([*map(str, body.get("Aliases") or ()), alias]))
    links = [str(link).partition(":") for link in body.get("Links") or ()]
    if links:
        body["Links"] = [f"{room.names.container(who)}:{other or who}" for who, _, other in links]
    return body
