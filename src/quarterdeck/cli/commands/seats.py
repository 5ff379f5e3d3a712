"""``quarterdeck seats``: a stage for each attendee of a workshop, on Docker hosts."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from quarterdeck.seats.spawner.docker_hosts import DockerHosts

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
        for host in spawner.names:
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


def _spawner(manifest: Path) -> DockerHosts:
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
