"""Attacks as a hostile deck's author would think of them, in front of a fake engine: none reaches anything.

Others are tried on a real engine (``tests/engine/cleanroom``), in BuildKit's tunnel (``endpoints/test_buildkit.py``),
and at random (``test_fuzzed.py``).  ``VICTIM`` is the id of somebody else's object, ``victim`` its name.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from quarterdeck.stage.cleanroom.endpoints import networks
from support.fake_engine import DEMO_HEADER, Demo, Forwarded, Said
from support.room_requests import VICTIM

CREATE = "/containers/create"
ROUTES = """Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT
wlan0 00000000 0101A8C0 0003 0 0 600 00000000 0 0 0
wlan0 0001A8C0 00000000 0001 0 0 600 00FFFFFF 0 0 0
docker0 000011AC 00000000 0001 0 0 0 0000FFFF 0 0 0
"""
"""A machine in 192.168.1.0/24, as proc(5) has it."""


def host(**settings: Any) -> dict[str, Any]:
    """A container with settings of its host."""
    return {"Image": "busybox", "HostConfig": settings}


def mount(**fields: Any) -> dict[str, Any]:
    """A container with one entry of ``Mounts``."""
    return host(Mounts=[{"Target": "/x", **fields}])


def addresses(subnet: str, **more: str) -> dict[str, Any]:
    """A network with a range of addresses."""
    return {"Name": "n", "IPAM": {"Config": [{"Subnet": subnet, **more}]}}


BODIES: dict[str, tuple[str, Any, str]] = {
    "memory that is a bind": (CREATE, host(Tmpfs={"/x": "size=1m,bind"}), "Tmpfs: the option 'bind'"),
    "memory that is mounted again": (CREATE, host(Tmpfs={"/x": "remount"}), "Tmpfs: the option 'remount'"),
    "an option of the storage": (CREATE, host(StorageOpt={"dm.basesize": "1"}), "StorageOpt: .* 'dm.basesize'"),
    "a device's limit, miswritten": (CREATE, host(BlkioDeviceReadBps=[{"path": "/dev/sda"}]), "must be written 'Path'"),
    "a device's limit and more": (CREATE, host(BlkioDeviceWriteIOps=[{"Path": "/x", "Rage": 1}]), "'Rage'"),
    "a bind in a target": (CREATE, mount(Type="volume", Source="data", Target="/x,type=bind,source=/etc"), "comma"),
    "a bind in an image's volume": (CREATE, {"Image": "x", "Volumes": {"/a,source=/etc": {}}}, "comma"),
    "a bind in a name": (CREATE, host(Binds=["data:/x,source=/etc"]), "comma"),
    "a bind in a subfolder": (CREATE, mount(Type="volume", VolumeOptions={"Subpath": "a\nsource=/etc"}), "comma"),
    "a bind in memory": (
        "/volumes/create",
        {"Name": "x", "DriverOpts": {"type": "tmpfs", "device": "tmpfs,type=bind,source=/etc"}},
        "comma",
    ),
    "options that are text": (CREATE, host(LogConfig={"Type": "local", "Config": "path=/etc"}), "must be an object"),
    "addresses that are a number": ("/networks/create", {"Name": "n", "IPAM": {"Config": 1}}, "must be a list"),
    "a public name server's addresses": ("/networks/create", addresses("8.8.8.0/24"), r"allow: \[host-network\]"),
    "everybody's addresses": ("/networks/create", addresses("0.0.0.0/0"), r"allow: \[host-network\]"),
    "half of the internet": ("/networks/create", addresses("128.0.0.0/1"), r"allow: \[host-network\]"),
    "public addresses of IPv6": ("/networks/create", addresses("2001:4860::/32"), r"allow: \[host-network\]"),
    "the hall's own network": ("/networks/create", addresses("192.168.1.0/24"), r"192.168.1.0/24 \(wlan0\)"),
    "a part of the hall's network": ("/networks/create", addresses("192.168.1.128/25"), r"\(wlan0\)"),
    "the hall's router": ("/networks/create", addresses("192.168.0.0/16", Gateway="192.168.1.1"), r"\(wlan0\)"),
    "addresses that are none": ("/networks/create", addresses("10.0.0.0/99"), "IPAM"),
    "a port and more": (CREATE, host(PortBindings={"80/tcp": [{"HostPort": "1", "Interface": "eth0"}]}), "'Interface'"),
    "a port in another case": (CREATE, host(PortBindings={"80/tcp": [{"hostip": "0.0.0.0"}]}), "'HostIp'"),
    "new settings at the start": ("/containers/web/start", host(Privileged=True), "can't be changed"),
    "a restored checkpoint": ("/containers/web/start?checkpoint=x&checkpoint-dir=/etc", None, "'checkpoint'"),
    "a privileged start of a command": ("/exec/EXEC/start", {"Detach": True, "Privileged": True}, "'Privileged'"),
    "a command in another case": ("/containers/web/exec", {"Cmd": ["x"], "privileged": True}, "'Privileged'"),
    "a later cgroup": ("/containers/web/update", {"CgroupParent": "/x"}, r"allow: \[cgroup-parent\]"),
    "later devices": ("/containers/web/update", {"Devices": [{"PathOnHost": "/dev/sda"}]}, r"allow: \[devices\]"),
    "a checkpoint": ("/containers/web/checkpoints", {"CheckpointID": "x"}, "doesn't know the endpoint"),
    "an old way to copy": ("/containers/web/copy", {"Resource": "/etc"}, "doesn't know the endpoint"),
    "a plugin": ("/plugins/pull?remote=x&name=y", [{"Name": "network", "Value": ["host"]}], "whole engine"),
    "a swarm in another case": ("/Swarm/init", {}, "doesn't know the endpoint"),
    "a swarm's service": ("/services/create", {"TaskTemplate": {}}, "whole engine"),
    "somebody else's build": (f"/build/cancel?id={VICTIM}", None, "No such build"),
    "a build in a victim's network": ("/build?networkmode=ns:/proc/1/ns/net", None, r"allow: \[host-network\]"),
    "a build with two outputs": (
        "/build?outputs=" + quote('[],"outputs":[{"Type":"moby","Attrs":{"name":"victim"}}]'), None, "given twice"
    ),
    "an image from a file": ("/images/create?fromSrc=file:///etc/shadow&repo=x", None, "fromSrc"),
    "an image with labels of ours": (
        "/images/create?fromSrc=-&repo=x&changes=" + quote("LABEL QUARTERDECK.show=x"), None, "changes"
    ),
}  # fmt: skip
"""Where, what, and what the refusal says."""


@pytest.fixture
def hall(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine is in the hall's network."""
    table = tmp_path / "route"
    table.write_text(ROUTES)
    monkeypatch.setattr(networks, "ROUTES", table)


