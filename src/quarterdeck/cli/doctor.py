"""``quarterdeck doctor``."""

from __future__ import annotations

import click


@click.command("doctor")
def command() -> int:
    """Say what is missing on this machine, and how to mend it.

    Exit status 1 when something is missing that no deck can do without.
    """
    import asyncio

    from quarterdeck.project.doctor import examine

    marks = {
        "ok": click.style("ok     ", fg="green"),
        "optional": click.style("missing", fg="yellow"),
        "essential": click.style("MISSING", fg="red", bold=True),
    }
    findings = asyncio.run(examine())
    for finding in findings:
        click.echo(f"{marks[finding.state]}  {finding.what}: {finding.detail}")
        if finding.remedy:
            click.echo(f"         {finding.remedy}")
    return int(any(f.state == "essential" for f in findings))
