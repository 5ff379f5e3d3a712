"""A show of many changes, with pages coming and going, that watches for what is lost and what is kept for ever."""

from __future__ import annotations

import asyncio
import gc
import json
import random
import resource
from collections import deque
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from quarterdeck.show.machine.commands import Command, Jump, Key
from quarterdeck.show.machine.state import Activity
from quarterdeck.show.show import Show, ShowListener
from quarterdeck.show.web.access import Access
from quarterdeck.show.web.broadcast import Broadcast
from quarterdeck.show.web.protocol import encode
from quarterdeck.show.web.server import bind, serving, show_app
from quarterdeck.show.web.views import state_message
from support.scripted_stage import DECK, ScriptedEngine, replay_engine

TOKEN = "token"
SECONDS = 60
KEYS = (*[Key.NEXT] * 12, *[Key.BACK] * 3, Key.NEXT_SLIDE, Key.PREVIOUS_SLIDE, Key.RESET, Key.RERUN, Key.RECORDING)
"""What a restless speaker presses, each as often as it stands here."""
VISIT = 3
"""Changes from one page that comes to the next."""
VISITORS = 5
"""Pages that are there at once, besides the one that stays."""


@dataclass
class Page:
    """A page of the show: what it has been told, and what it shows by that."""

    socket: ClientConnection
    states: list[dict[str, Any]] = field(default_factory=list)
    terminals: dict[tuple[str, int], str] = field(default_factory=dict)

    async def read(self) -> None:
        """Take everything as long as the connection lasts."""
        async for frame in self.socket:
            for line in str(frame).split("\n"):
                self._hear(json.loads(line))

    def _hear(self, message: dict[str, Any]) -> None:
        match message:
            case {"type": "snapshot"}:
                self.terminals.clear()
            case {"type": "clear", "demo": demo}:
                self.terminals = {key: text for key, text in self.terminals.items() if key[0] != demo}
            case {"type": "output", "demo": demo, "terminal": number, "data": data}:
                self.terminals[demo, number] = self.terminals.get((demo, number), "") + data
            case {"type": "state"}:
                self.states.append(message)


@asynccontextmanager
async def opened(port: int, kind: str) -> AsyncIterator[Page]:
    """A page that reads while the context is open, and then is gone without a word."""
    own = f"127.0.0.1:{port}"
    async with connect(f"ws://{own}/ws", origin=Origin(f"http://{own}"), proxy=None, max_size=None) as socket:
        hello = {"type": "hello", "page": kind} | ({"token": TOKEN} if kind == "presenter" else {})
        await socket.send(json.dumps(hello))
        page = Page(socket)
        reading = asyncio.create_task(page.read())
        try:
            yield page
        finally:
            reading.cancel()
            socket.transport.abort()


@dataclass
class Soaked:
    """What a soak found."""

    states: int
    """State messages that the page which stayed was told."""
    visits: int
    objects: tuple[int, int]
    """Objects that the collector knows of, after the warm-up and in the end."""
    tasks: tuple[int, int]
    """Tasks of the event loop, likewise."""
    memory: tuple[int, int]
    """Largest resident size in KiB so far, likewise."""


class Told(ShowListener):
    """Keeps what pages should be told at each change of state."""

    def __init__(self, show: Show, expected: list[dict[str, Any]]) -> None:
        self._show = show
        self._expected = expected

    def on_state(self) -> None:
        """Keep the present."""
        self._expected.append(_told(self._show))


async def soak(changes: int, seed: int = 7) -> Soaked:
    """Give a show of twice so many changes, the first half to warm up.

    Raises AssertionError when a page was not told of a change, or doesn't show what the show does.
    """
    dice = random.Random(seed)
    live, recordings = ScriptedEngine(), replay_engine()
    listener = bind("127.0.0.1", 0)
    port = listener.getsockname()[1]
    show = Show(DECK, {"hello", "ports"}, live, recordings)
    broadcast = Broadcast(show, lambda: "")
    expected: list[dict[str, Any]] = []
    states = visits = 0
    measured = []
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(serving(show_app(broadcast, Access.of(["127.0.0.1"], port, TOKEN)), listener))
        stack.push_async_callback(show.close)
        stays = await stack.enter_async_context(opened(port, "audience"))
        await _until(lambda: bool(stays.states))
        expected.append(stays.states[0])
        show.listeners.append(Told(show, expected))
        guests: deque[AsyncExitStack] = deque()
        for number in range(2 * changes):
            show.command(_command(dice, show))
            await _until(lambda: _idle(show))
            if number % VISIT == 0:
                visits += 1
                guest = AsyncExitStack()
                guests.append(guest)
                page = await guest.enter_async_context(opened(port, dice.choice(("audience", "presenter", "preview"))))
                await _until(partial(_shows, page, show))
                if len(guests) > VISITORS:
                    await guests.popleft().aclose()
            if number in (changes - 1, 2 * changes - 1):
                while guests:
                    await guests.popleft().aclose()
                await _until(lambda: len(broadcast.hub.clients) == 1)
                await _until(lambda: len(stays.states) == len(expected))
                assert stays.states == expected, "the page that stayed was told of every change, in order"
                assert _shows(stays, show)
                states += len(expected)
                for kept in (stays.states, expected, live.log, recordings.log, show.performed):
                    kept.clear()  # they grow with the talk, here or for its summary
                measured.append(_measure())
    listener.close()
    (objects, tasks, memory), (objects_after, tasks_after, memory_after) = measured
    return Soaked(states, visits, (objects, objects_after), (tasks, tasks_after), (memory, memory_after))


def _command(dice: random.Random, show: Show) -> Command:
    if dice.random() < 0.1 or show.state.slide + 1 == len(show.plan.slides):
        return Jump(dice.choice(show.plan.slides).id)
    return dice.choice(KEYS)


def _idle(show: Show) -> bool:
    stage = show.state.stage
    return stage is None or stage.activity not in (Activity.PREPARING, Activity.RUNNING)


def _told(show: Show) -> dict[str, Any]:
    view: dict[str, Any] = json.loads(encode(state_message(show.plan, show.state, show.revision)))
    return view


def _shows(page: Page, show: Show) -> bool:
    told = _told(show)
    printed = {(text.demo, text.terminal): text.data for text in show.terminals.all()}
    return bool(page.states) and told.items() <= page.states[-1].items() and page.terminals == printed


def _measure() -> tuple[int, int, int]:
    gc.collect()
    return len(gc.get_objects()), len(asyncio.all_tasks()), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


async def _until(check: Any) -> None:
    """Let the loop turn until something is so."""
    async with asyncio.timeout(SECONDS):
        while not check():
            await asyncio.sleep(0.001)
