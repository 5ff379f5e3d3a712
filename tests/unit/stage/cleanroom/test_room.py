"""The state that all connections of a clean room share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from quarterdeck.stage.cleanroom.policy import RefusedError
from quarterdeck.stage.cleanroom.room import ENDED_SESSIONS, Room, Sessions


def test_session_that_is_ended_before_it_is_opened() -> None:
    """A build is refused, and its session comes after it: it ends at once."""
    sessions = Sessions()
    sessions.end("early")
    with sessions.opened("early") as end:
        assert end.is_set()
    with sessions.opened("early") as end:
        assert not end.is_set()


def test_session_that_is_open() -> None:
    """It ends when its build is refused."""
    sessions = Sessions()
    with sessions.opened("one") as end, sessions.opened("two") as other:
        sessions.end("one")
        assert (end.is_set(), other.is_set()) == (True, False)


def test_ended_sessions_are_forgotten() -> None:
    """A client that makes up ids doesn't fill the memory."""
    sessions = Sessions()
    for number in range(ENDED_SESSIONS + 10):
        sessions.end(str(number))
    with sessions.opened("0") as end:
        assert not end.is_set()
    with sessions.opened(str(ENDED_SESSIONS)) as end:
        assert end.is_set()


async def test_creation_is_waited_for(room: Callable[..., Room]) -> None:
    """A reset lets the engine finish what it is creating, and no other creation begins."""
    stage, events = room(), []

    async def create() -> None:
        with stage.creating():
            await asyncio.sleep(0.05)
            events.append("created")

    async def idle() -> None:
        await asyncio.Event().wait()

    stage.connections |= {asyncio.create_task(create()), asyncio.create_task(idle())}
    await asyncio.sleep(0)
    clearing = asyncio.create_task(stage.clear())
    await asyncio.sleep(0)
    with pytest.raises(RefusedError, match="being reset"), stage.creating():
        pytest.fail("begun all the same")
    await clearing
    assert events == ["created"]
    assert all(task.done() for task in stage.connections)
    with stage.creating():
        events.append("again")


def test_local(room: Callable[..., Room]) -> None:
    """Only an engine at a unix socket shares this machine's files and addresses."""
    assert room().local
    assert not room(url="tcp://lab:2375").local
