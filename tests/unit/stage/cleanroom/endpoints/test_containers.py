"""A container as the engine is asked for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quarterdeck.stage.cleanroom import policy
from quarterdeck.stage.cleanroom.endpoints.containers import MEMORY_BYTES, PIDS, container_body
from quarterdeck.stage.cleanroom.http import BadMessageError
from quarterdeck.stage.cleanroom.policy import RefusedError
from quarterdeck.stage.cleanroom.room import Room


def create(room: Room, host: dict[str, Any] | None = None, image: dict[str, Any] | None = None, **more: Any) -> Any:
    """The body for a container ``web``."""
    return container_body(room, {"Image": "x", "HostConfig": host or {}, **more}, "web", image or {})


def test_labels(room: Callable[..., Room]) -> None:
    """Ours are stamped over whatever the demo says; its own stay."""
    labels = create(room(), Labels={"a": "b", "quarterdeck.show": "x", "Quarterdeck.Demo": "y"})["Labels"]
    assert labels.pop("quarterdeck.expires").isdigit()
    ours = {"quarterdeck.show": "show", "quarterdeck.demo": "demo", "quarterdeck.owner": "owner"}
    assert labels == {"a": "b", **ours}


def test_default_limits(room: Callable[..., Room]) -> None:
    """Memory, processors and processes have limits, unless the demo sets its own or needs none."""
    host = create(room())["HostConfig"]
    assert (host["Memory"], host["NanoCpus"], host["PidsLimit"]) == (MEMORY_BYTES, 1_000_000_000, PIDS)
    host = create(room(), {"Memory": 1, "CpuQuota": 5, "PidsLimit": 7})["HostConfig"]
    assert (host["Memory"], host.get("NanoCpus"), host["PidsLimit"]) == (1, None, 7)
    assert create(room(), {"PidsLimit": -1})["HostConfig"]["PidsLimit"] == PIDS
    assert "Memory" not in create(room("unlimited"))["HostConfig"]


def test_ports(room: Callable[..., Room]) -> None:
    """Loopback, unless an address is named, the demo may use all, or the engine is elsewhere."""
    asked = {"PortBindings": {"80/tcp": [{"HostIp": "", "HostPort": "8080"}], "81/tcp": [{"HostIp": "0.0.0.0"}]}}
    bindings = create(room(), asked)["HostConfig"]["PortBindings"]
    assert bindings["80/tcp"] == [{"HostPort": "8080", "HostIp": "127.0.0.1"}]
    assert bindings["81/tcp"][0]["HostIp"] == "0.0.0.0"
    for other in (room("host-addresses"), room(url="tcp://lab:2375")):
        assert create(other, asked)["HostConfig"]["PortBindings"] == asked["PortBindings"]


def test_all_exposed_ports(room: Callable[..., Room]) -> None:
    """``-P`` publishes those of the container and of its image on loopback."""
    body = create(room(), {"PublishAllPorts": True}, {"ExposedPorts": {"80/tcp": {}}}, ExposedPorts={"81/tcp": {}})
    assert body["HostConfig"]["PortBindings"] == {
        port: [{"HostIp": "127.0.0.1", "HostPort": ""}] for port in ("81/tcp", "80/tcp")
    }
    assert body["HostConfig"]["PublishAllPorts"] is False


def test_references(room: Callable[..., Room]) -> None:
    """Other containers and networks are the stage's own."""
    stage = room()
    prefix = stage.names.prefix
    host = create(
        stage, {"NetworkMode": "front", "PidMode": "container:a", "Links": ["db:d", "c"], "VolumesFrom": ["v:ro"]}
    )["HostConfig"]
    assert host["NetworkMode"] == f"{prefix}front"
    assert host["PidMode"] == f"container:{prefix}a"
    assert host["Links"] == [f"{prefix}db:d", f"{prefix}c:c"]
    assert host["VolumesFrom"] == [f"{prefix}v:ro"]


def test_plain_name_is_an_alias(room: Callable[..., Room]) -> None:
    """On networks of the demo's own, not on the default bridge, which has no aliases."""
    stage = room()
    prefix = stage.names.prefix
    config = {"EndpointsConfig": {"front": {"Aliases": ["w"]}, "bridge": None}}
    endpoints = create(stage, NetworkingConfig=config)["NetworkingConfig"]["EndpointsConfig"]
    assert endpoints == {f"{prefix}front": {"Aliases": ["w", "web"]}, "bridge": {}}
    endpoints = create(stage, {"NetworkMode": "front"})["NetworkingConfig"]["EndpointsConfig"]
    assert endpoints == {f"{prefix}front": {"Aliases": ["web"]}}
    with pytest.raises(RefusedError):
        create(stage, NetworkingConfig={"EndpointsConfig": {"host": {}}})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)


def things(known: frozenset[str]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects with known fields that hold anything."""
    return st.dictionaries(st.sampled_from(sorted(known)), JSON, max_size=4)


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=300)
@given(
    asked=things(policy.CREATE),
    host=things(policy.HOST),
    mounts=st.lists(things(policy.MOUNT | policy.VOLUME_OPTIONS) | JSON, max_size=2),
    ports=st.dictionaries(
        st.text(max_size=6), st.lists(things(policy.PORT_BINDING) | JSON, max_size=2) | JSON, max_size=2
    ),
    endpoints=st.dictionaries(st.text(max_size=6), things(policy.ENDPOINT) | JSON, max_size=2),
)
def test_any_body_is_understood_or_refused(
    asked: Any, host: Any, mounts: Any, ports: Any, endpoints: Any, room: Callable[..., Room]
) -> None:
    """Whatever a field holds, there is a container to ask for or a message; never a crash."""
    host = {"Mounts": mounts, "PortBindings": ports, **host}
    body = {"HostConfig": host, "NetworkingConfig": {"EndpointsConfig": endpoints}, **asked}
    try:
        made = container_body(room(), body, "web", {})
    except (RefusedError, BadMessageError) as fault:
        assert str(fault)
    else:
        assert made["Labels"]["quarterdeck.show"] == "show"


@pytest.mark.parametrize(
    "asked",
    [
        {"HostConfig": [1]},
        {"Labels": "x"},
        {"NetworkingConfig": {"EndpointsConfig": []}},
        {"HostConfig": {"Links": "x"}},
    ],
)
def test_wrong_types(asked: dict[str, Any], room: Callable[..., Room]) -> None:
    """A section of the wrong type is refused, not a crash."""
    with pytest.raises(RefusedError):
        container_body(room(), asked, "web", {})
