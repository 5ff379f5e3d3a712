"""Asks the speaker before a deck's commands run on this machine, and shows what would run."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from quarterdeck.diagnostics import harmless

if TYPE_CHECKING:
    from quarterdeck.model.demo import Demo


def agreed(demos: Sequence[Demo], yes: bool) -> bool:
    """Whether the demos may run: by ``--yes``, by an earlier answer, or by the answer to a question on the terminal.

    Without a terminal the answer is no.
    """
    from quarterdeck.project import consent

    if yes or consent.given(demos):
        return True
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    click.echo("The demos of this deck run these commands on this machine, against Docker:\n", err=True)
    for name, text in consent.commands(demos):
        click.echo(f"  {click.style(name, dim=True)}  {_plain(text)}", err=True)
    for name, text in consent.settings(demos):
        click.echo(f"  {click.style(name, dim=True)}  with {_plain(text)}", err=True)
    for name, text in consent.files(demos):
        click.echo(f"  {click.style(name, dim=True)}  with the file {_plain(text)}", err=True)
    for name, what in consent.exceptions(demos):
        click.echo(f"  {click.style(name, dim=True)}  {click.style(f'may {what}', fg='yellow')}", err=True)
    if not click.confirm("\nRun them? (you are asked again only if a script changes)", err=True):
        return False
    try:
        consent.give(demos)
    except OSError as error:
        click.echo(f"your answer can't be stored, and you will be asked again: {error}", err=True)
    return True


def _plain(text: str) -> str:
    """A command as it will be typed, with characters made visible that are invisible or reverse the text direction."""
    seen = "".join(f"<U+{ord(c):04X}>" if unicodedata.category(c) == "Cf" else c for c in text)
    return harmless(seen).replace("\n", "\n      ")


def require_consent(demos: Sequence[Demo], yes: bool) -> None:
    """Ask as :func:`agreed` does; raises QuarterdeckError if the answer is no."""
    from quarterdeck.diagnostics import QuarterdeckError

    if not agreed(demos, yes):
        raise QuarterdeckError.of(
            "the demos run commands on this machine; that needs your consent",
            hint="read the scripts, then pass --yes, or use --engine replay",
            code="not-agreed",
        )
