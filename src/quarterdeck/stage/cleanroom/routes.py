"""The Docker API as a table: every endpoint that is served, and its handler.

Endpoints that are not in the table are refused (Docker Engine API reference, versions 1.24 to 1.51).
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from quarterdeck.stage.cleanroom.call import Call
from quarterdeck.stage.cleanroom.endpoints import builds, containers, images, networks, system, volumes
from quarterdeck.stage.cleanroom.policy import RefusedError
from quarterdeck.stage.cleanroom.request import Request

Handler: TypeAlias = Callable[[Call], Awaitable[None]]


class Route(Struct, frozen=True):
    """Where a request goes."""

    handler: Handler
    request: Request
    """Without unknown parameters of its query, which are empty."""
    params: Mapping[str, str]
    """The parts of the path that the endpoint names."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One endpoint of the API."""

    methods: tuple[str, ...]
    path: str
    """With ``{id}`` for one segment and ``{name…}`` for an image's name, which has slashes."""
    handler: Handler
    query: str = ""
    """The parameters that a query may have, separated by spaces."""
    known: frozenset[str] = field(init=False, compare=False)
    pattern: re.Pattern[str] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "known", frozenset(self.query.split()))
        escaped = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.path)
        object.__setattr__(self, "pattern", re.compile(re.sub(r"\{(\w+)…\}", r"(?P<\1>.+)", escaped)))


GET, POST, DELETE = ("GET",), ("POST",), ("DELETE",)
ATTACH = "detachKeys logs stream stdin stdout stderr"
LOGS = "follow stdout stderr since until timestamps tail details"
BUILD = (
    "dockerfile t extrahosts remote q nocache cachefrom pull rm forcerm memory memswap cpushares cpusetcpus cpusetmems "
    "cpuperiod cpuquota buildargs shmsize squash labels networkmode platform target outputs version cgroupparent "
    "securityopt ulimits session buildid isolation"
)
CACHE = "all filters keep-storage reserved-space max-used-space min-free-space"