@pytest.mark.usefixtures("hall")
@pytest.mark.parametrize(("target", "body", "says"), BODIES.values(), ids=BODIES.keys())
def test_refused(target: str, body: Any, says: str, demo: Demo) -> None:
    """The engine hears nothing of it, and the refusal names the field and what would allow it."""
    demo.make("containers", "web")
    made = demo.ask("POST", "/containers/web/exec", {"Cmd": ["true"]}).json["Id"]
    message = demo.refused("POST", target.replace("EXEC", made), body)
    assert re.search(says, message), message


TEXTS: dict[str, bytes] = {
    "a key in disguise": b'{"HostConfig":{},"\\u0048ostConfig":{"Privileged":true}}',
    "a key with a soft hyphen": '{"Image":"x","Host\u00adConfig":{"Privileged":true}}'.encode(),
    "half a character": b'{"Image":"\\ud83d"}',
    "half a character as a key": b'{"Image":"x","Labels":{"\\udfff":"x"}}',
    "an infinite number": b'{"Image":"x","StopTimeout":1e999}',
    "many levels": b'{"Cmd":' + b"[" * 950 + b"]" * 950 + b"}",
    "many digits": b'{"StopTimeout":' + b"9" * 5000 + b"}",
    "a mark of byte order": b'\xef\xbb\xbf{"Image":"x"}',
    "UTF-16": '{"Image":"x"}'.encode("utf-16"),
    "a NUL after it": b'{"Image":"x"}\0{"HostConfig":{"Privileged":true}}',
    "compressed": gzip.compress(b'{"Image":"x","HostConfig":{"Privileged":true}}'),
    "a comment": b'{"Image":"x"/*"*/,"HostConfig":{"Privileged":true}/*"*/}',
    "a number as true": b'{"Image":"x","HostConfig":{"Privileged":1}}',
    "a list of one": b'[{"Image":"x","HostConfig":{"Privileged":true}}]',
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_text_in_disguise(text: bytes, demo: Demo) -> None:
    """A body that another reader could take for something else is refused, and doesn't break the connection."""
    answer = demo.ask("POST", CREATE, raw=text, headers={"Content-Encoding": "gzip"})
    assert answer.status in (400, 403)
    assert answer.message.startswith("quarterdeck: ")
    assert not demo.engine.forwarded


FIRST = f"POST {CREATE} HTTP/1.1\r\nHost: d\r\n{DEMO_HEADER}: 1\r\n".encode()
HIDDEN = f"DELETE /containers/{VICTIM}?force=1 HTTP/1.1\r\nHost: d\r\n{DEMO_HEADER}: 1\r\n\r\n".encode()
MESSAGES: dict[str, bytes] = {
    "a request in an unread body": b"POST /swarm/init HTTP/1.1\r\nHost: d\r\nContent-Length: 9\r\n\r\n" + HIDDEN,
    "a request after a wrong chunk": FIRST + b"Transfer-Encoding: chunked\r\n\r\n0\r\n" + HIDDEN,
    "a request in a trailer": FIRST + b"Transfer-Encoding: chunked\r\n\r\n0\r\nX: y\r\n\r\n" + HIDDEN,
    "a length in two headers": FIRST + b"Content-Length: 0\r\nContent-Length: 99\r\n\r\n" + HIDDEN,
    "a length behind a tab": FIRST + b"Content-Length\t: 99\r\n\r\n" + HIDDEN,
    "an encoding behind a form feed": FIRST + b"Transfer-Encoding: \x0cchunked\r\n\r\n0\r\n\r\n" + HIDDEN,
    "an encoding twice": FIRST + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + HIDDEN,
    "an older protocol": FIRST.replace(b"1.1", b"1.0") + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + HIDDEN,
    "a newer protocol": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + HIDDEN,
    "a tunnel": b"CONNECT docker:2375 HTTP/1.1\r\nHost: d\r\n\r\n" + HIDDEN,
    "another method": b"PATCH /containers/victim HTTP/1.1\r\nHost: d\r\n\r\n",
    "a method that is echoed": b"TRACE /_ping HTTP/1.1\r\nHost: d\r\n\r\n",
    "an asterisk": b"OPTIONS * HTTP/1.1\r\nHost: d\r\n\r\n" + HIDDEN,
    "an address as target": b"GET http://docker/containers/victim/json HTTP/1.1\r\nHost: d\r\n\r\n",
    "two slashes": b"GET //containers/victim/json HTTP/1.1\r\nHost: d\r\n\r\n",
    "a dot, escaped": b"GET /containers/x/%2e%2e/victim/json HTTP/1.1\r\nHost: d\r\n\r\n",
    "a version twice": b"GET /v1.41/v1.41/containers/victim/json HTTP/1.1\r\nHost: d\r\n\r\n",
    "a version of zeros": b"GET /v01.041/containers/victim/json HTTP/1.1\r\nHost: d\r\n\r\n",
    "a slash, fullwidth": "GET /v1.41\uff0fcontainers/victim/json HTTP/1.1\r\nHost: d\r\n\r\n".encode(),
    "a fragment": b"GET /containers/victim/json#x HTTP/1.1\r\nHost: d\r\n\r\n",
    "a parameter twice": b"GET /containers/json?filters={}&filters={} HTTP/1.1\r\nHost: d\r\n\r\n",
    "a parameter after a semicolon": b"GET /containers/json?all=1;filters={} HTTP/1.1\r\nHost: d\r\n\r\n",
    "a long head": b"GET /_ping HTTP/1.1\r\nHost: d\r\n" + b"X: y\r\n" * 20_000 + b"\r\n",
    "a head of spaces": b"GET /_ping HTTP/1.1\r\nHost: d\r\nX:" + b" " * 60_000 + b"\x01\r\n\r\n",
    "a body without end": FIRST + b"Content-Length: 999999999999\r\n\r\n{",
}  # fmt: skip


@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES.keys())
def test_message_in_disguise(message: bytes, demo: Demo) -> None:
    """A message that two readers could end at different places is refused once, and the connection ends."""
    with demo.connect() as connection:
        connection.sendall(message)
        connection.shutdown(1)
        received = b""
        while more := connection.recv(1 << 16):
            received += more
    assert received[9:12] in (b"400", b"403", b"413", b"431", b"501"), received
    assert len(re.findall(rb"HTTP/1\.1 \d", received)) == 1
    assert not [request for request in demo.engine.requests if VICTIM in request.target or "victim" in request.target]
    assert not demo.engine.forwarded


