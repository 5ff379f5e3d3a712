"""Random requests to a clean room: from every line of the table of endpoints, changed as accidents and attacks would.

Heads and bodies, JSON, filters, names, mounts, options: each request is plausible at first, then a few of
its bytes, names, keys or headers are changed.  Deterministic for a seed.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from quarterdeck.stage.cleanroom.routes import ENDPOINTS, Endpoint
from support.fake_engine import DEMO_HEADER

VICTIM = "c" * 12 + "1" * 52
"""The id of a container, network, volume or command that isn't the demo's."""
DENIED: tuple[dict[str, Any], ...] = (
    {"Privileged": True},
    {"CapAdd": ["SYS_ADMIN"]},
    {"Devices": [{"PathOnHost": "/dev/sda", "PathInContainer": "/dev/sda", "CgroupPermissions": "rwm"}]},
    {"DeviceRequests": [{"Count": -1, "Capabilities": [["gpu"]]}]},
    {"Sysctls": {"kernel.domainname": "x"}},
    {"SecurityOpt": ["seccomp=unconfined"]},
    {"NetworkMode": "host"},
    {"NetworkMode": "ns:/proc/1/ns/net"},
    {"NetworkMode": f"container:{VICTIM}", "PidMode": "container:victim"},
    {"PidMode": "host", "IpcMode": "host"},
    {"UTSMode": "host", "UsernsMode": "host", "CgroupnsMode": "host"},
    {"Runtime": "evil", "CgroupParent": "/x", "Cgroup": "container:victim"},
    {"MaskedPaths": [], "ReadonlyPaths": []},
    {"OomKillDisable": True, "OomScoreAdj": -1000},
    {"LogConfig": {"Type": "syslog", "Config": {"syslog-address": "udp://x"}}},
    {"Annotations": {"run.oci.handler": "x"}},
    {"Binds": ["/etc:/x"]},
    {"Binds": ["victim:/x", "/x:/y:rshared"]},
    {"Mounts": [{"Type": "bind", "Source": "/etc", "Target": "/x", "BindOptions": {"Propagation": "rshared"}}]},
    {"Mounts": [{"Type": "volume", "Source": "victim", "Target": "/x"}]},
    {
        "Mounts": [
            {
                "Type": "volume",
                "Target": "/x",
                "VolumeOptions": {
                    "DriverConfig": {"Name": "local", "Options": {"type": "none", "o": "bind", "device": "/etc"}}
                },
            }
        ]
    },
    {"VolumesFrom": ["victim", VICTIM], "Links": ["victim:v"]},
)
CREATIONS = ("/containers/create", "/containers/create", "/networks/create", "/volumes/create", "/build")
"""Paths of the requests that the policy says most about."""
LIMITED: tuple[dict[str, Any], ...] = (
    {},
    {"Memory": 0, "PidsLimit": -1},
    {"Memory": -1, "MemorySwap": -1},
    {"CpuQuota": -1},
    {"CpuPeriod": 50_000},
    {"NanoCpus": 500_000_000},
)
NETWORKS: tuple[dict[str, Any], ...] = (
    {},
    {"front": {"Aliases": ["a"]}},
    {"front": {"NetworkID": VICTIM}},
    {VICTIM: {}},
    {"host": {}},
    {"front": {"DriverOpts": {"com.docker.network.endpoint.sysctls": "x"}, "Links": ["victim:v"]}},
)
OTHERS: tuple[dict[str, Any], ...] = (
    {"Name": "victim", "Driver": "local", "DriverOpts": {"type": "tmpfs", "o": "bind", "device": "/"}},
    {"Name": "data", "DriverOpts": {"type": "none", "o": "bind", "device": "/etc"}},
    {"Name": "data", "Driver": "sshfs", "Labels": {"quarterdeck.show": "x"}},
    {"Name": "net", "Driver": "macvlan"},
    {"Name": "net", "Options": {"com.docker.network.bridge.name": "docker0"}, "IPAM": {"Driver": "dhcp"}},
    {"Name": "net", "Labels": {"quarterdeck.show": "x"}, "Ingress": True, "Scope": "swarm"},
    {"Container": VICTIM, "EndpointConfig": {"NetworkID": VICTIM, "Links": ["victim"]}},
    {"Container": "victim", "Force": True},
    {"Cmd": ["x"], "Privileged": True},
    {"Detach": False, "Tty": True},
    {"Memory": 1 << 26, "Privileged": True},
    {"PidsLimit": -1, "CpuQuota": -1, "Memory": -1},
    {"Labels": {"quarterdeck.show": "x"}},
)
FILTERS = (
    "",
    "{}",
    '{"label":[]}',
    '{"label":{"quarterdeck.show=show":false}}',
    '{"name":["victim"],"id":["' + VICTIM + '"]}',
    '{"label!":["a"],"until":["0s"]}',
    '{"label":["a"],"label":[]}',
    '{"Label":["a"]}',
    "[]",
)
VALUES: dict[str, Sequence[str]] = {
    "filters": FILTERS,
    "name": ("web", "/web", "", "a/b"),
    "container": ("victim", VICTIM, "web"),
    "repo": ("own", "victim"),
    "t": ("own", "victim:1", ""),
    "networkmode": ("host", "HOST", "front", "container:victim", "ns:/proc/1/ns/net", "none", "default", ""),
    "remote": ("client-session", "/etc", "file:///etc", "https://example.org/x.tar"),
    "outputs": ("", '[{"Type":"moby","Attrs":{"name":"victim"}}]', '[{"type":"moby","attrs":{"NAME":"v"}}]', "[]"),
    "fromSrc": ("-", "/etc/shadow", "http://x/y", "file:///x"),
    "memory": ("0", "-1", "67108864", "1g"),
    "cpuquota": ("-1", "5000", ""),
    "cpuperiod": ("1000", "0"),
    "securityopt": ('["seccomp=unconfined"]', "null"),
    "cgroupparent": ("/x", ""),
    "changes": ("LABEL quarterdeck.show=x", "CMD x"),
    "labels": ('{"quarterdeck.show":"x"}', "{}"),
}
"""Query parameters with values that mean something; others are 1."""
HEADERS = (
    ("Content-Length", "0"),
    ("Content-Length", "5 "),
    ("content-length", "-1"),
    ("Transfer-Encoding", "chunked"),
    ("Transfer-Encoding", "identity"),
    ("Transfer-Encoding\t", "chunked"),
    ("Transfer-Encoding", "\x0bchunked"),
    ("Connection", "close"),
    ("Connection", "Upgrade"),
    ("Connection", "Host, Content-Length"),
    ("Upgrade", "tcp"),
    ("Upgrade", "h2c"),
    ("Expect", "100-continue"),
    ("Content-Type", "application/x-www-form-urlencoded"),
    ("Content-Type", "multipart/form-data; boundary=x"),
    ("Host", "e"),
    ("X-HTTP-Method-Override", "DELETE"),
    ("X Y", "z"),
    ("X", "a\rb"),
    ("X", "a\nTransfer-Encoding: chunked"),
    ("Trailer", "X"),
)
HIDDEN = b"\r\n\r\nDELETE /containers/victim HTTP/1.1\r\nHost: d\r\n\r\n"
PIECES = (b"\r\n", b"\n", b"\r", b" ", b"\0", b"0\r\n\r\n", HIDDEN)
PLACES = ("//etc", "/./etc", "/etc/", "\\u002fetc", " /etc", "~/", "./etc", "/etc\\u0000", "/proc/self/root/etc")


@dataclass(frozen=True)
class Requests:
    """Makes requests; ``own`` are references to objects of the demo's, ``folder`` is its folder."""

    chance: random.Random
    own: Sequence[str]
    folder: str

    def next(self, number: int) -> bytes:
        """One request, or a few on one connection; ``number`` is in a header that the engine gets too."""
        return b"".join(self._request(number) for _ in range(self.chance.choice((1, 1, 1, 1, 1, 1, 2, 3))))

    def _request(self, number: int) -> bytes:
        chance = self.chance
        path = chance.choice(CREATIONS) if chance.random() < 0.5 else ""
        endpoint = chance.choice([each for each in ENDPOINTS if each.path == path] or ENDPOINTS)
        method, target = chance.choice(endpoint.methods), self._target(endpoint)
        body = self._body(endpoint) if method in ("POST", "PUT") or chance.random() < 0.05 else b""
        for _ in range(chance.choice((0, 0, 0, 0, 1, 2))):
            method, target = self._change_target(method, target)
        headers, body = self._headers(body, number)
        version = chance.choice(("HTTP/1.1",) * 30 + ("HTTP/1.0", "HTTP/2", "http/1.1"))
        end = chance.choice(("\r\n",) * 40 + ("\n", "\r"))
        head = "".join(f"{line}{end}" for line in (f"{method} {target} {version}", *headers, ""))
        raw = head.encode("latin-1", "replace") + body
        for _ in range(chance.choice((0,) * 8 + (1, 2))):
            raw = self._change_bytes(raw)
        return raw

    def _target(self, endpoint: Endpoint) -> str:
        chance = self.chance
        names = (VICTIM, VICTIM[:12], "victim", "web", "own", "bridge", "host", "none", *self.own)
        path = re.sub(r"\{\w+…?\}", lambda _: chance.choice(names), endpoint.path)
        known = sorted(endpoint.known & set(VALUES) if chance.random() < 0.7 else endpoint.known)
        chosen = chance.sample(known, min(len(known), chance.choice((0, 1, 1, 2, 3))))
        query = "&".join(f"{name}={quote(chance.choice(VALUES.get(name, ('1',))))}" for name in chosen)
        version = chance.choice(("",) * 6 + ("/v1.41", "/v1.24", "/v1.51", "/v1.12", "/v1.52", "/v9.99", "/V1.41"))
        return f"{version}{path}?{query}" if query else f"{version}{path}"

    def _body(self, endpoint: Endpoint) -> bytes:
        chance = self.chance
        if endpoint.path == "/containers/create":
            host = {**chance.choice(LIMITED), "NetworkMode": "bridge", "Binds": [f"{self.folder}:/x", "data:/data"]}
            if chance.random() < 0.6:
                host |= chance.choice(DENIED)
            networks = {"EndpointsConfig": chance.choice(NETWORKS)}
            value: Any = {"Image": "busybox", "Cmd": ["x"], "HostConfig": host, "NetworkingConfig": networks}
        else:
            value = chance.choice((*OTHERS, {}, {}, {}))
        text = json.dumps(value)
        for _ in range(chance.choice((0, 0, 0, 1, 1, 2, 3))):
            text = self._change_json(text)
        return text.encode("utf-8", "surrogatepass")

    def _change_json(self, text: str) -> str:
        chance = self.chance
        keys = re.findall(r'"(\w+)":', text)
        if not keys:
            return text
        key = chance.choice(keys)
        found = f'"{key}":'
        like = key.replace("s", "\u017f", 1).replace("k", "\u212a", 1)
        escaped = "".join(f"\\u{ord(letter):04x}" for letter in key)
        changes = (
            lambda: text.replace(found, f'"{key.lower()}":', 1),
            lambda: text.replace(found, f'"{key.swapcase()}":', 1),
            lambda: text.replace(found, f'"{key}":null,"{key}":', 1),
            lambda: text.replace(found, f'"{like}":', 1),
            lambda: text.replace(found, f'"{escaped}":', 1),
            lambda: text + chance.choice((text, "x", " ", "{}", "\0", ",")),
            lambda: chance.choice(("[", "\ufeff", " ", '{"HostConfig":{"Privileged":true},')) + text,
            lambda: text.replace("true", chance.choice(("1", '"true"', "[true]", "True", "null")), 1),
            lambda: text.replace("{", chance.choice(("[{", '{"":0,', '{"HostConfig ":{"Privileged":true},')), 1),
            lambda: text.replace('"host"', chance.choice(('"Host"', '" host"', '"host "', '["host"]', '"HOST"')), 1),
            lambda: text.replace("/etc", chance.choice((*PLACES, f"{self.folder}/../../etc", f"{self.folder}x")), 1),
            lambda: text.replace(found, f'"{key}":{chance.choice(("-1", "0", "[]", "{}", "1e400", "true"))},"x":', 1),
        )
        return chance.choice(changes)()

    def _change_target(self, method: str, target: str) -> tuple[str, str]:
        chance = self.chance
        at = chance.randrange(len(target))
        inserted = chance.choice(("%00", "%0d%0a", "%252f", "%ff", "?", "#", "&", ";", "%", "%zz", "\t", " ", "\x7f"))
        slash = chance.choice(("//", "/./", "/../", "%2f", "/%2e/", "\\", "/;/", "/x/../"))
        added = chance.choice(("?name=victim", "&name=victim", "&filters={}", "&force=1", "&t=a&t=b", "&all=1&all=0"))
        other = chance.choice(("GET", "POST", "DELETE", "PUT", "HEAD", "OPTIONS", "PATCH", "CONNECT", "get", "TRACE"))
        return chance.choice(
            (
                (method, f"{target[:at]}%{ord(target[at]):02x}{target[at + 1 :]}"),
                (method, target.replace("/", slash, 1)),
                (method, target[:at] + inserted + target[at:]),
                (method, target + added),
                (method, f"http://docker{target}"),
                (method, target.upper()),
                (other, target),
                (method, target.replace("victim", chance.choice(("Victim", "vic%74im", "/victim", "victim:")))),
                (method, target[:at] + target[at + 1 :]),
            )
        )

    def _headers(self, body: bytes, number: int) -> tuple[list[str], bytes]:
        chance = self.chance
        headers = [("Host", "d"), (DEMO_HEADER, str(number))]
        if body and chance.random() < 0.7:
            headers.append(("Content-Length", str(len(body))))
        elif body:
            size = chance.choice((1, 7, 50, 1000))
            pieces = [body[at : at + size] for at in range(0, len(body), size)]
            body = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
            headers.append(("Transfer-Encoding", "chunked"))
        if body:
            headers.append(("Content-Type", "application/json"))
        headers += chance.choices(HEADERS, k=chance.choice((0, 0, 0, 0, 1, 2)))
        return [f"{name}: {value}" for name, value in headers], body

    def _change_bytes(self, raw: bytes) -> bytes:
        chance = self.chance
        at = chance.randrange(len(raw))
        return chance.choice(
            (
                raw[:at] + bytes([chance.randrange(256)]) + raw[at + 1 :],
                raw[:at] + raw[at + 1 :],
                raw[:at] + chance.choice(PIECES) + raw[at:],
                raw[:at] + raw[at : at + chance.randrange(20)] + raw[at:],
            )
        )
