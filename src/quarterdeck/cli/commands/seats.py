"""``quarterdeck seats``: a stage for each attendee of a workshop, on Docker hosts."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from quarterdeck.model.options import DESK_PORT

if TYPE_CHECKING:
    from quarterdeck.seats.desk.server import DeskAddresses
    from quarterdeck.seats.spawner.docker_hosts import DockerHosts
    from quarterdeck.seats.spawner.swarm import Swarm

PEM = click.Path(path_type=Path, exists=True, dir_okay=False)
CSP_BYTES = 4096
"""Where a deck's page says what it may load."""
manifest_argument = click.argument("manifest", type=click.Path(path_type=Path), default=Path())


@click.group("seats")
def seats_command() -> None:
    """A stage for each attendee, in a browser: on the hosts that a MANIFEST names, a workshop.yaml or its folder."""


@seats_command.command("image")
@manifest_argument
@click.option("--variant", metavar="NAME", help="The variant whose exercises seats have; by default the one with most.")
@click.option("--base", metavar="IMAGE", help="Build on this image: a Debian with Python and pip.")
@click.option(
    "--wheels",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Install Quarterdeck from the wheels in this folder, without a network.",
)
def make_image(manifest: Path, variant: str | None, base: str | None, wheels: Path | None) -> None:
    """Make the image of the seats on this machine's engine: their own engine, Quarterdeck and the kit."""
    import os

    from quarterdeck.seats.spawner import image
    from quarterdeck.stage.docker.address import find_engine
    from quarterdeck.workshop.manifest.read import read_manifest

    source = image.Source(read_manifest(manifest), base or image.usual_base(), variant, wheels)
    click.echo(image.make_image(source, find_engine(os.environ), lambda text: click.echo(text, err=True)))


@seats_command.command("prepare")
@manifest_argument
def prepare_hosts(manifest: Path) -> int:
    """Give each host the image, and look for what would go wrong.

    Exit status 1 when a host can't be used.
    """
    import asyncio
    import os
    from itertools import chain

    from quarterdeck.cli.report import lines
    from quarterdeck.project.doctor import Grade
    from quarterdeck.seats.spawner import hosts
    from quarterdeck.seats.spawner.image import image_name, workshop_name
    from quarterdeck.stage.docker.address import find_engine
    from quarterdeck.workshop.manifest.read import read_manifest

    read = read_manifest(manifest)
    workshop = workshop_name(read)
    image = image_name(workshop)
    found = hosts.find_hosts(read.seats)
    faults = asyncio.run(hosts.prepare(found, find_engine(os.environ), image, lambda text: click.echo(text, err=True)))
    lost = bool(faults)
    for host in found:
        click.echo(host.name)
        if host.name in faults:
            click.echo(f"  the image could not be loaded: {faults[host.name]}")
        findings = asyncio.run(hosts.examine(host, read.seats, workshop, image))
        for line in chain.from_iterable(map(lines, findings)):
            click.echo(f"  {line}")
        lost = lost or any(finding.grade is Grade.LOST for finding in findings)
    return int(lost)


def _page_ports(_ctx: click.Context, _option: click.Parameter, value: str) -> range:
    """The ports of ``--pages``."""
    first, _, last = value.partition("-")
    if not (first.isdigit() and (last or first).isdigit() and 1024 <= int(first) <= int(last or first) <= 65535):
        raise click.BadParameter(f"'{value}' is not a range of ports, such as 7800-7999")
    return range(int(first), int(last or first) + 1)