def own(request: Forwarded, demo: Demo) -> None:
    """The request is about the demo's own."""
    assert VICTIM not in f"{request.target} {request.body!r}".replace(f"{demo.prefix}{VICTIM}", "")


MEANT: dict[str, tuple[str, str, Any, Callable[[Forwarded, Demo], object]]] = {
    "a removal by id": ("DELETE", f"/containers/{VICTIM}?force=1", None, own),
    "a removal by a shortened id": ("DELETE", f"/containers/{VICTIM[:12]}", None, own),
    "ears at a terminal": ("GET", f"/containers/{VICTIM}/attach/ws?stream=1&stdout=1", None, own),
    "a copy into it": ("PUT", f"/containers/{VICTIM}/archive?path=/", None, own),
    "a commit of it": ("POST", f"/commit?container={VICTIM}&repo=x", {}, own),
    "its volumes": ("POST", CREATE, host(VolumesFrom=[f"{VICTIM}:rw"]), own),
    "a link to it": ("POST", CREATE, host(Links=[f"/{VICTIM}:v"]), own),
    "its processes": ("POST", CREATE, host(PidMode=f"container:{VICTIM}"), own),
    "its network": ("POST", CREATE, host(NetworkMode=VICTIM), own),
    "its network beside ours": (
        "POST",
        CREATE,
        {**host(NetworkMode="n"), "NetworkingConfig": {"EndpointsConfig": {"n": {"NetworkID": VICTIM}}}},
        own,
    ),
    "its network for a build": ("POST", f"/build?networkmode=container:{VICTIM}", None, own),
    "another into our network": ("POST", "/networks/n/connect", {"Container": VICTIM}, own),
    "another off the bridge": ("POST", "/networks/bridge/disconnect", {"Container": VICTIM, "Force": True}, own),
    "its volume": ("POST", CREATE, mount(Type="volume", Source=VICTIM), own),
    "its name": (
        "POST", "/containers/web/rename?name=/victim", None,
        lambda request, demo: request.query["name"] == [f"{demo.prefix}victim"],
    ),
    "all names": (
        "GET", "/containers/json?filters=" + quote('{"name":["x)|(?:.*"],"label":{"a":false}}'), None,
        lambda request, demo: f"quarterdeck.show={demo.room.show}" in request.filters["label"],
    ),
    "a prune that denies labels": (
        "POST", "/containers/prune?filters=" + quote('{"label!":["quarterdeck.show"]}'), None,
        lambda request, demo: f"quarterdeck.show={demo.room.show}" in request.filters["label"],
    ),
    "our label with a Kelvin sign": (
        "POST", CREATE, {"Image": "x", "Labels": {"quarterdec\u212a.show": "x", "QuarterDeck.Show": "y"}},
        lambda request, demo: request.json["Labels"]["quarterdeck.show"] == demo.room.show
        and not {"x", "y"} & set(request.json["Labels"].values()),
    ),
    "a file that goes with it": (
        "POST", CREATE, host(ContainerIDFile="/home/speaker/thesis.odt"),
        lambda request, _: "ContainerIDFile" not in request.json["HostConfig"],
    ),
    "a newer protocol on a tunnel": (
        "POST", "/grpc", None, lambda request, _: request.header("HTTP2-Settings") is None
    ),
}  # fmt: skip
"""What goes on to the engine, but only about the demo's own."""


