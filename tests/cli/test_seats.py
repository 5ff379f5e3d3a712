"""``quarterdeck seats`` as an organiser runs it, with hosts that aren't there or say no."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.commands import quarterdeck

pytestmark = pytest.mark.slow
DECK = "---\ntitle: Ports\n---\n# Ports\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workshop without exercises, on a host that is down."""
    (tmp_path / "deck.md").write_text(DECK)
    (tmp_path / "workshop.yaml").write_text("title: Ports\nseats: {hosts: ['unix:///nowhere/docker.sock']}\n")
    return tmp_path


@pytest.mark.parametrize("command", ["list", "stop", "prepare"])
def test_a_host_that_is_down(folder: Path, command: str) -> None:
    """It is named, the status says so, and there is no traceback."""
    done = quarterdeck("seats", command, cwd=folder, environ={"DOCKER_HOST": "unix:///nowhere/docker.sock"})
    assert done.status == 1
    assert "/nowhere/docker.sock" in done.err + done.out
    assert "Traceback" not in done.err


def test_a_fault_of_the_settings(folder: Path) -> None:
    """It is shown in its line of the manifest."""
    (folder / "workshop.yaml").write_text("title: Ports\nseats:\n  memory: much\n")
    done = quarterdeck("seats", "list", cwd=folder)
    assert done.status == 1
    assert "workshop.yaml:3:11: error: 'memory' must be a size" in done.err


def test_a_workshop_without_exercises(folder: Path) -> None:
    """Seats are for exercises: without any the image isn't made, and it is said what lacks."""
    done = quarterdeck("seats", "image", cwd=folder, environ={"DOCKER_HOST": "unix:///nowhere/docker.sock"})
    assert done.status == 1
    assert "has no exercise for attendees" in done.err
