"""The commands as a user runs them, without an engine."""

import json
import os
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from quarterdeck.project.outputs.formats import FORMATS
from quarterdeck.source.deck import load_deck
from support.commands import Ran, quarterdeck

NO_ENGINE = {"DOCKER_HOST": "unix:///nowhere/docker.sock"}
DEMO = "# Hello\n\n```console\n$ echo hello\nhello\n```\n"


def run(*arguments: str | Path, cwd: Path) -> Ran:
    """A command on a machine without an engine; it never ends in a traceback."""
    ran = quarterdeck(*arguments, cwd=cwd, environ={**NO_ENGINE, "XDG_STATE_HOME": str(cwd / "state")})
    assert "Traceback" not in ran.err
    return ran


def test_a_new_deck_checks_and_builds_as_it_is(tmp_path: Path) -> None:
    """``new`` says what to do next, and that works; its demo's recording is there."""
    ran = run("new", "my-talk", cwd=tmp_path)
    assert (ran.status, ran.err) == (0, "")
    assert "quarterdeck present my-talk" in ran.out
    assert 'title: "My talk"' in (tmp_path / "my-talk" / "deck.md").read_text()
    assert run("check", "my-talk", "--strict", cwd=tmp_path).status == 0
    built = run("build", "my-talk", "-o", "out", cwd=tmp_path)
    assert built.status == 0, built.err
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["my-talk.html", "my-talk.pptx"]


@pytest.mark.parametrize(
    ("git", "arguments", "author"),
    [
        ("echo 'Ada \"the Count\" Byron'", (), 'Ada "the Count" Byron'),
        ("echo Ada", ("--author", "Grace"), "Grace"),
        ("echo Ada", ("--author", ""), None),
        ("exit 1", (), None),
    ],
)
def test_the_author_of_a_new_deck(git: str, arguments: tuple[str, ...], author: str | None, tmp_path: Path) -> None:
    """The name is git's, or the one that is given; where there is none the cover has none, and never the login name."""
    program = tmp_path / "bin" / "git"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\n[ "$*" = "config --get user.name" ] || exit 2\n{git}\n')
    program.chmod(0o755)
    path = {"PATH": f"{program.parent}:{os.environ['PATH']}"}
    ran = quarterdeck("new", "talk", *arguments, cwd=tmp_path, environ=path)
    assert (ran.status, ran.err) == (0, "")
    assert load_deck(tmp_path / "talk").deck.author == author


def test_new_touches_nothing_that_is_there(tmp_path: Path) -> None:
    """A folder with a file, and a file."""
    (tmp_path / "talk").mkdir()
    (tmp_path / "talk" / "deck.md").write_text("mine")
    (tmp_path / "file").write_text("mine")
    for name in ("talk", "file"):
        ran = run("new", name, cwd=tmp_path)
        assert (ran.status, ran.out) == (1, "")
        assert "already exists" in ran.err
    assert (tmp_path / "talk" / "deck.md").read_text() == "mine"
    assert [p.name for p in (tmp_path / "talk").iterdir()] == ["deck.md"]


def test_check_says_every_fault_in_three_forms(tmp_path: Path) -> None:
    """Text with positions, JSON, and annotations; warnings fail only with --strict."""
    (tmp_path / "deck.md").write_text("# One\n\nText\n\n---\n\n# One\n\nText\n")
    text = run("check", ".", cwd=tmp_path)
    assert (text.status, text.out) == (0, "")
    assert "deck.md:7:" in text.err
    assert run("check", ".", "--strict", cwd=tmp_path).status == 1
    told = run("check", ".", "--format", "json", cwd=tmp_path)
    assert [fault["code"] for fault in json.loads(told.out)] == ["duplicate-title"]
    assert run("check", ".", "--format", "github", cwd=tmp_path).out.startswith("::warning file=deck.md,line=7")
    assert run("check", "nowhere", cwd=tmp_path).status == 1


