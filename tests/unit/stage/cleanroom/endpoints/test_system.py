"""The engine's answers about itself, without other people's objects."""

from __future__ import annotations

import json

import pytest

from support.fake_engine import Demo, Said

OWN_LABELS = {"quarterdeck.show": "show", "quarterdeck.demo": "demo"}
NGINX = f"sha256:{'2' * 64}"


def test_version(demo: Demo) -> None:
    """No version is named that the clean room doesn't know, wherever it is."""
    demo.engine.answer("GET", "/version", {"ApiVersion": "1.60", "Components": [{"Details": {"ApiVersion": "1.60"}}]})
    assert demo.ask("GET", "/version").json == {
        "ApiVersion": "1.51",
        "Components": [{"Details": {"ApiVersion": "1.51"}}],
    }


def test_info(demo: Demo) -> None:
    """Counts are of the demo's own, asked for with a filter."""
    states = ["running", "paused", "exited", "running"]
    demo.engine.answer("GET", "/containers/json", [{"State": state} for state in states])
    demo.engine.answer("GET", "/images/.*/json", {"Id": NGINX, "RepoTags": ["nginx:1.22"]})
    told = demo.ask("GET", "/info").json
    counts = {"Containers": 4, "ContainersRunning": 2, "ContainersPaused": 1, "ContainersStopped": 1, "Images": 1}
    assert told == {"NCPU": 4, "Name": "fake", **counts}
    listed = next(request for request in demo.engine.requests if request.path == "/containers/json")
    assert listed.filters == {"label": ["quarterdeck.show=show", "quarterdeck.demo=demo"]}


def test_info_where_an_image_has_no_name(demo: Demo) -> None:
    """Then the list counts, which leaves out images that others build on."""
    demo.engine.answer("GET", "/images/.+/json", {"Id": NGINX, "RepoTags": []})
    demo.engine.answer("GET", "/images/json", [{"Id": NGINX, "RepoTags": ["nginx:1.22"]}, {"Id": "x", "RepoTags": []}])
    assert demo.ask("GET", "/info").json["Images"] == 1


def test_disk_usage(demo: Demo) -> None:
    """Own objects only, and no build cache."""
    mine, theirs = {"Labels": OWN_LABELS, "Name": f"{demo.prefix}data"}, {"Labels": {}, "Name": "speakers"}
    demo.engine.answer(
        "GET",
        "/system/df",
        {
            "LayersSize": 99,
            "Images": [{"Id": NGINX, "RepoTags": ["nginx:1.22"], "Size": 7}, {"Id": "x", "RepoTags": ["speakers:1"]}],
            "Containers": [theirs],
            "Volumes": [mine, theirs],
            "BuildCache": [{"ID": "x"}],
        },
    )
    told = demo.ask("GET", "/system/df").json
    assert [volume["Name"] for volume in told["Volumes"]] == ["data"]
    assert (told["LayersSize"], len(told["Images"]), told["Containers"], told["BuildCache"]) == (7, 1, [], [])


def test_events(demo: Demo) -> None:
    """Own containers, networks, volumes and images, with plain names and without our labels."""
    web, front = demo.make("containers", "web"), demo.make("networks", "front")
    demo.make("volumes", "")
    anonymous = next(iter(demo.room._room.names.volumes))  # type: ignore[union-attr]
    demo.engine.answer("POST", "/build", Said(lines=[b'{"aux":{"ID":"' + NGINX.encode() + b'"}}']))
    demo.ask("POST", "/build?t=own")

    def event(kind: str, identity: str, **attributes: str) -> bytes:
        actor = {"ID": identity, "Attributes": {**attributes, **OWN_LABELS}}
        return json.dumps({"Type": kind, "Actor": actor}).encode()

    own = [
        event("container", web, name=f"{demo.prefix}web"),
        event("network", front),
        event("network", "bridge", container=web),
        event("volume", f"{demo.prefix}data"),
        event("volume", anonymous),
        event("image", NGINX, name="own:latest"),
        event("image", "own:latest"),
    ]
    foreign = [event(kind, "f" * 64, name="web") for kind in ("container", "network", "volume", "plugin")]
    foreign += [event("image", f"sha256:{'9' * 64}", name="speakers:1"), event("image", "speakers:1")]
    demo.engine.answer("GET", "/events", Said(lines=[*own, *foreign]))
    lines = demo.ask("GET", "/events").body.splitlines()
    assert len(lines) == len(own)
    assert json.loads(lines[0]) == {"Type": "container", "Actor": {"ID": web, "Attributes": {"name": "web"}}}


@pytest.mark.parametrize("path", ["/swarm/init", "/nodes", "/services/create", "/secrets", "/configs/x", "/plugins"])
def test_engine_wide(path: str, demo: Demo) -> None:
    """Nothing of it is for demos."""
    assert "concerns the whole engine" in demo.refused("POST", path)


@pytest.mark.parametrize(
    "path", ["/", "/metrics", "/debug/pprof/goroutine", "/libpod/info", "/containers/x/checkpoints"]
)
def test_unknown_endpoints(path: str, demo: Demo) -> None:
    """Endpoints that aren't in the table are refused by name."""
    assert demo.refused("GET", path)
