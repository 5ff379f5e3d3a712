"""Each bad input gets one clear message with its position, exit status 1, no traceback, and loses nothing."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from support.commands import Ran, quarterdeck

GOOD_DEMO = "---\ntitle: Hello\n---\n\n```console\n$ echo hello\nhello\n```\n"


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """Put files into a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def assert_refused(ran: Ran, position: str, message: str, caret: str = "") -> None:
    """Exit status 1 and the message at its position, with the source line; never a traceback."""
    assert ran.status == 1, ran
    assert "Traceback" not in ran.err
    assert position in ran.err, ran.err
    assert message in ran.err, ran.err
    if caret:
        assert caret in ran.err.replace("\n", "⏎"), ran.err
    assert "hint:" in ran.err, ran.err


SOURCES = {
    "an unknown key of the front matter": (
        {"deck.md": "---\ntitle: Talk\nautor: me\n---\n\n# Hello\n"},
        "deck.md:3:1: error:",
        "autor",
        "| autor: me⏎      | ^^^^^",
    ),
    "an unclosed fence": (
        {"deck.md": "# Hello\n\nText\n\n```python\nprint(1)\n"},
        "deck.md:5:1: error:",
        "isn't closed",
        "| ```python⏎      | ^",
    ),
    "a Jinja error inside an include": (
        {"deck.md": '# Hello\n\n---\n\n{% include "part.md" %}\n', "part.md": "# Part\n\nHello {{ nobody }}\n"},
        "part.md:3:",
        "nobody",
        "| Hello {{ nobody }}⏎",
    ),
    "a Jinja syntax error inside an include": (
        {"deck.md": '# Hello\n\n---\n\n{% include "part.md" %}\n', "part.md": "# Part\n\nHello {{ name }\n"},
        "part.md:3:",
        "error:",
        "| Hello {{ name }⏎",
    ),
    "a missing image": (
        {"deck.md": "# Hello\n\n![a boat](img/bote.png)\n", "img/boat.svg": "<svg/>"},
        "deck.md:3:",
        "img/bote.png",
        "| ![a boat](img/bote.png)⏎",
    ),
    "an unknown demo": (
        {"deck.md": "# Hello\n\n---\ndemo: helo\n---\n\n# Demo\n", "demos/hello.md": GOOD_DEMO},
        "deck.md:4:",
        "helo",
        "| demo: helo⏎",
    ),
    "a demo without a step": (
        {
            "deck.md": "# Hello\n\n---\ndemo: hello\n---\n\n# Demo\n",
            "demos/hello.md": "---\ntitle: Empty\n---\n\nProse\n",
        },
        "hello.md:",
        "no step",
        "",
    ),
    "a broken recording": (
        {
            "deck.md": "# Hello\n\n---\ndemo: hello\n---\n\n# Demo\n",
            "demos/hello.md": GOOD_DEMO,
            "demos/hello.cast": '{"version": 3}\n[0.1, "o", "x"]\n[oops]\n',
        },
        "hello.cast:3:",
        "broken recording",
        "| [oops]⏎",
    ),
    "a theme that is not there": (
        {"deck.md": "---\ntheme: nihgt\n---\n# Hello\n"},
        "deck.md:2:8:",
        "there is no theme 'nihgt'",
        "| theme: nihgt⏎",
    ),
    "a deck that is not there": ({}, "", "deck.md", ""),
}


@pytest.mark.parametrize(("files", "position", "message", "caret"), SOURCES.values(), ids=SOURCES.keys())
def test_a_fault_in_the_source_is_refused_and_the_old_output_kept(
    tmp_path: Path, files: Mapping[str, str], position: str, message: str, caret: str
) -> None:
    """The message points at the author's own line, and what was built before is still there."""
    folder = write(tmp_path / "talk", files) if files else tmp_path / "talk"
    old = tmp_path / "out" / "talk.html"
    write(tmp_path, {"out/talk.html": "old"})
    assert_refused(quarterdeck("build", folder, "-o", tmp_path / "out", cwd=tmp_path), position, message, caret)
    assert old.read_text() == "old"
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["talk.html"]


