"""Every endpoint is in the table, and the table is in the guide."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import pytest

from quarterdeck.model.demo import EXCEPTIONS
from quarterdeck.stage.cleanroom.call import Call
from quarterdeck.stage.cleanroom.endpoints import containers, images, system
from quarterdeck.stage.cleanroom.http import BadMessageError, parse_request
from quarterdeck.stage.cleanroom.policy import RefusedError
from quarterdeck.stage.cleanroom.room import Room
from quarterdeck.stage.cleanroom.routes import ENDPOINTS, resolve


def call(room: Room, method: str, target: str, headers: str = "") -> Call:
    """A request of the demo's that was resolved."""
    head = f"{method} {target} HTTP/1.1\r\nHost: d\r\n{headers}\r\n".encode()
    unused: Any = None
    made = Call(room, unused, unused, parse_request(head))
    resolve(made)
    return made


def handler(room: Room, method: str, target: str) -> Any:
    """What is done for a request."""
    unused: Any = None
    return resolve(Call(room, unused, unused, parse_request(f"{method} {target} HTTP/1.1\r\nHost: d\r\n\r\n".encode())))


@pytest.mark.parametrize(
    ("method", "target", "expected"),
    [
        ("GET", "/v1.41/containers/json?all=1", containers.list_containers),
        ("GET", "/containers/web/json", containers.inspect),
        ("DELETE", "/v1.24/containers/web", containers.use),
        ("GET", "/images/localhost:5000/team/web:1.0/json", images.inspect),
        ("POST", "/images/web/tag", images.tag),
        ("DELETE", "/images/localhost:5000/web", images.remove),
        ("GET", "/images/json", images.list_images),
        ("HEAD", "/_ping", system.pass_through),
        ("GET", "/swarm", system.refuse_swarm),
        ("POST", "/plugins/pull", system.refuse_swarm),
    ],
)
def test_endpoints(method: str, target: str, expected: object, room: Callable[..., Room]) -> None:
    """With and without a version; images' names have slashes."""
    assert handler(room(), method, target) is expected


def test_parts_of_a_target(room: Callable[..., Room]) -> None:
    """Version, path, parameters and query are decoded once."""
    made = call(room(), "GET", "/v1.41/containers/my%2Dweb/logs?tail=5&since=a+b%26c")
    assert (made.version, made.path) == ("/v1.41", "/containers/my-web/logs")
    assert made.params == {"id": "my-web"}
    assert made.query == [("tail", "5"), ("since", "a b&c")]


@pytest.mark.parametrize("target", ["/", "/libpod/containers/json", "/containers/web/checkpoints", "/debug/vars"])
def test_unknown_endpoints(target: str, room: Callable[..., Room]) -> None:
    """What isn't in the table is refused."""
    with pytest.raises((RefusedError, BadMessageError)):
        handler(room(), "GET", target)


def test_other_method(room: Callable[..., Room]) -> None:
    """A known path with another method is refused."""
    with pytest.raises(RefusedError, match="PUT /containers/json"):
        handler(room(), "PUT", "/containers/json")


@pytest.mark.parametrize(
    "target", ["//x", "/./x", "/a/../x", "/a/", "/%2e%2e/x", "/%252e", "/a%00", "/%ff", "/%g1", "/a%3fb", "/a%5cb"]
)
def test_disguised_paths(target: str, room: Callable[..., Room]) -> None:
    """A path that could be read in two ways is refused."""
    with pytest.raises(BadMessageError):
        handler(room(), "GET", target)


@pytest.mark.parametrize("query", ["a=1&a=2", "filters=&filters=", "a=1;b=2", "a=%zz", "a=%ff"])
def test_disguised_queries(query: str, room: Callable[..., Room]) -> None:
    """So is a query."""
    with pytest.raises(BadMessageError):
        handler(room(), "GET", f"/containers/json?{query}")


def test_repeated_parameters(room: Callable[..., Room]) -> None:
    """A build may have several tags."""
    assert call(room(), "POST", "/build?t=a&t=b").query == [("t", "a"), ("t", "b")]


def test_forms_are_refused(room: Callable[..., Room]) -> None:
    """The engine would read a form's fields before the query's."""
    with pytest.raises(BadMessageError):
        call(room(), "POST", "/containers/web/rename?name=a", "Content-Type: application/x-www-form-urlencoded\r\n")


def test_guide_lists_every_endpoint() -> None:
    """The table in the guide is the table in the code, and it names every exception."""
    guide = (files("quarterdeck") / "reference" / "clean-room.md").read_text(encoding="utf-8")
    written = set(re.findall(r"`(?:[A-Z]+ )?(/[^` ]+)`", guide))
    assert {endpoint.path for endpoint in ENDPOINTS} == written
    for method, path in re.findall(r"`([A-Z]+) (/[^` ]+)`", guide):
        assert any(e.path == path and method in e.methods for e in ENDPOINTS), f"{method} {path}"
    assert all(f"`{word}`" in guide for word in EXCEPTIONS)
