"""Volumes are labelled and binds checked, however they are written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from quarterdeck.stage.cleanroom.endpoints.volumes import translate_mounts
from quarterdeck.stage.cleanroom.policy import RefusedError
from quarterdeck.stage.cleanroom.room import Room
from support.fake_engine import Demo


def mount(room: Room, host: dict[str, Any], image: dict[str, Any] | None = None, **body: Any) -> dict[str, Any]:
    """The ``HostConfig`` after its mounts were translated."""
    translate_mounts(room, body, host, image or {})
    assert body["Volumes"] == {}
    return host


def test_named_volume(room: Callable[..., Room]) -> None:
    """``-v data:/data:ro`` becomes a labelled mount of the stage's ``data``."""
    stage = room()
    (made,) = mount(stage, {"Binds": ["data:/data:ro,nocopy"]})["Mounts"]
    assert made["Source"] == f"{stage.names.prefix}data"
    assert made["ReadOnly"]
    assert made["VolumeOptions"]["NoCopy"]
    assert made["VolumeOptions"]["Labels"]["quarterdeck.show"] == "show"


def test_anonymous_volumes(room: Callable[..., Room]) -> None:
    """``-v /x`` and ``VOLUME`` become labelled ones without a name; what is mounted already doesn't."""
    stage = room()
    host = mount(
        stage,
        {"Binds": ["/a", f"{stage.folder}:/b"], "Tmpfs": {"/c": ""}},
        {"Volumes": {"/a/": {}, "/b": {}, "/c": {}, "/d": {}}},
        Volumes={"/e": {}},
    )
    assert [m["Target"] for m in host["Mounts"]] == ["/a", "/e", "/d"]
    assert not any("Source" in m for m in host["Mounts"])
    assert host["Binds"] == [f"{stage.folder}:/b"]


def test_inherited_volumes_are_not_made_anew(room: Callable[..., Room]) -> None:
    """``--volumes-from`` would be hidden by a new volume at the same place."""
    assert mount(room(), {"VolumesFrom": ["x"]}, {"Volumes": {"/data": {}}})["Mounts"] == []


@pytest.mark.parametrize(
    "host",
    [
        {"Binds": ["/etc:/x"]},
        {"Binds": ["data:relative"]},
        {"Binds": ["data:/x:ro,surprise"]},
        {"Binds": ["data:/x:ro:/etc"]},
        {"Mounts": ["x"]},
        {"Mounts": [{"Type": "bind", "Source": "/etc", "Target": "/x"}]},
        {"Mounts": [{"Type": "npipe", "Source": "x", "Target": "/x"}]},
        {"Mounts": [{"type": "bind", "Source": "/etc", "Target": "/x"}]},
        {"Mounts": [{"Type": "Bind", "Source": "/etc", "Target": "/x"}]},
        {"Mounts": [{"Type": "volume", "Target": "/x", "VolumeOptions": {"DriverConfig": {"Name": "nfs"}}}]},
        {"Mounts": [{"Type": "volume", "Target": "/x", "VolumeOptions": {"driverconfig": {"Name": "nfs"}}}]},
    ],
)
def test_refused(host: dict[str, Any], room: Callable[..., Room]) -> None:
    """What leads outside, or can't be understood."""
    with pytest.raises(RefusedError):
        mount(room(), host)


def test_propagation(room: Callable[..., Room]) -> None:
    """A mount that would spread to the machine is refused, even of the demo's folder."""
    stage = room()
    with pytest.raises(RefusedError):
        mount(stage, {"Binds": [f"{stage.folder}:/x:rshared"]})
    options = {"Propagation": "rshared"}
    with pytest.raises(RefusedError):
        mount(
            stage, {"Mounts": [{"Type": "bind", "Source": str(stage.folder), "Target": "/x", "BindOptions": options}]}
        )


