"""Containers: listed, made and touched only as the stage's own."""

from __future__ import annotations

from typing import Any

from quarterdeck.stage.cleanroom import policy
from quarterdeck.stage.cleanroom.call import Call
from quarterdeck.stage.cleanroom.create import container_body, limit
from quarterdeck.stage.cleanroom.endpoints.images import meaning
from quarterdeck.stage.cleanroom.http import BadMessageError
from quarterdeck.stage.cleanroom.names import encode, parse, translate
from quarterdeck.stage.cleanroom.policy import RefusedError, check_host, known_fields
from quarterdeck.stage.cleanroom.relay import PLAIN_NAMES, Changed, ChangedLines, Tunnelled
from quarterdeck.stage.cleanroom.request import Query


async def list_containers(call: Call) -> None:
    """The stage's own."""
    await call.pass_on(query=own_filter(call), reply=Changed(lambda answer: [_with_its_image(call, c) for c in answer]))


def _with_its_image(call: Call, container: dict[str, Any]) -> dict[str, Any]:
    """The engine shows an id once a tag means another image; to the demo it still means this one."""
    images = call.room.images
    called = images.called.get(str(container.get("Id")))
    if called is None or images.pinned(called) != container.get("ImageID"):
        return container
    return {**container, "Image": called}


def own_filter(call: Call) -> Query:
    """The query with a filter for the stage's own objects."""
    filters = translate(call.room.names, parse(call.request.first("filters")))
    filters["label"] = [*filters.get("label", []), *call.room.stamp.selectors()]
    return call.request.with_query(filters=encode(filters))


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
    await call.pass_on(query=own_filter(call), reply=PLAIN_NAMES)


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
