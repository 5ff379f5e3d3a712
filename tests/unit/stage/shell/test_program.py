"""The programs on a stage's terminals."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from quarterdeck.stage.shell.marks import Mark, MarkKind, MarkScanner
from quarterdeck.stage.shell.program import Seat, bash, bash_of, shell_in
from quarterdeck.terminal.buffer import Grid

FOLDER = Path("/work")


def test_each_shell_has_its_own_nonce() -> None:
    """So that no mark of one passes for one of another; the shell reads nobody's files, and is told so once."""
    one, other = bash({"A": "b"}, FOLDER), bash({"A": "b"}, FOLDER)
    assert one.nonce != other.nonce
    assert one.nonce in one.environment["PROMPT_COMMAND"]
    assert {"--noprofile", "--norc"} <= set(one.arguments)
    assert one.environment["A"] == "b"


def test_the_prompt_of_a_posix_shell_holds_all_marks() -> None:
    """It has no hook before a command: its prompt says that one began and ended."""
    program = shell_in("web", {}, FOLDER)
    prompt = next(a.partition("=")[2] for a in program.arguments if a.startswith("PS1="))
    marks = [p for p in MarkScanner(program.nonce).feed(prompt.replace("$?", "3").encode()) if isinstance(p, Mark)]
    assert marks == [Mark(MarkKind.STARTED), Mark(MarkKind.ENDED, 3), Mark(MarkKind.PROMPT)]
    assert "web" in program.arguments
    assert program.sweep, "killing docker exec leaves the shell in the container"
    assert "PAGER=less" in shell_in("web", {"PAGER": "less"}, FOLDER).arguments


def test_an_attendees_shell_completes_names_and_knows_words() -> None:
    """A demo's does neither: completion would change what is typed."""
    plain = bash({}, FOLDER).environment["PROMPT_COMMAND"]
    seated = bash_of(Seat(("verify", "hint"), Grid(90, 30)), {}, FOLDER)
    assert "disable-completion" in plain
    assert "disable-completion" not in seated.environment["PROMPT_COMMAND"]
    assert {"verify() {", "hint() {"} <= {
        line.rpartition(" __stage_ask")[0] for line in seated.environment["PROMPT_COMMAND"].splitlines()
    }
    assert seated.grid == Grid(90, 30)


@pytest.mark.parametrize(
    ("command", "seen"),
    [
        ("sudo docker ps -a", "inside ps -a"),
        ("sudo -u root -E FOO=1 docker ps", "inside ps FOO=1"),
        ("sudo --user root -- docker-compose up", "inside up"),
        ("sudo ls -l", "sudo ls -l"),
        ("env -i docker ps", "inside ps"),
        ("env -u DOCKER_HOST FOO=1 docker ps", "inside ps FOO=1"),
        ("env DOCKER_HOST=tcp://other docker ps", "inside ps"),
        ("env -i FOO=1 printenv", "FOO=1"),
        ("unset DOCKER_HOST; docker ps", "inside ps"),
        ("export DOCKER_HOST=tcp://other; docker ps", "inside ps"),
    ],
)
def test_what_is_typed_stays_in_the_clean_room(command: str, seen: str, tmp_path: Path) -> None:
    """Docker is reached at the room's address, by itself; other commands are what they were."""
    docker = '#!/bin/sh\n[ "$DOCKER_HOST" = unix:///room ] && printf "inside "; echo "$*" ${FOO:+FOO=$FOO}\n'
    for name, script in (("docker", docker), ("docker-compose", docker), ("sudo", '#!/bin/sh\necho sudo "$*"\n')):
        (tmp_path / name).write_text(script)
        (tmp_path / name).chmod(0o755)
    program = bash({"DOCKER_HOST": "unix:///room", "HOME": "/", "PATH": f"{tmp_path}:{os.environ['PATH']}"}, tmp_path)
    script = f'eval "$PROMPT_COMMAND" 2>/dev/null\n{command}\n'
    ran = subprocess.run(["bash"], input=script, env=dict(program.environment), capture_output=True, text=True)
    assert ran.stdout.strip() == seen, ran.stderr


def test_without_an_engine_nothing_is_kept_in() -> None:
    """There is no clean room."""
    assert "readonly DOCKER_HOST" not in bash({}, FOLDER).environment["PROMPT_COMMAND"]