def test_doctor_is_content_without_an_engine(tmp_path: Path) -> None:
    """A show can play recordings: that is no failure."""
    ran = run("doctor", cwd=tmp_path)
    assert ran.status == 0
    assert "! engine     the Docker engine at unix:///nowhere/docker.sock" in ran.out


def test_clean_without_an_engine_is_a_fault(tmp_path: Path) -> None:
    """There may be something left that it can't reach."""
    ran = run("clean", cwd=tmp_path)
    assert ran.status == 1
    assert "error: the Docker engine at unix:///nowhere/docker.sock is not there" in ran.err


def test_help_shows_topics_and_suggests_one(tmp_path: Path) -> None:
    """The guide is inside the program."""
    assert re.search(r"^  demos +Demo scripts", run("help", cwd=tmp_path).out, re.MULTILINE)
    assert run("help", "demos", cwd=tmp_path).out.startswith("# Demo scripts")
    wrong = run("help", "demoes", cwd=tmp_path)
    assert wrong.status == 2
    assert "demos" in wrong.err


@pytest.mark.parametrize("arguments", [["rehears"], ["build", "--tu"], ["rehearse", "x", "--repeat", "0"], ["run"]])
def test_wrong_usage_is_told_from_a_faulty_deck(tmp_path: Path, arguments: list[str]) -> None:
    """Exit status 2."""
    assert run(*arguments, cwd=tmp_path).status == 2


def test_build_names_the_formats_it_knows(tmp_path: Path) -> None:
    """Before it reads anything."""
    ran = run("build", "x", "--to", "pptx,odp", cwd=tmp_path)
    assert ran.status == 2
    assert ",".join(FORMATS) in ran.err


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    """A folder with one demo."""
    (tmp_path / "demos").mkdir()
    (tmp_path / "demos" / "hello.md").write_text(DEMO)
    return tmp_path


def test_rehearse_asks_before_it_runs_anything(demo: Path) -> None:
    """Without a terminal and without --yes nothing runs."""
    ran = run("rehearse", "demos/hello.md", cwd=demo)
    assert ran.status == 1
    assert "needs your consent" in ran.err


def test_rehearse_without_an_engine_is_a_fault(demo: Path) -> None:
    """A rehearsal that plays recordings would prove nothing."""
    ran = run("rehearse", "demos/hello.md", "--yes", cwd=demo)
    assert ran.status == 1
    assert "is not there" in ran.err


def test_rehearsing_recordings_needs_them(demo: Path) -> None:
    """``--engine replay`` of a demo that was never recorded fails at its step, and JUnit says so."""
    ran = run("rehearse", "demos/hello.md", "--engine", "replay", "--junit", "out.xml", cwd=demo)
    assert ran.status == 1
    assert "has no recording yet" in ran.err
    assert "1 step of 1 demo, failed: hello" in ran.out
    assert ET.parse(demo / "out.xml").getroot().find("testsuite/testcase/failure") is not None


def test_recordings_update_nothing(demo: Path) -> None:
    """They hold no answers to take over."""
    ran = run("rehearse", "demos/hello.md", "--engine", "replay", "--update", cwd=demo)
    assert ran.status == 2
    assert "--update" in ran.err


def test_finding_no_step_is_a_failure(tmp_path: Path) -> None:
    """A deck without demos has nothing to rehearse."""
    (tmp_path / "deck.md").write_text("# One\n\nText\n")
    ran = run("rehearse", ".", "--yes", cwd=tmp_path)
    assert ran.status == 1
    assert "nothing to rehearse" in ran.err


