"""What a demo needs, looked for before anything of it runs."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.model.demo import Demo
from quarterdeck.stage.docker.address import parse_address
from quarterdeck.stage.requirements import look_for
from support.staged import demo_of, step


@pytest.fixture
def listening() -> Iterator[int]:
    """A port that is in use, until the test has ended."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def engine_without_images(folder: Path) -> tuple[contextlib.AbstractAsyncContextManager[object], str]:
    """A server on a socket that knows no image."""
    path = str(folder / "engine.sock")

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if b" /version " in await reader.readuntil(b"\r\n\r\n"):
            writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 21\r\n\r\n{"ApiVersion":"1.41"}')
        else:
            writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}")
        writer.close()

    @contextlib.asynccontextmanager
    async def served() -> AsyncIterator[None]:
        async with await asyncio.start_unix_server(serve, path):
            yield

    return served(), f"unix://{path}"


async def missing(url: str, *demos: Demo) -> list[tuple[str, str]]:
    """The codes and messages of what isn't there."""
    try:
        await look_for(demos, parse_address(url), None)
    except QuarterdeckError as error:
        return [(fault.code, fault.message) for fault in error.diagnostics]
    return []


@pytest.mark.slow
async def test_everything_that_is_missing_is_told_at_once(tmp_path: Path, listening: int) -> None:
    """Programs, images and ports, also those of the demos that it continues."""
    served, url = engine_without_images(tmp_path)
    before = demo_of(step("true"), name="before", requires=("no-such-program", "sh"), stage_image="web:1")
    demo = demo_of(step("true"), images=("redis:7",), ports=(listening,))
    async with served:
        assert await missing(url, before, demo) == [
            ("missing-program", "the demo 'before' requires 'no-such-program', which is not on the PATH"),
            ("missing-image", "the demo 'before' needs the image web:1, which the engine doesn't have"),
            ("missing-image", "the demo 'demo' needs the image redis:7, which the engine doesn't have"),
            ("port-in-use", f"the demo 'demo' publishes port {listening}, which is in use"),
        ]


async def test_ports_of_another_machine_are_not_this_ones(listening: int) -> None:
    """Behind ``ssh://`` and ``tcp://`` containers publish there; an engine that doesn't answer lacks nothing."""
    assert await missing("tcp://127.0.0.1:1", demo_of(step("true"), images=("redis:7",), ports=(listening,))) == []


async def test_a_port_that_is_about_to_be_free_is_waited_for() -> None:
    """The demo before has only just given it up."""
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    asyncio.get_running_loop().call_later(0.15, listener.close)
    assert await missing("unix:///nowhere", demo_of(step("true"), ports=(port,))) == []
