"""``quarterdeck clean``."""

from __future__ import annotations

import click


@click.command("clean")
@click.option("--all", "everything", is_flag=True, help="Also what running shows have made, and shows elsewhere.")
def command(everything: bool) -> int:
    """Remove every container, network, volume and image that a show left behind.

    Only what carries Quarterdeck's label is touched, and images that a demo made.  What a running show has made stays,
    and so does what was made from another machine within the last twelve hours, unless --all says so.
    """
    import asyncio

    from quarterdeck.diagnostics import QuarterdeckError
    from quarterdeck.files.locks import running_shows
    from quarterdeck.files.state import journal_folder
    from quarterdeck.project.engines import reachable
    from quarterdeck.stage.cleanup.sweep import sweep, sweep_leftovers
    from quarterdeck.stage.docker.connection import EngineError

    journals = journal_folder()
    address = asyncio.run(reachable())
    spared = () if everything else running_shows(journals)
    try:
        report = sweep(address, None, journals=journals) if everything else sweep_leftovers(address, journals)
    except (OSError, EngineError) as error:
        raise QuarterdeckError.of(
            f"the Docker engine at {address.url} went away: {error}",
            hint="what is left can be removed later: run this again",
            code="engine-down",
        ) from None
    for kind, names in (
        ("container", report.containers),
        ("network", report.networks),
        ("volume", report.volumes),
        ("image", report.images),
    ):
        for name in names:
            click.echo(f"removed {kind} {name}")
    if not report:
        click.echo("nothing was left behind")
    if spared:
        click.echo(f"shows that are running, and were left alone: {len(spared)}")
    for fault in report.faults:
        click.echo(f"could not remove {fault}", err=True)
    return int(bool(report.faults))
