"""Containers: listed, made and touched only as the stage's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quarterdeck.stage.cleanroom import policy
from quarterdeck.stage.cleanroom.call import Call
from quarterdeck.stage.cleanroom.endpoints.images import meaning
from quarterdeck.stage.cleanroom.endpoints.networks import networking
from quarterdeck.stage.cleanroom.endpoints.volumes import translate_mounts
from quarterdeck.stage.cleanroom.http import BadMessageError
from quarterdeck.stage.cleanroom.names import PREDEFINED_NETWORKS
from quarterdeck.stage.cleanroom.policy import RefusedError, check_host, known_fields, section
from quarterdeck.stage.cleanroom.relay import PLAIN_NAMES, Changed, ChangedLines, Tunnelled
from quarterdeck.stage.cleanroom.room import Room

MEMORY_BYTES = 2 << 30
"""A container's memory unless it asks for some: a lecture's laptop survives it."""
PIDS = 1024
"""A container's processes unless it asks for a number: stops a fork bomb, not a database."""
LOOPBACK = "127.0.0.1"
"""Where ports are published unless the demo names an address: a conference network sees nothing."""
CPU_FIELDS = ("NanoCpus", "CpuQuota", "CpuPeriod", "CpuCount", "CpuPercent")


async def list_containers(call: Call) -> None:
    """The stage's own."""
    await call.pass_on(
        query=call.own_filter(), reply=Changed(lambda answer: [_with_its_image(call, c) for c in answer])
    )


def _with_its_image(call: Call, container: dict[str, Any]) -> dict[str, Any]:
    """The engine shows an id once a tag means another image; to the demo it still means this one."""
    images = call.room.images
    called = images.called.get(str(container.get("Id")))
    if called is None or images.pinned(called) != container.get("ImageID"):
        return container
    return {**container, "Image": called}


async def create(call: Call) -> None:
    """With policy, prefix, labels, limits."""
    room = call.room
    asked = await call.json()
    name = call.request.first("name").removeprefix("/") or room.names.generate()
    reference = str(asked.get("Image") or "")
    image: dict[str, Any] = {}
    meant = await meaning(call, reference)
    if reference:
        answer = await call.ask("GET", f"/images/{meant}/json")
        if answer.status == 200:
            found = answer.json()
            image = found.get("Config") or {}
            room.images.use(str(found["Id"]), reference)
            room.images.share(str(found["Id"]), reference)
    body = {**container_body(room, asked, name, image), "Image": meant}
    limits_asked = bool((asked.get("HostConfig") or {}).get("Memory"))

    def note(answer: dict[str, Any]) -> dict[str, Any]:
        room.names.containers.add(str(answer["Id"]), name)
        if room.images.pinned(reference):
            room.images.called[str(answer["Id"])] = reference
        warnings = answer.get("Warnings") or []
        return {**answer, "Warnings": warnings if limits_asked else [w for w in warnings if not _about_limits(w)]}

    with room.creating():
        if room.volumes_first:
            await _make_volumes(call, body["HostConfig"]["Mounts"])
        await call.pass_on(
            query=call.request.with_query(name=room.names.inward(name)), body=body, reply=Changed(note), to_the_end=True
        )


async def _make_volumes(call: Call, mounts: list[dict[str, Any]]) -> None:
    """A fault shows again when the container is made, and is told then."""
    for mount in mounts:
        options = mount.get("VolumeOptions") or {}
        if mount["Type"] == "volume" and mount.get("Source") and not options.get("DriverConfig"):
            await call.ask("POST", "/volumes/create", body={"Name": mount["Source"], "Labels": options["Labels"]})


def _about_limits(warning: str) -> bool:
    """Limits that the engine can't keep are our wish, not the demo's: nothing to show an audience."""
    return any(word in warning.lower() for word in ("memory", "swap", "cpu", "pids"))


def own_path(call: Call) -> str:
    """The request's path with the engine's reference to the container."""
    reference = call.params["id"]
    rest = call.request.path.removeprefix(f"/containers/{reference}")
    return f"/containers/{call.room.names.container(reference)}{rest}"


