"""The page of commands says what the commands say themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest

from conftest import ROOT
from quarterdeck.cli import COMMANDS, quarterdeck

PAGE = (ROOT / "src" / "quarterdeck" / "reference" / "commands.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## (quarterdeck [^\n]+)\n(.*?)(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL))


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, as it is called."""
    for name in COMMANDS:
        command = quarterdeck.get_command(click.Context(quarterdeck), name)
        if isinstance(command, click.Group):
            yield from ((f"{name} {each}", inner) for each, inner in command.commands.items())
        elif command is not None:
            yield name, command


def rows(command: click.Command) -> list[str]:
    """The options as rows of a table: how they are written, and what ``--help`` says of them."""
    options = (each for each in command.params if isinstance(each, click.Option))
    records = (option.get_help_record(click.Context(command)) for option in options)
    cells = ((record[0], re.sub(r"  \[x.*", "", record[1])) for record in records if record)
    return ["| `{}` | {} |".format(*(cell.replace("|", "\\|") for cell in pair)) for pair in cells]


@pytest.mark.parametrize(("name", "command"), [pytest.param(*each, id=each[0]) for each in commands()])
def test_every_option(name: str, command: click.Command) -> None:
    """A section for each command, how it is called, and a row for each of its options, word for word."""
    arguments = (each for each in command.params if isinstance(each, click.Argument))
    wanted = " ".join(("quarterdeck", name, *(each.make_metavar(click.Context(command)) for each in arguments)))
    section = SECTIONS[wanted]
    assert [line for line in section.split("\n") if line.startswith("| `")] == rows(command)


def test_no_others() -> None:
    """Nothing is left of commands that are gone."""
    assert {" ".join(word for word in title.split()[1:] if word.islower()) for title in SECTIONS} == {
        name for name, _ in commands()
    }
