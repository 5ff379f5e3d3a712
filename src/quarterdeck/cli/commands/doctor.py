"""``quarterdeck doctor``."""

from __future__ import annotations

import click


@click.command("doctor")
def command() -> int:
    """Say what is missing on this machine, and how to mend it.

    Exit status 1 when something is missing that no deck can do without.
    """
    import asyncio
    from itertools import chain

    from quarterdeck.cli.report import lines
    from quarterdeck.project.doctor import Grade, examine

    findings = asyncio.run(examine())
    for line in chain.from_iterable(map(lines, findings)):
        click.echo(line)
    return int(any(finding.grade is Grade.LOST for finding in findings))