@pytest.mark.parametrize(("method", "target", "body", "holds"), MEANT.values(), ids=MEANT.keys())
def test_own_is_meant(
    method: str, target: str, body: Any, holds: Callable[[Forwarded, Demo], object], demo: Demo
) -> None:
    """The engine is asked for something that it doesn't have, or that is the demo's."""
    demo.make("containers", "web")
    demo.engine.answer("POST", "/build|/images/create", Said(lines=[]))
    before = len(demo.engine.forwarded)
    headers = {"Connection": "Upgrade, HTTP2-Settings", "Upgrade": "h2c", "HTTP2-Settings": "AAMAAABkAAQAAP__"}
    demo.ask(method, target, body, headers if target == "/grpc" else {})
    sent = demo.engine.forwarded[before:]
    assert sent
    for request in sent:
        assert holds(request, demo) is not False, (request, request.body)


def test_folder_that_becomes_a_link(demo: Demo) -> None:
    """A volume's folder, too, is looked at again before the engine mounts it: when a container is made, and started."""
    folder = demo.folder / "here"
    folder.mkdir()
    options = {"type": "none", "o": "bind", "device": str(folder)}
    demo.forwarded("POST", "/volumes/create", {"Name": "v", "DriverOpts": options})
    demo.make("containers", "web", HostConfig={"Binds": ["v:/x"]})
    driver = {"DriverConfig": {"Name": "local", "Options": {**options, "device": str(demo.folder / "there")}}}
    demo.make(
        "containers", "other", HostConfig={"Mounts": [{"Type": "volume", "Target": "/y", "VolumeOptions": driver}]}
    )
    folder.rmdir()
    folder.symlink_to("/etc")
    assert "outside the demo's folder" in demo.refused("POST", "/containers/web/start")
    assert "outside the demo's folder" in demo.refused("POST", "/containers/web/restart")
    assert "outside the demo's folder" in demo.refused("POST", CREATE, host(Binds=["v:/x"]))
    folder.unlink()
    (demo.folder / "there").symlink_to("/")
    assert "outside the demo's folder" in demo.refused("POST", "/containers/other/start")
    (demo.folder / "there").unlink()
    demo.forwarded("POST", "/containers/web/start")


@pytest.mark.usefixtures("hall")
@pytest.mark.parametrize(
    "subnet", ["10.9.0.0/16", "172.28.0.0/16", "192.168.0.0/16", "192.0.2.0/24", "fd00::/64", "172.17.0.0/16"]
)
def test_addresses_for_demos(subnet: str, demo: Demo) -> None:
    """Those of tutorials pass; those of another bridge are the engine's to refuse."""
    sent = demo.forwarded("POST", "/networks/create", addresses(subnet))
    assert sent.json["IPAM"]["Config"] == [{"Subnet": subnet}]


@pytest.mark.usefixtures("hall")
def test_addresses_that_are_allowed(demos: Callable[..., Demo]) -> None:
    """With the exception, also those of the hall."""
    demos("host-network").forwarded("POST", "/networks/create", addresses("192.168.1.0/24"))
