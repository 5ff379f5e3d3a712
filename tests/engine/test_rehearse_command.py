"""``quarterdeck rehearse`` on real decks: updating, repeating, and what stays as it is."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from quarterdeck.project.rehearsal.selection import select
from support.commands import Ran, quarterdeck
from support.flagship import FLAGSHIP
from support.waiting import wait_until

if TYPE_CHECKING:
    from quarterdeck.stage.docker.address import EngineAddress

pytestmark = pytest.mark.engine
COPIED = ("lifecycle.md", "interactive.md", "env-file")
"""Demos of the flagship with elisions, containers, nested shells and files; no ports, so that others may use them."""


@pytest.fixture
def rehearse(engine: EngineAddress, tmp_path: Path) -> Callable[..., Ran]:
    """The command in the test's folder, agreed to."""
    environ = {"DOCKER_HOST": engine.url, "XDG_STATE_HOME": str(tmp_path / "state")}
    return lambda *arguments: quarterdeck("rehearse", *arguments, "--yes", cwd=tmp_path, environ=environ)


@pytest.fixture
def deck(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A deck with a few of the flagship's demos."""
    demos = FLAGSHIP.parent.parent / "demos"
    for name in COPIED:
        if (demos / name).is_dir():
            shutil.copytree(demos / name, tmp_path / "demos" / name)
        else:
            (tmp_path / "demos").mkdir(exist_ok=True)
            shutil.copy(demos / name, tmp_path / "demos" / name)
    slides = [f"---\ndemo: {Path(name).stem}\nduration: 1m\n---\n# {Path(name).stem}\n" for name in COPIED]
    (tmp_path / "deck.md").write_text("\n".join(["---\ntitle: A few\n---\n", *slides]))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def blank(deck: Path, *, elisions: bool) -> int:
    """Take the expected output out of all scripts; gives the lines that went."""
    gone = 0
    for demo in select([deck]).demos:
        lines = demo.path.read_text().split("\n")
        for step in reversed(demo.steps):
            for interaction in reversed(step.interactions):
                expected = interaction.expected
                first = expected.span.line - 1 if expected.span else 0
                for at in range(first + len(expected.lines) - 1, first - 1, -1):
                    if elisions or not ("[..]" in lines[at] or lines[at] == "..."):
                        del lines[at]
                        gone += 1
        demo.path.write_text("\n".join(lines))
    return gone


def contents(folder: Path) -> dict[Path, bytes]:
    """Every file of a deck."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and "state" not in path.parts}


def test_blanked_outputs_are_restored_around_the_elisions(deck: Path, rehearse: Callable[..., Ran]) -> None:
    """The scripts are what they were, to the byte, and the second run changes nothing, recordings included."""
    before = contents(deck)
    assert blank(deck, elisions=False) > 5
    assert contents(deck) != before
    ran = rehearse("--update", ".")
    assert ran.status == 0, ran.out + ran.err
    assert {path: data for path, data in contents(deck).items() if path.suffix != ".cast"} == before
    assert "slide lifecycle: its demo takes" in ran.out
    after = contents(deck)
    assert rehearse("--update", ".").status == 0
    assert contents(deck) == after


def test_outputs_blanked_with_their_elisions_are_stable_too(deck: Path, rehearse: Callable[..., Ran]) -> None:
    """Ids and times are elided anew, so that the next rehearsal passes."""
    blank(deck, elisions=True)
    assert rehearse("--update", ".").status == 0
    after = contents(deck)
    ran = rehearse(".")
    assert ran.status == 0, ran.err
    assert contents(deck) == after


def script(folder: Path, *lines: str) -> Path:
    """A demo of one step."""
    path = folder / "demos" / "one.md"
    path.parent.mkdir()
    path.write_text("\n".join(["# One", "", "```console", *lines, "```", ""]))
    return path


def test_what_differs_between_two_rounds_is_elided(tmp_path: Path, rehearse: Callable[..., Ran]) -> None:
    """``--update --repeat 2`` finds what no pattern knows."""
    path = script(tmp_path, "$ echo one $RANDOM$RANDOM; echo two")
    ran = rehearse("--update", "--repeat", "2", path)
    assert (ran.status, ran.err) == (0, "")
    assert "one [..]\ntwo\n```" in path.read_text()
    assert rehearse(path).status == 0


def test_a_flaky_step_is_named(tmp_path: Path, rehearse: Callable[..., Ran]) -> None:
    """It fails every second time; the exit status is 1, and JUnit has all rounds."""
    path = script(tmp_path, f"$ mkdir {tmp_path}/x 2> /dev/null || ! rmdir {tmp_path}/x")
    ran = rehearse("--repeat", "4", "--junit", "out.xml", path)
    assert ran.status == 1
    assert "flaky: one/step-1 passed 2 of 4 times" in ran.out
    assert "4 steps of 1 demo, 4 times, failed: one" in ran.out
    suites = ET.parse(tmp_path / "out.xml").getroot().findall("testsuite")
    assert [(s.get("name"), s.get("failures")) for s in suites] == [
        ("one", "0"),
        ("one (round 2)", "1"),
        ("one (round 3)", "0"),
        ("one (round 4)", "1"),
    ]


BUILDS = """# Build {0}

```console
$ echo 'FROM busybox:1.35' > Dockerfile; echo 'RUN echo {0} > /word; sleep 1' >> Dockerfile
$ docker build --tag word .
$ docker run --rm --name same word cat /word
{0}
$ docker images --format '{{{{.Repository}}}}' word
word
```
"""


def test_demos_at_the_same_time_know_nothing_of_each_other(tmp_path: Path, rehearse: Callable[..., Ran]) -> None:
    """They use the same names for images and containers; the report is in the order in which they were named."""
    demos = tmp_path / "demos"
    demos.mkdir()
    names = ("quarter", "main", "poop")
    for name in names:
        (demos / f"{name}.md").write_text(BUILDS.format(name))
    ran = rehearse("-j", "3", *(demos / f"{name}.md" for name in names))
    assert ran.status == 0, ran.out + ran.err
    assert [line.split()[1] for line in ran.out.splitlines()[:3]] == [f"{name}/step-1" for name in names]
    assert all((demos / f"{name}.cast").exists() for name in names)


def test_ctrl_c_keeps_the_recordings_of_what_had_passed(engine: EngineAddress, tmp_path: Path) -> None:
    """The demo under way is stopped, and what it made is gone; the report so far is printed; status 130."""
    demos = tmp_path / "demos"
    demos.mkdir()
    (demos / "one.md").write_text("# One\n\n```console\n$ echo one\none\n```\n")
    (demos / "two.md").write_text(
        "# Two\n\n```console\n$ docker run --detach --name stays busybox:1.35 sleep 900\n[..]\n$ sleep 1000\n```\n"
    )
    environ = {**os.environ, "DOCKER_HOST": engine.url, "XDG_STATE_HOME": str(tmp_path / "state")}
    command = [sys.executable, "-m", "quarterdeck", "rehearse", "demos/one.md", "demos/two.md", "--yes"]
    with subprocess.Popen(command, cwd=tmp_path, env=environ, stdout=subprocess.PIPE, text=True) as running:
        wait_until(lambda: "stays" in containers(engine))
        running.send_signal(signal.SIGINT)
        out, _ = running.communicate(timeout=300)
    assert running.returncode == 130
    assert (demos / "one.cast").exists()
    assert not (demos / "two.cast").exists()
    assert "ok  one/step-1" in out
    assert "1 step of 1 demo, none failed\nstopped: 1 demo did not run to the end\n" in out
    assert "stays" not in containers(engine)


def containers(engine: EngineAddress) -> str:
    """The names of all containers, with the stage's prefix."""
    command = ["docker", "-H", engine.url, "ps", "--all", "--format", "{{.Names}}"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
