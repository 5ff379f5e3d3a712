"""Prompts, the programs that read what is typed, and whether a typed line is complete."""

from __future__ import annotations

import subprocess

import pytest

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.source.demos.prompts import Opening, is_complete, opening_of


@pytest.mark.parametrize(
    "command",
    [
        "docker run -it alpine sh",
        "docker run --rm --interactive --tty alpine /bin/ash",
        "docker exec -ti web bash",
        "docker compose exec db psql -U postgres shop",
        "docker exec -it cache redis-cli -h other -p 6380",
        "docker run -it python:3.11-slim python",
        "python3",
        "psql --username me",
        "sqlite3 shop.db",
        "bash",
        "sudo docker exec -it web sh",
    ],
)
def test_sessions(command: str) -> None:
    """After these even a bare '#' or '>' is a prompt."""
    assert opening_of(command) is Opening.SESSION


@pytest.mark.parametrize(
    "command",
    ["docker run -it alpine", "docker run -it alpine top", "docker attach web", "docker start -ai web", "ssh host"],
)
def test_perhaps(command: str) -> None:
    """After these only a prompt that can't be mistaken counts."""
    assert opening_of(command) is Opening.PERHAPS


@pytest.mark.parametrize(
    "command",
    [
        "docker ps",
        "docker run alpine sh",
        "docker run -dit alpine sh --detach",
        "docker exec -it web sh -c 'ls'",
        "docker exec -it db psql -c 'SELECT 1'",
        "docker exec -it cache redis-cli ping",
        "docker compose exec -T db psql",
        "python3 app.py",
        "python3 -c 'print(1)'",
        "python3 --version",
        "python3 <<EOF",
        "echo 1 | python3",
        "bash script.sh",
        "",
        "echo 'open",
    ],
)
def test_nothing(command: str) -> None:
    """After these all lines are output."""
    assert opening_of(command) is Opening.NOTHING


PLAIN = [
    "docker ps",
    "docker ps --format '{{.Names}} {{.Image}}'",
    'docker ps --format "{{.Names}}"',
    "docker ps --format {{.Names}}",
    "curl --silent localhost:8080 | head -4 && echo done",
    "echo $HOME > file; cat < file",
    "# it's a comment",
    r"echo \"",
    "docker run --publish 8080:80 nginx &> /dev/null",
]


@pytest.mark.parametrize("command", PLAIN)
def test_plain_commands_need_no_fork(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Most commands are plainly complete: bash isn't asked, so that a deck is read fast."""

    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("bash was asked")

    monkeypatch.setattr(subprocess, "run", forbidden)
    assert is_complete(command)


@pytest.mark.parametrize(
    "command", [*PLAIN, "echo $(date) `date` ${HOME}", "(cd /; ls)", "true &", "[[ a == b ]]", "cat <<E\nE"]
)
def test_complete(command: str) -> None:
    """What bash would run is complete."""
    assert is_complete(command)


@pytest.mark.parametrize(
    "command",
    [
        "docker run \\",
        "echo 'open",
        'echo "open',
        "echo $(date",
        "echo `date",
        "cat <<EOF",
        "cat <<EOF\nline",
        "cat <<-'EOF'\n\tEOFF",
        "for i in 1 2; do",
        "if true; then",
        "while read x; do echo",
        "case x in",
        "f() {",
        "true |",
        "true &&",
        "(cd /",
    ],
)
def test_incomplete(command: str) -> None:
    """What bash would ask another line for is incomplete."""
    assert not is_complete(command)


def test_without_bash(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where bash is missing, what needs it says so."""
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(QuarterdeckError, match="bash"):
        is_complete("echo $(only asked here)")
