"""Whether a typed line goes on in the next one."""

from __future__ import annotations

import subprocess

import pytest

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.source.demos.prompts import is_complete

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
