"""Rules for decks that can be built."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from quarterdeck.cli.report import as_github, as_json, line_of
from quarterdeck.diagnostics import Diagnostic, Severity, render
from quarterdeck.project.check.rules import check
from support.checked import codes, faults_of


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A small picture beside the deck."""
    from PIL import Image

    file = tmp_path / "p.png"
    Image.new("RGB", (40, 30), "navy").save(file)
    return file


def test_a_deck_without_faults(tmp_path: Path) -> None:
    """Nothing is said."""
    assert codes(tmp_path, "# One\n\nText\n\n---\n\n# Two\n\nText\n") == []


def test_faults_that_stop_a_build_are_reported_not_raised(tmp_path: Path) -> None:
    """All of them."""
    found = codes(tmp_path, "---\nnonsense: 1\n---\n# One\n\n![](none.png)\n")
    assert {"unknown-key", "missing-file"} <= set(found)


def test_faults_of_source_theme_and_layout_come_in_one_round(tmp_path: Path) -> None:
    """A theme that isn't there, content outside the slots, keys, links; and what doesn't fit beside a key."""
    two = "---\nlayout: two-columns\nbar: 2\n---\n\n# Two\n\n- outside\n\n::: left\nx\n:::\n"
    found = codes(tmp_path, f"---\ntheme: gaia\nfoo: 1\n---\n\n# One\n\n[dead](#x)\n\n{two}")
    assert {"unknown-theme", "no-slot", "unknown-key", "dead-link"} <= set(found)
    assert found.count("unknown-key") == 2
    full = "\n\n".join(["A paragraph of some length that takes a whole line of the slide, or nearly so."] * 20)
    found = codes(tmp_path, f"---\nfoo: 1\n---\n\n# One\n\n---\n\n# Two\n\n{full}\n")
    assert {"unknown-key", "text-overflow"} <= set(found)


@pytest.mark.parametrize(
    "where",
    [
        "{}",
        "> {}",
        "- {}",
        "1. - {}",
        "Term\n: {}",
        "::: {{.note}}\n{}\n:::",
        "::: left\n{}\n:::\n\n::: right\nText\n:::",
    ],
)
def test_pictures_need_words(tmp_path: Path, picture: Path, where: str) -> None:
    """Wherever they stand; one that is decoration says so."""
    assert "missing-alt" in codes(tmp_path, f"# One\n\n{where.format('![](p.png)')}\n")
    assert "missing-alt" not in codes(tmp_path, f"# One\n\n{where.format('![A blue field](p.png)')}\n")
    assert "missing-alt" not in codes(tmp_path, f"# One\n\n{where.format('![](p.png){.decorative}')}\n")


def test_slides_need_titles_of_their_own(tmp_path: Path) -> None:
    """A slide without one, and two of one title; a blank slide may go without."""
    assert codes(tmp_path, "# One\n\nText\n\n---\n\nText\n") == ["missing-title"]
    assert codes(tmp_path, "# One\n\nText\n\n---\n\n# One\n\nText\n") == ["duplicate-title"]
    assert codes(tmp_path, "# One\n\nText\n\n---\nlayout: blank\n---\n\nText\n") == []


def test_levels_of_headings_are_not_skipped(tmp_path: Path) -> None:
    """A level 4 after a level 2."""
    assert codes(tmp_path, "# One\n\n## Two\n\nText\n\n#### Four\n\nText\n") == ["heading-order"]


def test_the_plan_adds_up(tmp_path: Path) -> None:
    """Five percent are forgiven; hidden slides take no time."""
    deck = (
        "---\nduration: {}\n---\n\n---\nduration: 10m\n---\n# One\n\nText\n\n---\nduration: 9m30s\n---\n# Two\n\nText\n"
    )
    assert codes(tmp_path, deck.format("20m").replace("---\n\n---", "---\n---", 1)) == []
    assert codes(tmp_path, deck.format("30m").replace("---\n\n---", "---\n---", 1)) == ["time-budget"]


