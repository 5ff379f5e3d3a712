"""Networks: the stage's own, and the predefined ones to use but not to change."""

from __future__ import annotations

from typing import Any

from quarterdeck.stage.cleanroom import policy
from quarterdeck.stage.cleanroom.call import Call
from quarterdeck.stage.cleanroom.names import PREDEFINED_NETWORKS, encode, name_pattern, parse, translate
from quarterdeck.stage.cleanroom.policy import RefusedError, known_fields, section
from quarterdeck.stage.cleanroom.relay import PLAIN_NAMES, Changed
from quarterdeck.stage.cleanroom.room import Room

DRIVERS = ("", "default", "bridge", "null")


async def list_networks(call: Call) -> None:
    """The stage's own and the predefined."""
    room = call.room
    filters = parse(call.request.first("filters"))
    wanted = filters.pop("name", None)
    translated = translate(room.names, filters)
    if wanted:
        translated["name"] = [pattern for value in wanted for pattern in _patterns(call, value)]

    def own(answer: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [_inspected(call, n) for n in answer if room.stamp.marks(n.get("Labels")) or _predefined(n)]

    await call.pass_on(query=call.request.with_query(filters=encode(translated)), reply=Changed(own))


def _patterns(call: Call, value: str) -> list[str]:
    """What matches a name in the list: among the stage's own, and among the predefined."""
    plain = value.removeprefix("^").removesuffix("$")
    return [name_pattern(call.room.names, value), *(f"^{name}$" for name in PREDEFINED_NETWORKS if plain in name)]


def _predefined(network: dict[str, Any]) -> bool:
    return network.get("Name") in PREDEFINED_NETWORKS


def _inspected(call: Call, network: dict[str, Any]) -> dict[str, Any]:
    """Others' containers on a predefined network are not the demo's business."""
    own = call.room.names.containers.ids
    containers = {i: c for i, c in (network.get("Containers") or {}).items() if i in own}
    return {**network, "Containers": containers} if network.get("Containers") else network


def _own_path(call: Call, *, change: bool = True) -> str:
    reference = call.params["id"]
    if change and reference in PREDEFINED_NETWORKS:
        raise RefusedError(f"the network '{reference}' is every container's")
    rest = call.request.path.removeprefix(f"/networks/{reference}")
    return f"/networks/{call.room.names.network(reference)}{rest}"


async def inspect(call: Call) -> None:
    """The stage's own and the predefined."""
    await call.pass_on(path=_own_path(call, change=False), reply=Changed(lambda answer: _inspected(call, answer)))


async def create(call: Call) -> None:
    """With prefix and labels; bridges only."""
    room = call.room
    asked = await call.json()
    known_fields(asked, policy.NETWORK, "network")
    name = str(asked.get("Name") or "")
    driver = str(asked.get("Driver") or "")
    if driver not in DRIVERS and "host-network" not in room.permissions.allow:
        raise RefusedError(f"networks of the driver '{driver}' are not for demos", allow="host-network")
    body = {key: value for key, value in asked.items() if key in policy.NETWORK}
    source = section(body, "ConfigFrom").get("Network")
    if source:
        body["ConfigFrom"] = {"Network": room.names.network(str(source))}
    body |= {"Name": room.names.inward(name) if name else "", "Labels": room.stamp.on(section(asked, "Labels"))}

    def note(answer: dict[str, Any]) -> dict[str, Any]:
        room.names.networks.add(str(answer["Id"]), name)
        return answer

    with room.creating():
        await call.pass_on(body=body, reply=Changed(note), to_the_end=True)


async def remove(call: Call) -> None:
    """The stage's own."""
    await call.pass_on(path=_own_path(call))


async def connect(call: Call) -> None:
    """With the container's plain name as an alias."""
    room = call.room
    asked = await call.json()
    known_fields(asked, policy.CONNECT, "connect")
    container = str(asked.get("Container") or "")
    plain = room.names.containers.name_of(container.removeprefix("/"))
    alias = plain if call.params["id"] not in PREDEFINED_NETWORKS else None
    endpoint = endpoint_body(room, section(asked, "EndpointConfig"), alias)
    body = {"Container": room.names.container(container), "EndpointConfig": endpoint}
    await call.pass_on(path=_own_path(call, change=False), body=body)


async def disconnect(call: Call) -> None:
    """The stage's own containers."""
    asked = await call.json()
    known_fields(asked, policy.DISCONNECT, "disconnect")
    container = call.room.names.container(str(asked.get("Container") or ""))
    body = {"Container": container, "Force": bool(asked.get("Force"))}
    await call.pass_on(path=_own_path(call, change=False), body=body)


async def prune(call: Call) -> None:
    """The stage's own."""
    await call.pass_on(query=call.own_filter(), reply=PLAIN_NAMES)


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
