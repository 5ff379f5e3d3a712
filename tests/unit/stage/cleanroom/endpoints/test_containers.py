"""A container as the engine is asked for it."""

from __future__ import annotations

import re
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
from support.fake_engine import Demo, FakeEngine, Said


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


@pytest.mark.parametrize(
    ("asked", "cpus", "period", "quota"),
    [
        ({"CpuPeriod": 50_000}, None, 50_000, 50_000),
        ({"CpuPeriod": 50_000, "CpuQuota": 10_000}, None, 50_000, 10_000),
        ({"CpuQuota": -1}, 1_000_000_000, None, None),
        ({"CpuQuota": -1, "CpuPeriod": 1000, "NanoCpus": -5}, None, 1000, 1000),
        ({"NanoCpus": 5}, 5, None, None),
        ({"CpuCount": 64, "CpuPercent": 100}, 1_000_000_000, None, None),
    ],
)
def test_processor_limits(
    asked: dict[str, int], cpus: int | None, period: int | None, quota: int | None, room: Callable[..., Room]
) -> None:
    """A period alone, a quota that is taken off, and fields for Windows limit nothing; the room does."""
    host = create(room(), asked)["HostConfig"]
    assert (host.get("NanoCpus"), host.get("CpuPeriod"), host.get("CpuQuota")) == (cpus, period, quota)


def test_limits_that_are_taken_off(room: Callable[..., Room]) -> None:
    """Memory and swap without end are limited again; a swap that is limited is the demo's choice."""
    host = create(room(), {"Memory": -1, "MemorySwap": -1})["HostConfig"]
    assert (host["Memory"], host.get("MemorySwap")) == (MEMORY_BYTES, None)
    assert create(room(), {"Memory": 5, "MemorySwap": 9})["HostConfig"]["MemorySwap"] == 9
    assert create(room("unlimited"), {"MemorySwap": -1})["HostConfig"]["MemorySwap"] == -1


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


@pytest.mark.parametrize(
    ("asked", "sent"),
    [
        ({"Memory": 5, "PidsLimit": None}, {"Memory": 5}),
        ({"CpuQuota": -1}, {"CpuQuota": 300_000}),
        ({"CpuQuota": -1, "CpuPeriod": 1000}, {"CpuQuota": 3000, "CpuPeriod": 1000}),
        ({"MemorySwap": -1, "Memory": -1}, {"MemorySwap": 2 * MEMORY_BYTES, "Memory": MEMORY_BYTES}),
        ({"PidsLimit": 0}, {"PidsLimit": PIDS}),
        ({"NanoCpus": -1}, {"NanoCpus": 3_000_000_000}),
        ({"Memory": 0, "CpuShares": 5}, {"Memory": 0, "CpuShares": 5}),
    ],
)
def test_update(asked: dict[str, Any], sent: dict[str, Any], demo: Demo) -> None:
    """No limit is taken off, and none is changed that the demo doesn't change."""
    assert demo.forwarded("POST", "/containers/web/update", asked).json == sent


def test_update_beyond_the_policy(demo: Demo) -> None:
    """Settings of a running container are held against the policy too."""
    assert "allow: [devices]" in demo.refused("POST", "/containers/web/update", {"Devices": [{"PathOnHost": "/dev/x"}]})


def test_container_without_a_name(demo: Demo) -> None:
    """It gets one like Docker's own."""
    sent = demo.forwarded("POST", "/containers/create", {"Image": "busybox"})
    assert re.fullmatch(rf"{demo.prefix}[a-z]+_[a-z]+", sent.query["name"][0])


def test_warnings_about_limits(demo: Demo) -> None:
    """Those about the room's own limits are not shown; those about the demo's are."""
    warnings = ["Your kernel does not support swap limit capabilities", "Published ports are discarded"]
    demo.engine.answer("POST", "/containers/create", Said({"Id": demo.engine.new_id(), "Warnings": warnings}, 201))
    assert demo.ask("POST", "/containers/create", {"Image": "x"}).json["Warnings"] == warnings[1:]
    asked = {"Image": "x", "HostConfig": {"Memory": 1 << 26}}
    assert demo.ask("POST", "/containers/create", asked).json["Warnings"] == warnings


def test_names_and_ids(demo: Demo) -> None:
    """A container is found by its name, its id and the start of its id; after a renaming by its new name."""
    web = demo.make("containers", "web")
    for reference, real in (("web", f"{demo.prefix}web"), (web, web), (web[:60], web)):
        assert demo.forwarded("POST", f"/containers/{reference}/stop").path == f"/containers/{real}/stop"
    demo.ask("POST", "/containers/web/rename?name=new")
    sent = demo.forwarded("POST", "/networks/bridge2/connect", {"Container": "new"})
    assert sent.json["EndpointConfig"]["Aliases"] == ["new"]
    assert "may be empty" in demo.refused("POST", "/containers/new/rename?name=")


