"""Every endpoint is in the table, and the table is in the guide."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import Any

import pytest

from quarterdeck.model.demo import EXCEPTIONS
from quarterdeck.stage.cleanroom.endpoints import containers, images, system
from quarterdeck.stage.cleanroom.http import BadMessageError, NoBody, parse_request
from quarterdeck.stage.cleanroom.policy import RefusedError
from quarterdeck.stage.cleanroom.request import Request, read_request
from quarterdeck.stage.cleanroom.routes import ENDPOINTS, resolve


def request(method: str, target: str) -> Request:
    """A request of the demo's, as it is read."""
    head = parse_request(f"{method} {target} HTTP/1.1\r\nHost: d\r\n\r\n".encode())
    return read_request(head, NoBody(), "")


def handler(method: str, target: str) -> Any:
    """The handler of a request."""
    return resolve(request(method, target)).handler


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
def test_endpoints(method: str, target: str, expected: object) -> None:
    """With and without a version; images' names have slashes."""
    assert handler(method, target) is expected


@pytest.mark.parametrize("target", ["/", "/libpod/containers/json", "/containers/web/checkpoints", "/debug/vars"])
def test_unknown_endpoints(target: str) -> None:
    """What isn't in the table is refused."""
    with pytest.raises((RefusedError, BadMessageError)):
        handler("GET", target)


def test_other_method() -> None:
    """A known path with another method is refused."""
    with pytest.raises(RefusedError, match="PUT /containers/json"):
        handler("PUT", "/containers/json")


def test_guide_lists_every_endpoint() -> None:
    """The table in the guide is the table in the code, and it names every exception."""
    guide = (files("quarterdeck") / "reference" / "clean-room.md").read_text(encoding="utf-8")
    written = set(re.findall(r"`(?:[A-Z]+ )?(/[^` ]+)`", guide))
    assert {endpoint.path for endpoint in ENDPOINTS} == written
    for method, path in re.findall(r"`([A-Z]+) (/[^` ]+)`", guide):
        assert any(e.path == path and method in e.methods for e in ENDPOINTS), f"{method} {path}"
    assert all(f"`{word}`" in guide for word in EXCEPTIONS)
