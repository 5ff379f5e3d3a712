"""Exercises for real: proven by a rehearsal, done by an attendee in a terminal."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.commands import quarterdeck
from support.terminal import in_terminal
from support.workshop_deck import SOLUTION, write_workshop

if TYPE_CHECKING:
    from quarterdeck.stage.docker.address import EngineAddress

pytestmark = pytest.mark.engine
EXERCISE = """---
title: Something running
images: [busybox:1.35]
task: Let a container called `shop` run for a while.
hints: [Look at `docker run`.]
---
```console {.setup}
$ touch prepared
```

```console {.solution}
$ docker run --detach --name shop busybox:1.35 sleep 300
[..]
```

```console {.verify missing="No container called shop runs."}
$ docker inspect --format '{{.State.Running}}' shop
true
```

```console {.verify missing="No file called made was made in the folder."}
$ ls made prepared | sort
made
prepared
```
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the exercise."""
    (tmp_path / "demos").mkdir()
    (tmp_path / "demos" / "shop.md").write_text(EXERCISE)
    return tmp_path


def test_a_rehearsal_finds_a_solution_that_is_none(engine: EngineAddress, folder: Path) -> None:
    """One check stays unmet: it fails before, as it should, and after, as it shouldn't."""
    environ = {"DOCKER_HOST": engine.url}
    ran = quarterdeck("rehearse", "demos/shop.md", "--yes", cwd=folder, environ=environ)
    assert ran.status == 1
    assert "ok  shop/step-3 before the solution" in ran.out
    assert "ok  shop/step-3  " in ran.out
    assert "failed  shop/step-4  " in ran.out
    script = folder / "demos" / "shop.md"
    script.write_text(EXERCISE.replace("sleep 300\n[..]", "sleep 300\n[..]\n$ touch made"))
    ran = quarterdeck("rehearse", "demos/shop.md", "--yes", cwd=folder, environ=environ)
    assert ran.status == 0, ran.out + ran.err
    cast = (folder / "demos" / "shop.cast").read_text()
    assert "docker inspect" not in cast, "checks are not recorded"


def test_an_attendee_does_it(engine: EngineAddress, folder: Path) -> None:
    """In a shell that keeps its state, beside which the checks run, until nothing is missing."""
    environ = {"DOCKER_HOST": engine.url, "XDG_STATE_HOME": str(folder / "state")}
    with in_terminal("run", "demos/shop.md", "--yes", cwd=folder, environ=environ) as terminal:
        terminal.until("leave, and tidy up")
        assert "Let a container called" in terminal.text
        terminal.press("verify\r")
        terminal.until("0 of 2 checks pass")
        assert "No container called shop runs." in terminal.text
        terminal.press("hint\r")
        terminal.until("1 of 1")
        terminal.press("cd /; docker run --rm -d --name shop busybox:1.35 sleep 99 >/dev/null; pwd\r")
        terminal.until("\r\n/\r\n")
        terminal.press("verify\r")
        terminal.until("1 of 2 checks pass")
        assert "No container called shop runs." not in terminal.text
        terminal.press('touch "$OLDPWD/made"; verify && echo "status $?"\r')
        terminal.until("Done: nothing is missing.")
        terminal.until("\r\nstatus 0\r\n")
        terminal.press("docker exec -it shop sh\r")
        terminal.until("/ # ")
        terminal.press("hostname; exit\r")
        terminal.until("\x1b[1;32m$\x1b[0m ")
        terminal.press("reset\r")
        terminal.until("leave, and tidy up")
        terminal.press("docker ps --quiet; verify\r")
        terminal.until("0 of 2 checks pass")
        terminal.resize(90, 30)
        terminal.press("until [ \"$(stty size)\" = '30 90' ]; do sleep 0.1; done; echo it fits\r")
        terminal.until("\r\nit fits\r\n")
        terminal.press("exit\r")
        assert terminal.ended() == 1, "after the reset it isn't done"
        assert terminal.restored


def test_the_solution_needs_a_flag_and_a_copy_that_has_it(engine: EngineAddress, folder: Path) -> None:
    """An attendee's copy has none, and says so."""
    script = folder / "demos" / "shop.md"
    begin, rest = EXERCISE.split("```console {.solution}")
    script.write_text(begin + rest.split("```\n\n", 1)[1])
    with in_terminal("run", "demos/shop.md", "--solution", cwd=folder, environ={"DOCKER_HOST": engine.url}) as terminal:
        terminal.until("has no solution")
        assert terminal.ended() == 1


def test_an_attendee_takes_the_kit_home(engine: EngineAddress, tmp_path: Path) -> None:
    """Unpacked anywhere, its exercises can be done as its README says."""
    environ = {"DOCKER_HOST": engine.url, "XDG_STATE_HOME": str(tmp_path / "state")}
    ran = quarterdeck("build", write_workshop(tmp_path / "deck"), "--to", "kit", "--role", "attendee", cwd=tmp_path)
    assert ran.status == 0, ran.err
    shutil.unpack_archive(tmp_path / "out" / "deck-kit.zip", tmp_path / "home")
    home = tmp_path / "home" / "deck-kit"
    (line,) = [line for line in (home / "README.md").read_text().splitlines() if line.startswith("    quarterdeck run")]
    with in_terminal(*line.partition("#")[0].split()[1:], "--yes", cwd=home, environ=environ) as terminal:
        terminal.until("leave, and tidy up")
        terminal.press("verify\r")
        terminal.until("No container called shop runs.")
        terminal.press(f"{SOLUTION} >/dev/null && verify\r")
        terminal.until("Done: nothing is missing.")
        terminal.press("ls\r")
        terminal.until("index.html  made")
        terminal.press("quit\r")
        assert terminal.ended() == 0
