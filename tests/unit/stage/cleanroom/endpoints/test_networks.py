"""Networks: what the demo sees of them, and what it may make and join."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from support.fake_engine import Demo, Said

FOREIGN = "d" * 64


def test_list(demo: Demo) -> None:
    """Own networks and the predefined, which show own containers only."""
    mine = demo.make("containers", "web")
    labels = {"quarterdeck.show": "show", "quarterdeck.demo": "demo"}
    containers = {mine: {"Name": f"{demo.prefix}web"}, FOREIGN: {"Name": "speakers"}}
    demo.engine.answer(
        "GET",
        "/networks",
        [
            {"Name": f"{demo.prefix}front", "Labels": labels, "Containers": {}},
            {"Name": "speakers", "Labels": {}},
            {"Name": "bridge", "Labels": {}, "Containers": containers},
        ],
    )
    front, bridge = demo.ask("GET", "/networks").json
    assert (front["Name"], front["Labels"]) == ("front", {})
    assert bridge["Containers"] == {mine: {"Name": "web"}}


@pytest.mark.parametrize(
    "options",
    [
        {"com.docker.network.bridge.name": "docker0"},
        {"com.docker.network.bridge.host_binding_ipv4": "0.0.0.0"},
        {"com.docker.network.bridge.inhibit_ipv4": "true"},
    ],
)
def test_bridges_of_this_machine(options: dict[str, str], demo: Demo) -> None:
    """No network takes the default bridge, or another interface of the machine."""
    body = {"Name": "x", "Driver": "bridge", "Options": options}
    message = demo.refused("POST", "/networks/create", body)
    assert f"the network option '{min(options)}' is not for demos" in message
    assert "allow: [host-network]" in message


def test_allowed_driver(demos: Callable[..., Demo]) -> None:
    """With the exception, drivers and options are the demo's business."""
    body = {"Name": "x", "Driver": "macvlan", "Options": {"parent": "eth0"}}
    assert demos("host-network").forwarded("POST", "/networks/create", body).json["Options"] == {"parent": "eth0"}


@pytest.mark.parametrize("name", ["NetworkID", "GlobalIPv6Address", "EndpointID"])
def test_identity_of_a_foreign_network(name: str, demo: Demo) -> None:
    """The engine would take the id before the name, so it becomes a name that it doesn't know; or it is dropped."""
    body = {"Image": "x", "NetworkingConfig": {"EndpointsConfig": {"front": {name: FOREIGN}}}}
    sent = demo.forwarded("POST", "/containers/create?name=c", body)
    endpoint = sent.json["NetworkingConfig"]["EndpointsConfig"][f"{demo.prefix}front"]
    assert endpoint.get(name) in (f"{demo.prefix}{FOREIGN}", None)


def test_own_identity(demo: Demo) -> None:
    """The id of an own network is kept."""
    front = demo.make("networks", "front")
    body = {"Image": "x", "NetworkingConfig": {"EndpointsConfig": {"front": {"NetworkID": front}}}}
    sent = demo.forwarded("POST", "/containers/create?name=c", body)
    assert sent.json["NetworkingConfig"]["EndpointsConfig"][f"{demo.prefix}front"]["NetworkID"] == front


CONNECTIONS: list[tuple[str, dict[str, Any], str]] = [
    ("/networks/host/connect", {"Container": "c"}, "host-network"),
    ("/networks/front/connect", {"Container": "c", "EndpointConfig": {"NetworkID": "host"}}, "host-network"),
    (
        "/networks/front/connect",
        {"Container": "c", "EndpointConfig": {"DriverOpts": {"com.docker.network.endpoint.sysctls": "x"}}},
        "sysctls",
    ),
    ("/containers/create", {"NetworkingConfig": {"EndpointsConfig": {"host": None}}}, "host-network"),
    ("/containers/create", {"HostConfig": {"NetworkMode": "ns:/proc/1/ns/net"}}, "host-network"),
]


@pytest.mark.parametrize(("path", "body", "allow"), CONNECTIONS)
def test_refused_connections(path: str, body: dict[str, Any], allow: str, demo: Demo) -> None:
    """The host's network by any of its names, and the kernel's parameters."""
    assert f"allow: [{allow}]" in demo.refused("POST", path, body)


def test_predefined_networks_stay(demo: Demo) -> None:
    """They can be joined and left by own containers, not removed."""
    assert "belongs to the engine" in demo.refused("DELETE", "/networks/bridge")
    sent = demo.forwarded("POST", "/networks/bridge/connect", {"Container": "c"})
    assert (sent.path, sent.json["Container"]) == ("/networks/bridge/connect", f"{demo.prefix}c")


def test_foreign_network(demo: Demo) -> None:
    """By its id it is not found."""
    demo.engine.answer("GET", "/networks/.*", Said({"message": "not found"}, 404))
    assert demo.ask("GET", f"/networks/{FOREIGN}").status == 404
    assert demo.engine.forwarded[-1].path == f"/networks/{demo.prefix}{FOREIGN}"


@pytest.mark.parametrize("subnet", ["172.28.0.0/16", "172.28.7.0/24", "172.16.0.0/12"])
@pytest.mark.parametrize("own", [False, True])
def test_addresses_of_another_network(own: bool, subnet: str, demo: Demo) -> None:
    """The engine would say that some pool overlaps; here it says whose, without a name that isn't the demo's."""
    labels = {"quarterdeck.show": "show", "quarterdeck.demo": "demo"} if own else {}
    pools = [{"Subnet": "fd00::/64"}, {"Subnet": "172.28.0.0/20"}]
    other = {"Name": "speakers", "Labels": labels, "IPAM": {"Config": pools}}
    demo.engine.answer("GET", "/networks", [{"Name": "host", "IPAM": {"Config": None}}, other])
    asked = {"Name": "n", "IPAM": {"Config": [{"Subnet": subnet}]}}
    whose = "of the demo's" if own else "that isn't the demo's"
    assert f"a network {whose} has the addresses 172.28.0.0/20 already" in demo.refused(
        "POST", "/networks/create", asked
    )
    demo.forwarded("POST", "/networks/create", {"Name": "n", "IPAM": {"Config": [{"Subnet": "10.20.0.0/24"}]}})
