"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from quarterdeck.cli.commands.present import present_command
from quarterdeck.cli.options import choices_options
from quarterdeck.model.options import Choices, Role


def chosen_by(*arguments: str) -> Choices | str:
    """The choices that a command gets, or its message about wrong usage."""
    got: list[Choices] = []

    @click.command()
    @choices_options
    def command(chosen: Choices) -> None:
        got.append(chosen)

    done = CliRunner().invoke(command, arguments)
    return got[0] if got else done.output


def test_choices_reach_the_command_as_one() -> None:
    """Values of variables are YAML: a number is a number; the last assignment of a name counts."""
    assert chosen_by() == Choices()
    assert chosen_by(
        *("--set", "n=3", "--set", "name=Ann Lee", "--set", "list=[1, two]", "--set", "n=4"),
        *("--audience", "ops", "--role", "attendee", "--lang", "de"),
    ) == Choices({"n": 4, "name": "Ann Lee", "list": [1, "two"]}, "ops", Role.ATTENDEE, "de")


@pytest.mark.parametrize(
    ("assignment", "message"),
    [
        ("name", "'name' is not NAME=VALUE"),
        ("1a=2", "'1a=2' is not NAME=VALUE"),
        ("a=[1", "the value of 'a' is not YAML"),
    ],
)
def test_wrong_assignments(assignment: str, message: str) -> None:
    """The message says what is wrong with which one."""
    said = chosen_by("--set", assignment)
    assert isinstance(said, str)
    assert message in said


@pytest.mark.parametrize(
    ("arguments", "lan"),
    [
        (("deck",), None),
        (("--lan", "deck"), ""),
        (("deck", "--lan"), ""),
        (("--lan", "--no-browser", "deck"), ""),
        (("--lan", "192.168.4.20", "deck"), "192.168.4.20"),
        (("deck", "--lan=192.168.4.20"), "192.168.4.20"),
        (("--lan", "FD00::0020", "deck"), "fd00::20"),
    ],
)
def test_an_address_may_follow_lan(arguments: tuple[str, ...], lan: str | None) -> None:
    """What looks like no address is the deck."""
    with present_command.make_context("present", list(arguments)) as context:
        assert context.params["lan"] == lan
        assert context.params["deck"] == Path("deck")


def test_the_link_to_the_desk_is_read_and_a_wrong_one_is_told_without_its_token() -> None:
    """A mistyped link is a fault before the show starts; the token isn't printed into a terminal that others see."""
    link = "https://seats.example.org/room#token=abc"
    with present_command.make_context("present", ["deck", "--seats", link]) as context:
        assert context.params["seats"].token == "abc"
    with pytest.raises(click.UsageError, match="'quarterdeck seats serve' prints the organiser's link") as caught:
        present_command.make_context("present", ["deck", "--seats", "https://seats.example.org/#token=abc"])
    assert "abc" not in caught.value.format_message()


@pytest.mark.parametrize("address", ["192.168.4.200.1", "192.168.4.300", "fd00:::1"])
def test_a_wrong_address_after_lan(address: str) -> None:
    """It is wrong usage, and says why."""
    with pytest.raises(click.UsageError, match="not an IP address"):
        present_command.make_context("present", ["deck", "--lan", address])
