"""Arguments and options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from quarterdeck.project.loading import Choices

Function = TypeVar("Function", bound=Callable[..., Any])

one_deck = click.argument("deck", type=click.Path(path_type=Path))
many_decks = click.argument("decks", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="DECK...")
yes = click.option("--yes", is_flag=True, help="Run the demos' commands without asking first.")


def choices_options(function: Function) -> Function:
    """``--set`` and ``--audience``."""
    function = click.option("--audience", metavar="NAME", help="Leave out what is meant for another audience.")(
        function
    )
    return click.option(
        "--set", "assignments", multiple=True, metavar="NAME=VALUE", help="Set a variable of the deck."
    )(function)


def choices(assignments: tuple[str, ...], audience: str | None) -> Choices:
    """What the options say; values are read as YAML, so that ``--set n=3`` is a number.

    Raises:
        click.BadParameter: for an assignment without ``=``, or a value that isn't YAML.

    """
    import yaml

    from quarterdeck.project.loading import Choices

    variables: dict[str, object] = {}
    for assignment in assignments:
        name, equals, value = assignment.partition("=")
        if not equals or not name.isidentifier():
            raise click.BadParameter(f"'{assignment}' is not NAME=VALUE", param_hint="--set")
        try:
            variables[name] = yaml.safe_load(value)
        except yaml.YAMLError:
            raise click.BadParameter(f"the value of '{name}' is not YAML: quote it", param_hint="--set") from None
    return Choices(variables, audience)
