"""The clean room's policy once more, as a reader of what it forwards: which promise does a request break?

Written without the room's own code, so that a mistake there isn't repeated here.  Every test with a fake
engine holds every request against it, and so does the fuzzer.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.fake_engine import Forwarded

SERVED = re.compile(
    r"_ping|version|info|events|system|auth|containers|exec|images|distribution|commit|build|session|grpc|networks|volumes"
)
"""First segments of the paths that an engine may be asked for."""
SHARED_NETWORKS = frozenset({"bridge", "none", "default", "podman"})
REPEATED = frozenset({"t", "names", "changes", "cachefrom", "extrahosts", "platform", "type"})
TUNNELS = re.compile(r"/containers/[^/]+/attach(/ws)?|/exec/[^/]+/start|/session|/grpc")
UPLOADS = re.compile(r"/containers/[^/]+/archive|/build|/images/load|/images/create")
"""Paths whose bodies are archives."""
OWN_LISTS = frozenset({"/containers/json", "/containers/prune", "/networks/prune", "/volumes", "/volumes/prune"})
EMPTY: tuple[object, ...] = (None, False, 0, "", [], {})
NEVER = {
    "Privileged": "privileged",
    "CapAdd": "capabilities",
    "Capabilities": "capabilities",
    "Devices": "devices",
    "DeviceRequests": "devices",
    "DeviceCgroupRules": "devices",
    "Sysctls": "sysctls",
    "CgroupParent": "cgroup-parent",
    "Cgroup": "cgroup-parent",
    "UsernsMode": "host-users",
    "OomKillDisable": "unlimited",
    "OomScoreAdj": "unlimited",
    "CpuRealtimePeriod": "unlimited",
    "CpuRealtimeRuntime": "unlimited",
    "Annotations": "runtime",
}
"""Fields of ``HostConfig`` that stay empty unless the exception lifts the rule."""
CHOICES: Mapping[str, tuple[str, Set[str]]] = {
    "Runtime": ("runtime", {"runc", "io.containerd.runc.v2"}),
    "Isolation": ("runtime", {"default"}),
    "VolumeDriver": ("binds", {"local"}),
    "CgroupnsMode": ("cgroup-parent", {"private"}),
    "UTSMode": ("host-uts", {"private"}),
}
"""Fields of ``HostConfig`` with values that do no harm."""
MODES: Mapping[str, tuple[str, Set[str]]] = {
    "NetworkMode": ("host-network", SHARED_NETWORKS),
    "PidMode": ("host-pid", {"private"}),
    "IpcMode": ("host-ipc", {"private", "none", "shareable"}),
}
VOLUME_FLAGS = re.compile(r"(size|nr_inodes|mode|uid|gid)=[0-9]+[kmgKMG%]?|ro|rw|no(exec|suid|dev|atime)|exec|bind")
BRIDGE_OPTIONS = re.compile(
    r"com\.docker\.network\.(bridge\.enable_icc|bridge\.enable_ip_masquerade|driver\.mtu)|mtu|isolate"
)
CONTEXTS = re.compile(r"client-session$|upload-request$|https?://|git(://|@)|github\.com/")
LOG_DRIVERS = frozenset({"json-file", "local", "none"})


@dataclass(frozen=True)
class Policy:
    """The promises of one clean room."""

    prefix: str
    show: str
    folder: Path
    allow: frozenset[str] = frozenset()

    def violations(self, request: Forwarded) -> list[str]:
        """Every promise that a request breaks."""
        return list(self._violations(request))

    def _violations(self, request: Forwarded) -> Iterator[str]:
        path, query = request.path, request.query
        segments = path.strip("/").split("/")
        if not SERVED.fullmatch(segments[0]):
            yield f"{path} is not served"
        if request.version and tuple(map(int, request.version[1:].split("."))) > (1, 51):
            yield f"version {request.version} is not known"
        for name, values in query.items():
            if len(values) > 1 and name not in REPEATED:
                yield f"{name} is given twice"
        if (request.header("content-type") or "").lower().startswith(("application/x-www-form", "multipart/")):
            yield "a form"
        if request.header("upgrade") and not TUNNELS.fullmatch(path):
            yield f"an upgrade on {path}"
        yield from self._references(request.method, segments)
        if path in OWN_LISTS and f"quarterdeck.show={self.show}" not in request.filters.get("label", []):
            yield f"{path} without a filter for the demo's own"
        try:
            body = None if UPLOADS.fullmatch(path) else request.json
        except ValueError as error:
            yield f"a body that can be read in two ways: {error}"
            return
        yield from self._content(path, query, body if isinstance(body, dict) else {})

    def _content(self, path: str, query: dict[str, list[str]], body: dict[str, Any]) -> Iterator[str]:
        def first(name: str) -> str:
            return query.get(name, [""])[0]

        match path.strip("/").split("/"):
            case ["containers", "create"]:
                if not self._own(first("name")):
                    yield f"a container called {first('name')}"
                yield from self._container(body)
            case ["containers", _, "update"]:
                yield from self._host(body)
                if any(body.get(key, 1) < 0 for key in ("Memory", "MemorySwap", "NanoCpus", "CpuQuota", "PidsLimit")):
                    yield from self._unless("unlimited", f"a limit taken off: {body}")
            case ["containers", _, "rename"] if not self._own(first("name")):
                yield f"renamed to {first('name')}"
            case ["containers", _, "exec"] if body.get("Privileged"):
                yield from self._unless("privileged", "a privileged command")
            case ["containers", _, "start"] if body:
                yield "new settings at the start"
            case ["networks", "create"]:
                yield from self._network(body)
            case ["networks", _, "connect" | "disconnect"]:
                if not self._own(body.get("Container", "")):
                    yield f"a foreign container {body.get('Container')}"
                yield from self._endpoint(body.get("EndpointConfig") or {})
            case ["volumes", "create"]:
                if body.get("Name") and not self._own(body["Name"]):
                    yield f"a volume called {body['Name']}"
                yield from self._labels(body)
                yield from self._volume(body.get("Driver") or "", body.get("DriverOpts") or {})
            case ["commit"] if not self._own(first("container")):
                yield "a commit of a foreign container"
            case ["images", "create"] if first("fromSrc") and not re.match(r"-$|https?://", first("fromSrc")):
                yield f"an image imported from {first('fromSrc')}"
            case ["build"]:
                yield from self._build(query)

    def _references(self, method: str, segments: list[str]) -> Iterator[str]:
        match segments:
            case ["containers", "json" | "create" | "prune"] | ["networks" | "volumes"]:
                pass
            case ["networks" | "volumes", "create" | "prune"]:
                pass
            case ["containers" | "exec", reference, *_] if not self._own(reference):
                yield f"a foreign {segments[0]} {reference}"
            case ["networks", reference, *rest] if not self._own(reference):
                shared = reference in {*SHARED_NETWORKS, "host"}
                if not (shared and (method == "GET" or rest in (["connect"], ["disconnect"]))):
                    yield f"a foreign network {reference}"
            case ["volumes", reference] if not self._own(reference):
                if not (method == "GET" and re.fullmatch("[0-9a-f]{64}", reference)):
                    yield f"a foreign volume {reference}"

    def _own(self, reference: object) -> bool:
        """Whether the engine's name, or an id that the fake engine has given, is one of the demo's."""
        return isinstance(reference, str) and bool(
            reference.startswith(self.prefix) or re.fullmatch(r"0+abc[0-9a-f]+", reference)
        )

    def _unless(self, allow: str, what: str) -> Iterator[str]:
        if allow not in self.allow:
            yield what

    def _labels(self, body: dict[str, Any]) -> Iterator[str]:
        if (body.get("Labels") or {}).get("quarterdeck.show") != self.show:
            yield "an object without the show's label"

    def _container(self, body: dict[str, Any]) -> Iterator[str]:
        host = body.get("HostConfig") or {}
        yield from self._labels(body)
        yield from self._host(host)
        if "unlimited" not in self.allow:
            period = host.get("CpuPeriod") or 100_000
            processors = (host.get("NanoCpus") or 0) / 1e9 or max(0, host.get("CpuQuota") or 0) / period
            if host.get("Memory", 0) <= 0 or host.get("PidsLimit", 0) <= 0 or processors <= 0:
                yield f"a container without limits: {host}"
            if host.get("MemorySwap", 0) < 0:
                yield "a container with unlimited swap"
        for name, endpoint in ((body.get("NetworkingConfig") or {}).get("EndpointsConfig") or {}).items():
            if (
                not self._own(name)
                and name not in SHARED_NETWORKS
                and not (name == "host" and self._may("host-network"))
            ):
                yield f"a foreign network {name}"
            yield from self._endpoint(endpoint or {})

    def _may(self, allow: str) -> bool:
        return allow in self.allow

    def _endpoint(self, endpoint: dict[str, Any]) -> Iterator[str]:
        identity = endpoint.get("NetworkID")
        if identity and not self._own(identity) and identity not in SHARED_NETWORKS:
            yield f"a foreign network {identity}"
        for link in endpoint.get("Links") or ():
            if not self._own(link.partition(":")[0]):
                yield f"a foreign link {link}"
        if set(endpoint.get("DriverOpts") or {}) - {"com.docker.network.endpoint.ifname"}:
            yield from self._unless("sysctls", f"driver options {endpoint['DriverOpts']}")

    def _host(self, host: dict[str, Any]) -> Iterator[str]:
        for field, allow in NEVER.items():
            if host.get(field) not in EMPTY:
                yield from self._unless(allow, f"{field} {host[field]}")
        for field, (allow, harmless) in CHOICES.items():
            if host.get(field) not in EMPTY and host[field] not in harmless:
                yield from self._unless(allow, f"{field} {host[field]}")
        for field in ("MaskedPaths", "ReadonlyPaths"):
            if host.get(field) is not None:
                yield from self._unless("privileged", f"{field} {host[field]}")
        for option in host.get("SecurityOpt") or ():
            if not re.fullmatch(r"no-new-privileges([:=]true)?", option):
                yield from self._unless("security-options", f"SecurityOpt {option}")
        for field, (allow, harmless) in MODES.items():
            mode = host.get(field) or ""
            kind, colon, reference = mode.partition(":")
            if colon and kind == "container" and self._own(reference):
                continue
            if mode and mode not in harmless and not self._own(mode):
                yield from self._unless(allow, f"{field} {mode}")
        log = host.get("LogConfig") or {}
        if (log.get("Type") or "local") not in LOG_DRIVERS or "path" in (log.get("Config") or {}):
            yield f"LogConfig {log}"
        for reference in [*(host.get("VolumesFrom") or ()), *(host.get("Links") or ())]:
            if not self._own(reference.partition(":")[0]):
                yield f"a foreign reference {reference}"
        for bind in host.get("Binds") or ():
            yield from self._source(bind.split(":")[0])
            if re.search(r"\b(r?shared|r?slave)\b", bind.partition(":")[2].partition(":")[2]):
                yield from self._unless("binds", f"propagation {bind}")
        for mount in host.get("Mounts") or ():
            yield from self._mount(mount)

    def _source(self, source: str) -> Iterator[str]:
        if source.startswith("/"):
            if not Path(os.path.realpath(source)).is_relative_to(self.folder):
                yield from self._unless("binds", f"a bind of {source}")
        elif not self._own(source):
            yield f"a foreign volume {source}"

    def _mount(self, mount: dict[str, Any]) -> Iterator[str]:
        match mount.get("Type"):
            case "bind":
                yield from self._source(mount.get("Source") or ".")
                if re.search("shared|slave", str((mount.get("BindOptions") or {}).get("Propagation"))):
                    yield from self._unless("binds", f"propagation of {mount}")
            case "volume":
                options = mount.get("VolumeOptions") or {}
                if mount.get("Source") and not self._own(mount["Source"]):
                    yield f"a foreign volume {mount['Source']}"
                yield from self._labels(options)
                driver = options.get("DriverConfig") or {}
                yield from self._volume(driver.get("Name") or "", driver.get("Options") or {})
            case "tmpfs" | "image":
                pass
            case kind:
                yield f"a mount of type {kind}"

    def _volume(self, driver: str, options: dict[str, Any]) -> Iterator[str]:
        if "binds" in self.allow:
            return
        if driver not in ("", "local"):
            yield f"volume driver {driver}"
        if set(options) - {"type", "o", "device", "size"}:
            yield f"volume options {options}"
        words = [word for word in str(options.get("o") or "").split(",") if word]
        if not all(map(VOLUME_FLAGS.fullmatch, words)):
            yield f"volume options {options}"
        kind = options.get("type") or "none"
        if kind not in ("none", "tmpfs"):
            yield f"a volume of type {kind}"
        if options.get("device") and (kind != "tmpfs" or "bind" in words):
            yield from self._source(str(options["device"]) if "bind" in words and kind == "none" else "/dev")

    def _network(self, body: dict[str, Any]) -> Iterator[str]:
        if not self._own(body.get("Name")) and body.get("Name"):
            yield f"a network called {body['Name']}"
        yield from self._labels(body)
        if body.get("Ingress") or body.get("Scope") not in (None, "", "local"):
            yield "a network of a swarm"
        if "host-network" in self.allow:
            return
        if body.get("Driver") not in (None, "", "default", "bridge", "null"):
            yield f"a network of driver {body['Driver']}"
        if not all(map(BRIDGE_OPTIONS.fullmatch, body.get("Options") or {})):
            yield f"network options {body['Options']}"
        if (body.get("IPAM") or {}).get("Driver") not in (None, "", "default"):
            yield f"addresses by {body['IPAM']}"

    def _build(self, query: dict[str, list[str]]) -> Iterator[str]:
        def first(name: str) -> str:
            return query.get(name, [""])[0]

        mode = first("networkmode")
        own = self._own(mode) or (mode.startswith("container:") and self._own(mode.removeprefix("container:")))
        if mode and mode not in SHARED_NETWORKS and not own:
            yield from self._unless("host-network", f"a build on the network {mode}")
        if first("cgroupparent"):
            yield from self._unless("cgroup-parent", f"a build in {first('cgroupparent')}")
        if first("securityopt") not in ("", "null", "[]"):
            yield from self._unless("security-options", f"a build with {first('securityopt')}")
        if first("remote") and not re.match(
            r"client-session$|upload-request$|https?://|git(://|@)|github\.com/", first("remote")
        ):
            yield f"a build of {first('remote')}"
        if '"name"' in first("outputs").lower():
            yield f"a build that names its image past its tags: {first('outputs')}"
        if "unlimited" not in self.allow:
            limits = [int(first(name) or 0) for name in ("memory", "cpuquota")]
            if min(limits) <= 0 or int(first("memswap") or 0) < 0:
                yield f"a build without limits: {query}"


def solve_violations(stream: bytes, methods: Mapping[int, str], tags: Set[str]) -> list[str]:
    """The promises that requests in a tunnel break, read from the frames that BuildKit gets after the preface.

    ``methods``: of each stream; ``tags``: those that the room knows will be made.
    """
    return list(_solve_violations(stream, methods, tags))


def _solve_violations(stream: bytes, methods: Mapping[int, str], tags: Set[str]) -> Iterator[str]:
    for opened, message in _grpc_messages(stream):
        if methods.get(opened) in ("Prune", "%50rune", "FromTheFuture"):
            yield f"the method {methods[opened]}"
        if methods.get(opened) != "Solve":
            continue
        found = _protobuf(message)
        if found is None:
            continue
        maps = [(number, _protobuf(value)) for number, value in found if number in (4, 7, 13)]
        attributes = [
            _protobuf(value) for number, inside in maps if number == 13 for key, value in inside or () if key == 2
        ]
        if None in [*attributes, *(inside for _, inside in maps)]:
            continue  # it is another message, or one that BuildKit refuses
        for number, value in found:
            if number == 9:
                yield f"the entitlement {value!r}"
        entries = [dict(inside or ()) for number, inside in maps if number == 7]
        frontend = {entry.get(1): entry.get(2) for entry in entries}
        if frontend.get(b"force-network-mode") == b"host" or frontend.get(b"cgroup-parent"):
            yield f"the attributes {frontend}"
        for entry in map(dict, filter(None, attributes)):
            named = set(entry.get(2, b"").decode(errors="replace").split(","))
            if entry.get(1) == b"name" and named - tags - {""}:
                yield f"tags that nobody noted: {entry}"


def _grpc_messages(stream: bytes) -> Iterator[tuple[int, bytes]]:
    waiting: dict[int, bytes] = {}
    closed: set[int] = set()
    while len(stream) >= 9:
        size, kind, flags, number = int.from_bytes(stream[:3]), stream[3], stream[4], int.from_bytes(stream[5:9])
        content, stream = stream[9 : 9 + size], stream[9 + size :]
        if kind == 1 and flags & 0x1:
            closed.add(number & 0x7FFFFFFF)
        if kind != 0 or number & 0x7FFFFFFF in closed:
            continue
        if flags & 0x8 and content:
            if content[0] >= len(content):
                return  # BuildKit ends the connection
            content = content[1 : len(content) - content[0]]
        number &= 0x7FFFFFFF
        waiting[number] = waiting.get(number, b"") + content
        while len(waiting[number]) >= 5 and len(waiting[number]) >= 5 + (end := int.from_bytes(waiting[number][1:5])):
            yield number, waiting[number][5 : 5 + end]
            waiting[number] = waiting[number][5 + end :]
        if flags & 0x1:
            closed.add(number)


def _protobuf(message: bytes) -> list[tuple[int, bytes]] | None:
    """The fields that hold bytes, as Go's decoder reads them; None for a message that it refuses."""
    found: list[tuple[int, bytes]] = []
    at, depth = 0, 0

    def number() -> int:
        nonlocal at
        value = 0
        for shift in range(0, 70, 7):
            value |= (message[at] & 0x7F) << shift
            at += 1
            if message[at - 1] < 0x80:
                return value % (1 << 64)
        raise IndexError

    try:
        while at < len(message):
            key = number()
            match key % 8:
                case 0:
                    number()
                case 1:
                    at += 8
                case 2:
                    size = number()
                    if at + size > len(message):
                        return None
                    if depth == 0:
                        found.append((key // 8 % (1 << 32), message[at : at + size]))
                    at += size
                case 3:
                    depth += 1
                case 4 if depth:
                    depth -= 1
                case 5:
                    at += 4
                case _:
                    return None
    except IndexError:
        return None
    return found if depth == 0 and at == len(message) else None
