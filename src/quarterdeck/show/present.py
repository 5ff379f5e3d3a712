"""Presents a deck: starts engine, pages and console, and cleans up after the last slide."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
from collections.abc import AsyncIterator, Callable, Collection, Coroutine
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from quarterdeck.compile.reveal.page import ShowMessages
from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.files.atomic import discard
from quarterdeck.model.deck import Deck
from quarterdeck.model.options import SHOW_PORT
from quarterdeck.show.addresses import AddressBook, Addresses, host_names
from quarterdeck.show.alerts import BookmarkListener, faults_logged, find_bookmark, watch_engine
from quarterdeck.show.desklink import DeskLink, watch_room
from quarterdeck.show.machine.clock import Clock
from quarterdeck.show.machine.plan import ShowPlan, plan_show, start_index
from quarterdeck.show.show import Performed, Show
from quarterdeck.show.web.access import LOOPBACK, Access, new_token
from quarterdeck.show.web.broadcast import Broadcast
from quarterdeck.show.web.documents import STATIC_FILES, TakeHome, static_file
from quarterdeck.show.web.recording import close_recording, new_recording, recording
from quarterdeck.show.web.server import EVERY_IPV4, EVERY_IPV6, bind_all, ended_by_signals, serving, show_app
from quarterdeck.stage.events import Engine

CONSOLES = 5
"""How often the console is started, if it fails; then the show continues without it."""


@dataclass(frozen=True, slots=True)
class ShowOptions:
    """How a show is given."""

    port: int = SHOW_PORT
    """0 takes any free port."""
    lan: bool = False
    """Whether other machines may follow."""
    address: str | None = None
    """The one address of this machine at which they may; None for all."""
    start: str | None = None
    """The slide to start from: an id, or a number from 1."""
    console: bool = True
    """Whether this terminal becomes the speaker's console."""
    token: str | None = None
    """The speaker's token; None makes a new one."""
    bookmark: Path | None = None
    """Where the show's bookmark is kept, so that it resumes there when it was cut off; None keeps none."""
    faults: Path | None = None
    """The file that faults in the show's own code are logged to; None leaves logging as it is."""
    seats: DeskLink | None = None
    """The desk that is asked how far the room is; None asks none."""
    record: Path | None = None
    """The folder that the show is recorded in; None: it is not recorded."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A show that was recorded."""

    cast: Path
    told: ShowMessages
    """The messages that its audience's pages were sent, with their times."""

    @property
    def page(self) -> Path:
        """The path of the page that replays the show."""
        return self.cast.with_suffix(".html")


@dataclass(frozen=True, slots=True)
class Summary:
    """How a show went."""

    performed: tuple[Performed, ...]
    seconds: float
    slides: dict[str, float]
    """Seconds on each slide, by its id."""
    plan: ShowPlan
    """The slides as they were in the end."""
    fault_log: Path | None = None
    """Where faults in the show's own code were logged; None when there were none."""
    kept: Kept | None = None
    """The show itself; None when it was not to be recorded."""


def require_startable(deck: Deck, recorded: Collection[str], options: ShowOptions) -> None:
    """What :func:`present` would refuse at once, before anything is asked or looked at.

    Raises:
        QuarterdeckError: when the port is taken, the start slide is unknown, or the show can't be recorded.

    """
    start_index(plan_show(deck, recorded), options.start)
    for listener in _listen(options):
        listener.close()
    if options.record:
        file = new_recording(options.record, deck.name, datetime.now().astimezone())
        close_recording(file)
        Path(file.name).unlink()


