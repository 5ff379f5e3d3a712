"""A request's own questions to the engine, and its filters."""

from __future__ import annotations

import asyncio
import json
from urllib.parse import quote

import pytest

from quarterdeck.stage.cleanroom.call import at_once
from support.fake_engine import Demo, Said


@pytest.mark.parametrize("filters", ["", "{}", '{"label":["a=b"]}', '{"label":{"a=b":true}}'])
def test_own_filter(filters: str, demo: Demo) -> None:
    """A filter of the demo's can narrow the list to fewer of its own, never widen it to others."""
    sent = demo.forwarded("GET", f"/containers/json?filters={quote(filters)}")
    own = ["quarterdeck.show=show", "quarterdeck.demo=demo"]
    assert sent.filters["label"] == (["a=b", *own] if "a=b" in filters else own)


def test_malformed_filters(demo: Demo) -> None:
    """They are refused, not passed on."""
    assert "invalid filter 'name'" in demo.refused("GET", "/containers/json?filters=%7B%22name%22%3A1%7D")


def test_own_questions_speak_the_demos_version(demo: Demo) -> None:
    """An engine may answer other versions otherwise."""
    demo.ask("POST", "/v1.30/containers/create?name=web", {"Image": "busybox"})
    assert [request.version for request in demo.engine.requests[-2:]] == ["v1.30", "v1.30"]


def test_question_whose_answer_ends_with_the_connection(demo: Demo) -> None:
    """The engine's connection isn't used again."""
    body = json.dumps({"Id": "sha256:x", "Config": {"Volumes": {"/data": {}}}}).encode()
    raw = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + body
    demo.engine.answer("GET", "/images/.*/json", Said(raw=raw))
    for name in ("one", "two"):
        sent = demo.forwarded("POST", f"/containers/create?name={name}", {"Image": "x"})
        assert sent.json["HostConfig"]["Mounts"][0]["Target"] == "/data"


async def test_questions_at_once() -> None:
    """Where one fails, the others are cancelled, and the fault is its."""
    cancelled = asyncio.Event()

    async def fail() -> None:
        raise ValueError("no")

    async def wait() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise

    with pytest.raises(ValueError, match="no"):
        await at_once(wait(), fail())
    assert cancelled.is_set()
