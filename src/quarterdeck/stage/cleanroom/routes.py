"""The Docker API as a table: every endpoint that is served, and its handler.

Endpoints that are not in the table are refused (Docker Engine API reference, versions 1.24 to 1.51).
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from quarterdeck.stage.cleanroom.call import Call
from quarterdeck.stage.cleanroom.endpoints import builds, containers, images, networks, system, volumes
from quarterdeck.stage.cleanroom.policy import RefusedError
from quarterdeck.stage.cleanroom.request import Request

Handler: TypeAlias = Callable[[Call], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Route:
    """Where a request goes."""

    handler: Handler
    params: Mapping[str, str]
    """The parts of the path that the endpoint names."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One endpoint of the API."""

    methods: tuple[str, ...]
    path: str
    """With ``{id}`` for one segment and ``{name…}`` for an image's name, which has slashes."""
    handler: Handler
    pattern: re.Pattern[str] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        escaped = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.path)
        object.__setattr__(self, "pattern", re.compile(re.sub(r"\{(\w+)…\}", r"(?P<\1>.+)", escaped)))


GET, POST, DELETE = ("GET",), ("POST",), ("DELETE",)

ENDPOINTS = (
    Endpoint(("GET", "HEAD"), "/_ping", system.pass_through),
    Endpoint(GET, "/version", system.version),
    Endpoint(GET, "/info", system.info),
    Endpoint(GET, "/events", system.events),
    Endpoint(GET, "/system/df", system.disk_usage),
    Endpoint(POST, "/auth", system.pass_through),
    Endpoint(GET, "/containers/json", containers.list_containers),
    Endpoint(POST, "/containers/create", containers.create),
    Endpoint(POST, "/containers/prune", containers.prune),
    Endpoint(GET, "/containers/{id}/json", containers.inspect),
    Endpoint(GET, "/containers/{id}/top", containers.use),
    Endpoint(GET, "/containers/{id}/logs", containers.logs),
    Endpoint(GET, "/containers/{id}/changes", containers.use),
    Endpoint(GET, "/containers/{id}/export", containers.use),
    Endpoint(GET, "/containers/{id}/stats", containers.stats),
    Endpoint(POST, "/containers/{id}/resize", containers.use),
    Endpoint(POST, "/containers/{id}/start", containers.start),
    Endpoint(POST, "/containers/{id}/stop", containers.use),
    Endpoint(POST, "/containers/{id}/restart", containers.use),
    Endpoint(POST, "/containers/{id}/kill", containers.use),
    Endpoint(POST, "/containers/{id}/pause", containers.use),
    Endpoint(POST, "/containers/{id}/unpause", containers.use),
    Endpoint(POST, "/containers/{id}/update", containers.update),
    Endpoint(POST, "/containers/{id}/rename", containers.rename),
    Endpoint(POST, "/containers/{id}/attach", containers.attach),
    Endpoint(GET, "/containers/{id}/attach/ws", containers.attach),
    Endpoint(POST, "/containers/{id}/wait", containers.wait),
    Endpoint(DELETE, "/containers/{id}", containers.use),
    Endpoint(("GET", "HEAD", "PUT"), "/containers/{id}/archive", containers.use),
    Endpoint(POST, "/containers/{id}/exec", containers.create_exec),
    Endpoint(POST, "/exec/{id}/start", containers.start_exec),
    Endpoint(POST, "/exec/{id}/resize", containers.use_exec),
    Endpoint(GET, "/exec/{id}/json", containers.use_exec),
    Endpoint(GET, "/images/json", images.list_images),
    Endpoint(GET, "/images/search", system.pass_through),
    Endpoint(GET, "/images/get", images.save),
    Endpoint(POST, "/images/create", images.make),
    Endpoint(POST, "/images/load", images.make),
    Endpoint(POST, "/images/prune", images.prune),
    Endpoint(GET, "/images/{name…}/json", images.inspect),
    Endpoint(GET, "/images/{name…}/history", images.inspect),
    Endpoint(GET, "/images/{name…}/get", images.save),
    Endpoint(POST, "/images/{name…}/push", images.push),
    Endpoint(POST, "/images/{name…}/tag", images.tag),
    Endpoint(DELETE, "/images/{name…}", images.remove),
    Endpoint(GET, "/distribution/{name…}/json", system.pass_through),
    Endpoint(POST, "/commit", images.commit),
    Endpoint(POST, "/build", builds.build),
    Endpoint(POST, "/build/cancel", builds.cancel),
    Endpoint(POST, "/build/prune", builds.prune),
    Endpoint(POST, "/session", builds.session),
    Endpoint(POST, "/grpc", builds.grpc),
    Endpoint(GET, "/networks", networks.list_networks),
    Endpoint(POST, "/networks/create", networks.create),
    Endpoint(POST, "/networks/prune", networks.prune),
    Endpoint(GET, "/networks/{id}", networks.inspect),
    Endpoint(DELETE, "/networks/{id}", networks.remove),
    Endpoint(POST, "/networks/{id}/connect", networks.connect),
    Endpoint(POST, "/networks/{id}/disconnect", networks.disconnect),
    Endpoint(GET, "/volumes", volumes.list_volumes),
    Endpoint(POST, "/volumes/create", volumes.create),
    Endpoint(POST, "/volumes/prune", volumes.prune),
    Endpoint(GET, "/volumes/{name}", volumes.inspect),
    Endpoint(DELETE, "/volumes/{name}", volumes.remove),
)
ENGINE_WIDE = ("swarm", "nodes", "services", "tasks", "secrets", "configs", "plugins")
"""First segments of what concerns the whole engine, or a cluster."""


def resolve(request: Request) -> Route:
    """The handler of a request; raises RefusedError."""
    method, path = request.head.method, request.path
    known = False
    for endpoint in ENDPOINTS:
        if match := endpoint.pattern.fullmatch(path):
            known = True
            if method in endpoint.methods:
                return Route(endpoint.handler, match.groupdict())
    if path.split("/")[1] in ENGINE_WIDE:
        return Route(system.refuse_swarm, {})
    what = f"{method} {path}" if known else path
    raise RefusedError(f"'{what}' is not an endpoint of the clean room")
