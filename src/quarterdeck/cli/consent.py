"""Asking the speaker before a deck's commands run on this machine."""

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
    """Whether the demos may run: said with ``--yes``, said before, or asked now on a terminal.

    Without a terminal to ask on the answer is no.
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
        click.echo(f"  {click.style(name, dim=True)}  beside the file {_plain(text)}", err=True)
    for name, what in consent.exceptions(demos):
        click.echo(f"  {click.style(name, dim=True)}  {click.style(f'may {what}', fg='yellow')}", err=True)
    if not click.confirm("\nRun them? (asked once, until a script changes)", err=True):
        return False
    try:
        consent.give(demos)
    except OSError as error:
        click.echo(f"the answer can't be kept, and will be asked for again: {error}", err=True)
    return True


def _plain(text: str) -> str:
    """A command as it will be typed: nothing in it is invisible, or turns the direction of text."""
    seen = "".join(f"<U+{ord(c):04X}>" if unicodedata.category(c) == "Cf" else c for c in text)
    return harmless(seen).replace("\n", "\n      ")


def agree(demos: Sequence[Demo], yes: bool) -> None:
    """As :func:`agreed`; raises QuarterdeckError where the answer is no."""
    from quarterdeck.diagnostics import QuarterdeckError

    if not agreed(demos, yes):
        raise QuarterdeckError.of(
            "the demos run commands on this machine, and nobody has agreed to that",
            hint="look at the scripts, then say --yes, or use --engine replay",
            code="not-agreed",
        )
