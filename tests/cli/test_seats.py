"""``quarterdeck seats`` as an organiser runs it, with hosts that aren't there or say no."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

from quarterdeck.files.locks import is_held
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


EXERCISE = """---
title: A stage
task: Start a container.
images: [busybox:1.35]
---
```console {.verify missing="There is none."}
$ docker ps
...
```
"""


@pytest.fixture
def exercises(folder: Path) -> Path:
    """A workshop with an exercise."""
    (folder / "demos").mkdir()
    (folder / "demos" / "stage.md").write_text(EXERCISE)
    (folder / "deck.md").write_text(f"{DECK}\n---\ndemo: stage\n---\n# A stage\n")
    return folder


def test_a_desk_opens_and_closes(exercises: Path) -> None:
    """It prints where to go, with its host down too; `stop` sees that it is open; Ctrl-C closes it."""
    environ = {**os.environ, "XDG_STATE_HOME": str(exercises / "state"), "PYTHONUNBUFFERED": "1"}
    arguments = ("seats", "serve", "--host", "127.0.0.1", "--port", "0")
    with started(arguments, exercises, environ) as desk:
        assert desk.stdout is not None
        printed = {}
        for line in desk.stdout:
            kind, _, said = line.partition(" ")
            printed[kind] = said.strip()
            if kind == "Ctrl-C":
                break
        address = printed["attendees"]
        with urlopen(f"{address}?code={printed['code']}") as door:
            assert "Take a seat" in door.read().decode()
        assert printed["organiser"].startswith(f"{address}room#token=")
        stopping = quarterdeck("seats", "stop", cwd=exercises, environ={"XDG_STATE_HOME": environ["XDG_STATE_HOME"]})
        assert "the desk of this workshop is open" in stopping.err
        desk.send_signal(signal.SIGINT)
        desk.stdout.read()
        # 1: whether its host has a seat that was just being started can't be known
        assert desk.wait(60) in (0, 1)
    assert not [path for path in (exercises / "state").rglob("*.lock") if is_held(path)]


def test_what_is_wrong_with_hosts_is_told_while_the_desk_is_open(exercises: Path) -> None:
    """Once, and before anybody joins: the organiser may not look at the room yet."""
    manifest = exercises / "workshop.yaml"
    manifest.write_text("title: Ports\nseats: {warm: 1, hosts: ['unix:///nowhere/docker.sock']}\n")
    environ = {**os.environ, "XDG_STATE_HOME": str(exercises / "state"), "PYTHONUNBUFFERED": "1"}
    with started(("seats", "serve", "--host", "127.0.0.1", "--port", "0"), exercises, environ, subprocess.PIPE) as desk:
        assert desk.stderr is not None
        assert "unix:///nowhere/docker.sock: " in desk.stderr.readline()
        desk.send_signal(signal.SIGINT)
        assert "removing 1 seat …" in desk.stderr.read()
        desk.wait(60)


def test_a_context_that_is_not_there(exercises: Path) -> None:
    """It is named, with where to look for those that are."""
    (exercises / "workshop.yaml").write_text("title: Ports\nseats: {hosts: [no-such-context]}\n")
    done = quarterdeck("seats", "serve", cwd=exercises, environ={"XDG_STATE_HOME": str(exercises / "state")})
    assert done.status == 1
    assert "no-such-context" in done.err
    assert "docker context ls" in done.err


@contextmanager
def started(
    arguments: tuple[str, ...], folder: Path, environ: dict[str, str], stderr: int | None = None
) -> Iterator[subprocess.Popen[str]]:
    """A command that runs, and is ended."""
    command = (sys.executable, "-m", "quarterdeck", *arguments)
    with subprocess.Popen(
        command, cwd=folder, env=environ, stdout=subprocess.PIPE, stderr=stderr, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--cert", "deck.md"), "--cert and --key belong together"),
        (("--url", "seats.example.org"), "is not an address such as https://seats.example.org"),
        (("--domain", "seats"), "is not a domain such as seats.example.org"),
        (("--pages", "1-5"), "is not a range of ports"),
        (("--host", "203.0.113.99"), "without --host the desk serves at all of them"),
        (("--cert", "deck.md", "--key", "deck.md"), "the certificate can't be used"),
    ],
)
def test_options_that_cannot_be(exercises: Path, arguments: tuple[str, ...], said: str) -> None:
    """They are refused before anything is started."""
    environ = {"XDG_STATE_HOME": str(exercises / "state")}
    done = quarterdeck("seats", "serve", *arguments, cwd=exercises, environ=environ)
    assert done.status != 0
    assert said in done.err
    assert "Traceback" not in done.err
