"""Every line of the table of endpoints: a request of the demo's, and the request that the engine gets for it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest

from quarterdeck.stage.cleanroom.routes import ENDPOINTS
from support.fake_engine import Demo, Said

OWN = '{"label":["quarterdeck.show=show","quarterdeck.demo=demo"]}'
"""The filter for the demo's own objects."""


@dataclass(frozen=True)
class Line:
    """One request; ``{web}`` is the demo's container ``web``, ``{exec}`` a command in it."""

    method: str
    endpoint: str
    """As in the table."""
    asked: str
    """The target."""
    sent: str | None
    """The path and query that the engine gets, decoded; ``{p}`` is the prefix.  None: nothing is sent."""
    body: Any = None
    contains: Any = None
    """Fields of the body that the engine gets."""
    status: int | None = None
    """The answer's, where it isn't the engine's success."""


def get(endpoint: str, asked: str, sent: str | None, **more: Any) -> Line:
    """A line for GET."""
    return Line("GET", endpoint, asked, sent, **more)


def post(endpoint: str, asked: str, sent: str | None, **more: Any) -> Line:
    """A line for POST."""
    return Line("POST", endpoint, asked, sent, **more)


def delete(endpoint: str, asked: str, sent: str | None, **more: Any) -> Line:
    """A line for DELETE."""
    return Line("DELETE", endpoint, asked, sent, **more)


