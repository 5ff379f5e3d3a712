"""Prompts, the programs that read what is typed, and whether a typed line is complete."""

from __future__ import annotations

import random
import subprocess

import pytest

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.model.demo import Key
from quarterdeck.source.demos.prompts import KEYS, Opening, is_complete, opening_of, read_keys


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


@pytest.mark.parametrize("name", [*KEYS, "Alt-f", "Alt-."])
def test_each_key_has_a_name(name: str) -> None:
    """It is pressed once, or as often as the line says."""
    once, unknown = read_keys(f"<{name}>")
    assert [key.name for key in once] == [name]
    assert read_keys(f"<{name} 12>")[0] == (Key(once[0].sends, name, 12),)
    assert not unknown


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("escape", "Esc"),
        ("ESC", "Esc"),
        ("CR", "Enter"),
        ("Return", "Enter"),
        ("BS", "Backspace"),
        ("PgDn", "PageDown"),
        ("down", "Down"),
        ("C-w", "Ctrl-W"),
        ("Ctrl+w", "Ctrl-W"),
        ("ctrl-c", "Ctrl-C"),
        ("M-x", "Alt-x"),
        ("Alt+x", "Alt-x"),
        ("S-Tab", "Shift-Tab"),
    ],
)
def test_names_of_other_programs_are_understood(name: str, meant: str) -> None:
    """What vim, tmux, Emacs and VHS call a key is answered with what it is called here."""
    keys, (unknown,) = read_keys(f":wq<{name}>")
    assert keys == (Key(":wq"),)
    assert (unknown.written, unknown.offset) == (f"<{name}>", 3)
    assert unknown.hint == f"did you mean '<{meant}>'?"


def test_any_mistyped_name_gets_a_hint() -> None:
    """A letter left out, doubled, swapped or changed: a hint names the key, or what to write for plain text."""
    rhythm = random.Random(13)
    for name in KEYS:
        for _ in range(8):
            at = rhythm.randrange(len(name))
            wrong = rhythm.choice(
                (name[:at] + name[at + 1 :], name[: at + 1] + name[at:], name[:at] + "x" + name[at + 1 :])
            )
            keys, unknown = read_keys(f"a<{wrong}>b")
            if unknown:
                assert unknown[0].written == f"<{wrong}>"
                assert "did you mean" in unknown[0].hint or f"'<lt>{wrong}>'" in unknown[0].hint
            else:
                assert wrong in KEYS or "".join(key.sends for key in keys) == f"a<{wrong}>b"


def test_a_key_is_pressed_at_least_once() -> None:
    """Zero times makes no sense."""
    _, (unknown,) = read_keys("<Down 0>")
    assert unknown.hint == "a key is pressed once at least"
