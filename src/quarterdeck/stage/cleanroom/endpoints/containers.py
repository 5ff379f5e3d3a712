"""Containers and the commands run in them: listed, created and touched only as the stage's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quarterdeck.stage.cleanroom import policy
from quarterdeck.stage.cleanroom.call import Call
from quarterdeck.stage.cleanroom.endpoints.images import meaning
from quarterdeck.stage.cleanroom.endpoints.networks import (
    networking,
    on_loopback,
    publish,
    published_ports,
    with_asked_addresses,
    with_asked_bindings,
)
from quarterdeck.stage.cleanroom.endpoints.volumes import check_sources, translate_mounts
from quarterdeck.stage.cleanroom.http import BadMessageError
from quarterdeck.stage.cleanroom.names import PREDEFINED_NETWORKS
from quarterdeck.stage.cleanroom.policy import RefusedError, check_host, known_fields, section
from quarterdeck.stage.cleanroom.relay import PLAIN_NAMES, Changed, ChangedLines, Tunnelled
from quarterdeck.stage.cleanroom.room import Room

MEMORY_BYTES = 2 << 30
"""A container's memory unless it asks for some: a lecture's laptop survives it."""
PIDS = 1024
"""A container's processes unless it asks for a number: stops a fork bomb, not a database."""
CPU_PERIOD = 100_000
"""The kernel's own scheduling period, in microseconds."""


async def list_containers(call: Call) -> None:
    """`GET /containers/json`: lists only this demo's containers, with plain names."""
    await call.pass_on(
        query=call.own_filter(), reply=Changed(lambda answer: [_as_asked(call, container) for container in answer])
    )


def _as_asked(call: Call, container: dict[str, Any]) -> dict[str, Any]:
    """A listed container with its image's tag and its published addresses as the demo asked for them."""
    return with_asked_addresses(call.room.names, _with_its_image(call, container))


def _with_its_image(call: Call, container: dict[str, Any]) -> dict[str, Any]:
    """A listed container with the tag that it was made from, which to the engine may mean another image now."""
    images = call.room.images
    called = images.called.get(str(container.get("Id")))
    if called is None or images.pinned(called) != container.get("ImageID"):
        return container
    return {**container, "Image": called}


async def create(call: Call) -> None:
    """`POST /containers/create`: policy, prefix, labels and limits; volumes become labelled mounts."""
    room = call.room
    asked = known_fields(await call.json(), policy.CREATE, "container")
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
    limits_asked = bool(section(asked, "HostConfig").get("Memory"))

    def note(answer: dict[str, Any]) -> dict[str, Any]:
        room.names.containers.add(str(answer["Id"]), name)
        if on_loopback(room):
            room.names.published[str(answer["Id"])] = published_ports(section(asked, "HostConfig"))
        room.binds[str(answer["Id"])] = bind_sources(section(asked, "HostConfig"))
        if room.images.pinned(reference):
            room.images.called[str(answer["Id"])] = reference
        warnings = answer.get("Warnings") or []
        return {**answer, "Warnings": warnings if limits_asked else [w for w in warnings if not about_limits(w)]}

    with room.creating():
        if room.volumes_first:
            await _make_volumes(call, body["HostConfig"]["Mounts"])
        query = call.request.with_query(name=room.names.inward(name))
        await call.pass_on(query=query, body=body, reply=Changed(note), to_the_end=True)


async def _make_volumes(call: Call, mounts: list[dict[str, Any]]) -> None:
    """Create a container's volumes before it; a fault shows again, and is reported, when the container is created."""
    for mount in mounts:
        options = mount.get("VolumeOptions") or {}
        if mount["Type"] == "volume" and mount.get("Source") and not options.get("DriverConfig"):
            await call.ask("POST", "/volumes/create", body={"Name": mount["Source"], "Labels": options["Labels"]})


def about_limits(warning: str) -> bool:
    """Whether a warning is about limits, which the room has set and not the demo: nothing to show an audience."""
    return any(word in warning.lower() for word in ("memory", "swap", "cpu", "pids"))


