"""Prints diagnostics: as text with a caret, as JSON, or as GitHub annotations; and findings about the machine."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from quarterdeck.diagnostics import Diagnostic, Severity, in_order, render

if TYPE_CHECKING:
    from quarterdeck.project.doctor import Finding

COLORS = {Severity.ERROR: "red", Severity.WARNING: "yellow"}


def report(diagnostics: Iterable[Diagnostic]) -> None:
    """Print diagnostics to stderr, with the source line and a caret, and a count at the end."""
    found = in_order(diagnostics)
    for diagnostic in found:
        first, *rest = render(diagnostic, line_of).split("\n")
        label = f"{diagnostic.severity}:"
        styled = click.style(label, fg=COLORS[diagnostic.severity], bold=True)
        click.echo("\n".join([first.replace(label, styled, 1), *rest]), err=True)
    if len(found) > 1:
        click.echo(counted(found), err=True)


def counted(diagnostics: Sequence[Diagnostic]) -> str:
    """``2 errors, 1 warning``."""
    counts = {s: sum(d.severity is s for d in diagnostics) for s in Severity}
    return ", ".join(f"{n} {s}{'s' * (n != 1)}" for s, n in counts.items() if n)


def as_json(diagnostics: Iterable[Diagnostic]) -> str:
    """The diagnostics as a JSON array, one object each."""
    return json.dumps(
        [
            {
                "severity": str(d.severity),
                "code": d.code,
                "message": d.message,
                "hint": d.hint,
                "file": d.span.file if d.span else None,
                "line": d.span.line if d.span else None,
                "column": d.span.column if d.span else None,
                "length": d.span.length if d.span else None,
            }
            for d in in_order(diagnostics)
        ],
        indent=2,
        ensure_ascii=False,
    )


def as_github(diagnostics: Iterable[Diagnostic]) -> str:
    """The diagnostics as workflow commands of GitHub Actions, which annotate the changed lines.

    Format: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
    """
    return "\n".join(_workflow_command(d) for d in in_order(diagnostics))


def _workflow_command(diagnostic: Diagnostic) -> str:
    span = diagnostic.span
    place = f" file={_property(span.file)},line={span.line},col={span.column}" if span else ""
    text = diagnostic.message + (f" ({diagnostic.hint})" if diagnostic.hint else "")
    return f"::{diagnostic.severity}{place}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def line_of(file: str, line: int) -> str | None:
    """A line of a source file, or None where it can't be read."""
    lines = _lines(file)
    return lines[line - 1] if 0 < line <= len(lines) else None


@functools.lru_cache(maxsize=32)
def _lines(file: str) -> tuple[str, ...]:
    try:
        return tuple(Path(file).read_text("utf-8-sig", errors="replace").split("\n"))
    except OSError:
        return ()


def forget_sources() -> None:
    """Read source files again from now on: they have changed."""
    _lines.cache_clear()


MARKS = {  # by Grade, whose module a build has no use for
    "good": click.style("✓", fg="green"),
    "cured": click.style("!", fg="yellow", bold=True),
    "lost": click.style("✗", fg="red", bold=True),
}
INDENT = " " * 14


def lines(finding: Finding) -> Iterable[str]:
    """The line of a finding, and below it how to fix it."""
    yield f" {MARKS[finding.grade]} {finding.what:<10} {finding.detail}"
    if finding.remedy:
        yield f"{INDENT}{click.style(finding.remedy, dim=True)}"
