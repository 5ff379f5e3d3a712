"""``quarterdeck clean``."""

from __future__ import annotations

import click


@click.command("clean")
def command() -> int:
    """Remove every container, network, volume and image that a show left behind.

    Only what carries Quarterdeck's label is touched, and images that a demo made.
    """
    import os

    from quarterdeck.stage.engine import find_engine
    from quarterdeck.stage.journal import default_folder
    from quarterdeck.stage.sweeping import sweep

    report = sweep(find_engine(os.environ), None, journals=default_folder(os.environ))
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
    for fault in report.faults:
        click.echo(f"could not remove {fault}", err=True)
    return int(bool(report.faults))
