"""Opens a desk at its addresses, and closes it.

A desk that is closed stops its seats, unless they are to be kept for the next one.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.model.options import DESK_PORT
from quarterdeck.seats.desk.admission import Door, Tries, new_token, new_workshop_code, origin
from quarterdeck.seats.desk.attendance import Front
from quarterdeck.seats.desk.keeper import Keeper
from quarterdeck.seats.desk.pages import Pages
from quarterdeck.seats.desk.records import Records
from quarterdeck.seats.desk.room import OrganisersRoom
from quarterdeck.seats.desk.routes import Desk, Takeaway, desk_app
from quarterdeck.seats.desk.state import Limits, Seating
from quarterdeck.seats.desk.store import Store
from quarterdeck.seats.proxy import FRAME_LIMIT
from quarterdeck.seats.spawner import Spawner
from quarterdeck.show.addresses import host_names, lan_names, qr_rows
from quarterdeck.show.web.access import LOOPBACK
from quarterdeck.show.web.server import EVERY_IPV4, EVERY_IPV6, Advice, bind_all, ended_by_signals, serving

PAGE_PORTS = (7800, 7999)
DESK = Advice("without --host the desk serves at all of them")


@dataclass(frozen=True, slots=True)
class DeskOptions:
    """How a desk is opened."""

    workshop: str
    """The name in the labels of its seats."""
    title: str
    limits: Limits
    code: str | None = None
    """None: the code of the desk before, or one that is made up."""
    lang: str = "en"
    """The language of the exercises (BCP 47)."""
    host: str | None = None
    """The one address to listen at; None for all, or for this machine's own behind a proxy."""
    port: int = DESK_PORT
    certificate: tuple[Path, Path] | None = None
    url: str | None = None
    """The address that attendees use, where a proxy stands in front."""
    domain: str | None = None
    """The domain under which pages of containers have names; None for ports."""
    page_ports: range = range(PAGE_PORTS[0], PAGE_PORTS[1] + 1)
    keep: bool = False
    """Whether the seats stay when the desk is closed."""


@dataclass(frozen=True, slots=True)
class DeskAddresses:
    """What the organiser is told when the desk is open."""

    join: str
    """Where attendees go."""
    room: str
    """The organiser's page, with the token in the fragment, which browsers keep to themselves."""
    code: str


async def serve_desk(
    options: DeskOptions,
    store: Store,
    spawner: Spawner,
    takeaways: Mapping[str, Takeaway],
    announce: Callable[[DeskAddresses], None] = lambda addresses: None,
    until: Callable[[], Awaitable[Any]] | None = None,
    warn: Callable[[str], None] = lambda text: None,
) -> tuple[str, ...]:
    """Open a desk, and close it at Ctrl-C, SIGTERM or a hang-up, or when ``until`` returns.

    ``warn`` gets what goes wrong with hosts, and that seats are being removed.  Returns what may be left, as
    :meth:`Keeper.finish` does.

    Raises:
        QuarterdeckError: when a port is taken, or the certificate can't be used.

    """
    async with contextlib.AsyncExitStack() as stack:
        _check_certificate(options)
        hosts = _hosts(options)
        listeners = [stack.enter_context(contextlib.closing(each)) for each in bind_all(hosts, options.port, DESK)]
        desk = _opened(options, store, spawner, takeaways, listeners)
        stack.push_async_callback(desk.pages.close)
        stack.push_async_callback(spawner.close)
        ended = asyncio.Event()
        stack.enter_context(ended_by_signals(ended.set))
        await stack.enter_async_context(
            serving(desk_app(desk), *listeners, certificate=options.certificate, message_limit=FRAME_LIMIT)
        )
        records = desk.front.seating.records
        desk.front.seating.reported = lambda host, reason: warn(f"{host}: {reason}" if host else reason)
        announce(DeskAddresses(desk.join, f"{desk.join}room#token={records.token}", records.code))
        keeping = asyncio.create_task(desk.front.keeper.run())
        waiting = asyncio.create_task(until() if until else ended.wait())  # type: ignore[arg-type]
        ending = asyncio.create_task(ended.wait())
        try:
            await asyncio.wait({keeping, waiting, ending}, return_when=asyncio.FIRST_COMPLETED)
            if keeping.done():
                keeping.result()  # a fault of ours, which is not to be hidden
        finally:
            for task in (keeping, waiting, ending):
                task.cancel()
            await asyncio.gather(keeping, waiting, ending, return_exceptions=True)
        if options.keep:
            _saved(store, desk.front.seating, desk.front.clock)()
            return ()
        count = len(records.seats)
        if count:
            warn(f"removing {count} {'seat' if count == 1 else 'seats'} …")
        left = await desk.front.keeper.finish()
        if not left:
            store.forget()
        return tuple(left)


def _opened(
    options: DeskOptions,
    store: Store,
    spawner: Spawner,
    takeaways: Mapping[str, Takeaway],
    listeners: list[socket.socket],
) -> Desk:
    records = store.load() or Records(options.code or new_workshop_code(), new_token())
    records.code = options.code or records.code
    seating = Seating(records, options.limits)
    scheme = "https" if options.certificate else "http"
    port = int(listeners[0].getsockname()[1])
    join = _public(options, scheme, port)
    public = urlsplit(join)
    pages = Pages(
        seating,
        public.scheme,
        public.port or (443 if public.scheme == "https" else 80),
        _hosts(options),
        options.domain,
        range(0) if options.url else options.page_ports,  # a proxy knows nothing of those ports
        options.certificate,
    )
    keeper = Keeper(seating, spawner, options.workshop)
    front = Front(seating, keeper, options.title, pages.address, "slides" in takeaways, "kit" in takeaways)
    keeper.save = _saved(store, seating, front.clock)
    seating.changed = front.news.tell
    seating.wake(front.clock())
    tries = Tries()
    rows = qr_rows(f"{join}?code={quote(records.code)}")
    room = OrganisersRoom(front, join, rows, lambda: tries.wrong, spawner.names)
    names = (*LOOPBACK, *host_names(), *((options.domain,) if options.domain else ()))
    door = Door.of(names, port, scheme, join)
    return Desk(front, room, pages, door, join, options.lang, takeaways, tries)


def _public(options: DeskOptions, scheme: str, port: int) -> str:
    """The address where attendees go."""
    if options.url:
        return options.url.rstrip("/") + "/"
    if options.domain:
        return f"{origin(scheme, options.domain, port)}/"
    named = (options.host,) if options.host not in (None, EVERY_IPV4, EVERY_IPV6) else lan_names()
    name = next(iter(named), None) or LOOPBACK[0]
    return f"{origin(scheme, f'[{name}]' if ':' in name else name, port)}/"


def _hosts(options: DeskOptions) -> tuple[str, ...]:
    if options.host is not None:
        return (options.host,)
    return ("127.0.0.1",) if options.url else (EVERY_IPV4, EVERY_IPV6)


def _saved(store: Store, seating: Seating, clock: Callable[[], float]) -> Callable[[], None]:
    """Stores the state; a disk that is full is told to the organiser, and tried again at the next turn."""

    def save() -> None:
        try:
            store.save(seating.records)
        except OSError as error:
            seating.report("", f"the desk can't store its state: {error.strerror or error}", clock())

    return save


def _check_certificate(options: DeskOptions) -> None:
    if options.certificate is None:
        return
    chain, key = options.certificate
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(chain, key)
    except (OSError, ssl.SSLError) as error:
        raise QuarterdeckError.of(
            f"the certificate can't be used: {error.strerror or error}",
            hint="--cert is a chain and --key its key, both PEM files",
            code="bad-certificate",
        ) from None