@pytest.mark.parametrize("agenda", ["", "\n```agenda\n```\n"])
def test_slides_without_a_duration_are_told_once(tmp_path: Path, agenda: str) -> None:
    """Their share is a guess; a deck that plans no slide at all is told nothing."""
    deck = f"---\nduration: 25m\n---\n\n# A\n\n---\nduration: 4m\n---\n\n# B\n{agenda}\n---\n\n# C\n\nx\n"
    assert codes(tmp_path, deck) == ["unplanned-slide"]
    (fault,) = check(tmp_path)
    counted = "2 of 3 slides have no duration: each counts 10:30, an equal share of what is left of 25:00"
    assert agenda or fault.message == counted
    assert codes(tmp_path, deck.replace("duration: 4m", "id: b")) == (["unplanned-slide"] if agenda else [])


def test_faults_come_in_the_order_of_the_source(tmp_path: Path) -> None:
    """As an author works through them; and all of these are warnings."""
    (tmp_path / "deck.md").write_text("# One\n\nText\n\n---\n\n# One\n\n## Two\n\nText\n\n#### Four\n\nText\n")
    found = check(tmp_path)
    assert [f.code for f in found] == ["duplicate-title", "heading-order"]
    assert {f.severity for f in found} == {Severity.WARNING}


@pytest.mark.parametrize(
    ("deck", "code", "place"),
    [
        ("# One\n\n---\n\n# Two\n\n" + "x" * 400 + "\n", "text-overflow", "7:1"),
        ("# One\n\n---\n\n# Two\n\n![](p.png)\n", "missing-alt", "7:5"),
        ("# One\n\n---\n\n# Two\n\n### Three\n\nx\n\n##### Five\n\nx\n", "heading-order", "11:1"),
        ("# One\n\nx\n\n---\n\n# One\n\nx\n", "duplicate-title", "7:1"),
        ("# One\n\n---\n\n# Two\n\nTo [nowhere](#there)\n", "dead-link", "7:14"),
        ("# One\n\n---\n\n# Two\n\n![x](q.png)\n", "missing-file", "7:6"),
    ],
)
def test_every_fault_has_its_place(tmp_path: Path, picture: Path, deck: str, code: str, place: str) -> None:
    """Line and column, in the text, in JSON and in GitHub's annotations."""
    (tmp_path / "deck.md").write_text(deck)
    (fault,) = check(tmp_path)
    line, column = map(int, place.split(":"))
    assert fault.span is not None
    assert (fault.code, fault.span.line) == (code, line)
    assert fault.span.column == column
    (written,) = json.loads(as_json([fault]))
    assert (written["code"], written["line"], written["column"]) == (code, line, column)
    assert f"line={line},col={column}::" in as_github([fault])
    assert f":{line}:{column}: {fault.severity}: " in render(fault, line_of)


def test_what_is_said_fits_the_plan(tmp_path: Path) -> None:
    """Notes that take longer to say than the slide has, and a deck that takes longer than its time."""
    notes = "<!-- " + "word " * 320 + "-->"
    deck = "# One\n\n---\nduration: {}\n---\n\n# Two\n\nText\n\n" + notes + "\n"
    assert faults_of(tmp_path, deck.format("2m")) == []
    assert faults_of(tmp_path, deck.format("1m")) == [("reading-time", "4:1")]
    whole = "---\nduration: {}\n---\n# One\n\n---\n\n# Two\n\n" + notes + "\n"
    assert faults_of(tmp_path, whole.format("2m")) == []
    assert faults_of(tmp_path, whole.format("1m")) == [("reading-time", "4:1")]


def leaving(folder: Path, script: str) -> list[Diagnostic]:
    """The warnings about a demo's commands."""
    (folder / "demos").mkdir()
    (folder / "demos" / "d.md").write_text(f"Docker.\n\n{script}")
    (folder / "deck.md").write_text("# One\n\n---\ndemo: d\n---\n\n# Two\n")
    found = check(folder)
    assert all(fault.severity is Severity.WARNING for fault in found), found
    return [fault for fault in found if fault.code in ("outside-clean-room", "no-keys")]