def bind_sources(host: Mapping[str, Any]) -> tuple[str, ...]:
    """The folders of this machine that a ``HostConfig`` mounts."""
    binds = [str(bind).partition(":")[0] for bind in host.get("Binds") or ()]
    mounts = [str(mount.get("Source") or "") for mount in host.get("Mounts") or () if mount.get("Type") == "bind"]
    return tuple(source for source in binds + mounts if source.startswith("/"))


def own_path(call: Call) -> str:
    """The request's path with the engine's reference to the container."""
    reference = call.params["id"]
    rest = call.request.path.removeprefix(f"/containers/{reference}")
    return f"/containers/{call.room.names.container(reference)}{rest}"


async def inspect(call: Call) -> None:
    """`GET /containers/{id}/json`: finds only this demo's containers; plain names."""

    def own(answer: dict[str, Any]) -> dict[str, Any]:
        called = call.room.images.called.get(str(answer.get("Id")))
        if called:
            answer = {**answer, "Config": {**answer["Config"], "Image": called}}
        published = call.room.names.published.get(str(answer.get("Id")))
        return with_asked_bindings(answer, published) if published else answer

    await call.pass_on(path=own_path(call), reply=Changed(own))


async def use(call: Call) -> None:
    """`… /containers/{id}/…`: finds only this demo's containers, changes nothing else.

    For ``top``, ``logs``, ``changes``, ``export``, ``resize``, ``stop``, ``kill``, ``pause``,
    ``unpause``, ``wait`` and `DELETE`; a stream ends when the demo's command goes away.
    """
    await call.pass_on(path=own_path(call))


async def archive(call: Call) -> None:
    """`GET`, `HEAD`, `PUT /containers/{id}/archive`: this demo's containers only; the archive passes as it is."""
    await call.pass_on(path=own_path(call), upload=True)


async def start(call: Call) -> None:
    """`POST /containers/{id}/start`, `…/restart`: this demo's containers only; no settings in the body.

    Folders are checked again: one may have become a link since the container, or its volume, was created.
    """
    if await call.json():
        raise RefusedError("a container's settings can't be changed when it is started", status=400)
    room = call.room
    reference = room.names.container(call.params["id"])
    identity = room.names.containers.names.get(call.params["id"].removeprefix("/"), reference)
    check_sources(room, room.binds.get(identity, ()))
    await call.pass_on(path=own_path(call))


async def attach(call: Call) -> None:
    """`POST /containers/{id}/attach`, `GET …/attach/ws`: this demo's containers only; then a tunnel.

    A container that is attached to before its start runs in the foreground of a command, and ends with it.
    """
    path = own_path(call)
    container = path.removesuffix("/ws").removesuffix("/attach")
    state = await call.ask("GET", f"{container}/json")
    if state.status == 200 and state.json().get("State", {}).get("Status") == "created":
        call.room.foreground[call.client.wire.peer()] = container
    await call.pass_on(path=path, reply=Tunnelled())


async def stats(call: Call) -> None:
    """`GET /containers/{id}/stats`: finds only this demo's containers; plain names."""
    await call.pass_on(path=own_path(call), reply=ChangedLines(call.room.names.outward))


async def rename(call: Call) -> None:
    """`POST /containers/{id}/rename`: this demo's containers only; the new name gets the prefix."""
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
    """`POST /containers/{id}/update`: this demo's containers only; policy on the new settings, no limit is lifted."""
    body = known_fields(await call.json(), policy.UPDATE, "update")
    check_host(body, call.room.permissions)
    if "unlimited" not in call.room.permissions.allow:
        limits = {"Memory": MEMORY_BYTES, "PidsLimit": PIDS, "NanoCpus": int(call.room.cpus * 1e9)}
        limits["CpuQuota"] = processor_quota(call.room, int(body.get("CpuPeriod") or 0))
        limits["MemorySwap"] = 2 * max(int(body.get("Memory") or 0), MEMORY_BYTES)
        lifted = (k for k in limits if body.get(k, 0) < 0 or (k == "PidsLimit" and body.get(k) == 0))
        body |= {key: limits[key] for key in lifted}
    await call.pass_on(path=own_path(call), body=body, reply=PLAIN_NAMES)


