"""Networks: the stage's own, and the predefined ones, which demos may use but not change."""

from __future__ import annotations

from typing import Any

from quarterdeck.stage.cleanroom import policy
from quarterdeck.stage.cleanroom.call import Call
from quarterdeck.stage.cleanroom.names import PREDEFINED_NETWORKS, encode, name_pattern, parse, translate
from quarterdeck.stage.cleanroom.policy import (
    RefusedError,
    check_endpoint_options,
    check_network,
    known_fields,
    section,
)
from quarterdeck.stage.cleanroom.relay import PLAIN_NAMES, Changed
from quarterdeck.stage.cleanroom.room import Room


async def list_networks(call: Call) -> None:
    """`GET /networks`: lists only this demo's networks and the predefined ones."""
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
    """Patterns for a name in the list's filter: among the stage's own, and among the predefined."""
    plain = value.removeprefix("^").removesuffix("$")
    return [name_pattern(call.room.names, value), *(f"^{name}$" for name in PREDEFINED_NETWORKS if plain in name)]


def _predefined(network: dict[str, Any]) -> bool:
    return network.get("Name") in PREDEFINED_NETWORKS


def _inspected(call: Call, network: dict[str, Any]) -> dict[str, Any]:
    """A network without other people's containers, which share the predefined ones."""
    own = call.room.names.containers.ids
    containers = {i: c for i, c in (network.get("Containers") or {}).items() if i in own}
    return {**network, "Containers": containers} if network.get("Containers") else network


def _own_path(call: Call, *, change: bool = True) -> str:
    reference = call.params["id"]
    if change and reference in PREDEFINED_NETWORKS:
        raise RefusedError(f"the network '{reference}' belongs to the engine, and demos can't change it")
    rest = call.request.path.removeprefix(f"/networks/{reference}")
    return f"/networks/{call.room.names.network(reference)}{rest}"


async def inspect(call: Call) -> None:
    """`GET /networks/{id}`: finds only this demo's networks and the predefined ones, with its own containers."""
    await call.pass_on(path=_own_path(call, change=False), reply=Changed(lambda answer: _inspected(call, answer)))


async def create(call: Call) -> None:
    """`POST /networks/create`: the name gets the prefix, the network the labels; bridges only, few options."""
    room = call.room
    body = known_fields(await call.json(), policy.NETWORK, "network")
    check_network(body, room.permissions)
    name = str(body.get("Name") or "")
    source = section(body, "ConfigFrom").get("Network")
    if source:
        body["ConfigFrom"] = {"Network": room.names.network(str(source))}
    body |= {"Name": room.names.inward(name) if name else "", "Labels": room.stamp.on(section(body, "Labels"))}

    def note(answer: dict[str, Any]) -> dict[str, Any]:
        room.names.networks.add(str(answer["Id"]), name)
        return answer

    with room.creating():
        await call.pass_on(body=body, reply=Changed(note), to_the_end=True)


async def remove(call: Call) -> None:
    """`DELETE /networks/{id}`: finds only this demo's networks."""
    await call.pass_on(path=_own_path(call))


async def connect(call: Call) -> None:
    """`POST /networks/{id}/connect`: this demo's containers only; their plain name becomes an alias."""
    room = call.room
    asked = known_fields(await call.json(), policy.CONNECT, "connect")
    container = str(asked.get("Container") or "")
    plain = room.names.containers.name_of(container.removeprefix("/"))
    alias = plain if call.params["id"] not in PREDEFINED_NETWORKS else None
    _check_joinable(room, call.params["id"])
    endpoint = endpoint_body(room, section(asked, "EndpointConfig"), alias)
    body = {"Container": room.names.container(container), "EndpointConfig": endpoint}
    await call.pass_on(path=_own_path(call, change=False), body=body)


async def disconnect(call: Call) -> None:
    """`POST /networks/{id}/disconnect`: this demo's containers only."""
    asked = known_fields(await call.json(), policy.DISCONNECT, "disconnect")
    container = call.room.names.container(str(asked.get("Container") or ""))
    body = {"Container": container, "Force": bool(asked.get("Force"))}
    await call.pass_on(path=_own_path(call, change=False), body=body)


async def prune(call: Call) -> None:
    """`POST /networks/prune`: removes only this demo's networks."""
    await call.pass_on(query=call.own_filter(), reply=PLAIN_NAMES)


def networking(room: Room, config: dict[str, Any], mode: str, name: str) -> dict[str, Any]:
    """The networks a container joins, with its plain name as an alias on each that has aliases."""
    endpoints = {}
    for network, endpoint in section(
        known_fields(config, policy.NETWORKING, "NetworkingConfig"), "EndpointsConfig"
    ).items():
        _check_joinable(room, network)
        real = room.names.network(network)
        endpoints[real] = endpoint_body(room, endpoint or {}, name if real not in PREDEFINED_NETWORKS else None)
    if not endpoints and mode and ":" not in mode and mode not in PREDEFINED_NETWORKS:
        endpoints[mode] = {"Aliases": [name]}
    return {"EndpointsConfig": endpoints}


def _check_joinable(room: Room, network: str) -> None:
    if network == "host" and "host-network" not in room.permissions.allow:
        raise RefusedError("the host's network is not for demos", allow="host-network")


def endpoint_body(room: Room, endpoint: dict[str, Any], alias: str | None) -> dict[str, Any]:
    """One network connection of a container, as the engine is asked for it; raises RefusedError."""
    known = known_fields(endpoint, policy.ENDPOINT, "EndpointsConfig")
    body = {key: value for key, value in known.items() if key not in policy.ENDPOINT_STATE}
    check_endpoint_options(section(body, "DriverOpts"), room.permissions)
    if identity := body.get("NetworkID"):  # the engine would take it before the network's name
        _check_joinable(room, identity)
        body["NetworkID"] = room.names.network(identity)
    if alias is not None:
        body["Aliases"] = list(dict.fromkeys([*map(str, body.get("Aliases") or ()), alias]))
    links = [str(link).partition(":") for link in body.get("Links") or ()]
    if links:
        body["Links"] = [f"{room.names.container(who)}:{other or who}" for who, _, other in links]
    return body