def _url(_ctx: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """The address of ``--url``: a scheme and a host, perhaps with a port."""
    if value is not None and not re.fullmatch(r"https?://[A-Za-z0-9.-]+(?::\d{1,5})?/?", value):
        raise click.BadParameter(f"'{value}' is not an address such as https://seats.example.org")
    return value


def _domain(_ctx: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """The name of ``--domain``."""
    if value is not None and not re.fullmatch(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", value):
        raise click.BadParameter(f"'{value}' is not a domain such as seats.example.org")
    return value and value.lower()


@seats_command.command("serve")
@manifest_argument
@click.option("--host", metavar="ADDRESS", help="Serve at this address of this machine only, instead of all.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    metavar="PORT",
    default=DESK_PORT,
    show_default=True,
    help="The port to serve on; 0 takes a free one.",
)
@click.option("--cert", type=PEM, metavar="FILE", help="Serve with TLS: the chain of certificates, in PEM.")
@click.option("--key", type=PEM, metavar="FILE", help="The key of --cert, in PEM.")
@click.option("--url", metavar="URL", callback=_url, help="The address attendees use, if a proxy passes it on to here.")
@click.option(
    "--domain",
    metavar="DOMAIN",
    callback=_domain,
    help="Give each page of a container a name under this domain, which has a wildcard in DNS.",
)
@click.option(
    "--pages",
    metavar="FIRST-LAST",
    callback=_page_ports,
    default="7800-7999",
    show_default=True,
    help="The ports for pages of containers, without --domain.",
)
@click.option("--keep", is_flag=True, help="Leave the seats running at the end, for the next serve.")
def serve_desk_command(
    manifest: Path,
    host: str | None,
    port: int,
    cert: Path | None,
    key: Path | None,
    url: str | None,
    domain: str | None,
    pages: range,
    keep: bool,
) -> int:
    """Open the front desk: attendees join by a code, and get a seat each; you see the room.

    Ctrl-C closes it, and removes all seats.  After a crash run it again: everybody finds their seat.  Exit status 1
    when a seat could not be removed.
    """
    import asyncio

    from quarterdeck.project.outputs.formats import rendered
    from quarterdeck.seats.desk import documents
    from quarterdeck.seats.desk.routes import Takeaway
    from quarterdeck.seats.desk.server import DeskOptions, serve_desk
    from quarterdeck.seats.desk.state import Limits
    from quarterdeck.seats.desk.store import Store, desk_file
    from quarterdeck.seats.spawner.hosts import open_spawner
    from quarterdeck.seats.spawner.image import find_project, image_name, workshop_name
    from quarterdeck.show.web.documents import audience_policy
    from quarterdeck.workshop.manifest.read import read_manifest

    if (cert is None) != (key is None):
        raise click.UsageError("--cert and --key belong together")
    read = read_manifest(manifest)
    seats, workshop = read.seats, workshop_name(read)
    project = find_project(read, None)
    takeaways = {
        "slides": Takeaway(
            lambda: rendered(project, ["html"])["html"],
            "text/html; charset=utf-8",
            lambda data: {"Content-Security-Policy": audience_policy(data[:CSP_BYTES].decode("utf-8", "replace"))},
        ),
        "kit": Takeaway(
            lambda: rendered(project, ["kit"])["kit"],
            "application/zip",
            lambda data: {"Content-Disposition": f'attachment; filename="{project.deck.name}-kit.zip"'},
        ),
    }
    options = DeskOptions(
        workshop,
        read.title,
        Limits(seats.count, seats.warm, seats.expires, seats.idle),
        seats.code,
        project.deck.lang,
        host,
        port,
        (cert, key) if cert and key else None,
        url,
        domain,
        pages,
        keep,
    )
    for name in sorted(documents.STATIC_FILES):
        documents.static_file(name)

    async def serve() -> tuple[str, ...]:
        spawner = open_spawner(seats, workshop, image_name(workshop))
        return await serve_desk(options, store, spawner, takeaways, _announce, warn=_warn)

    store = Store(desk_file(read.path))
    try:
        left = asyncio.run(serve())
    finally:
        store.close()
    if left:
        click.echo(f"not removed: {', '.join(left)}; 'quarterdeck seats stop' tries again", err=True)
    return int(bool(left))


def _announce(addresses: DeskAddresses) -> None:
    """Print where attendees and the organiser go."""
    from urllib.parse import quote

    from quarterdeck.show.addresses import qr_lines

    click.echo(f"attendees  {addresses.join}")
    click.echo(f"code       {addresses.code}")
    click.echo(f"organiser  {addresses.room}")
    for line in qr_lines(f"{addresses.join}?code={quote(addresses.code)}"):
        click.echo("           " + click.style(line, fg=(0, 0, 0), bg=(255, 255, 255)))
    click.echo("Ctrl-C closes the desk, and removes the seats.")


def _warn(text: str) -> None:
    """Print what the organiser should know while the desk is open."""
    from datetime import datetime

    click.echo(f"{datetime.now():%H:%M:%S} {text}", err=True)


@seats_command.command("list")
@manifest_argument
def list_seats(manifest: Path) -> int:
    """List the seats on all hosts.  Exit status 1 when a host can't be reached."""
    import asyncio
    import time

    from quarterdeck.seats.spawner import SeatCondition

    async def ask() -> int:
        spawner = _spawner(manifest)
        try:
            seats, free = await asyncio.gather(spawner.list(), spawner.capacity())
        finally:
            await spawner.close()
        for seat in sorted(seats, key=lambda each: (each.host, each.id)):
            left = max(0, round((seat.expires - time.time()) / 60))
            where = f"{seat.place.address}:{seat.place.port}" if seat.place else ""
            ends = f"ends in {left} min" if seat.state is not SeatCondition.GONE else ""
            click.echo(f"{seat.id}  {seat.host}  {seat.state}  {where}  {ends}".rstrip())
        lost = sorted(set(spawner.names) - set(free))
        for host in sorted({*spawner.names, *free}):
            said = "can't be reached" if host in lost else f"room for {free[host]} more"
            click.echo(f"{host}: {sum(seat.host == host for seat in seats)} seats, {said}", err=True)
        return int(bool(lost))

    return _asked(ask)


@seats_command.command("stop")
@manifest_argument
def stop_seats(manifest: Path) -> int:
    """Remove all seats of the workshop from its hosts, with their volumes and networks.

    The images stay.  Exit status 1 when a host can't be reached: what it has stays there.
    """
    _refuse_open_desk(manifest)

    async def ask() -> int:
        spawner = _spawner(manifest)
        try:
            removed = await spawner.stop_all()
        finally:
            await spawner.close()
        for host, count in removed.items():
            click.echo(f"{host}: {count} seats removed")
        lost = [host for host in spawner.names if host not in removed]
        for host in lost:
            click.echo(f"{host}: can't be reached; run this again when it is back", err=True)
        return int(bool(lost))

    return _asked(ask)


def _refuse_open_desk(manifest: Path) -> None:
    """A desk that is open would start again what was removed."""
    from quarterdeck.diagnostics import QuarterdeckError
    from quarterdeck.seats.desk.store import desk_file, is_open
    from quarterdeck.workshop.manifest.read import read_manifest

    if is_open(desk_file(read_manifest(manifest).path)):
        raise QuarterdeckError.of(
            "the desk of this workshop is open, and would start its seats again",
            hint="Ctrl-C in its terminal closes it, and removes the seats",
            code="desk-runs",
        )


def _spawner(manifest: Path) -> DockerHosts | Swarm:
    from quarterdeck.seats.spawner.hosts import open_spawner
    from quarterdeck.seats.spawner.image import image_name, workshop_name
    from quarterdeck.workshop.manifest.read import read_manifest

    read = read_manifest(manifest)
    workshop = workshop_name(read)
    return open_spawner(read.seats, workshop, image_name(workshop))


def _asked(ask: Callable[[], Coroutine[Any, Any, int]]) -> int:
    """Run it; a fault of the hosts becomes a message."""
    import asyncio

    from quarterdeck.diagnostics import QuarterdeckError
    from quarterdeck.seats.spawner import SpawnError

    try:
        return asyncio.run(ask())
    except SpawnError as error:
        raise QuarterdeckError.of(
            str(error), hint="'quarterdeck seats prepare' looks at each host", code="seats-host"
        ) from None