def test_bind_that_became_a_link(demo: Demo) -> None:
    """Binds are checked again at the start: the folder may be another by then."""
    site = demo.folder / "site"
    site.mkdir()
    mount = {"Type": "bind", "Source": str(site), "Target": "/y"}
    demo.make("containers", "web", HostConfig={"Binds": [f"{site}:/x"], "Mounts": [mount]})
    demo.forwarded("POST", "/containers/web/start")
    site.rmdir()
    site.symlink_to("/etc")
    for method in ("start", "restart"):
        assert "outside the demo's folder" in demo.refused("POST", f"/containers/web/{method}")
    site.unlink()


def test_bind_of_a_container_that_the_engine_restarts(demo: Demo) -> None:
    """A compose file's ``restart: always`` beside a folder of the demo's works; a start by the demo is checked."""
    site = demo.folder / "site"
    site.mkdir()
    host = {"Binds": [f"{site}:/x"], "RestartPolicy": {"Name": "always", "MaximumRetryCount": 0}}
    sent = demo.forwarded("POST", "/containers/create?name=web", {"Image": "busybox", "HostConfig": host}).json
    assert {key: sent["HostConfig"][key] for key in host} == host
    sent = demo.forwarded("POST", "/containers/web/update", {"RestartPolicy": {"Name": "unless-stopped"}})
    assert sent.json == {"RestartPolicy": {"Name": "unless-stopped"}}
    site.rmdir()
    site.symlink_to("/etc")
    assert "outside the demo's folder" in demo.refused("POST", "/containers/web/restart")
    site.unlink()


def test_tag_of_a_listed_container(demo: Demo) -> None:
    """A container shows the demo's tag, even if the engine means another image by it now."""
    own, other = f"sha256:{'1' * 64}", f"sha256:{'2' * 64}"
    demo.engine.answer("POST", "/build", Said(lines=[b'{"aux":{"ID":"' + own.encode() + b'"}}']))
    demo.ask("POST", "/build?t=own")
    demo.engine.answer("GET", "/images/.+/json", {"Id": other, "RepoTags": []})
    web = demo.make("containers", "web", Image="own")
    listed = [{"Id": web, "Image": own, "ImageID": own}, {"Id": "x", "Image": "busybox", "ImageID": other}]
    demo.engine.answer("GET", "/containers/json", listed)
    assert [c["Image"] for c in demo.ask("GET", "/containers/json").json] == ["own", "busybox"]
    demo.engine.answer("GET", "/containers/.+/json", {"Id": web, "Config": {"Image": own}})
    assert demo.ask("GET", "/containers/web/json").json["Config"]["Image"] == "own"


def test_volumes_before_their_container(engine: FakeEngine, demos: Callable[..., Demo]) -> None:
    """Podman ignores labels in ``Mounts``, so the volumes of a container are made first."""
    components = [{"Name": "Podman Engine", "Version": "4.3"}]
    engine.answer("GET", "/version", {"Version": "4.3", "ApiVersion": "1.41", "Components": components})
    demo = demos()
    demo.make("containers", "web", HostConfig={"Binds": ["data:/data"]})
    (made,) = [request for request in engine.requests if request.path == "/volumes/create"]
    assert made.json["Name"] == f"{demo.prefix}data"
    assert made.json["Labels"]["quarterdeck.show"] == "show"


def test_privileged_commands(demos: Callable[..., Demo]) -> None:
    """They need the exception."""
    body = {"Cmd": ["true"], "Privileged": True}
    demo = demos()
    assert "allow: [privileged]" in demo.refused("POST", "/containers/web/exec", body)


def test_privileged_commands_that_are_allowed(demos: Callable[..., Demo]) -> None:
    """With the exception they are passed on."""
    body = {"Cmd": ["true"], "Privileged": True}
    assert demos("privileged").forwarded("POST", "/containers/web/exec", body).json["Privileged"]


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"HostConfig": {"Binds": ["/tmp/a\0b:/x"]}}, "is not a mount"),
    ({"HostConfig": {"Mounts": [{"Type": "bind", "Source": "/tmp/a\0b", "Target": "/x"}]}}, "must be an absolute path"),
    ({"HostConfig": {"LogConfig": {"Type": "syslog"}}}, "LogConfig: demos can log to json-file, local or none"),
    ({"HostConfig": {"PidMode": "ns:/proc/1/ns/pid"}}, "allow: [host-pid]"),
    ({"HostConfig": {"IpcMode": "ns:/proc/1/ns/ipc"}}, "allow: [host-ipc]"),
    ({"HostConfig": {"NetworkMode": "pasta:-t,22"}}, "allow: [host-network]"),
    ({"HostConfig": {"Annotations": {"run.oci.handler": "x"}}}, "allow: [runtime]"),
    ({"HostConfig": {"PortBindings": {"80/tcp": "8080"}}}, "PortBindings: '80/tcp' must have a list"),
]


@pytest.mark.parametrize(("body", "message"), REFUSED, ids=[str(body) for body, _ in REFUSED])
def test_refused(body: dict[str, Any], message: str, demo: Demo) -> None:
    """The message names the field and the exception, and the engine hears nothing."""
    assert message in demo.refused("POST", "/containers/create", body)