def test_all_faults_are_reported_together(tmp_path: Path) -> None:
    """Nobody mends a deck one message at a time."""
    folder = write(
        tmp_path,
        {"deck.md": "---\nautor: me\n---\n\n# Hello\n\n![a boat](gone.png)\n\n---\ndemo: none\n---\n\n# Demo\n"},
    )
    ran = quarterdeck("check", folder, cwd=tmp_path)
    assert ran.status == 1
    assert [line.split(": error:")[0] for line in ran.err.split("\n") if ": error:" in line] == [
        "deck.md:2:1",
        "deck.md:7:11",
        "deck.md:10:7",
    ]
    assert "3 errors" in ran.err


def test_a_demo_without_steps_is_no_rehearsal(tmp_path: Path) -> None:
    """Finding nothing to run is a failure, not a green result."""
    folder = write(tmp_path, {"deck.md": "# Only a title\n"})
    ran = quarterdeck("rehearse", folder, "--yes", cwd=tmp_path)
    assert_refused(ran, "error:", "nothing to rehearse")


def test_an_engine_that_is_down_is_named_with_a_remedy(tmp_path: Path) -> None:
    """The message says which engine was tried and what to do."""
    folder = write(tmp_path, {"deck.md": "# Hello\n\n---\ndemo: hello\n---\n\n# Demo\n", "demos/hello.md": GOOD_DEMO})
    environ = {"DOCKER_HOST": f"unix://{tmp_path}/nobody.sock"}
    ran = quarterdeck("rehearse", folder, "--yes", cwd=tmp_path, environ=environ)
    assert_refused(ran, "error:", "nobody.sock")


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    """The show says which port, and how to take another."""
    folder = write(tmp_path, {"deck.md": "# Hello\n"})
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ran = quarterdeck(
            "present", folder, "--engine", "replay", "--no-browser", "--no-console", "--port", port, cwd=tmp_path
        )
    assert_refused(ran, "error:", port)
    assert "--port" in ran.err


def test_an_unwritable_output_folder_keeps_the_old_output(tmp_path: Path) -> None:
    """The path of the folder is a file, as unwritable for root as for anyone."""
    folder = write(tmp_path / "talk", {"deck.md": "# Hello\n"})
    write(tmp_path, {"out": "a file"})
    ran = quarterdeck("build", folder, "-o", tmp_path / "out", cwd=tmp_path)
    assert_refused(ran, "error:", f"can't write {tmp_path}/out")
    assert (tmp_path / "out").read_text() == "a file"


def test_a_kill_in_the_middle_of_a_build_leaves_the_old_output_whole(tmp_path: Path) -> None:
    """Killed between making the new files and moving them, the old ones are what is there."""
    folder = write(tmp_path / "talk", {"deck.md": "# Hello\n"})
    ran = quarterdeck("build", folder, "-o", tmp_path / "out", cwd=tmp_path)
    assert ran.status == 0, ran.err
    before = {p.name: p.read_bytes() for p in (tmp_path / "out").iterdir()}
    write(folder, {"deck.md": "# Hello again\n"})
    code = (
        "import os, signal, sys, pathlib\n"
        "pathlib.Path.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "sys.argv[0] = 'quarterdeck'\n"
        "from quarterdeck.cli import main\n"
        "main()\n"
    )
    killed = subprocess.run([sys.executable, "-c", code, "build", folder, "-o", tmp_path / "out"], cwd=tmp_path)
    assert killed.returncode == -signal.SIGKILL
    assert {p.name: p.read_bytes() for p in (tmp_path / "out").iterdir() if not p.name.startswith(".")} == before
    ran = quarterdeck("build", folder, "-o", tmp_path / "out", cwd=tmp_path)
    assert ran.status == 0, ran.err
    after = {p.name: p.read_bytes() for p in (tmp_path / "out").iterdir()}
    assert after.keys() == before.keys(), "what the killed build left is cleared away"
    assert after != before


@pytest.mark.parametrize(
    "arguments", [["biuld"], ["run"], ["build", "x", "--to", "docx"], ["build", "x", "--set", "a"]]
)
def test_wrong_usage_has_its_own_status(tmp_path: Path, arguments: list[str]) -> None:
    """Status 2, so that scripts can tell a typo from a broken deck."""
    ran = quarterdeck(*arguments, cwd=tmp_path)
    assert ran.status == 2
    assert "Error:" in ran.err
    assert "Traceback" not in ran.err
