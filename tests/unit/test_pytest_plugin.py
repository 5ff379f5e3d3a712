"""``pytest --quarterdeck``, in a pytest of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from quarterdeck.stage.docker.address import EngineAddress

DECK = "# One\n\nText\n\n---\ndemo: hello\n---\n# Two\n\n---\n\n# Own\n\n```console\n$ echo own\n{}\n```\n"
HELLO = "# Hello\n\n```console\n$ echo hello\nhello\n```\n"
PLUGIN = "quarterdeck.pytest_plugin"
QUIET = ["-p", "no:cacheprovider", "-p", "no:asyncio", "-p", "no:benchmark", "-p", "no:syrupy", "--color=no"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A deck with two demos, a script that no deck shows, and a test."""
    (tmp_path / "talk" / "demos").mkdir(parents=True)
    (tmp_path / "talk" / "deck.md").write_text(DECK.format("own"))
    (tmp_path / "talk" / "demos" / "hello.md").write_text(HELLO)
    (tmp_path / "talk" / "demos" / "spare.md").write_text(HELLO)
    (tmp_path / "README.md").write_text("# Not a deck\n")
    (tmp_path / "test_own.py").write_text("def test_own(): pass\n")
    return tmp_path


def pytest_in(
    folder: Path, *arguments: str, host: str = "unix:///nowhere/docker.sock"
) -> subprocess.CompletedProcess[str]:
    """A pytest with the plugin as an installed package loads it."""
    installed = any(entry.value == PLUGIN for entry in entry_points(group="pytest11"))
    plugin = [] if installed else ["-p", PLUGIN]
    command = [sys.executable, "-m", "pytest", *plugin, *QUIET, *arguments]
    kept = {name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"}
    return subprocess.run(command, cwd=folder, env={**kept, "DOCKER_HOST": host}, capture_output=True, text=True)


@pytest.mark.slow
def test_without_the_option_nothing_is_different(folder: Path) -> None:
    """Decks are not looked at, also when they are named; nothing of the product is imported but the plugin."""
    (folder / "conftest.py").write_text(
        "import sys\n"
        "def pytest_unconfigure():\n"
        "    print(*[m for m in sys.modules if m.startswith('quarterdeck') or m in ('click', 'yaml', 'jinja2')])\n"
    )
    ran = pytest_in(folder, "-q")
    assert ran.returncode == 0, ran.stdout
    assert "1 passed" in ran.stdout
    assert ran.stdout.splitlines()[-1] == "quarterdeck quarterdeck.pytest_plugin"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("named", "items"),
    [
        (".", ["talk/deck.md::hello", "talk/deck.md::own", "test_own.py::test_own"]),
        ("talk/demos/spare.md", ["talk/demos/spare.md::spare"]),
        ("talk/demos", ["talk/demos/hello.md::hello", "talk/demos/spare.md::spare"]),
        ("talk/deck.md::own", ["talk/deck.md::own"]),
    ],
)
def test_each_demo_is_a_test(folder: Path, named: str, items: list[str]) -> None:
    """Those of decks that are found, and scripts that are named."""
    ran = pytest_in(folder, "--quarterdeck", "--collect-only", "-q", named)
    assert ran.stdout.splitlines()[: len(items) + 1] == [*items, ""]


@pytest.mark.slow
def test_a_broken_deck_is_an_error_with_its_place(folder: Path) -> None:
    """In the words of the command line, without a traceback; other tests run."""
    (folder / "talk" / "deck.md").write_text("# One\n\n---\ndemo: helo\n---\n# Two\n")
    ran = pytest_in(folder, "--quarterdeck", "--continue-on-collection-errors")
    assert ran.returncode == 1
    assert "talk/deck.md:4:7: error: there is no demo 'helo'" in ran.stdout
    assert "Traceback" not in ran.stdout
    assert "pytest_plugin.py" not in ran.stdout
    assert "1 passed, 1 error" in ran.stdout


@pytest.mark.slow
def test_without_an_engine_rehearsals_fail(folder: Path) -> None:
    """They are never passed over in silence."""
    ran = pytest_in(folder, "--quarterdeck", "talk")
    assert ran.returncode == 1
    assert "the Docker engine at unix:///nowhere/docker.sock is not there" in ran.stdout
    assert "2 failed" in ran.stdout


@pytest.mark.slow
def test_recordings_can_be_looked_for_without_an_engine(folder: Path) -> None:
    """A step that was never recorded fails."""
    ran = pytest_in(folder, "--quarterdeck", "--quarterdeck-engine", "replay", "talk")
    assert ran.returncode == 1
    assert "there is no recording of step 'step-1' of 'hello'" in ran.stdout


@pytest.mark.engine
def test_demos_are_rehearsed_and_nothing_is_written(engine: EngineAddress, folder: Path) -> None:
    """What is out of date is shown with its line; the steps that ran are listed."""
    (folder / "talk" / "deck.md").write_text(DECK.format("other"))
    before = sorted(folder.rglob("*"))
    ran = pytest_in(folder, "--quarterdeck", "talk", host=engine.url)
    assert ran.returncode == 1
    assert "1 failed, 1 passed" in ran.stdout
    assert "talk/deck.md:16:1: error: the output of 'echo own' is not as expected" in ran.stdout
    assert "  - other\n  + own\n" in ran.stdout
    assert "failed      step-1" in ran.stdout
    assert [p for p in sorted(folder.rglob("*")) if "__pycache__" not in p.parts] == before