@pytest.mark.parametrize(
    ("command", "what"),
    [
        ("sudo docker ps", "sudo"),
        ("cd /tmp && sudo -E /usr/bin/docker ps", "sudo"),
        ("sudo sh -c 'docker ps'", "sudo"),
        ("env -i docker ps", "env"),
        ("env -u DOCKER_HOST bash -c 'docker ps'", "env"),
        ("env - docker ps", "env"),
        ("unset DOCKER_HOST", "DOCKER_HOST"),
        ("DOCKER_HOST=tcp://10.0.0.1 docker ps", "DOCKER_HOST"),
        ("export DOCKER_HOST=tcp://10.0.0.1", "DOCKER_HOST"),
        ("docker -H tcp://10.0.0.1 ps", "an option for another engine"),
        ("docker -Hunix:///run/docker.sock ps", "an option for another engine"),
        ("docker --debug --host=tcp://10.0.0.1 ps", "an option for another engine"),
        ("docker --context lab ps", "an option for another engine"),
        ("curl --unix-socket /var/run/docker.sock http://d/info", "the engine's socket"),
    ],
)
def test_commands_that_leave_the_clean_room(tmp_path: Path, command: str, what: str) -> None:
    """Each is a warning at its line, with a remedy."""
    (fault,) = leaving(tmp_path, f"```console\n$ true\n$ {command}\n```\n")
    assert fault.message == f"this command reaches Docker outside the clean room, because of {what}"
    assert fault.severity is Severity.WARNING
    assert fault.hint
    assert fault.span is not None
    assert (Path(fault.span.file).name, fault.span.line) == ("d.md", 5)


@pytest.mark.parametrize(
    "command",
    [
        "docker ps; sudo ls",
        "docker run -e DOCKER_HOST=tcp://dind:2375 -h host docker:cli",
        "docker run --rm -it alpine sh -c 'env -i ls'",
        "docker run -v /var/run/docker.sock:/var/run/docker.sock app",
        "env FOO=1 docker ps",
        "echo $DOCKER_HOST",
        "docker compose -f a.yaml up",
        "sudo cat docker.log",
    ],
)
def test_commands_that_stay_in_the_clean_room(tmp_path: Path, command: str) -> None:
    """Nothing is said about them."""
    assert leaving(tmp_path, f"```console\n$ {command}\n```\n") == []


def test_what_runs_in_a_container_is_another_matter(tmp_path: Path) -> None:
    """Docker in Docker has its own engine."""
    nested = "```console\n$ docker exec -it web sh\n/ # unset DOCKER_HOST\n```\n"
    assert leaving(tmp_path, "```console {in=web}\n$ docker -H tcp://dind ps\n```\n\n" + nested) == []


@pytest.mark.parametrize(
    ("written", "program"),
    [
        ("$ vi notes.txt", "vi"),
        ("$ sudo TERM=xterm less -N /var/log/syslog\n$ true", "less"),
        ("$ docker exec -it web sh\n/ # top\n/ # exit", "top"),
    ],
)
def test_programs_that_wait_for_a_key(tmp_path: Path, written: str, program: str) -> None:
    """Each is a warning: the step would only end with its time."""
    (fault,) = leaving(tmp_path, f"```console\n{written}\n```\n")
    assert fault.message == f"'{program}' waits for a key, and none is pressed in it"


@pytest.mark.parametrize(
    "written",
    [
        "$ vi notes.txt\n^ :q<Enter>",
        "$ less x\n```\n\n```console\n^ q",
        "$ top\n^C",
        "$ less x | cat",
        "$ top -bn1",
        "$ less --version",
        "$ echo vi",
    ],
)
def test_programs_that_get_their_keys(tmp_path: Path, written: str) -> None:
    """Nothing is said where a key follows, in a later step too, and where none is needed."""
    assert leaving(tmp_path, f"```console\n{written}\n```\n") == []