LABELS = {"quarterdeck.show": "show", "quarterdeck.demo": "demo"}
LIMITS = {"Memory": 2 << 30, "NanoCpus": 3_000_000_000, "PidsLimit": 1024}
LINES = (
    get("/_ping", "/_ping", "/_ping"),
    Line("HEAD", "/_ping", "/_ping", "/_ping"),
    get("/version", "/version", "/version"),
    get("/info", "/info", None, status=200),
    get("/events", '/events?filters={"name":["x"],"container":["web"]}', '/events?filters={"container":["{p}web"]}'),
    get("/system/df", "/system/df", "/system/df?type=container&type=image&type=volume"),
    get("/system/df", "/system/df?type=image", "/system/df?type=image"),
    post("/auth", "/auth", "/auth", body={"username": "u"}),
    get("/containers/json", "/containers/json?all=1", f"/containers/json?all=1&filters={OWN}"),
    get(
        "/containers/json",
        '/containers/json?filters={"name":["victim"],"label":["a=b"]}',
        '/containers/json?filters={"name":["^/?{p}.*(?:victim)"],'
        '"label":["a=b","quarterdeck.show=show","quarterdeck.demo=demo"]}',
    ),
    post(
        "/containers/create",
        "/containers/create?name=db",
        "/containers/create?name={p}db",
        body={"Image": "busybox", "HostConfig": {"NetworkMode": "front"}},
        contains={
            "Image": "busybox",
            "Labels": LABELS,
            "HostConfig": {**LIMITS, "NetworkMode": "{p}front"},
            "NetworkingConfig": {"EndpointsConfig": {"{p}front": {"Aliases": ["db"]}}},
        },
    ),
    post("/containers/prune", "/containers/prune", f"/containers/prune?filters={OWN}"),
    *(
        get(f"/containers/{{id}}/{name}", f"/containers/victim/{name}{query}", f"/containers/{{p}}victim/{name}{query}")
        for name, query in (
            ("json", "?size=1"),
            ("top", "?ps_args=aux"),
            ("logs", "?stdout=1&follow=1"),
            ("changes", ""),
            ("export", ""),
            ("stats", "?stream=0"),
            ("attach/ws", "?stream=1"),
            ("archive", "?path=/etc"),
        )
    ),
    Line("HEAD", "/containers/{id}/archive", "/containers/web/archive?path=/x", "/containers/{p}web/archive?path=/x"),
    Line("PUT", "/containers/{id}/archive", "/containers/web/archive?path=/x", "/containers/{p}web/archive?path=/x"),
    *(
        post(
            f"/containers/{{id}}/{name}", f"/containers/victim/{name}{query}", f"/containers/{{p}}victim/{name}{query}"
        )
        for name, query in (
            ("resize", "?h=1&w=2"),
            ("start", ""),
            ("stop", "?t=1"),
            ("restart", "?t=1"),
            ("kill", "?signal=HUP"),
            ("pause", ""),
            ("unpause", ""),
            ("wait", "?condition=next-exit"),
            ("attach", "?stream=1&stdin=1"),
        )
    ),
    post(
        "/containers/{id}/update",
        "/containers/web/update",
        "/containers/{p}web/update",
        body={"Memory": 1 << 26, "PidsLimit": -1, "CpuQuota": 0},
        contains={"Memory": 1 << 26, "PidsLimit": 1024, "CpuQuota": 0},
    ),
    post("/containers/{id}/rename", "/containers/web/rename?name=new", "/containers/{p}web/rename?name={p}new"),
    post(
        "/containers/{id}/exec",
        "/containers/web/exec",
        "/containers/{p}web/exec",
        body={"Cmd": ["ls"], "Privileged": False, "Container": "victim"},
        contains={"Cmd": ["ls"], "Container": None},
    ),
    delete("/containers/{id}", "/containers/victim?force=1&v=1", "/containers/{p}victim?force=1&v=1"),
    post("/exec/{id}/start", "/exec/{exec}/start", "/exec/{exec}/start", body={"Detach": True}),
    post("/exec/{id}/start", "/exec/victim/start", None, body={"Detach": True}, status=404),
    post("/exec/{id}/resize", "/exec/{exec}/resize?h=1&w=1", "/exec/{exec}/resize?h=1&w=1"),
    get("/exec/{id}/json", "/exec/{exec}/json", "/exec/{exec}/json"),
    get("/images/json", "/images/json?all=1", "/images/json?all=1"),
    get("/images/search", "/images/search?term=nginx", "/images/search?term=nginx"),
    get("/images/get", "/images/get?names=a&names=b", "/images/get?names=a&names=b"),
    post("/images/create", "/images/create?fromImage=a&tag=1", "/images/create?fromImage=a&tag=1"),
    post("/images/create", "/images/create?fromSrc=-&repo=a", "/images/create?fromSrc=-&repo=a"),
    post("/images/create", "/images/create?fromSrc=/etc/shadow&repo=a", None, status=403),
    post("/images/load", "/images/load?quiet=1", "/images/load?quiet=1"),
    post("/images/prune", "/images/prune", None, status=200),
    get("/images/{name…}/json", "/images/team/app:1/json", "/images/team/app:1/json"),
    get("/images/{name…}/history", "/images/team/app:1/history", "/images/team/app:1/history"),
    get("/images/{name…}/get", "/images/team/app:1/get", "/images/team/app:1/get"),
    post("/images/{name…}/push", "/images/team/app/push?tag=1", "/images/team/app/push?tag=1"),
    post("/images/{name…}/tag", "/images/busybox/tag?repo=own&tag=1", "/images/busybox/tag?repo=own&tag=1"),
    delete("/images/{name…}", "/images/busybox?force=1", None, status=409),
    get("/distribution/{name…}/json", "/distribution/team/app/json", "/distribution/team/app/json"),
    post(
        "/commit",
        "/commit?container=web&repo=own",
        "/commit?repo=own&container={p}web",
        body={"Labels": {"a": "b", "Quarterdeck.Show": "x"}},
        contains={"Labels": {"a": "b", "quarterdeck.show": ""}},
    ),
    post(
        "/build",
        "/build?t=own&networkmode=front&rm=0",
        "/build?t=own&networkmode={p}front&memory=2147483648&cpuperiod=100000&cpuquota=300000&rm=1&forcerm=1",
    ),
    post("/build/cancel", "/build/cancel?id=x", None, status=404),
    post("/build/prune", "/build/prune?all=1", None, status=200),
    post("/session", "/session", "/session"),
    post("/grpc", "/grpc", "/grpc"),
    get("/networks", '/networks?filters={"name":["web"]}', '/networks?filters={"name":["^/?{p}.*(?:web)"]}'),
    post(
        "/networks/create",
        "/networks/create",
        "/networks/create",
        body={"Name": "front", "Driver": "bridge", "ConfigFrom": {"Network": "other"}},
        contains={"Name": "{p}front", "Labels": LABELS, "ConfigFrom": {"Network": "{p}other"}},
    ),
    post("/networks/prune", "/networks/prune", f"/networks/prune?filters={OWN}"),
    get("/networks/{id}", "/networks/victim?verbose=0", "/networks/{p}victim?verbose=0"),
    get("/networks/{id}", "/networks/bridge", "/networks/bridge"),
    delete("/networks/{id}", "/networks/victim", "/networks/{p}victim"),
    delete("/networks/{id}", "/networks/bridge", None, status=403),
    post(
        "/networks/{id}/connect",
        "/networks/front/connect",
        "/networks/{p}front/connect",
        body={"Container": "web", "EndpointConfig": {"Links": ["victim:v"], "Gateway": "10.0.0.1"}},
        contains={"Container": "{p}web", "EndpointConfig": {"Aliases": ["web"], "Links": ["{p}victim:v"]}},
    ),
    post(
        "/networks/{id}/disconnect",
        "/networks/front/disconnect",
        "/networks/{p}front/disconnect",
        body={"Container": "victim", "Force": True},
        contains={"Container": "{p}victim", "Force": True},
    ),
    get("/volumes", "/volumes", f"/volumes?filters={OWN}"),
    get("/volumes/{name}", "/volumes/victim", "/volumes/{p}victim"),
    delete("/volumes/{name}", "/volumes/victim?force=1", "/volumes/{p}victim?force=1"),
    post("/volumes/prune", "/volumes/prune", f"/volumes/prune?filters={OWN}"),
    post(
        "/volumes/create",
        "/volumes/create",
        "/volumes/create",
        body={"Name": "data", "Driver": "local", "Labels": None},
        contains={"Name": "{p}data", "Driver": "local", "Labels": LABELS},
    ),
)


