"""Networks: the stage's own, and the predefined ones, which demos may use but not change; and published ports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Any

from quarterdeck.stage.cleanroom import policy
from quarterdeck.stage.cleanroom.call import Call
from quarterdeck.stage.cleanroom.names import (
    LOOPBACK,
    PREDEFINED_NETWORKS,
    Binding,
    Names,
    Published,
    encode,
    name_pattern,
    parse,
    translate,
)
from quarterdeck.stage.cleanroom.policy import (
    RefusedError,
    check_endpoint_options,
    check_network,
    known_fields,
    pools_of,
    section,
)
from quarterdeck.stage.cleanroom.relay import PLAIN_NAMES, Changed
from quarterdeck.stage.cleanroom.room import Room

ROUTES = Path("/proc/net/route")
NO_MASK = "00000000"
"""The mask of the default route."""
BRIDGES = ("docker", "br-", "podman", "cni-", "lo")


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
    if room.local and "host-network" not in room.permissions.allow:
        check_addresses(body)
    await _check_free(call, body)
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


def check_addresses(network: Mapping[str, Any]) -> None:
    """Refuse addresses that are somebody else's: the machine would send what is meant for them into the new bridge."""
    for pool in pools_of(network):
        if not pool.get("Subnet"):
            continue
        try:
            subnet = ip_network(str(pool["Subnet"]), strict=False)
            gateway = ip_address(str(pool.get("Gateway") or subnet[min(1, subnet.num_addresses - 1)]))
        except ValueError as error:
            raise RefusedError(f"IPAM: {error}", status=400) from None
        if subnet.is_global:
            raise RefusedError(f"Subnet: the addresses {subnet} are of the internet", allow="host-network")
        for interface, joined in machine_networks():
            if isinstance(subnet, IPv4Network) and (subnet.subnet_of(joined) or gateway in joined):
                raise RefusedError(f"Subnet: this machine is in {joined} ({interface})", allow="host-network")


async def _check_free(call: Call, network: Mapping[str, Any]) -> None:
    """Refuse addresses of another network; the engine wouldn't say of which, and demos don't see those of others."""
    wanted = list(_subnets(pools_of(network)))
    for other in (await call.ask("GET", "/networks")).json() if wanted else ():
        whose = "of the demo's" if call.room.stamp.marks(other.get("Labels")) else "that isn't the demo's"
        for taken in _subnets(section(other, "IPAM").get("Config") or ()):
            if any(subnet.version == taken.version and subnet.overlaps(taken) for subnet in wanted):
                raise RefusedError(f"Subnet: a network {whose} has the addresses {taken} already; choose others")


def _subnets(pools: Iterable[Mapping[str, Any]]) -> Iterator[IPv4Network | IPv6Network]:
    for pool in pools:
        with suppress(ValueError):
            yield ip_network(str(pool.get("Subnet")), strict=False)


def machine_networks() -> Iterator[tuple[str, IPv4Network]]:
    """The networks that this machine is in, with their interfaces (Linux, proc(5)); of bridges the engine knows."""
    table = ROUTES.read_text() if ROUTES.exists() else ""
    for line in table.splitlines()[1:]:
        interface, destination, _, _, _, _, _, mask = line.split()[:8]
        if mask != NO_MASK and not interface.startswith(BRIDGES):
            address, bits = (IPv4Address(bytes.fromhex(word)[::-1]) for word in (destination, mask))
            yield interface, IPv4Network(f"{address}/{bits}")


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


def with_asked_addresses(names: Names, container: dict[str, Any]) -> dict[str, Any]:
    """A listed container whose ports show the addresses that the demo asked for."""
    published = names.published.get(str(container.get("Id")))
    if published is None:
        return container
    return {**container, "Ports": [_port_as_asked(published, port) for port in container.get("Ports") or ()]}


def _port_as_asked(published: Published, port: dict[str, Any]) -> dict[str, Any]:
    if "IP" not in port:
        return port
    container_port = f"{port.get('PrivatePort')}/{port.get('Type')}"
    return {**port, "IP": published.shown(container_port, str(port["IP"]), str(port.get("PublicPort")))}


def with_asked_bindings(answer: dict[str, Any], published: Published) -> dict[str, Any]:
    """An inspected container whose bindings, asked for and made, are those that the demo asked for."""
    host, network = section(answer, "HostConfig"), section(answer, "NetworkSettings")
    asked = {
        port: [{**b, "HostIp": _address_asked(published, port, b)} for b in bindings or ()]
        for port, bindings in section(host, "PortBindings").items()
        if port in published.bindings
    }
    made = {
        port: bindings
        and [{**b, "HostIp": published.shown(port, str(b.get("HostIp")), str(b.get("HostPort")))} for b in bindings]
        for port, bindings in section(network, "Ports").items()
    }
    changed = {
        "HostConfig": {**host, "PortBindings": asked, "PublishAllPorts": published.all_ports},
        "NetworkSettings": {**network, "Ports": made},
    }
    return {**answer, **{key: value for key, value in changed.items() if key in answer}}


def _address_asked(published: Published, port: str, binding: Mapping[str, Any]) -> str:
    address = str(binding.get("HostIp") or "")
    shown = published.shown(port, address, str(binding.get("HostPort") or ""))
    return address if shown == address else ""


def on_loopback(room: Room) -> bool:
    """Whether ports that a demo publishes without an address are on loopback only."""
    return room.local and "host-addresses" not in room.permissions.allow


def published_ports(host: Mapping[str, Any]) -> Published:
    """What a ``HostConfig`` that was accepted asks to publish."""
    bindings = {
        port if "/" in port else f"{port}/tcp": tuple(
            Binding(str(b.get("HostIp") or ""), str(b.get("HostPort") or "")) for b in wanted or [{}]
        )
        for port, wanted in section(host, "PortBindings").items()
    }
    return Published(bindings, bool(host.get("PublishAllPorts")))


def publish(room: Room, body: Mapping[str, Any], host: dict[str, Any], image: Mapping[str, Any]) -> None:
    """Published ports get the loopback address, unless the demo names one or may use all addresses."""
    loopback = on_loopback(room)
    bindings: dict[str, list[dict[str, str]]] = {}
    for port, wanted in section(host, "PortBindings").items():
        bindings[port] = []
        if not isinstance(wanted, list | None):
            raise RefusedError(f"PortBindings: '{port}' must have a list", status=400)
        for binding in wanted or [{}]:
            known = known_fields(binding, policy.PORT_BINDING, "PortBindings")
            address = {"HostPort": "", **known, "HostIp": known.get("HostIp") or LOOPBACK}
            bindings[port].append(address if loopback else known)
    if loopback and host.get("PublishAllPorts"):
        exposed = [*section(body, "ExposedPorts"), *(image.get("ExposedPorts") or {})]
        bindings |= {p: [{"HostIp": LOOPBACK, "HostPort": ""}] for p in exposed if p not in bindings}
        host["PublishAllPorts"] = False
    if bindings:
        host["PortBindings"] = bindings
