"""Back, jump, reset and run again on a real engine: the stage is always as the slide shows it."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from quarterdeck.show.machine.commands import Jump, Key
from quarterdeck.show.machine.state import Activity
from quarterdeck.show.show import Show
from quarterdeck.stage.live import DockerEngine
from quarterdeck.stage.shell.typist import Typing
from quarterdeck.terminal.screenshot import text_lines
from support.scripted_stage import DECK, replay_engine, slide
from support.staged import demo_of, step, typed

if TYPE_CHECKING:
    from quarterdeck.model.demo import Demo
    from quarterdeck.stage.docker.address import EngineAddress

pytestmark = pytest.mark.engine
RUN = "docker run --detach --name {0} --hostname {0} busybox:1.35 sleep 1000 >/dev/null; echo {0}"
NAMES = "docker ps --format '{{.Names}}' | sort | xargs"
BASE = demo_of(
    step(typed(RUN.format("one"), "one"), id="one"),
    step(typed("word=ahoy; docker volume create kept", "kept"), id="keep"),
    name="base",
)
MIDDLE = demo_of(step(typed(RUN.format("two"), "two"), id="two"), name="middle", continues="base")
TOP = demo_of(
    step(typed(NAMES, "one two"), id="names"),
    step(typed("docker rm --force one", "one"), id="remove"),
    step(typed(f"{NAMES}; docker volume ls --quiet; echo $word", "two", "kept", "ahoy"), id="left"),
    name="top",
    continues="middle",
)
TALK = replace(
    DECK,
    slides=(slide("start"), *(slide(name, attached=name) for name in ("base", "middle", "top")), slide("end")),
    demos={demo.name: demo for demo in (BASE, MIDDLE, TOP)},
)


@asynccontextmanager
async def talk(engine: EngineAddress) -> AsyncIterator[Show]:
    """A show of a chain of three demos, on its first slide."""
    demos: list[Demo] = list(TALK.demos.values())
    name = f"test-{secrets.token_hex(4)}"
    live = DockerEngine(engine, show=name, environ=os.environ, demos=demos, typing=Typing.INSTANT)
    await live.open()
    show = Show(TALK, (), live, replay_engine())
    try:
        yield show
    finally:
        await show.close()
        await live.close()


async def ready(show: Show, steps: int) -> None:
    """Wait until the stage is ready, with that many steps done."""
    async with asyncio.timeout(120):
        while not (stage := show.state.own_stage) or stage.activity is not Activity.READY or show.state.steps != steps:
            assert stage is None or stage.activity is not Activity.BROKEN, stage.fault
            await asyncio.sleep(0.01)
    assert not show.state.failed, stage.fault


def screen(show: Show, demo: str) -> list[str]:
    """What stands in a demo's terminal."""
    return text_lines("".join(text.data for text in show.terminals.of(demo)))


async def test_a_jump_into_a_chain_needs_no_earlier_slide(engine: EngineAddress) -> None:
    """The demos before it run unseen; back undoes, and again runs again, on what is really there."""
    async with talk(engine) as show:
        show.command(Jump("top"))
        await ready(show, 0)
        assert screen(show, "top") == ["$"]
        for done in (1, 2, 3):
            show.command(Key.NEXT)
            await ready(show, done)
        shown = screen(show, "top")
        assert shown[-5:] == [f"$ {NAMES}; docker volume ls --quiet; echo $word", "two", "kept", "ahoy", "$"]
        show.command(Key.BACK)
        await ready(show, 2)
        show.command(Key.BACK)
        await ready(show, 1)
        assert screen(show, "top") == [f"$ {NAMES}", "one two", "$"], "the container is back"
        show.command(Key.RERUN)
        await ready(show, 1)
        for done in (2, 3):
            show.command(Key.NEXT)
            await ready(show, done)
        assert screen(show, "top") == shown


async def test_a_reset_and_a_slide_back_begin_anew(engine: EngineAddress) -> None:
    """Names that a demo has used are free again, for itself and for the demos before and after it."""
    async with talk(engine) as show:
        show.command(Jump("middle"))
        await ready(show, 0)
        show.command(Key.NEXT)
        await ready(show, 1)
        show.command(Key.RESET)
        await ready(show, 0)
        show.command(Key.NEXT)
        await ready(show, 1)
        show.command(Key.PREVIOUS_SLIDE)
        await ready(show, 0)
        for done in (1, 2):
            show.command(Key.NEXT)
            await ready(show, done)
        show.command(Jump("top"))
        await ready(show, 0)
        show.command(Key.NEXT)
        await ready(show, 1)
        assert screen(show, "top") == [f"$ {NAMES}", "one two", "$"]
