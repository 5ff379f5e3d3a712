"""Volumes are labelled and binds checked, however they are written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from quarterdeck.stage.cleanroom.endpoints.volumes import translate_mounts
from quarterdeck.stage.cleanroom.policy import RefusedError
from quarterdeck.stage.cleanroom.room import Room


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