def test_docker_socket_is_replaced(room: Callable[..., Room]) -> None:
    """With the exception, the container gets the clean room's socket."""
    stage = room("docker-socket")
    host = mount(stage, {"Binds": ["/var/run/docker.sock:/var/run/docker.sock"]})
    assert host["Binds"] == [f"{stage.socket}:/var/run/docker.sock"]


@pytest.mark.parametrize("propagation", ["shared", "rslave", "slave", "surprise"])
def test_propagation_of_mounts(propagation: str, demo: Demo) -> None:
    """Only those that stay in the container are for demos, however a mount is written."""
    options = {"Propagation": propagation}
    bind = {"Type": "bind", "Source": str(demo.folder), "Target": "/x", "BindOptions": options}
    assert "mount propagation" in demo.refused("POST", "/containers/create", {"HostConfig": {"Mounts": [bind]}})


@pytest.mark.parametrize(
    "options",
    [
        {"type": "tmpfs", "o": "bind", "device": "/"},
        {"type": "none", "o": "bind", "device": "/etc"},
        {"type": "tmpfs", "o": "size=1m,rbind,rshared", "device": "/"},
        {"type": "nfs", "o": "addr=10.0.0.1", "device": ":/x"},
        {"surprise": "1"},
    ],
)
def test_disguised_binds(options: dict[str, str], demo: Demo) -> None:
    """Neither as a volume nor in a mount's driver."""
    body = {"Name": "x", "DriverOpts": options}
    assert "allow: [binds]" in demo.refused("POST", "/volumes/create", body)
    driver = {"DriverConfig": {"Name": "local", "Options": options}}
    mount = {"Type": "volume", "Target": "/x", "VolumeOptions": driver}
    assert "allow: [binds]" in demo.refused("POST", "/containers/create", {"HostConfig": {"Mounts": [mount]}})


def test_volume_in_memory(demo: Demo) -> None:
    """A plain tmpfs is the demo's own."""
    options = {"type": "tmpfs", "device": "tmpfs", "o": "size=100m,uid=1000"}
    assert demo.forwarded("POST", "/volumes/create", {"Name": "x", "DriverOpts": options}).json["DriverOpts"] == options


def test_volume_mount(demo: Demo) -> None:
    """``--mount`` gets the prefix and labels; unknown options are left out if they are empty."""
    mount = {"Type": "volume", "Source": "data", "Target": "/x", "VolumeOptions": {"NoCopy": True, "Surprise": ""}}
    sent = demo.forwarded("POST", "/containers/create", {"HostConfig": {"Mounts": [mount, {"Type": "tmpfs"}]}})
    made, tmpfs = sent.json["HostConfig"]["Mounts"]
    assert (made["Source"], made["VolumeOptions"]["NoCopy"]) == (f"{demo.prefix}data", True)
    assert "Surprise" not in made["VolumeOptions"]
    assert tmpfs == {"Type": "tmpfs"}


def test_anonymous_volume(demo: Demo) -> None:
    """One has no prefix: it is found if its labels are the demo's."""
    own, listed, foreign = demo.engine.new_id(), demo.engine.new_id(), "b" * 64
    labels = {"quarterdeck.show": "show", "quarterdeck.demo": "demo"}
    demo.engine.answer("GET", f"/volumes/{own}", {"Name": own, "Labels": labels})
    demo.engine.answer("GET", f"/volumes/{foreign}", {"Name": foreign, "Labels": {}})
    assert demo.forwarded("DELETE", f"/volumes/{own}").path == f"/volumes/{own}"
    assert demo.forwarded("DELETE", f"/volumes/{foreign}").path == f"/volumes/{demo.prefix}{foreign}"
    demo.engine.answer("GET", "/volumes", {"Volumes": [{"Name": listed, "Labels": labels}]})
    assert demo.ask("GET", "/volumes").json["Volumes"][0]["Labels"] == {}
    assert demo.forwarded("DELETE", f"/volumes/{listed}").path == f"/volumes/{listed}"