async def present(
    deck: Deck,
    audience_page: Callable[[], str],
    live: Engine,
    recordings: Engine,
    recorded: Collection[str],
    options: ShowOptions,
    *,
    note: str = "",
    announce: Callable[[Addresses], None] = lambda addresses: None,
    announce_again: Callable[[Addresses], None] = lambda addresses: None,
    alongside: Callable[[Show], Coroutine[Any, Any, None]] | None = None,
    takehome: TakeHome | None = None,
    step_seconds: Callable[[str, str], float] = lambda demo, step: 0.0,
) -> Summary:
    """Give a talk; returns when the speaker ends it.

    Args:
        deck: The deck; hidden slides are left out.
        audience_page: Returns the audience's page as it is now, made for a show.
        live: What demos run against.
        recordings: What takes over when that fails.
        recorded: The names of the demos that have a recording.
        options: How it is given.
        note: Something the speaker should know from the start.
        announce: Called with the pages' addresses as soon as they are served: to open a browser, or to print them.
        announce_again: Called when they have changed with the network, and there is no console that could say so.
        alongside: Runs for as long as the show does: watches for saves, say.
        takehome: What the audience may take home when the last slide was shown.
        step_seconds: Returns how long a demo's step took when it was recorded, 0 if that is unknown.

    Raises:
        QuarterdeckError: when the port is taken, the start slide is unknown, or the show can't be recorded.

    """
    beginning = _beginning(plan_show(deck, recorded), options, note)
    for name in sorted(STATIC_FILES):
        static_file(name)
    async with contextlib.AsyncExitStack() as stack:
        listeners = [stack.enter_context(contextlib.closing(listener)) for listener in _listen(options)]
        port = int(listeners[0].getsockname()[1])
        book = AddressBook(port, beginning.token, lan=options.lan, only=options.address)
        access = Access.of((*LOOPBACK, *(host_names() if options.lan else ())), port, beginning.token)
        faults = stack.enter_context(faults_logged(options.faults)) if options.faults else None
        stack.push_async_callback(recordings.close)
        await recordings.open()
        live, fault = await _opened(stack, live, recordings)
        show = Show(
            deck,
            recorded,
            live,
            recordings,
            start=beginning.slide,
            clock=beginning.clock,
            notice=f"{fault}  {beginning.note}".strip(),
            step_seconds=step_seconds,
        )
        if options.bookmark:
            stack.callback(discard, options.bookmark)
            bookmark = BookmarkListener(show, options.bookmark, beginning.token)
            show.listeners.append(bookmark)
            stack.callback(show.listeners.remove, bookmark)  # or clearing the stage would write it again
        if faults:
            faults.notify = show.notify
        stack.push_async_callback(show.close)
        broadcast = Broadcast(show, audience_page, takehome)
        for address in book.now.followers[:1]:
            show.invite(address)
        recorder = None
        if options.record:
            file = new_recording(options.record, deck.name, datetime.now().astimezone())
            stack.callback(close_recording, file)
            recorder = await stack.enter_async_context(recording(broadcast, file))
        ended = asyncio.Event()
        stack.enter_context(ended_by_signals(ended.set))  # from here on, a signal ends the show normally
        await stack.enter_async_context(serving(show_app(broadcast, access), *listeners))
        announce(book.now)

        def moved(addresses: Addresses) -> None:
            show.invite(addresses.followers[0])
            show.notify(f"The network has changed: others find the show at {addresses.followers[0]}")
            if not options.console:
                announce_again(addresses)

        async with (
            _running(watch_engine(show, live)),
            _running(alongside(show) if alongside else None),
            _running(book.watch(moved)),
            _running(watch_room(show, options.seats) if options.seats else None),
        ):
            await _until_ended(broadcast, book, options, ended)
        broadcast.end()
        await asyncio.sleep(0)  # it is sent at the end of this turn
        return Summary(
            tuple(show.performed),
            show.reading().elapsed,
            show.clock.totals(),
            show.plan,
            faults.path if faults and faults.count else None,
            Kept(Path(file.name), recorder.told) if recorder else None,
        )


async def _opened(stack: contextlib.AsyncExitStack, live: Engine, recordings: Engine) -> tuple[Engine, str]:
    """The engine that demos run on, open, and why it isn't ``live``: a talk whose demos can't run plays recordings."""
    if live is recordings:
        return live, ""
    try:
        await live.open()
    except QuarterdeckError as error:
        return recordings, f"{error.first.message}: playing the recordings"
    stack.push_async_callback(live.close)
    return live, ""


@dataclass(frozen=True, slots=True)
class Beginning:
    """How a show begins."""

    slide: int
    token: str
    note: str
    """What the speaker should know."""
    clock: Clock


def _beginning(plan: ShowPlan, options: ShowOptions, note: str) -> Beginning:
    """Where the options say, or where the show was cut off; with its token and clock then: its pages are still open."""
    start = start_index(plan, options.start)
    last = find_bookmark(options.bookmark) if options.bookmark else None
    if last is None:
        return Beginning(start, options.token or new_token(), note, Clock())
    token = options.token or last.token
    if options.start is not None:
        return Beginning(start, token, note, last.clock())
    resumes = f"The show was cut off, and resumes.  {note}".strip()
    return Beginning(plan.index(last.slide) or 0, token, resumes, last.clock())


def _listen(options: ShowOptions) -> tuple[socket.socket, ...]:
    hosts: tuple[str, ...] = ("127.0.0.1",)
    if options.lan:
        hosts = ("127.0.0.1", options.address) if options.address else (EVERY_IPV4, EVERY_IPV6)
    return bind_all(hosts, options.port)


async def _until_ended(broadcast: Broadcast, book: AddressBook, options: ShowOptions, ended: asyncio.Event) -> None:
    """Wait for the speaker to end the show at the console, or for ``ended``."""
    if options.console:
        if await _ended_at_console(broadcast, book, ended):
            return
        sys.stderr.write(f"The console failed; the show continues at {book.now.presenter}\nCtrl-C ends it.\n")
    await ended.wait()


async def _ended_at_console(broadcast: Broadcast, book: AddressBook, ended: asyncio.Event) -> bool:
    """Whether the show was ended there, or by ``ended``; False when the console failed too often."""
    from quarterdeck.show.console.app import Console
    from quarterdeck.show.console.theme import preferred

    palette = await asyncio.to_thread(preferred)
    for _ in range(CONSOLES):
        if ended.is_set():
            return True
        console = Console(broadcast.show, book, palette, watching=lambda: broadcast.hub.watching)

        async def leave(console: Console = console) -> None:
            await ended.wait()
            console.exit()

        async with _running(leave()):
            await console.run_async()
        if not console.return_code:
            return True
    return False


@contextlib.asynccontextmanager
async def _running(what: Coroutine[Any, Any, None] | None) -> AsyncIterator[None]:
    """Have something run until the context is left."""
    task = asyncio.create_task(what) if what else None
    try:
        yield
    finally:
        if task:
            task.cancel()
            await asyncio.wait({task})
