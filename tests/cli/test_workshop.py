"""``quarterdeck workshop`` as an organiser runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from support.commands import Ran, quarterdeck
from support.terminal import in_terminal
from support.waiting import wait_until

MANIFEST = """
forms:
  talk: {duration: 1m}
  short: {include: [one]}
matrix: {role: [instructor, attendee]}
outputs: html
"""
SECONDS = 60
VARIANTS = 30
"""As many as take longer to build than it takes to end the build."""
DECK = "---\n---\nid: one\nduration: 1m\n---\n# One\n\n<!-- Secret -->\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A deck with a manifest."""
    deck = tmp_path / "ports"
    deck.mkdir()
    (deck / "deck.md").write_text(DECK, "utf-8")
    (deck / "workshop.yaml").write_text(MANIFEST, "utf-8")
    return deck


def run(*arguments: str | Path, cwd: Path) -> Ran:
    """A command; it never ends in a traceback."""
    ran = quarterdeck("workshop", *arguments, cwd=cwd)
    assert "Traceback" not in ran.err
    return ran


def test_list_and_build(folder: Path) -> None:
    """The list shows what will be built, and then that it is; the build says little, and leaves an index."""
    listed = run("list", ".", cwd=folder)
    assert (listed.status, listed.err) == (0, "")
    assert [line.split()[0] for line in listed.out.splitlines() if line.endswith("to build")] == [
        "talk-instructor",
        "talk-attendee",
        "short-instructor",
        "short-attendee",
    ]
    built = run("build", ".", "-j", "2", cwd=folder)
    assert (built.status, built.out, built.err) == (0, "out/index.html  4 built\n", "")
    assert run("build", cwd=folder).out == "out/index.html  4 unchanged\n"
    told = json.loads(run("list", "--format", "json", cwd=folder).out)
    assert [each["fresh"] for each in told] == [True] * 4
    assert (folder / "out" / told[1]["files"]["html"]).is_file()


def test_one_broken_variant(folder: Path) -> None:
    """The others are built, the fault stands in the manifest, the exit status says so."""
    (folder / "workshop.yaml").write_text(MANIFEST.replace("[one]", "[on]"), "utf-8")
    built = run("build", cwd=folder)
    assert (built.status, built.out) == (1, "out/index.html  2 built, 2 failed\n")
    assert "workshop.yaml:4:21: error: there is no slide or section 'on'" in built.err
    assert "did you mean 'one'?" in built.err
    assert "not built: short-attendee" in built.err
    assert "could not be built" in (folder / "out/index.html").read_text("utf-8")


def test_former_variants(folder: Path) -> None:
    """What isn't in the manifest any more goes, and is named."""
    run("build", cwd=folder)
    (folder / "workshop.yaml").write_text(MANIFEST.replace(", attendee", ""), "utf-8")
    built = run("build", cwd=folder)
    assert built.status == 0
    assert "removed out/talk-attendee/ports-talk-attendee.html" in built.out
    assert not (folder / "out/talk-attendee").exists()


def test_only(folder: Path) -> None:
    """A pattern chooses variants by name; the index knows the others too."""
    built = run("build", "--only", "talk-*", cwd=folder)
    assert built.out == "out/index.html  2 built, 2 waiting\n"
    assert (folder / "out/index.html").read_text("utf-8").count("not built yet") == 2
    wrong = run("build", "--only", "tlak-*", cwd=folder)
    assert (wrong.status, "talk-attendee" in wrong.err) == (2, True)


def test_faulty_manifest_writes_nothing(folder: Path) -> None:
    """A manifest with a mistake is told with line and caret, and nothing is built."""
    (folder / "workshop.yaml").write_text("matirx: {}\n", "utf-8")
    built = run("build", cwd=folder)
    assert built.status == 1
    assert "workshop.yaml:1:1: error: unknown key 'matirx'" in built.err
    assert not (folder / "out").exists()


def test_schema(folder: Path) -> None:
    """The schema is printed, and can be found by editors."""
    printed = run("schema", cwd=folder).out
    assert json.loads(printed)["properties"]["forms"]
    path = Path(run("schema", "--path", cwd=folder).out.strip())
    assert path.read_text("utf-8") == printed


def test_progress_on_a_terminal_only(folder: Path) -> None:
    """A terminal shows how far the build is; a pipe got nothing of it above."""
    with in_terminal("workshop", "build", "-j", "2", cwd=folder) as terminal:
        terminal.until("4/4")
        terminal.until("4 built")
        assert terminal.ended() == 0


def test_cut_short(folder: Path) -> None:
    """After ``kill -9`` no worker goes on, every file is whole, and the next build makes what is missing."""
    events = "".join(f"  e{n}: {{place: Town {n}}}\n" for n in range(VARIANTS))
    (folder / "workshop.yaml").write_text(f"events:\n{events}outputs: [html, pptx]\n", "utf-8")
    command = [
        sys.executable,
        "-m",
        "quarterdeck",
        "workshop",
        "build",
        str(folder),
        "-o",
        str(folder / "out"),
        "-j",
        "2",
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        wait_until(lambda: any((folder / "out/.quarterdeck").glob("*.json")))
        process.kill()
        _, complaints = process.communicate(timeout=SECONDS)  # ends when the last worker has closed it
    assert complaints == b""
    finished = {path.stem for path in (folder / "out/.quarterdeck").glob("*.json")}
    assert finished
    states = {each["name"]: each["fresh"] for each in json.loads(run("list", "--format", "json", cwd=folder).out)}
    assert {name for name, fresh in states.items() if fresh} == finished
    assert (
        run("build", cwd=folder).out == f"out/index.html  {VARIANTS - len(finished)} built, {len(finished)} unchanged\n"
    )
    assert not list((folder / "out").rglob("*.part"))


def test_ctrl_c(folder: Path) -> None:
    """Ctrl-C ends a build at once, and says so in a word."""
    events = "".join(f"  e{n}: {{place: Town {n}}}\n" for n in range(10 * VARIANTS))
    (folder / "workshop.yaml").write_text(f"events:\n{events}outputs: [html, pptx]\n", "utf-8")
    with in_terminal("workshop", "build", "-j", "2", cwd=folder) as terminal:
        terminal.until(f"1/{10 * VARIANTS}")
        terminal.press("\x03")
        assert terminal.ended() == 130
        assert "stopped" in terminal.text
        assert "Traceback" not in terminal.text