FINISH = "def finish(presentation):\n    presentation.core_properties.subject = 'Finished'\n"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A folder with a deck of one slide, and a file that finishes its PPTX."""
    (tmp_path / "deck.md").write_text("---\ntitle: Small\n---\n# One\n\nText\n")
    (tmp_path / "brand.py").write_text(FINISH)
    return tmp_path


def test_a_user_finishes_the_pptx(small: Path) -> None:
    """The PPTX has what the function did, the page is as it would be; a second build changes nothing."""
    plain = run("build", ".", "-o", "plain", cwd=small)
    ran = run("build", ".", "-o", "out", "--finish", "brand.py", cwd=small)
    assert (plain.status, ran.status) == (0, 0), ran.err
    (pptx,), (html,) = (small / "out").glob("*.pptx"), (small / "out").glob("*.html")
    with zipfile.ZipFile(pptx) as archive:
        assert b"Finished" in archive.read("docProps/core.xml")
    assert html.read_bytes() == (small / "plain" / html.name).read_bytes()
    before = pptx.stat().st_mtime_ns
    assert run("build", ".", "-o", "out", "--finish", "brand.py", cwd=small).status == 0
    assert pptx.stat().st_mtime_ns == before, "the same bytes"


def test_a_fault_of_the_users_function(small: Path) -> None:
    """It is shown with its line, without a traceback, and nothing is written."""
    (small / "brand.py").write_text("def finish(presentation):\n    presentation.slides[7]\n")
    ran = run("build", ".", "--finish", "brand.py", cwd=small)
    assert ran.status == 1
    assert "brand.py:2:5: error: IndexError: slide index out of range" in ran.err
    assert "    presentation.slides[7]" in ran.err
    assert "Traceback" not in ran.err
    assert not (small / "out").exists()


def test_finishing_needs_a_pptx(small: Path) -> None:
    """Otherwise the function would silently do nothing."""
    ran = run("build", ".", "--to", "html", "--finish", "brand.py", cwd=small)
    assert ran.status == 2
    assert "--finish" in ran.err


def test_a_draft_is_built_and_the_status_says_so(tmp_path: Path) -> None:
    """At midnight before the talk, one slide too full stops nothing."""
    item = "- One of many things that have to be said, in a sentence that takes a whole line of a slide, or nearly so\n"
    (tmp_path / "deck.md").write_text("# One\n\ntext\n\n---\n\n# Full\n\n" + item * 30)
    refused = quarterdeck("build", cwd=tmp_path)
    assert refused.status == 1
    assert not (tmp_path / "out").exists()
    draft = quarterdeck("build", "--draft", cwd=tmp_path)
    assert draft.status == 1
    assert "overflows" in draft.err
    assert {path.suffix for path in (tmp_path / "out").iterdir()} == {".pptx", ".html"}


@pytest.mark.parametrize(
    ("command", "instead"),
    [
        ("export", "'quarterdeck build --to"),
        ("serve", "'quarterdeck present'"),
        ("init", "'quarterdeck new NAME'"),
        ("talk.md", "'quarterdeck present talk.md'"),
        ("talk.pptx", "'quarterdeck import talk.pptx'"),
        ("build --pdf", "--to pptx,html,pdf"),
        ("build . --format pdf", "--to pptx,html,pdf"),
        ("present -w", "follows each save"),
    ],
)
def test_commands_of_other_tools(command: str, instead: str, tmp_path: Path) -> None:
    """They are told, and so are their options, with what is typed here."""
    told = quarterdeck(*command.split(), cwd=tmp_path)
    assert told.status == 2
    assert instead in told.err


def test_subtitles_of_a_film_alone(tmp_path: Path) -> None:
    """In the format that the file's name says, without a browser and ffmpeg; another name is wrong usage."""
    assert run("new", "talk", cwd=tmp_path).status == 0
    ran = run("film", "talk", "-o", "talk.srt", cwd=tmp_path)
    assert ran.status == 0, ran.err
    assert (tmp_path / "talk.srt").read_text().startswith("1\n00:00:0")
    assert re.fullmatch(r"talk\.srt  \d+ subtitles, \d+:\d\d min\n", ran.out)
    assert run("film", "talk", "-o", "talk.avi", cwd=tmp_path).status == 2


@pytest.mark.parametrize(("size", "why"), [("1921x1080", "even"), ("big", "WIDTHxHEIGHT"), ("9x16", "WIDTHxHEIGHT")])
def test_sizes_that_no_film_can_have(size: str, why: str, tmp_path: Path) -> None:
    """Refused before anything is filmed."""
    ran = run("film", "--size", size, cwd=tmp_path)
    assert (ran.status, why in ran.err) == (2, True)