async def prune(call: Call) -> None:
    """`POST /containers/prune`: removes only this demo's containers."""
    await call.pass_on(query=call.own_filter(), reply=PLAIN_NAMES)


async def create_exec(call: Call) -> None:
    """`POST /containers/{id}/exec`: this demo's containers only; not privileged."""
    body = known_fields(await call.json(), policy.EXEC, "exec")
    if body.get("Privileged") and "privileged" not in call.room.permissions.allow:
        raise RefusedError("Privileged: privileged commands are not for demos", allow="privileged")
    body.pop("Container", None)

    def note(answer: dict[str, Any]) -> dict[str, Any]:
        call.room.names.execs.add(str(answer["Id"]))
        return answer

    await call.pass_on(path=own_path(call), body=body, reply=Changed(note))


def _check_exec(call: Call) -> None:
    if call.params["id"] not in call.room.names.execs:
        raise RefusedError(f"No such exec instance: {call.params['id']}", status=404)


async def start_exec(call: Call) -> None:
    """`POST /exec/{id}/start`: finds only this demo's commands; then a tunnel."""
    _check_exec(call)
    body = known_fields(await call.json(), policy.EXEC_START, "exec")
    await call.pass_on(body=body, reply=Tunnelled())


async def use_exec(call: Call) -> None:
    """`GET /exec/{id}/json`, `POST /exec/{id}/resize`: finds only this demo's commands."""
    _check_exec(call)
    await call.pass_on()


def container_body(room: Room, asked: dict[str, Any], name: str, image: Mapping[str, Any]) -> dict[str, Any]:
    """The body for ``POST /containers/create``; raises RefusedError.

    ``name`` is the container's plain name, ``image`` the configuration of its image (empty if the engine
    doesn't have it).
    """
    body = known_fields(asked, policy.CREATE, "container")
    host = known_fields(section(body, "HostConfig"), policy.HOST, "HostConfig")
    check_host(host, room.permissions)
    host.pop("ContainerIDFile", None)  # the client's own; Podman would remove that file with the container
    body["Labels"] = room.stamp.on(section(body, "Labels"))
    limit(room, host)
    publish(room, body, host, image)
    translate_references(room, host)
    translate_mounts(room, body, host, image)
    check_sources(room, ())  # the engine mounts volumes as it creates a container, too
    body["HostConfig"] = host
    body["NetworkingConfig"] = networking(
        room, section(body, "NetworkingConfig"), str(host.get("NetworkMode") or ""), name
    )
    return body


def limit(room: Room, host: dict[str, Any]) -> None:
    """Limit memory, processors and processes where the demo sets no limit, or takes it off (``--cpu-quota -1``)."""
    if "unlimited" in room.permissions.allow:
        return
    if int(host.get("Memory") or 0) <= 0:
        host["Memory"] = max(MEMORY_BYTES, int(host.get("MemoryReservation") or 0))
    if int(host.get("MemorySwap") or 0) < 0:
        del host["MemorySwap"]
    if int(host.get("NanoCpus") or 0) <= 0 and int(host.get("CpuQuota") or 0) <= 0:
        host.pop("CpuQuota", None)
        if period := int(host.get("CpuPeriod") or 0):  # the engine takes NanoCpus or a period, not both
            host.pop("NanoCpus", None)
            host["CpuQuota"] = processor_quota(room, period)
        else:
            host["NanoCpus"] = int(room.cpus * 1e9)
    if int(host.get("PidsLimit") or 0) <= 0:
        host["PidsLimit"] = PIDS


def processor_quota(room: Room, period: int) -> int:
    """The microseconds of processor time in a scheduling period (0: the usual one) that a demo may use."""
    return int(room.cpus * (period or CPU_PERIOD))


def translate_references(room: Room, host: dict[str, Any]) -> None:
    """Rewrite the other containers and networks that a ``HostConfig`` names."""
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
