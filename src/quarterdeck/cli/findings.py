"""How findings about a machine reach the user."""

from __future__ import annotations

from collections.abc import Iterable

import click

from quarterdeck.project.doctor import Finding, Grade

MARKS = {
    Grade.GOOD: click.style("✓", fg="green"),
    Grade.CURED: click.style("!", fg="yellow", bold=True),
    Grade.LOST: click.style("✗", fg="red", bold=True),
}
INDENT = " " * 14


def lines(finding: Finding) -> Iterable[str]:
    """A line, and what mends it under that."""
    yield f" {MARKS[finding.grade]} {finding.what:<10} {finding.detail}"
    if finding.remedy:
        yield f"{INDENT}{click.style(finding.remedy, dim=True)}"