ENDPOINTS = (
    Endpoint(("GET", "HEAD"), "/_ping", system.pass_through),
    Endpoint(GET, "/version", system.version),
    Endpoint(GET, "/info", system.info),
    Endpoint(GET, "/events", system.events, "since until filters"),
    Endpoint(GET, "/system/df", system.disk_usage, "type"),
    Endpoint(POST, "/auth", system.log_in),
    Endpoint(GET, "/containers/json", containers.list_containers, "all limit size filters before since trunc_cmd"),
    Endpoint(POST, "/containers/create", containers.create, "name platform"),
    Endpoint(POST, "/containers/prune", containers.prune, "filters"),
    Endpoint(GET, "/containers/{id}/json", containers.inspect, "size"),
    Endpoint(GET, "/containers/{id}/top", containers.use, "ps_args"),
    Endpoint(GET, "/containers/{id}/logs", containers.use, LOGS),
    Endpoint(GET, "/containers/{id}/changes", containers.use),
    Endpoint(GET, "/containers/{id}/export", containers.use),
    Endpoint(GET, "/containers/{id}/stats", containers.stats, "stream one-shot"),
    Endpoint(POST, "/containers/{id}/resize", containers.use, "h w"),
    Endpoint(POST, "/containers/{id}/start", containers.start, "detachKeys"),
    Endpoint(POST, "/containers/{id}/stop", containers.use, "t signal"),
    Endpoint(POST, "/containers/{id}/restart", containers.start, "t signal"),
    Endpoint(POST, "/containers/{id}/kill", containers.use, "signal"),
    Endpoint(POST, "/containers/{id}/pause", containers.use),
    Endpoint(POST, "/containers/{id}/unpause", containers.use),
    Endpoint(POST, "/containers/{id}/update", containers.update),
    Endpoint(POST, "/containers/{id}/rename", containers.rename, "name"),
    Endpoint(POST, "/containers/{id}/attach", containers.attach, ATTACH),
    Endpoint(GET, "/containers/{id}/attach/ws", containers.attach, ATTACH),
    Endpoint(POST, "/containers/{id}/wait", containers.use, "condition"),
    Endpoint(DELETE, "/containers/{id}", containers.use, "v force link"),
    Endpoint(
        ("GET", "HEAD", "PUT"), "/containers/{id}/archive", containers.archive, "path noOverwriteDirNonDir copyUIDGID"
    ),
    Endpoint(POST, "/containers/{id}/exec", containers.create_exec),
    Endpoint(POST, "/exec/{id}/start", containers.start_exec),
    Endpoint(POST, "/exec/{id}/resize", containers.use_exec, "h w"),
    Endpoint(GET, "/exec/{id}/json", containers.use_exec),
    Endpoint(GET, "/images/json", images.list_images, "all filters filter shared-size digests manifests only_ids"),
    Endpoint(GET, "/images/search", system.pass_through, "term limit filters"),
    Endpoint(GET, "/images/get", images.save, "names platform"),
    Endpoint(POST, "/images/create", images.make, "fromImage fromSrc repo tag message changes platform"),
    Endpoint(POST, "/images/load", images.make, "quiet platform"),
    Endpoint(POST, "/images/prune", images.prune, "filters"),
    Endpoint(GET, "/images/{name…}/json", images.inspect, "manifests platform"),
    Endpoint(GET, "/images/{name…}/history", images.inspect, "platform"),
    Endpoint(GET, "/images/{name…}/get", images.save, "platform"),
    Endpoint(POST, "/images/{name…}/push", images.push, "tag platform"),
    Endpoint(POST, "/images/{name…}/tag", images.tag, "repo tag force"),
    Endpoint(DELETE, "/images/{name…}", images.remove, "force noprune platforms"),
    Endpoint(GET, "/distribution/{name…}/json", system.pass_through),
    Endpoint(POST, "/commit", images.commit, "container repo tag comment author pause changes"),
    Endpoint(POST, "/build", builds.build, BUILD),
    Endpoint(POST, "/build/cancel", builds.cancel, "id"),
    Endpoint(POST, "/build/prune", builds.prune, CACHE),
    Endpoint(POST, "/session", builds.session),
    Endpoint(POST, "/grpc", builds.grpc),
    Endpoint(GET, "/networks", networks.list_networks, "filters"),
    Endpoint(POST, "/networks/create", networks.create),
    Endpoint(POST, "/networks/prune", networks.prune, "filters"),
    Endpoint(GET, "/networks/{id}", networks.inspect, "verbose scope"),
    Endpoint(DELETE, "/networks/{id}", networks.remove),
    Endpoint(POST, "/networks/{id}/connect", networks.connect),
    Endpoint(POST, "/networks/{id}/disconnect", networks.disconnect),
    Endpoint(GET, "/volumes", volumes.list_volumes, "filters"),
    Endpoint(POST, "/volumes/create", volumes.create),
    Endpoint(POST, "/volumes/prune", volumes.prune, "filters"),
    Endpoint(GET, "/volumes/{name}", volumes.inspect),
    Endpoint(DELETE, "/volumes/{name}", volumes.remove, "force"),
)
_BY_FIRST_SEGMENT = {
    first: tuple(endpoint for endpoint in ENDPOINTS if endpoint.path.split("/")[1] == first)
    for first in {endpoint.path.split("/")[1] for endpoint in ENDPOINTS}
}
ENGINE_WIDE = ("swarm", "nodes", "services", "tasks", "secrets", "configs", "plugins")
"""First segments of the paths that concern the whole engine, or a cluster."""


def resolve(request: Request) -> Route:
    """The handler of a request; raises RefusedError for unknown endpoints, methods and parameters of the query."""
    method, path = request.head.method, request.path
    known = False
    for endpoint in _BY_FIRST_SEGMENT.get(path.split("/")[1], ()):
        if match := endpoint.pattern.fullmatch(path):
            known = True
            if method in endpoint.methods:
                return Route(endpoint.handler, _known(request, endpoint), match.groupdict())
    if path.split("/")[1] in ENGINE_WIDE:
        return Route(system.refuse_swarm, request, {})
    unknown = f"{method} {path}" if known else path
    raise RefusedError(f"the clean room doesn't know the endpoint '{unknown}', so it is refused")


def _known(request: Request, endpoint: Endpoint) -> Request:
    query = tuple(pair for pair in request.query if pair[0] in endpoint.known)
    if query == request.query:
        return request
    for name, value in request.query:
        if name not in endpoint.known and value:
            raise RefusedError(f"{endpoint.path}: the clean room doesn't know the parameter '{name}', so it is refused")
    return replace(request, query=query)