async def inspect(call: Call) -> None:
    """The stage's own."""

    def own(answer: dict[str, Any]) -> dict[str, Any]:
        called = call.room.images.called.get(str(answer.get("Id")))
        return {**answer, "Config": {**answer["Config"], "Image": called}} if called else answer

    await call.pass_on(path=own_path(call), reply=Changed(own))


async def use(call: Call) -> None:
    """The stage's own."""
    await call.pass_on(path=own_path(call))


async def start(call: Call) -> None:
    """Without the old API's way of changing its settings."""
    if await call.json():
        raise RefusedError("a container's settings can't be changed at its start", status=400)
    await call.pass_on(path=own_path(call))


async def attach(call: Call) -> None:
    """The connection becomes a tunnel.  Attached to before its start, a container runs in a command's foreground."""
    path = own_path(call)
    container = path.removesuffix("/ws").removesuffix("/attach")
    state = await call.ask("GET", f"{container}/json")
    if state.status == 200 and state.json().get("State", {}).get("Status") == "created":
        call.room.foreground[call.client.wire.peer()] = container
    await call.pass_on(path=path, reply=Tunnelled())


async def logs(call: Call) -> None:
    """Raw, to the end or until the demo goes away."""
    await call.pass_on(path=own_path(call))


async def stats(call: Call) -> None:
    """With plain names."""
    await call.pass_on(path=own_path(call), reply=ChangedLines(call.room.names.outward))


async def rename(call: Call) -> None:
    """With the prefix."""
    names = call.room.names
    new = call.request.first("name").removeprefix("/")
    if not new:
        raise BadMessageError("Neither old nor new names may be empty")
    old = call.params["id"].removeprefix("/")
    status = await call.pass_on(path=own_path(call), query=call.request.with_query(name=names.inward(new)))
    if status == 204:
        plain = names.containers.name_of(old)
        if plain is not None:
            names.containers.rename(names.containers.names[plain], new)


async def update(call: Call) -> None:
    """With the policy on its new settings."""
    asked = await call.json()
    known_fields(asked, policy.UPDATE, "update")
    check_host(asked, call.room.permissions)
    body = {key: value for key, value in asked.items() if key in policy.UPDATE}
    if any(key in body for key in ("Memory", "PidsLimit", "NanoCpus", "CpuQuota")):
        unset = {key for key in ("Memory", "PidsLimit", "NanoCpus") if key not in body}
        limit(call.room, body)
        for key in unset:
            body.pop(key, None)
    await call.pass_on(path=own_path(call), body=body, reply=PLAIN_NAMES)


async def prune(call: Call) -> None:
    """The stage's own."""
    await call.pass_on(query=call.own_filter(), reply=PLAIN_NAMES)


async def create_exec(call: Call) -> None:
    """Not privileged."""
    asked = await call.json()
    known_fields(asked, policy.EXEC, "exec")
    if asked.get("Privileged") and "privileged" not in call.room.permissions.allow:
        raise RefusedError("privileged commands are not for demos", allow="privileged")
    body = {key: value for key, value in asked.items() if key in policy.EXEC and key != "Container"}

    def note(answer: dict[str, Any]) -> dict[str, Any]:
        call.room.names.execs.add(str(answer["Id"]))
        return answer

    await call.pass_on(path=own_path(call), body=body, reply=Changed(note))


def _own_exec(call: Call) -> None:
    if call.params["id"] not in call.room.names.execs:
        raise RefusedError(f"No such exec instance: {call.params['id']}", status=404)


async def start_exec(call: Call) -> None:
    """The connection becomes a tunnel."""
    _own_exec(call)
    asked = await call.json()
    known_fields(asked, policy.EXEC_START, "exec")
    body = {key: value for key, value in asked.items() if key in policy.EXEC_START}
    await call.pass_on(body=body, reply=Tunnelled())


async def use_exec(call: Call) -> None:
    """The stage's own."""
    _own_exec(call)
    await call.pass_on()


async def wait(call: Call) -> None:
    """Until it ends, or the demo goes away."""
    await call.pass_on(path=own_path(call))


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
