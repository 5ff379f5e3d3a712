"""``quarterdeck clean``."""

from __future__ import annotations

import click


@click.command("clean")
def command() -> None:
    """Remove every container, network and volume that a show left behind.

    Only what carries Quarterdeck's label is touched.
    """
    import os

    from quarterdeck.stage.engine import find_engine
    from quarterdeck.stage.sweeping import sweep

    click.echo(str(sweep(find_engine(os.environ), None)))
