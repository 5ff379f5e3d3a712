"""Every command of README and guide, typed in the order of its page in the project of a reader."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from pptx import Presentation

from guide.examples import Kind, lay_out, of_kind
from quarterdeck.stage.docker.address import EngineAddress
from support.commands import quarterdeck
from support.terminal import Terminal, in_terminal

pytestmark = [pytest.mark.engine, pytest.mark.browser]

OTHERWISE = re.compile(r"python3 -m venv|\.venv/|\.ci/")
"""Installing everything and running all checks and tests, which .ci/newcomer and .ci/run do."""
SECONDS = 120


@pytest.fixture(scope="module")
def projects(engine: EngineAddress, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a project for each page, and a home of its own for what Quarterdeck keeps."""
    folder = tmp_path_factory.mktemp("guide")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOCKER_HOST", engine.url)
        patch.setenv("XDG_STATE_HOME", str(folder / "state"))
        yield folder


def project_of(projects: Path, page: str) -> Path:
    """The reader's project on a page: what earlier commands of the page made is there."""
    folder = projects / page
    if not folder.exists():
        lay_out(folder)
        for arguments in (("rehearse", "decks/docker", "--yes"), ("build", "decks/docker", "--to", "pptx")):
            done = quarterdeck(*arguments, cwd=folder)
            assert done.status == 0, done.out + done.err
        shutil.move(folder / "out" / "docker.pptx", folder / "company.pptx")
        if page == "edits":
            edited(folder)
        if page == "themes":
            (folder / "brand.yaml").write_text("extends: harbour\ncolors: {accent: '#0B7A6B'}\n")
        if page == "seats":
            (folder / "decks" / "door.md").write_text(
                "---\ntitle: A door\n---\n---\ndemo: try-publish\n---\n# A door\n"
            )
            (folder / "workshop.yaml").write_text("decks: decks/door.md\nseats: {warm: 0, code: TIDE-42}\n")
    return folder


def edited(folder: Path) -> None:
    """A talk's PPTX as a client sends it back: with another word in a title."""
    shutil.copytree(folder / "decks" / "docker", folder / "decks" / "talk")
    done = quarterdeck("build", "decks/talk", "--to", "pptx", cwd=folder)
    assert done.status == 0, done.out + done.err
    presentation = Presentation(str(folder / "out" / "talk.pptx"))
    run = presentation.slides[1].shapes.title.text_frame.paragraphs[0].runs[0]
    run.text = f"{run.text} today"
    for name in ("edited.pptx", "from-libreoffice.pptx"):
        presentation.save(str(folder / name))
    variant = "lecture-advanced-attendee-en"
    done = quarterdeck("workshop", "build", "decks/docker", "--only", variant, "-o", "variants", cwd=folder)
    assert done.status == 0, done.out + done.err
    (built,) = (folder / "variants").rglob(f"*{variant}.pptx")
    for name in (built.name, "from-anna.pptx"):
        of_variant = Presentation(str(built))
        run = of_variant.slides[1].shapes.title.text_frame.paragraphs[0].runs[0]
        run.text = f"{run.text} today"
        of_variant.save(str(folder / name))


COMMANDS = [
    pytest.param(example.page.stem, command, id=f"{example.name} {command[:60]}")
    for example in of_kind(Kind.COMMANDS)
    for command in example.commands
    if not OTHERWISE.search(command)
]


@pytest.mark.parametrize(("page", "command"), COMMANDS)
def test_commands(page: str, command: str, projects: Path) -> None:
    """What the page says can be typed as it stands, and does not fail."""
    folder = project_of(projects, page)
    program, *arguments = shlex.split(command.replace("DECK", "decks/docker").replace(" - ", " "))
    match arguments:
        case ["present", *_]:
            shown(folder, arguments)
        case ["seats", "serve", *_]:
            opened(folder, arguments)
        case [*_, "--watch"]:
            watched(folder, arguments)
        case ["run", *_]:
            run(folder, arguments)
        case ["rehearse" | "run", *_] if "--yes" not in arguments:
            ended(folder, [*arguments, "--yes"])
        case _ if program == "pytest":
            plugin(folder, arguments)
        case _:
            ended(folder, arguments)


def ended(folder: Path, arguments: list[str]) -> None:
    """A command that does its work and ends."""
    ran = quarterdeck(*arguments, cwd=folder)
    assert ran.status == 0, ran.out + ran.err
    assert ran.out


def shown(folder: Path, arguments: list[str]) -> None:
    """A show: it says where its pages are, serves them, and ends when it is told to."""
    quiet = [flag for flag in ("--no-console", "--no-browser") if flag not in arguments]
    with started(folder, [*arguments, *quiet, "--yes", "--port", "0"]) as process:
        line = until(process, "audience")
        address = line.split()[-1]
        done = subprocess.run(
            ["curl", "--silent", "--fail", "--max-time", "20", address], capture_output=True, text=True
        )
        assert "<section" in done.stdout
        process.send_signal(signal.SIGINT)
        assert process.wait(SECONDS) == 0


def opened(folder: Path, arguments: list[str]) -> None:
    """A front desk: its door can be read, and it closes when it is told to."""
    with started(folder, [*arguments, "--host", "127.0.0.1", "--port", "0"]) as process:
        door = until(process, "attendees").split()[-1]
        done = subprocess.run(["curl", "--silent", "--fail", "--max-time", "20", door], capture_output=True, text=True)
        assert "Take a seat" in done.stdout
        process.send_signal(signal.SIGINT)
        assert process.wait(SECONDS) == 0


def watched(folder: Path, arguments: list[str]) -> None:
    """A build that goes on: it has built when it says that it watches."""
    with started(folder, arguments) as process:
        until(process, "watching")
        process.send_signal(signal.SIGINT)
        assert process.wait(SECONDS) in (0, 130)


def run(folder: Path, arguments: list[str]) -> None:
    """A demo in a terminal, a key a step, to its end; an exercise is left with its own word."""
    exercise = "task:" in (folder / arguments[1]).read_text()
    with in_terminal(*arguments, "--yes", cwd=folder) as screen:
        if exercise:
            screen.until("quit")
            screen.press("quit\r")
            assert screen.ended() == 1, "nothing was verified"
        else:
            screen.shows("none run yet")
            pressed(screen)
            assert screen.ended() == 0


def pressed(screen: Terminal) -> None:
    """Press the key for each step until all are done, and the one that ends it."""
    end = time.monotonic() + SECONDS
    while not any(re.search(r"\bstep (\d+) of \1 done", row) for row in screen.rows):
        assert time.monotonic() < end, "\n".join(screen.rows)
        screen.press(" ")
        screen.read(1.0)
    screen.press("q")


def plugin(folder: Path, arguments: list[str]) -> None:
    """The rehearsal as tests of pytest."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments],
        cwd=folder,
        env=without_options(os.environ),
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"\d+ passed", done.stdout)


def without_options(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment without the options of the test run around this one."""
    return {name: value for name, value in environ.items() if not name.startswith(("PYTEST_", "QUARTERDECK_REQUIRE"))}


def started(folder: Path, arguments: list[str]) -> subprocess.Popen[str]:
    """A command under way."""
    command = [sys.executable, "-m", "quarterdeck", *arguments]
    return subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)


def until(process: subprocess.Popen[str], word: str) -> str:
    """The first line that begins with a word."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith(word):
            return line
    raise AssertionError(f"it ended with status {process.wait()}, and never said '{word}'")
