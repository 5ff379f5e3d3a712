"""The page on continuous integration: workflows of the right shape, whose commands are those that there are."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Any

import click
import pytest
import yaml

from guide.examples import Kind, of_kind
from quarterdeck.cli import quarterdeck
from quarterdeck.project.outputs.formats import FORMATS

STEPS = ["doctor", "check", "rehearse", "build"]
WORKFLOWS: list[dict[str, Any]] = [yaml.load(each.text, yaml.BaseLoader) for each in of_kind(Kind.WORKFLOW)]
GITHUB = next(each["jobs"]["deck"] for each in WORKFLOWS if "jobs" in each)
GITLAB = next(each["deck"] for each in WORKFLOWS if "deck" in each)
LINES = {"GitHub": [step["run"] for step in GITHUB["steps"] if "run" in step], "GitLab": GITLAB["script"]}


def parsed(lines: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Quarterdeck's commands in a workflow with their arguments, as the command line reads them."""
    for line in lines:
        program, *words = shlex.split(line)
        if program == "quarterdeck":
            command = quarterdeck.get_command(click.Context(quarterdeck), words[0])
            assert command is not None, line
            yield words[0], command.make_context(words[0], words[1:]).params


def test_there_is_one_for_each() -> None:
    """GitHub's and GitLab's, and no other."""
    assert len(WORKFLOWS) == 2


@pytest.mark.parametrize("server", LINES)
def test_commands_of_workflows(server: str) -> None:
    """Each is a command with options that there are; nothing waits for an answer, and images are pulled."""
    found = dict(parsed(LINES[server]))
    assert list(found) == STEPS
    assert found["rehearse"]["yes"] is True
    assert found["rehearse"]["pull"] is True
    assert set(found["build"]["formats"]) <= set(FORMATS)
    assert len({str(found[name]["decks"]) for name in ("check", "build")}) == 1


def test_the_shape_of_githubs() -> None:
    """Each step runs or uses something; what is made is uploaded even after a failure."""
    workflow = next(each for each in WORKFLOWS if "jobs" in each)
    assert set(workflow) == {"name", "on", "jobs"}
    assert "workflow_call" in workflow["on"], "others can use it"
    assert all(("run" in step) != ("uses" in step) for step in GITHUB["steps"])
    assert all(re.fullmatch(r"actions/[a-z-]+@v\d+", step["uses"]) for step in GITHUB["steps"] if "uses" in step)
    upload = next(step for step in GITHUB["steps"] if "upload-artifact" in step.get("uses", ""))
    assert upload["if"] == "always()"
    commands = dict(parsed(LINES["GitHub"]))
    assert upload["with"]["path"].split() == [f"{commands['build']['folder']}/", "demos/*.cast"]
    assert commands["check"]["form"] == "github"


def test_the_shape_of_gitlabs() -> None:
    """What is made and the report of the rehearsal are kept; the engine sees the demos' files."""
    commands = dict(parsed(GITLAB["script"]))
    assert GITLAB["artifacts"]["when"] == "always"
    assert GITLAB["artifacts"]["paths"] == [f"{commands['build']['folder']}/"]
    assert GITLAB["artifacts"]["reports"]["junit"] == str(commands["rehearse"]["report_file"])
    assert GITLAB["variables"]["TMPDIR"].startswith("$CI_PROJECT_DIR/")