def contains(value: Any, expected: Any) -> bool:
    """Whether a value has all that is expected of it; None expects nothing to be there."""
    if isinstance(expected, dict):
        return isinstance(value, dict) and all(contains(value.get(key), part) for key, part in expected.items())
    return bool(value == expected)


@pytest.mark.parametrize("line", LINES, ids=[f"{line.method} {line.asked}" for line in LINES])
def test_line(line: Line, demo: Demo) -> None:
    """The engine gets what the table promises, no name but the demo's own, and nothing beyond the policy."""
    demo.make("containers", "web")
    exec_id = demo.ask("POST", "/containers/web/exec", {"Cmd": ["true"]}).json["Id"]
    demo.engine.answer("POST", "/images/create|/images/load|/build", Said(lines=[]))
    before = len(demo.engine.forwarded)
    asked = line.asked.replace("{exec}", exec_id)
    answer = demo.ask(line.method, quote(asked, safe="/?&=:{}".replace("{}", "")), line.body)
    sent = demo.engine.forwarded[before:]
    if line.status is not None:
        assert answer.status == line.status, answer
        assert not sent
        return
    assert answer.status < 400, answer
    assert line.sent is not None

    def real(text: str) -> str:
        return text.replace("{p}", demo.prefix).replace("{exec}", exec_id)

    (request,) = sent
    assert request.method == line.method
    query = "&".join(f"{name}={value}" for name, values in request.query.items() for value in values)
    assert f"{request.path}?{query}".rstrip("?") == real(line.sent)
    if line.contains is not None:
        expected = json.loads(real(json.dumps(line.contains)))
        assert contains(request.json, expected), request.json


def test_every_line_of_the_table_is_tried() -> None:
    """Each endpoint with each of its methods."""
    tried = {(line.method, line.endpoint) for line in LINES}
    assert tried == {(method, endpoint.path) for endpoint in ENDPOINTS for method in endpoint.methods}


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=[f"{e.methods[0]} {e.path}" for e in ENDPOINTS])
def test_unknown_parameters(endpoint: Any, demo: Demo) -> None:
    """A parameter that the table doesn't name is refused; an empty one says nothing, and is dropped."""
    path = re.sub(r"\{\w+…?\}", "x", endpoint.path)
    message = demo.refused(endpoint.methods[0], f"{path}?surprise=1")
    assert "the clean room doesn't know the parameter 'surprise'" in message
    demo.ask(endpoint.methods[0], f"{path}?surprise=")
    assert not any("surprise" in request.target for request in demo.engine.requests)


BODIES: dict[str, tuple[str, Any]] = {
    "container": ("/containers/create", {"Image": "x", "Surprise": 1}),
    "host": ("/containers/create", {"Image": "x", "HostConfig": {"Surprise": 1}}),
    "inner": ("/containers/create", {"Image": "x", "HostConfig": {"LogConfig": {"Surprise": 1}}}),
    "mount": ("/containers/create", {"HostConfig": {"Mounts": [{"Type": "tmpfs", "Target": "/x", "Surprise": 1}]}}),
    "endpoint": ("/containers/create", {"NetworkingConfig": {"EndpointsConfig": {"a": {"Surprise": 1}}}}),
    "case": ("/containers/create", {"Image": "x", "hostconfig": {"Privileged": True}}),
    "exec": ("/containers/web/exec", {"Cmd": ["x"], "Surprise": 1}),
    "update": ("/containers/web/update", {"Surprise": 1}),
    "start": ("/containers/web/start", {"HostConfig": {}}),
    "network": ("/networks/create", {"Name": "x", "Surprise": 1}),
    "connect": ("/networks/x/connect", {"Container": "web", "Surprise": 1}),
    "disconnect": ("/networks/x/disconnect", {"Container": "web", "Surprise": 1}),
    "volume": ("/volumes/create", {"Name": "x", "ClusterVolumeSpec": {"Group": "x"}}),
    "commit": ("/commit?container=web", {"Surprise": 1}),
}


@pytest.mark.parametrize(("path", "body"), BODIES.values(), ids=BODIES.keys())
def test_unknown_fields(path: str, body: Any, demo: Demo) -> None:
    """A field that the clean room doesn't know is refused by its name, wherever it is."""
    message = demo.refused("POST", path, body)
    assert any(name in message for name in ("Surprise", "hostconfig", "ClusterVolumeSpec", "settings can't be changed"))


def test_unknown_fields_that_are_empty(demo: Demo) -> None:
    """Clients send empty fields of newer versions; they are dropped."""
    sent = demo.forwarded("POST", "/volumes/create", {"Name": "x", "ClusterVolumeSpec": None, "Surprise": ""})
    assert set(sent.json) == {"Name", "Labels"}


def test_engine_that_refuses(demos: Callable[..., Demo]) -> None:
    """Its message reaches the demo with plain names."""
    demo = demos()
    demo.engine.answer("GET", "/containers/.*/json", Said({"message": f"No such container: {demo.prefix}web"}, 404))
    answer = demo.ask("GET", "/containers/web/json")
    assert (answer.status, answer.message) == (404, "No such container: web")
