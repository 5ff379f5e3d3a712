"""Arguments and options that several commands share."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import click

from quarterdeck.model.options import Choices, Role

Function = TypeVar("Function", bound=Callable[..., Any])

HERE = Path()
"""The deck that is meant where none is named."""
one_deck = click.argument("deck", type=click.Path(path_type=Path), default=HERE)


def or_here(context: click.Context, parameter: click.Parameter, value: tuple[Path, ...]) -> tuple[Path, ...]:
    """What is named, else the deck that one is in; older versions of click take no default for many arguments."""
    return value or (HERE,)


many_decks = click.argument("decks", nargs=-1, callback=or_here, type=click.Path(path_type=Path), metavar="[DECK]...")
yes = click.option("--yes", is_flag=True, help="Run the demos' commands without asking.")

finish = click.option(
    "--finish",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A Python file whose function finish(presentation) changes each PPTX last, with python-pptx.",
)

output_folder = click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(path_type=Path),
    default=Path("out"),
    show_default=True,
    help="The folder to write to.",
)

draft = click.option("--draft", is_flag=True, help="Go on where something doesn't fit, and mark the slide.")

pull = click.option(
    "--pull/--no-pull",
    default=None,
    help="Pull images that the demos need and the engine lacks, or don't; by default only in a terminal.",
)


def choices_options(function: Function) -> Function:
    """Add ``--set``, ``--audience``, ``--role`` and ``--lang``: the command gets them as one argument, ``chosen``."""

    @functools.wraps(function)
    def with_choices(
        *args: Any,
        assignments: tuple[str, ...],
        audience: str | None,
        role: str | None,
        language: str | None,
        **others: Any,
    ) -> Any:
        chosen = Choices(_variables(assignments), audience, Role(role) if role else None, language)
        return function(*args, chosen=chosen, **others)

    options = (
        click.option("--set", "assignments", multiple=True, metavar="NAME=VALUE", help="Set a variable of the deck."),
        click.option("--audience", metavar="NAME", help="Leave out slides for other audiences."),
        click.option(
            "--role",
            type=click.Choice(list(map(str, Role))),
            help="Whose copy to build: that of attendees has no notes.",
        ),
        click.option("--lang", "language", metavar="TAG", help="The language: deck.de.md translates deck.md to 'de'."),
    )
    decorated: Any = with_choices
    for option in reversed(options):
        decorated = option(decorated)
    return cast(Function, decorated)


def _variables(assignments: tuple[str, ...]) -> dict[str, object]:
    """The variables of ``--set``; values are read as YAML, so ``--set n=3`` is a number.

    Raises:
        click.BadParameter: for an assignment without ``=``, or a value that isn't YAML.

    """
    import yaml

    variables: dict[str, object] = {}
    for assignment in assignments:
        name, equals, value = assignment.partition("=")
        if not equals or not name.isidentifier():
            raise click.BadParameter(f"'{assignment}' is not NAME=VALUE", param_hint="--set")
        try:
            variables[name] = yaml.safe_load(value)
        except yaml.YAMLError:
            raise click.BadParameter(f"the value of '{name}' is not YAML: quote it", param_hint="--set") from None
    return variables
