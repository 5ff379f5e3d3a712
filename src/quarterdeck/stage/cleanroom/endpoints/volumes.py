"""Volumes, and the mounts of containers: names get the prefix, every volume a label, every bind is checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from quarterdeck.stage.cleanroom import policy
from quarterdeck.stage.cleanroom.call import Call
from quarterdeck.stage.cleanroom.names import is_full_id
from quarterdeck.stage.cleanroom.policy import (
    SEPARATOR,
    RefusedError,
    check_bind,
    check_volume_options,
    is_docker_socket,
    known_fields,
    section,
)
from quarterdeck.stage.cleanroom.relay import PLAIN_NAMES, Changed
from quarterdeck.stage.cleanroom.room import Room

BIND_FLAGS = frozenset({"ro", "rw", "z", "Z", "nocopy", "cached", "delegated", "consistent", "default"})
SPREADING = frozenset({"slave", "rslave", "shared", "rshared"})
"""Propagations that pass mounts on to this machine, or from it."""
PROPAGATIONS = SPREADING | {"private", "rprivate"}


async def list_volumes(call: Call) -> None:
    """`GET /volumes`: lists only this demo's volumes."""
    names = call.room.names

    def note(answer: dict[str, Any]) -> dict[str, Any]:
        names.volumes |= {v["Name"] for v in answer.get("Volumes") or () if is_full_id(v["Name"])}
        return answer

    await call.pass_on(query=call.own_filter(), reply=Changed(note))


async def create(call: Call) -> None:
    """`POST /volumes/create`: the name gets the prefix, the volume the labels; no disguised bind mounts."""
    room = call.room
    body = known_fields(await call.json(), policy.VOLUME, "volume")
    _check_options(room, body.get("Driver"), section(body, "DriverOpts"))
    name = str(body.get("Name") or "")
    body |= {"Name": room.names.volume(name) if name else "", "Labels": room.stamp.on(section(body, "Labels"))}

    def note(answer: dict[str, Any]) -> dict[str, Any]:
        if not name:
            room.names.volumes.add(str(answer["Name"]))
        return answer

    with room.creating():
        await call.pass_on(body=body, reply=Changed(note), to_the_end=True)


def _check_options(room: Room, driver: object, options: Mapping[str, Any]) -> None:
    """Refuse a volume that is more than a folder of the demo's; take note of the folder."""
    check_volume_options(str(driver or ""), options, room.folder, room.permissions)
    device = str(options.get("device") or "")
    if device.startswith("/") and options.get("type") != "tmpfs":
        room.devices.add(device)


def check_sources(room: Room, sources: Iterable[str]) -> None:
    """Refuse folders, of binds and of volumes, that have become links which lead out of the demo's folder."""
    for source in (*sources, *sorted(room.devices)):
        check_bind(source, room.folder, room.permissions)


async def _own_path(call: Call) -> str:
    """The path with the engine's name of the volume; an anonymous one has no prefix, so its labels are looked up."""
    room, name = call.room, call.params["name"]
    if is_full_id(name) and name not in room.names.volumes:
        answer = await call.ask("GET", f"/volumes/{name}")
        if answer.status == 200 and room.stamp.marks(answer.json().get("Labels")):
            room.names.volumes.add(name)
    return f"/volumes/{room.names.volume(name)}"


async def inspect(call: Call) -> None:
    """`GET /volumes/{name}`: finds only this demo's volumes."""
    await call.pass_on(path=await _own_path(call), reply=PLAIN_NAMES)


async def remove(call: Call) -> None:
    """`DELETE /volumes/{name}`: finds only this demo's volumes."""
    await call.pass_on(path=await _own_path(call))


async def prune(call: Call) -> None:
    """`POST /volumes/prune`: removes only this demo's volumes."""
    await call.pass_on(query=call.own_filter(), reply=PLAIN_NAMES)


def translate_mounts(room: Room, body: dict[str, Any], host: dict[str, Any], image: Mapping[str, Any]) -> None:
    """Rewrite ``Binds``, ``Mounts`` and ``Volumes`` of a container in place; raises RefusedError.

    Named and anonymous volumes become entries of ``Mounts``, because only those carry labels.
    """
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
    for place in (place for mount in mounts for place in _places(mount)):
        if SEPARATOR.search(place):
            raise RefusedError(f"Mounts: {place!r} has a comma, a quotation mark or a control character", status=400)
    body["Volumes"] = {}
    host["Binds"], host["Mounts"] = binds, mounts


def _places(mount: Mapping[str, Any]) -> Iterator[str]:
    """The paths and names in an entry of ``Mounts``."""
    for holder in (mount, section(mount, "VolumeOptions"), section(mount, "ImageOptions")):
        yield from (str(holder.get(key) or "") for key in ("Source", "Target", "Subpath"))


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
    if "\0" in text or not target.startswith("/") or not set(words) <= BIND_FLAGS | PROPAGATIONS:
        raise RefusedError(f"Binds: {text!r} is not a mount", status=400)
    if source.startswith("/"):
        check_bind(source, room.folder, room.permissions)
        if set(words) & SPREADING and "binds" not in room.permissions.allow:
            raise RefusedError(f"Binds: mount propagation is not for demos ('{text}')", allow="binds")
        return ":".join([_real_source(room, source), target, *([flags] if flags else [])])
    options = {"NoCopy": True} if "nocopy" in words else {}
    return _labelled(room, source, target, read_only="ro" in words, **options)


def _real_source(room: Room, source: str) -> str:
    """The source of a bind; in place of the Docker socket the clean room's, so the container sees the demo only."""
    return str(room.socket) if is_docker_socket(source) else source


def _mount(room: Room, mount: Any) -> dict[str, Any]:
    """One ``--mount``."""
    known = known_fields(mount, policy.MOUNT, "Mounts")
    match known.get("Type"):
        case "volume":
            return _volume_mount(room, known)
        case "bind":
            return _bind_mount(room, known)
        case "tmpfs" | "image":
            return known
        case kind:
            raise RefusedError(f"Mounts: the type '{kind}' is not for demos; use bind, image, tmpfs or volume")


def _volume_mount(room: Room, mount: dict[str, Any]) -> dict[str, Any]:
    options, source = section(mount, "VolumeOptions"), str(mount.get("Source") or "")
    driver = section(options, "DriverConfig")
    _check_options(room, driver.get("Name"), section(driver, "Options"))
    labels = room.stamp.on(section(options, "Labels"))
    name = room.names.volume(source) if source else ""
    return {**mount, "Source": name, "VolumeOptions": {**options, "Labels": labels}}


def _bind_mount(room: Room, mount: dict[str, Any]) -> dict[str, Any]:
    propagation = section(mount, "BindOptions").get("Propagation") or "rprivate"
    if propagation not in PROPAGATIONS - SPREADING and "binds" not in room.permissions.allow:
        raise RefusedError(f"BindOptions: mount propagation '{propagation}' is not for demos", allow="binds")
    source = str(mount.get("Source") or "")
    check_bind(source, room.folder, room.permissions)
    return {**mount, "Source": _real_source(room, source)}
